"""Vectors of new documents, as a model that is trained has inferred them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.documents.tag_vectors import TagVectors

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary


@dataclass(frozen=True)
class Inferred:
    """Vectors of new documents, in their order; as an array, the vectors alone.

    Attributes
    ----------
    vectors
        float32 (n_documents, dim).
    tags
        The names of the documents: their numbers from 0 on, or those given with them. The count of
        one is how many of its words the model knows.
    """

    vectors: npt.NDArray[np.float32]
    tags: Vocabulary

    def __len__(self) -> int:
        return len(self.vectors)

    def __repr__(self) -> str:
        n_unknown = len(self) - int(self.known.sum())
        return (
            f"Inferred({len(self):,} documents, {n_unknown:,} without a known word, "
            f"dim {self.vectors.shape[1]})"
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        if copy:
            return np.array(self.vectors, dtype)
        return np.asarray(self.vectors, dtype)

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Whether the model knows a word of each document, bool (n_documents,).

        The vector of one that has none is zeros.
        """
        return self.tags.counts > 0

    @property
    def named(self) -> TagVectors:
        """The vectors under their tags, to look up, search and save as those of words are."""
        return TagVectors(self.tags, self.vectors)
