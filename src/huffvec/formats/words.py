"""Words in files that other programs write: separated by spaces, sometimes repeated."""

from __future__ import annotations

import os
import warnings

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.vectors import WordVectors


def split_words(vocabulary: Vocabulary) -> list[bytes]:
    """Return the words in UTF-8, for the formats in which a space ends a word.

    Raises
    ------
    FormatError
        If a word holds a space.
    """
    words = vocabulary.word_bytes().tobytes().split(b"\n")
    for word in words:
        if b" " in word:
            raise FormatError(
                f"word2vec's and GloVe's formats cannot hold the word {word.decode()!r}: a space "
                "ends words there. Save as huffvec or numpy instead."
            )
    return words


def vectors_of(
    path: str | os.PathLike[str], words: list[str], vectors: npt.NDArray[np.float32]
) -> WordVectors:
    """Return the vectors of a file in which words may be repeated.

    Such files exist: two words that differ in bytes that are no UTF-8 become one. The first is
    kept, as in gensim, with a warning that says how many were left out.

    Raises
    ------
    FormatError
        If a word is empty.
    """
    first_ids: dict[str, int] = {}
    for i, word in enumerate(words):
        first_ids.setdefault(word, i)
    if "" in first_ids:
        raise FormatError(f"{str(path)!r} is damaged: word number {first_ids[''] + 1:,} is empty.")
    if len(first_ids) < len(words):
        warnings.warn(
            f"{str(path)!r}: left out {len(words) - len(first_ids):,} rows of repeated words",
            stacklevel=3,
        )
        words, vectors = list(first_ids), vectors[list(first_ids.values())]
    return WordVectors(words, vectors)
