"""What is asked for, and how an answer is given: shared by exact and approximate search.

A query is a word, a vector, or several of these with weights. It stands for one direction: the
weighted sum of their vectors, each scaled to length 1 first ("3CosAdd", Mikolov, Yih & Zweig 2013,
"Linguistic regularities in continuous space word representations").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from huffvec.arrays import without_gradient
from huffvec.checks import check_float
from huffvec.corpus.tokens import Word, as_word, as_words, whole_number
from huffvec.errors import ConfigError
from huffvec.html import html_table

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.search.searchable import Searchable

Floats: TypeAlias = npt.NDArray[np.float64]
# A word; a vector (dim,); several of them, (n, dim) or mixed; or words with weights.
Query: TypeAlias = "Word | npt.ArrayLike | Sequence[Word | npt.ArrayLike] | Mapping[Any, float]"
# A word or several.
Words: TypeAlias = "Word | Sequence[Word]"


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
class Terms:
    """What one query is made of.

    Attributes
    ----------
    words
        Its words.
    units
        The vectors of words and the vectors given, float64 (n_terms, dim), scaled to length 1;
        zeros where one has no direction.
    weights
        float64 (n_terms,).
    """

    words: tuple[str, ...]
    units: Floats
    weights: Floats

    @classmethod
    def of(cls, vectors: Searchable, query: Query, negative: Query = ()) -> Terms:
        """Return the terms of a query; those of ``negative`` have the opposite weights.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        ConfigError
            If there is no term, a vector has another shape, or a weight is no number.
        """
        terms = _weighted(with_words(vectors, query), 1.0)
        terms += _weighted(with_words(vectors, negative), -1.0)
        if not terms:
            raise ConfigError("the query is empty: expected a word or a vector, or several")
        units = np.stack([_unit_of(vectors, term) for term, _ in terms])
        words = tuple(term for term, _ in terms if isinstance(term, str))
        return cls(words, units, np.array([weight for _, weight in terms]))

    def direction(self) -> Floats:
        """Return the weighted sum of the terms, float64 (dim,), of length 1; zeros if it is 0."""
        if len(self.weights) == 1 and self.weights[0] > 0:  # no need to round twice
            only: Floats = self.units[0]
            return only
        return unit(self.weights @ self.units)


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
    def one(cls, pool: Searchable, terms: Terms, exclude: Words = ()) -> Queries:
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
        pool: Searchable,
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
            Each one's own words are left out of its answer.
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
                f"expected several queries or an array (n, {vectors.dim}), not {queries!r:.80}; "
                "nearest takes one"
            )
        asked: Any = with_words(vectors, queries)
        asked = asked if isinstance(asked, np.ndarray) else list(asked)
        words: list[tuple[str, ...]] = []
        if len(asked) and all(isinstance(query, str) for query in asked):
            words = [(query,) for query in asked]
            units = unit(vectors[list(asked)])
        elif isinstance(asked, np.ndarray) or not any(map(_has_words, asked)):
            rows = _numbers(asked) if len(asked) else np.empty((0, vectors.dim))
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


def left_out_of(
    pool: Searchable, own: Sequence[Sequence[str]], exclude: Words
) -> npt.NDArray[np.int64]:
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
    shared = set(as_words(exclude))
    ids = [pool.id_of(word) for word in shared if word in pool]
    pairs = [(query, word_id) for query in range(len(own)) for word_id in ids]
    pairs += [
        (query, pool.id_of(word))
        for query, words in enumerate(own)
        for word in words
        if word in pool
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)


def check_has_words(vectors: Searchable) -> None:
    """Raise ConfigError if there is nothing to search."""
    if len(vectors.vocabulary) == 0:
        raise ConfigError(
            "these vectors have no words to search, only the rows of n-grams, as floret's "
            "tables do; search the model that they were made from"
        )


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


def clipped(cosines: Floats) -> Floats:
    """Return cosines without what rounding puts beyond -1 and 1: ``math.acos`` takes them."""
    return np.clip(cosines, -1.0, 1.0)


def cosine(a: Floats, b: Floats) -> float:
    """Return the cosine of two vectors of length 1: from -1 to 1, and 1 if they are the same.

    It is 0 if either is zeros, having no direction.
    """
    if np.array_equal(a, b):
        return float(a.any())
    return float(clipped(a @ b))


def unit(vector: npt.NDArray[Any]) -> Floats:
    """Return a vector (dim,), or each of several (n, dim), scaled to length 1 in float64.

    Zeros if it has no direction: is zero, or has a number that is not finite.
    """
    with np.errstate(all="ignore"):  # a number that is not finite is answered with zeros
        exact = vector.astype(np.float64)
        norms = np.linalg.norm(exact, axis=-1, keepdims=True)
        return np.where((norms > 0) & (norms < np.inf), exact / norms, 0.0)


def _weighted(query: Query, sign: float) -> list[tuple[Any, float]]:
    """Return the words and vectors of a query with their weights."""
    if isinstance(query, Mapping):
        return [
            (word, sign * check_float(f"the weight of {word!r}", weight, -1e9, 1e9))
            for word, weight in query.items()
        ]
    if isinstance(query, str):
        return [(query, sign)]
    if _has_words(query):
        return [(item, sign) for item in query]  # type: ignore[union-attr]
    array = _numbers(query)
    rows = array[None] if array.ndim < 2 and array.size else array
    return [(row, sign) for row in rows]


def with_words(vectors: Searchable, query: Any) -> Any:
    """Return a query in which whole numbers that are words are text.

    A number by itself, beside text or with a weight is a word. Of a list or array of whole numbers
    they are words, unless it is as long as a vector and the vocabulary lacks one of them.
    """
    query = without_gradient(query)
    if isinstance(query, (str, bytes)):
        return query
    if isinstance(query, Mapping):
        return {as_word(word): weight for word, weight in query.items()}
    if isinstance(query, np.ndarray) and query.ndim == 1 and query.dtype.kind in "iu":
        query = query.tolist()
    if not isinstance(query, (list, tuple)):
        number = whole_number(query)
        return query if number is None else str(number)
    numbers = [whole_number(item) for item in query]
    among_text = any(isinstance(item, str) for item in query)
    if query and None not in numbers:
        is_vector = len(query) == vectors.dim and not all(n in vectors for n in numbers)
        return query if is_vector else [str(n) for n in numbers]
    return [
        with_words(vectors, item) if among_text or number is None else item
        for item, number in zip(query, numbers, strict=True)
    ]


def _has_words(query: Any) -> bool:
    """Tell whether a query is a word or has one."""
    if isinstance(query, (str, Mapping)):
        return True
    if isinstance(query, np.ndarray) and query.dtype.kind in "biuf":
        return False
    return isinstance(query, Iterable) and any(isinstance(item, str) for item in query)


def _numbers(value: Any) -> Floats:
    try:
        return np.asarray(without_gradient(value), np.float64)
    except (TypeError, ValueError):
        raise ConfigError(
            f"expected a word, a vector or several of them, not {value!r:.80}"
        ) from None


def _unit_of(vectors: Searchable, term: Any) -> Floats:
    """Return the vector of a word, or the vector given, (dim,), scaled to length 1."""
    if isinstance(term, str):
        return unit(vectors[term])
    vector = _numbers(term)
    if vector.shape != (vectors.dim,):
        raise ConfigError(f"a query vector must have shape ({vectors.dim},), not {vector.shape}")
    return unit(vector)
