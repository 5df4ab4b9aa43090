"""Arrays: passed over a block of rows at a time, or taken from other libraries."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

# Floats per block where the whole table is passed over: a few MB, so that no copy of it is made.
BLOCK_FLOATS = 1 << 20


def without_gradient(value: Any) -> Any:
    """Return a tensor of PyTorch as an array, whatever device it is on; anything else as it is.

    `numpy.asarray` refuses those that need a gradient, and has no bfloat16.
    """
    if not (hasattr(value, "detach") and hasattr(value, "cpu")):
        return value
    tensor = value.detach().cpu()
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()


def row_blocks(table: npt.NDArray[Any]) -> list[slice]:
    """Return slices that cover the rows of a 2-D table in order, each of a few MB."""
    return slices(len(table), block_rows(table.shape[1]))


def block_rows(dim: int) -> int:
    """Return how many rows of dim numbers a block of a few MB has, at least 1."""
    return max(1, BLOCK_FLOATS // max(1, dim))


def slices(n: int, size: int) -> list[slice]:
    """Return slices that cover range(n) in order, each of size or, the last, less."""
    size = max(1, size)
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def evenly(n: int, n_wanted: int) -> npt.NDArray[np.int64]:
    """Return so many of the numbers 0 … n - 1 from the first to the last, or all, evenly spread."""
    return np.unique(np.linspace(0, n - 1, min(n, n_wanted)).astype(np.int64))


def ranks_among_equals(values: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
    """Return how many equal values stand before each; values must rise."""
    return np.arange(len(values)) - np.searchsorted(values, values)


def largest(scores: npt.NDArray[Any], k: int) -> npt.NDArray[np.int64]:
    """Return the columns of the k largest numbers of each row, largest first, (n, k).

    On a tie the first column goes first.
    """
    if k == 1:
        best: npt.NDArray[np.int64] = scores.argmax(axis=1)[:, None]
        return best
    if k >= scores.shape[1]:
        return np.argsort(-scores, axis=1, kind="stable")
    columns = np.sort(np.argpartition(-scores, k - 1, axis=1)[:, :k])
    found = np.take_along_axis(scores, columns, 1)
    order = np.argsort(-found, axis=1, kind="stable")
    columns = np.take_along_axis(columns, order, 1)
    # Where others are as large as the last one, the partition has taken any of them.
    tied = np.flatnonzero((scores >= found.min(axis=1)[:, None]).sum(axis=1) > k)
    columns[tied] = np.argsort(-scores[tied], axis=1, kind="stable")[:, :k]
    return columns
