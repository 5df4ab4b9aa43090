"""Documents drawn from known topics, for tests of their vectors."""

import random

from huffvec.architectures import ARCHITECTURES

DOCUMENTS = [name for name, own in ARCHITECTURES.items() if own.has_documents]
N_TOPICS, WITHOUT_WORDS = 5, 7


def topic_documents(n_documents: int = 300) -> list[list[str]]:
    """Return documents whose words are of one topic each, by turns; one has none that is known."""
    draw = random.Random(1)
    topics = [[f"topic{t}word{k}" for k in range(40)] for t in range(N_TOPICS)]
    documents = [draw.choices(topics[d % N_TOPICS], k=60) for d in range(n_documents)]
    documents[WITHOUT_WORDS] = ["rare"]
    return documents
