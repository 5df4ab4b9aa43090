"""A copy of a model's weights, made quickly while training goes on or stands still."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.config import stride_of
from huffvec.engine import engine
from huffvec.model import Model

_SMALLEST_PAGE = 4096
_WEIGHTS = ("input_vectors", "output_vectors", "position_vectors")


class WeightsCopy:
    """Memory for a copy of a model's weights, in large pages, touched by a thread of its own.

    The system takes up to ten times as long to find a page at its first touch as to copy it later,
    and training goes on meanwhile.
    """

    def __init__(self, model: Model) -> None:
        self._tables: dict[str, npt.NDArray[np.float32]] = {}
        self._problem: MemoryError | None = None
        self._thread = threading.Thread(target=self._make, args=(model,), name="huffvec-copy")
        self._thread.start()

    def _make(self, model: Model) -> None:
        try:
            for name in _WEIGHTS:
                rows = getattr(model, name)
                if rows is not None:
                    table = engine().allocate_table(len(rows), stride_of(rows.shape[1]))
                    table.reshape(-1)[:: _SMALLEST_PAGE // table.itemsize] = 0
                    self._tables[name] = table[:, : rows.shape[1]]
        except MemoryError as error:
            self._problem = error

    def is_ready(self) -> bool:
        """Return whether copying can go ahead without waiting."""
        return not self._thread.is_alive()

    def of(self, model: Model) -> Model:
        """Return the model with weights of its own.

        Raises
        ------
        MemoryError
            If there is not enough for them.
        """
        self._thread.join()
        if self._problem is not None:
            raise self._problem
        for name, table in self._tables.items():
            np.copyto(table, getattr(model, name))
        weights: dict[str, Any] = dict(self._tables)
        return replace(model, **weights)

    def give_back(self, model: Model) -> None:
        """Write the weights that were copied last into the model."""
        for name, table in self._tables.items():
            np.copyto(getattr(model, name), table)
