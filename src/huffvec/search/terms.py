"""What a query is made of: a word, a vector, or several of these with weights.

It stands for one direction: the weighted sum of their vectors, each scaled to length 1 first
("3CosAdd", Mikolov, Yih & Zweig 2013, "Linguistic regularities in continuous space word
representations").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from huffvec.arrays import without_gradient
from huffvec.checks import check_float
from huffvec.corpus.tokens import Word, as_word, whole_number
from huffvec.errors import ConfigError
from huffvec.search.units import Floats, unit

if TYPE_CHECKING:
    from huffvec.search.searchable import Searchable

# A word; a vector (dim,); several of them, (n, dim) or mixed; or words with weights.
Query: TypeAlias = "Word | npt.ArrayLike | Sequence[Word | npt.ArrayLike] | Mapping[Any, float]"
# A word or several.
Words: TypeAlias = "Word | Sequence[Word]"


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
            raise ConfigError("a query must be a word, a vector or several of them, not empty")
        units = np.stack([_unit_of(vectors, term) for term, _ in terms])
        words = tuple(term for term, _ in terms if isinstance(term, str))
        return cls(words, units, np.array([weight for _, weight in terms]))

    def direction(self) -> Floats:
        """Return the weighted sum of the terms, float64 (dim,), of length 1; zeros if it is 0."""
        if len(self.weights) == 1 and self.weights[0] > 0:  # no need to round twice
            only: Floats = self.units[0]
            return only
        return unit(self.weights @ self.units)


def _weighted(query: Query, sign: float) -> list[tuple[Any, float]]:
    """Return the words and vectors of a query with their weights."""
    if isinstance(query, Mapping):
        return [
            (word, sign * check_float(f"the weight of {word!r}", weight, -1e9, 1e9))
            for word, weight in query.items()
        ]
    if isinstance(query, str):
        return [(query, sign)]
    if has_words(query):
        return [(item, sign) for item in query]  # type: ignore[union-attr]
    array = as_numbers(query)
    rows = array[None] if array.ndim < 2 and array.size else array
    return [(row, sign) for row in rows]


def with_words(vectors: Searchable, query: Any) -> Any:
    """Return a query in which whole numbers that are words are text.

    A number alone, beside text or with a weight is a word. Of a list or array of whole numbers
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


def has_words(query: Any) -> bool:
    """Return whether a query is a word or has one."""
    if isinstance(query, (str, Mapping)):
        return True
    if isinstance(query, np.ndarray) and query.dtype.kind in "biuf":
        return False
    return isinstance(query, Iterable) and any(isinstance(item, str) for item in query)


def as_numbers(value: Any) -> Floats:
    """Return vectors as an array, or raise ConfigError."""
    try:
        return np.asarray(without_gradient(value), np.float64)
    except (TypeError, ValueError):
        raise ConfigError(
            "a query must be a word, a vector or several of them, or a dict of words and their "
            f"weights, not {value!r:.80}"
        ) from None


def _unit_of(vectors: Searchable, term: Any) -> Floats:
    """Return the vector of a word, or the vector given, (dim,), scaled to length 1."""
    if isinstance(term, str):
        return unit(vectors.query_rows([term])[0])
    vector = as_numbers(term)
    if vector.shape != (vectors.dim,):
        raise ConfigError(f"a query vector must have shape ({vectors.dim},), not {vector.shape}")
    return unit(vector)
