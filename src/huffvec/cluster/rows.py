"""Rows of tables that travel: ids and changes, by table."""

from __future__ import annotations

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

    @property
    def n_bytes(self) -> int:
        """Bytes that travel."""
        return int(self.ids.nbytes + self.values.nbytes)


def owned(table: Table, owner: int, n_owners: int) -> Table:
    """Return the rows of one owner: every n-th, since neighbours are used about equally often."""
    return table[owner::n_owners]
