"""Words added to vectors, or given other vectors: always as new vectors.

Vectors never change in place, since searches, indexes and memory maps go by them. The table is
copied once a call, so give all words at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import without_gradient
from huffvec.corpus.tokens import Word
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from huffvec.vectors.word_vectors import WordVectors

Table = npt.NDArray[np.float32]


class Edit(NamedTuple):
    """Words that are to have other vectors.

    Attributes
    ----------
    vocabulary
        All words; new ones come after the others, with count 0: not known.
    words
        Those with other vectors.
    ids
        Their rows, (n,).
    values
        Their vectors, float32 (n, dim).
    """

    vocabulary: Vocabulary
    words: list[str]
    ids: npt.NDArray[np.intp]
    values: Table

    @classmethod
    def of(cls, vectors: WordVectors, new: Mapping[Word, npt.ArrayLike]) -> Edit:
        """Return the edit that gives words the vectors (dim,) of a mapping.

        Raises
        ------
        ConfigError
            If a vector has another shape or is not finite in float32.
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
        return cls(vocabulary, list(rows), ids, values)

    def rows(self, old: Table, values: Table | float) -> Table:
        """Return the old rows, one a word, and the new words'; the edited ones hold the values."""
        table = np.empty((len(self.vocabulary), old.shape[1]), np.float32)
        table[: len(old)] = old
        table[self.ids] = values
        return table


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
