"""The owner of rows: it has them as they are, and knows what each worker has of them."""

from __future__ import annotations

import platform
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from huffvec.cluster.rows import Changes, Table, Tables
from huffvec.cluster.task import LESS_MEMORY
from huffvec.engine import engine
from huffvec.memory import check_memory


@dataclass
class Known:
    """What a worker has of an owner's rows: their values, and which have been changed since."""

    rows: Tables
    stale: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stale = {name: np.zeros(len(rows), np.bool_) for name, rows in self.rows.items()}


class Owner:
    """The owner of some rows of every table.

    Parameters
    ----------
    rows
        Its rows by table, float32 (n_rows, dim) each; they are copied.
    half
        Whether changes are sent as float16.
    """

    def __init__(self, rows: Mapping[str, Table], *, half: bool = False) -> None:
        self._rows = {name: np.array(table, np.float32) for name, table in rows.items()}
        self._half = half
        self._workers: dict[int, Known] = {}
        self._gone: set[int] = set()
        self._lock = threading.Lock()

    def rows(self) -> Tables:
        """Return the rows as they are now."""
        with self._lock:
            return {name: table.copy() for name, table in self._rows.items()}

    def join(self, worker: int) -> Tables:
        """Return all rows for a worker that has none, or has lost touch with their owner.

        Raises
        ------
        TooLargeError
            If there is no memory for a copy of them.
        """
        rows = self.rows()
        n_bytes = float(sum(table.nbytes for table in rows.values()))
        check_memory(n_bytes, f"what a worker has of the rows, on {platform.node()}", *LESS_MEMORY)
        with self._lock:
            if worker not in self._gone:
                self._workers[worker] = Known({name: table.copy() for name, table in rows.items()})
        return rows

    def leave(self, worker: int) -> None:
        """Forget a worker that has died."""
        with self._lock:
            self._workers.pop(worker, None)
            self._gone.add(worker)  # it may have asked to join just before

    def is_there(self) -> bool:
        """Return true, for those who ask whether it can be reached."""
        return True

    def exchange(
        self, worker: int, changes: Mapping[str, Changes], *, everything: bool = False
    ) -> dict[str, Changes]:
        """Merge a worker's changes, and return what makes its rows those of the owner.

        Parameters
        ----------
        worker
            Its number; it has joined.
        changes
            By table, what it has changed in rows as it had them.
        everything
            Whether it is sent all that differs, and not rounded.

        Returns
        -------
        dict
            Changes of the rows as the worker had them, before its own: of all that differ now.
        """
        with self._lock:
            known = self._workers[worker]
            return {
                name: self._merge(name, known, own, everything=everything)
                for name, own in changes.items()
            }

    def _merge(self, name: str, known: Known, own: Changes, *, everything: bool) -> Changes:
        master, base, stale = self._rows[name], known.rows[name], known.stale[name]
        native = engine()
        native.merge_rows(master, base, own.ids, own.values)
        for other in self._workers.values():
            other.stale[name][own.ids] = True
        asked = None if everything else np.flatnonzero(stale)
        rounded = self._half and not everything
        sent = Changes(*native.changes(master, base, asked, rounded))
        native.add_rows(base, sent.ids, sent.values)
        stale[:] = False
        return sent
