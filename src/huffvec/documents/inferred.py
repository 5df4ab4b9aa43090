"""Vectors of new documents, as a model that is trained has inferred them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Inferred:
    """Vectors of new documents, in their order; as an array, the vectors alone.

    Attributes
    ----------
    vectors
        float32 (n_documents, dim).
    known
        bool (n_documents,): whether a document has a word that the model knows. The vector of one
        that has none is zeros.
    """

    vectors: npt.NDArray[np.float32]
    known: npt.NDArray[np.bool_]

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
