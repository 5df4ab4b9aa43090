"""The words that a search looks at: all, the first ones, or those that were named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from huffvec.checks import check_int
from huffvec.corpus.tokens import Word, as_words, whole_number
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.search.tables import ArrayRows, RowTable

if TYPE_CHECKING:
    from huffvec.search.searchable import Searchable


@dataclass(frozen=True)
class Pool:
    """Words to search among.

    Attributes
    ----------
    vocabulary
        The words.
    make_table
        Returns their vectors, in the same order; those of an index are not asked for.
    spelling
        Returns a word as the vocabulary would have it.
    """

    vocabulary: Vocabulary
    make_table: Callable[[], RowTable]
    spelling: Callable[[Word], str]

    @classmethod
    def of(cls, vectors: Searchable, among: int | Sequence[Word] | None = None) -> Pool:
        """Return the pool of all words, of the first so many, or of some in their order.

        Raises
        ------
        UnknownWordError
            If a word has no vector.
        ConfigError
            If there are no words, or ``among`` is neither words nor a positive whole number.
        """
        vocabulary = vectors.vocabulary
        make_table: Callable[[], RowTable] = lambda: vectors.search_table  # noqa: E731
        if among is not None and not isinstance(among, str) and whole_number(among) is not None:
            n = check_int("among", among, 1, 2**62)
            part = slice(min(n, len(vocabulary)))
            make_table = partial(ArrayRows, vectors.rows(part))
            vocabulary = Vocabulary.from_bytes(vocabulary.word_bytes(part), vocabulary.counts[part])
        elif among is not None:
            words = list(dict.fromkeys(map(vectors.spelling, as_words(among))))
            make_table = partial(ArrayRows, vectors[words])
            vocabulary = Vocabulary(words, np.zeros(len(words), np.int64))
        check_has_words(vocabulary)
        return cls(vocabulary, make_table, vectors.spelling)

    @property
    def table(self) -> RowTable:
        """Their vectors, as searches pass over them."""
        return self.make_table()

    def ids(self, words: Iterable[Word]) -> list[int]:
        """Return the rows of words, without those that are not among these."""
        spelled = map(self.spelling, words)
        return [self.vocabulary.id_of(word) for word in spelled if word in self.vocabulary]


def check_has_words(vocabulary: Vocabulary) -> None:
    """Raise ConfigError if there is nothing to search."""
    if len(vocabulary) == 0:
        raise ConfigError(
            "these vectors have no words to search, only the rows of n-grams, as floret's "
            "tables do; search the model that they were made from"
        )
