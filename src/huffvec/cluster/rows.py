"""Rows of tables that travel: ids and changes, by table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float32]
Tables = dict[str, Table]


class Changes(NamedTuple):
    """Changes of some rows of one table.

    Attributes
    ----------
    ids
        The rows, int64 (n,), rising.
    values
        What is added to them, float32 or float16 (n, dim).
    """

    ids: npt.NDArray[np.int64]
    values: npt.NDArray[np.floating]


AllChanges = Mapping[str, Changes]  # by table


class News(NamedTuple):
    """What makes a worker's rows of an owner those that the owner has.

    Attributes
    ----------
    version
        How many rounds are merged in them then.
    changes
        By table, what was merged in the last of them.
    rows
        In place of changes, all rows by table, for a worker that lacks more than one round.
    """

    version: int
    changes: AllChanges
    rows: Tables


def n_bytes(changes: AllChanges, rows: Mapping[str, Table] | None = None) -> int:
    """Return how many bytes travel."""
    arrays = [array for one in changes.values() for array in one]
    return sum(array.nbytes for array in (*arrays, *(rows or {}).values()))


def owned(table: Table, owner: int, n_owners: int) -> Table:
    """Return the rows of one owner: every n-th, since neighbours are used about equally often."""
    return table[owner::n_owners]
