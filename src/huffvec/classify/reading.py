"""From any input to texts and their labels."""

from __future__ import annotations

from typing import Any, NamedTuple

from huffvec.corpus.readers.sources import expand
from huffvec.errors import CorpusError
from huffvec.files.reading import open_text

LABEL_PREFIX = "__label__"


class Labelled(NamedTuple):
    """Texts, each a list of tokens, with their labels."""

    texts: list[list[str]]
    labels: list[list[str]]


def read_examples(data: Any, prefix: str = LABEL_PREFIX) -> Labelled:
    """Return the examples of files in fastText's format, a document a line.

    Raises
    ------
    CorpusError
        If there is no example.
    """
    texts, labels = [], []
    for path in expand(data):
        with open_text(path) as lines:
            for line in lines:
                tokens = line.decode().split()
                of_line = [token[len(prefix) :] for token in tokens if token.startswith(prefix)]
                if not of_line:
                    continue
                labels.append(of_line)
                texts.append([token for token in tokens if not token.startswith(prefix)])
    if not texts:
        raise CorpusError(f"no line has a label: one begins with {prefix!r}")
    return Labelled(texts, labels)
