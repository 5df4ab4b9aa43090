"""From text to a vocabulary and an encoded corpus."""

from __future__ import annotations

from huffvec._submodules import submodule
from huffvec.corpus.encoded import EncodedCorpus, encode
from huffvec.corpus.sources import expand_paths
from huffvec.corpus.vocabulary import Vocabulary, VocabularyCount, count_words

__all__ = [
    "EncodedCorpus",
    "Vocabulary",
    "VocabularyCount",
    "count_words",
    "encode",
    "expand_paths",
]


def __getattr__(name: str) -> object:
    return submodule(__name__, name)
