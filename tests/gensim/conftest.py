"""A text for gensim's models, in which what stands together can be told."""

import random

import pytest

pytest.importorskip("gensim")


@pytest.fixture(scope="session")
def sentences() -> list[list[str]]:
    """Sentences of ten words, all of one of four topics with eight words each."""
    random_words = random.Random(1)
    topics = [[f"{topic}{k}" for k in range(8)] for topic in ("red", "blue", "old", "new")]
    return [random_words.choices(random_words.choice(topics), k=10) for _ in range(600)]
