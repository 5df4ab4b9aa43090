"""Tables of vectors that are searched a block of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks, slices
from huffvec.threads import in_threads

# Floats that are squared at once in float64, which then stay in the processor's cache.
_CACHED_FLOATS = 1 << 17


class RowBlock(NamedTuple):
    """Some rows of a table, one after the other.

    Attributes
    ----------
    start
        The place of the first one in the table.
    vectors
        float32 (n_rows, dim).
    norms
        Their Euclidean lengths, float64 (n_rows,); not finite where a row is not.
    """

    start: int
    vectors: npt.NDArray[np.float32]
    norms: npt.NDArray[np.float64]


class RowTable(Protocol):
    """A table that can be passed over, whether or not it exists as one array."""

    def __len__(self) -> int:
        """Return the number of rows."""
        ...

    @property
    def dim(self) -> int:
        """Numbers in a row."""
        ...

    @property
    def norms(self) -> npt.NDArray[np.float64]:
        """Euclidean length of every row, float64 (n_rows,); the first use computes it."""
        ...

    def blocks(self, n_rows: int) -> Iterator[RowBlock]:
        """Yield all rows in order, at most n_rows at a time."""
        ...


class ArrayRows:
    """The rows of an array, float32 (n_rows, dim), maybe a memory map; norms are kept."""

    def __init__(self, array: npt.NDArray[np.float32]) -> None:
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    @property
    def dim(self) -> int:
        """Numbers in a row."""
        return int(self._array.shape[1])

    @cached_property
    def norms(self) -> npt.NDArray[np.float64]:
        """Euclidean length of every row, float64 (n_rows,); the first use computes it."""
        return row_norms(self._array)

    def blocks(self, n_rows: int) -> Iterator[RowBlock]:
        """Yield all rows in order, at most n_rows at a time."""
        for start in range(0, len(self), n_rows):
            part = slice(start, start + n_rows)
            yield RowBlock(start, self._array[part], self.norms[part])


def row_norms(table: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the Euclidean length of every row, float64 (n_rows,), computed by several threads.

    In float64, so that no square overflows; of a row that is not finite it is not finite.
    """
    norms = np.empty(len(table), np.float64)

    def compute(block: slice) -> None:
        n_cached = _CACHED_FLOATS // max(1, table.shape[1])
        with np.errstate(all="ignore"):  # NaNs are an answer here
            for part in slices(block.stop - block.start, n_cached):
                rows = slice(block.start + part.start, block.start + part.stop)
                exact = table[rows].astype(np.float64)
                norms[rows] = np.sqrt(np.einsum("ij,ij->i", exact, exact))

    in_threads(compute, row_blocks(table))
    return norms
