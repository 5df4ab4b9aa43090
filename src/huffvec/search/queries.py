"""Queries and answers, shared by exact and approximate search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.corpus.tokens import as_words
from huffvec.errors import ConfigError
from huffvec.html import html_table
from huffvec.search.terms import Query, Terms, Words, as_numbers, has_words, with_words
from huffvec.search.units import Floats, unit

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.search.pool import Pool
    from huffvec.search.searchable import Searchable


class Neighbor(NamedTuple):
    """A word that a search found and its cosine similarity (from -1 to 1) to what was asked.

    With ``method="multiply"`` the similarity is that method's score, from 0 up.
    """

    word: str
    similarity: float


class Neighbors(list[Neighbor]):
    """An answer: a list of `Neighbor`, best first, which notebooks show as a table."""

    def _repr_html_(self) -> str:
        rows = [(word, f"{similarity:.4f}") for word, similarity in self]
        return html_table(("word", "similarity"), rows)


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

    units: Floats
    left_out: npt.NDArray[np.int64]

    @classmethod
    def one(cls, pool: Pool, terms: Terms, exclude: Words = ()) -> Queries:
        """Return one query for words of a pool, without its own words and the excluded ones.

        Raises
        ------
        ConfigError
            If the terms have no direction or cancel out.
        """
        direction = terms.direction()
        if not direction.any():
            raise ConfigError(
                "nothing is near a vector of zeros or of numbers that are not finite"
                + (", and these cancel out" if len(terms.weights) > 1 else "")
            )
        return cls(direction[None], left_out_of(pool, [terms.words], exclude))

    @classmethod
    def many(
        cls,
        vectors: Searchable,
        pool: Pool,
        queries: Sequence[Query] | npt.ArrayLike,
        exclude: Words = (),
    ) -> Queries:
        """Return the queries for several words, vectors (n, dim), or whatever `Terms.of` takes.

        Parameters
        ----------
        vectors
            What has the queries' words.
        pool
            Whose words are searched.
        queries
            The words of a query are left out of its own answer.
        exclude
            Left out of all answers.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        ConfigError
            If a query is none, vectors have another shape, or one has no direction.
        """
        if isinstance(queries, (str, Mapping)):
            raise ConfigError(
                f"queries must be several, or an array (n, {vectors.dim}), not {queries!r:.80}; "
                "nearest takes one"
            )
        asked: Any = with_words(vectors, queries)
        asked = asked if isinstance(asked, np.ndarray) else list(asked)
        words: list[tuple[str, ...]] = []
        if len(asked) and all(isinstance(query, str) for query in asked):
            words = [(query,) for query in asked]
            units = unit(vectors.query_rows(list(asked)))
        elif isinstance(asked, np.ndarray) or not any(map(has_words, asked)):
            rows = as_numbers(asked) if len(asked) else np.empty((0, vectors.dim))
            if rows.ndim != 2 or rows.shape[1] != vectors.dim:
                raise ConfigError(
                    f"query vectors must have shape (n, {vectors.dim}), not {rows.shape}"
                )
            units = unit(rows)
        else:
            all_terms = [Terms.of(vectors, query) for query in asked]
            words = [terms.words for terms in all_terms]
            units = np.stack([terms.direction() for terms in all_terms])
        without = np.flatnonzero(~units.any(axis=1))
        if len(without):
            raise ConfigError(
                "nothing is near a vector of zeros or of numbers that are not finite, as that of "
                f"query {without[0]} (counted from 0)"
            )
        return cls(units, left_out_of(pool, words or [()] * len(units), exclude))


def left_out_of(pool: Pool, own: Sequence[Sequence[str]], exclude: Words) -> npt.NDArray[np.int64]:
    """Return the pairs (query, id), int64 (n_pairs, 2), of words that answer no query.

    Parameters
    ----------
    pool
        Whose words are searched. Words that it lacks can be no answer anyway.
    own
        The words of each query.
    exclude
        Words left out of all.
    """
    shared = pool.ids(set(as_words(exclude)))
    pairs = [(query, row) for query, words in enumerate(own) for row in [*shared, *pool.ids(words)]]
    return np.array(pairs, np.int64).reshape(-1, 2)


def neighbors(
    vocabulary: Vocabulary, rows: npt.NDArray[np.int64], scores: Floats
) -> list[list[Neighbor]]:
    """Return the words of rows (n_queries, k) with their scores; rows below 0 are left out."""
    return [
        Neighbors(
            Neighbor(vocabulary.word(row), score)
            for row, score in zip(*found, strict=True)
            if row >= 0
        )
        for found in zip(rows.tolist(), scores.tolist(), strict=True)
    ]
