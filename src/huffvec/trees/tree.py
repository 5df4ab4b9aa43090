"""A binary tree over the words, kept as the paths from the root to every leaf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError


@dataclass(frozen=True)
class Tree:
    """The paths of a binary tree whose leaves are the words.

    Attributes
    ----------
    path_offsets
        int64 (n_words + 1,): word w's path is the slice ``path_offsets[w]:path_offsets[w + 1]``.
    path_ids
        int32: the inner nodes (rows of the output table) on the paths, root first.
    codes
        uint8: the bit at each node, 0 or 1; the label to predict there is ``1 - bit``.
    """

    path_offsets: npt.NDArray[np.int64]
    path_ids: npt.NDArray[np.int32]
    codes: npt.NDArray[np.uint8]

    @property
    def n_words(self) -> int:
        """Number of leaves."""
        return len(self.path_offsets) - 1

    def depths(self) -> npt.NDArray[np.int64]:
        """Return every word's number of inner nodes on its path, int64 (n_words,)."""
        return np.diff(self.path_offsets)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name, as they stand in a model file."""
        return {
            "path_offsets": self.path_offsets,
            "path_ids": self.path_ids,
            "codes": self.codes,
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]], n_words: int) -> Tree:
        """Return the tree that `to_arrays` described, checked so that no id leaves the table.

        Raises
        ------
        FormatError
            If an array is missing, or of another dtype or shape, or holds an impossible value.
        """
        dtypes = {"path_offsets": np.int64, "path_ids": np.int32, "codes": np.uint8}
        for name, dtype in dtypes.items():
            if name not in arrays or arrays[name].dtype != dtype or arrays[name].ndim != 1:
                raise FormatError(
                    f"the tree needs a one-dimensional array {name} of {dtype.__name__}"
                )
        offsets, ids, codes = (arrays[name] for name in dtypes)
        if (
            len(offsets) != n_words + 1
            or len(ids) != len(codes)
            or offsets[0] != 0
            or offsets[-1] != len(ids)
            or (np.diff(offsets) < 1).any()
        ):
            raise FormatError(f"the tree's paths do not fit a vocabulary of {n_words} words")
        if ids.min() < 0 or ids.max() >= n_words - 1 or codes.max() > 1:
            raise FormatError(f"the tree names nodes outside 0 to {n_words - 2} or bits over 1")
        return cls(offsets, ids, codes)
