"""The owner of rows: it merges what the blocks of a round change in them."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import numpy as np

from huffvec.cluster.rows import AllChanges, Changes, News, Table, Tables
from huffvec.engine import engine


class Owner:
    """The owner of some rows of every table.

    What it does in a round depends on the changes of the round's blocks, not on who sends them,
    when, or how often.

    Parameters
    ----------
    rows
        Its rows by table, float32 (n_rows, dim) each; they are copied.
    version
        How many rounds are merged in them.
    n_threads
        Threads that merge: workers on the same machine wait meanwhile.
    """

    def __init__(self, rows: Mapping[str, Table], version: int = 0, *, n_threads: int = 1) -> None:
        self._rows = {name: np.array(table, np.float32) for name, table in rows.items()}
        self._version, self._n_threads = version, n_threads
        self._blocks: dict[int, AllChanges] = {}  # of the round that is not merged yet
        self._merged: AllChanges | None = None  # in the last round
        self._lock = threading.Lock()

    def is_there(self) -> bool:
        """Return true, for those who ask whether it can be reached."""
        return True

    def put(self, number: int, block: int, changes: AllChanges) -> None:
        """Keep the changes of a block until its round is merged.

        Parameters
        ----------
        number
            Rounds before the block's; if that one is merged already, the changes come too late.
        block
            Its number in the round.
        changes
            By table, how its training has changed rows.
        """
        with self._lock:
            if number == self._version:
                self._blocks[block] = changes

    def lacks(self, n_blocks: int) -> list[int]:
        """Return which blocks of the round are not there."""
        with self._lock:
            return [block for block in range(n_blocks) if block not in self._blocks]

    def merge(self, number: int, n_blocks: int) -> bool:
        """Merge a round, unless it is merged already; false if a block is not there."""
        with self._lock:
            if number == self._version:
                if not self._blocks.keys() >= set(range(n_blocks)):
                    return False
                self._merged = self._add([self._blocks[block] for block in range(n_blocks)])
                self._blocks = {}
                self._version += 1
            return number < self._version

    def news(self, version: int) -> News:
        """Return what makes rows in which so many rounds are merged those of the owner."""
        with self._lock:
            if version == self._version:
                return News(version, {}, {})
            if version == self._version - 1 and self._merged is not None:
                return News(self._version, self._merged, {})
            return News(self._version, {}, self._copies())

    def rows(self) -> News:
        """Return all rows as they are now."""
        with self._lock:
            return News(self._version, {}, self._copies())

    def _copies(self) -> Tables:
        return {name: table.copy() for name, table in self._rows.items()}

    def _add(self, blocks: list[AllChanges]) -> AllChanges:
        """Add what blocks have changed to the rows, and return it."""
        merged, n = {}, self._n_threads
        for name, table in self._rows.items():
            changes = engine().merge_changes([block[name] for block in blocks], n_threads=n)
            merged[name] = Changes(*changes)
            engine().add_rows(table, *merged[name], n_threads=n)
        return merged
