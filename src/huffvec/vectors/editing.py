"""Words added to vectors, given other vectors, or taken away: always as new vectors.

Vectors never change in place, since searches, indexes and memory maps go by them. The table is
copied once a call, so give all words at once.

With subwords a word's vector is the mean of its own row and its n-grams' rows, which other words
share. So a word gets the vector v by its own row alone: m v less the sum of the n-grams' rows,
where m is how many rows there are. Removed words have the vector of their n-grams from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import without_gradient
from huffvec.corpus.tokens import Word, as_words
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.vectors.subword_vectors import SubwordVectors
from huffvec.vectors.word_vectors import WordVectors

Table = npt.NDArray[np.float32]


def with_words(vectors: WordVectors, new: Mapping[Word, npt.ArrayLike]) -> WordVectors:
    """Return vectors in which some words have other vectors, and words that were not there.

    Parameters
    ----------
    vectors
        They stay as they are.
    new
        A vector (dim,) for each word. New words come after the others, with count 0: not known.

    Raises
    ------
    ConfigError
        If a vector has another shape or is not finite in float32, or words are hashed and have no
        rows of their own.
    FormatError
        If a new word is empty or holds a line break.
    """
    spelled = {vectors.spelling(word): vector for word, vector in new.items()}
    rows = {word: _row(vectors, word, vector) for word, vector in spelled.items()}
    added = [word for word in rows if word not in vectors.vocabulary]
    counts = np.append(vectors.vocabulary.counts, np.zeros(len(added), np.int64))
    vocabulary = Vocabulary([*vectors.words, *added], counts)
    ids = np.array([vocabulary.id_of(word) for word in rows], np.intp)
    values = np.array(list(rows.values()), np.float32).reshape(-1, vectors.dim)
    n_words = len(vectors)
    own = np.empty((len(vocabulary), vectors.dim), np.float32)
    if not isinstance(vectors, SubwordVectors):
        own[:n_words] = vectors.vectors
        own[ids] = values
        return WordVectors(vocabulary, own, reading=vectors.reading)
    if vectors.subwords.hash_words:
        raise ConfigError(
            "words of these vectors are hashed and share all their rows: none can be set alone"
        )
    own[:n_words] = vectors.input_vectors[:n_words]
    own[ids] = 0
    table = np.concatenate([own, vectors.input_vectors[n_words:]])
    result = SubwordVectors(vocabulary, table, vectors.subwords, reading=vectors.reading)
    offsets, _ = vectors.subwords.rows(list(rows), vocabulary)
    sizes = np.diff(offsets)[:, None]
    # With rows of 0 for themselves, the words' vectors are the n-grams' sums by their sizes.
    table[ids] = sizes * (values.astype(np.float64) - result[list(rows)].astype(np.float64))
    return result


def without(vectors: WordVectors, words: Word | Sequence[Word]) -> WordVectors:
    """Return the vectors without some words; those that are not there are no error.

    Parameters
    ----------
    vectors
        They stay as they are.
    words
        A word or several.

    Raises
    ------
    ConfigError
        If a word is neither text nor a whole number.
    """
    gone = {vectors.spelling(word) for word in as_words(words)}
    ids = [vectors.vocabulary.id_of(word) for word in gone if word in vectors.vocabulary]
    return vectors.select(np.delete(np.arange(len(vectors)), ids).tolist())


def _row(vectors: WordVectors, word: str, vector: Any) -> Table:
    """Return a word's new vector, float32 (dim,)."""
    with np.errstate(over="ignore"):
        row: Table = np.asarray(without_gradient(vector), np.float32)
    if row.shape != (vectors.dim,):
        raise ConfigError(
            f"the vector of {word!r} must have shape ({vectors.dim},), not {row.shape}"
        )
    if not np.isfinite(row).all():
        raise ConfigError(f"the vector of {word!r} has numbers that are not finite in float32")
    return row
