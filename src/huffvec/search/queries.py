"""What is asked for, and how an answer is given: shared by exact and approximate search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.vectors import WordVectors


class Neighbor(NamedTuple):
    """A word that a search found and its cosine similarity (from -1 to 1) to what was asked."""

    word: str
    similarity: float


@dataclass(frozen=True)
class Queries:
    """Vectors to find the neighbours of.

    Attributes
    ----------
    units
        float64 (n_queries, dim), of length 1.
    left_out
        int64 (n_pairs, 2): a query and the id of a word that is no answer to it.
    """

    units: npt.NDArray[np.float64]
    left_out: npt.NDArray[np.int64]

    @classmethod
    def one(cls, vectors: WordVectors, query: str | npt.ArrayLike) -> Queries:
        """Return the query for one word, which is left out, or for one vector (dim,).

        Raises
        ------
        UnknownWordError
            If the word has no vector.
        ConfigError
            If the vector has another shape or no direction.
        """
        if isinstance(query, str):
            return cls.of_vector(vectors[query], _ids(vectors, [query]))
        vector = np.asarray(query, dtype=np.float64)
        if vector.shape != (vectors.dim,):
            raise ConfigError(
                f"a query vector must have shape ({vectors.dim},), not {vector.shape}"
            )
        return cls.of_vector(vector)

    @classmethod
    def analogy(cls, vectors: WordVectors, a: str, b: str, c: str) -> Queries:
        """Return the query b - a + c, all three scaled to length 1, without the three.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        ConfigError
            If the three vectors cancel out.
        """
        query = unit(vectors[b]) - unit(vectors[a]) + unit(vectors[c])
        return cls.of_vector(query, _ids(vectors, [a, b, c]))

    @classmethod
    def of_vector(cls, vector: npt.NDArray[Any], left_out: Sequence[int] = ()) -> Queries:
        """Return the query for a vector (dim,), without the words of some ids.

        Raises
        ------
        ConfigError
            If it has no direction.
        """
        direction = unit(vector)
        if not direction.any():
            raise ConfigError("nothing is near a vector of zeros or of numbers that are not finite")
        pairs = np.zeros((len(left_out), 2), np.int64)
        pairs[:, 1] = left_out
        return cls(direction[None], pairs)

    @classmethod
    def many(cls, vectors: WordVectors, queries: Sequence[str] | npt.ArrayLike) -> Queries:
        """Return the queries for words, each left out of its own answer, or vectors (n, dim).

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        ConfigError
            If they are neither, the vectors have another shape, or one has no direction.
        """
        if isinstance(queries, str):
            raise ConfigError(
                f"expected several words or an array (n, {vectors.dim}), not the word {queries!r}; "
                "nearest takes one"
            )
        asked: Any = queries if isinstance(queries, np.ndarray) else list(queries)  # type: ignore[arg-type]
        if len(asked) and all(isinstance(query, str) for query in asked):
            words = [str(word) for word in asked]
            rows: npt.NDArray[Any] = vectors[words]
            left_out = [(i, row) for i, word in enumerate(words) for row in _ids(vectors, [word])]
        else:
            rows, left_out = np.asarray(asked, np.float64), []
        if len(asked) == 0:
            rows = np.empty((0, vectors.dim))
        if rows.ndim != 2 or rows.shape[1] != vectors.dim:
            raise ConfigError(f"query vectors must have shape (n, {vectors.dim}), not {rows.shape}")
        units = unit(rows)
        without = np.flatnonzero(~units.any(axis=1))
        if len(without):
            raise ConfigError(
                "nothing is near a vector of zeros or of numbers that are not finite, as that of "
                f"query {without[0]} (counted from 0)"
            )
        return cls(units, np.array(left_out, np.int64).reshape(-1, 2))


def check_has_words(vectors: WordVectors) -> None:
    """Raise ConfigError if there is nothing to search."""
    if len(vectors) == 0:
        raise ConfigError(
            "these vectors have no words to search, only the rows of n-grams, as floret's "
            "tables do; search the model that they were made from"
        )


def neighbors(
    vocabulary: Vocabulary, rows: npt.NDArray[np.int64], cosines: npt.NDArray[np.float64]
) -> list[list[Neighbor]]:
    """Return the words of rows (n_queries, k) with their cosines; rows below 0 are left out."""
    clipped = np.clip(cosines, -1.0, 1.0)
    return [
        [
            Neighbor(vocabulary.word(row), cosine)
            for row, cosine in zip(*found, strict=True)
            if row >= 0
        ]
        for found in zip(rows.tolist(), clipped.tolist(), strict=True)
    ]


def unit(vector: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return a vector (dim,), or each of several (n, dim), scaled to length 1 in float64.

    Zeros if it has no direction: is zero, or has a number that is not finite.
    """
    with np.errstate(all="ignore"):  # a number that is not finite is answered with zeros
        exact = vector.astype(np.float64)
        norms = np.linalg.norm(exact, axis=-1, keepdims=True)
        return np.where((norms > 0) & (norms < np.inf), exact / norms, 0.0)


def _ids(vectors: WordVectors, words: Sequence[str]) -> list[int]:
    """Return the ids of those of the words that the vocabulary has."""
    vocabulary = vectors.vocabulary
    return [vocabulary.id_of(word) for word in words if word in vocabulary]
