"""``deterministic``: the same files for any number of threads, resumed ones too."""

import numpy as np
import pytest
from harness import CASES
from topic_texts import DOCUMENTS
from word_architectures import WORD_ARCHITECTURES

from huffvec import TrainingConfig
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.formats.hv import read_parts
from huffvec.training.callbacks import Callback
from huffvec.training.run import TrainingRun

TIMES = ("started", "seconds")


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """6,000 tokens of 40 words, of which sentences have a few; w1 is not the most frequent."""
    rng = np.random.default_rng(2)
    words = np.minimum(rng.geometric(0.15, (600, 10)) + 4 * rng.integers(6, size=(600, 1)), 40)
    path = tmp_path_factory.mktemp("deterministic") / "text.txt"
    path.write_text("\n".join(" ".join(f"w{k}" for k in row) for row in words))
    return path


def content(path):
    """All that a file has but times and the number of threads."""
    info, tensors = read_parts(path)
    config = {name: value for name, value in info.config.items() if name != "n_threads"}
    training = {name: value for name, value in info.training.items() if name not in TIMES}
    return {name: array.tobytes() for name, array in tensors.items()}, config, training


def trained(text, path, objective, n_threads, **options):
    """The file of a run of four epochs of three rounds each."""
    config = TrainingConfig(
        dim=9, epochs=4, n_threads=n_threads, deterministic=True, min_count=1, **options
    )
    with open_corpus(text, InputOptions(), min_count=1, n_threads=1) as corpus:
        run = TrainingRun(corpus, corpus.vocabulary, objective, config, chunk_tokens=300)
        assert run.n_chunks == 4 * 20
        run.train(Callback())
        run.model().save(path)
    return content(path)


@pytest.mark.parametrize("architecture", [*WORD_ARCHITECTURES, *DOCUMENTS])
@pytest.mark.parametrize("case", CASES)
def test_files_are_the_same_for_any_number_of_threads(text, tmp_path, case, architecture):
    one, *others = (
        trained(text, tmp_path / f"{n}.hv", CASES[case], n, architecture=architecture)
        for n in (1, 2, 4)
    )
    assert others == [one, one]
