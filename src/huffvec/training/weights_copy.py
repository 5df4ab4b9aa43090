"""A copy of a model's weights, made quickly while training goes on or stands still."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from huffvec.config import stride_of
from huffvec.engine import engine

if TYPE_CHECKING:
    from huffvec.weights import Weights

_SMALLEST_PAGE = 4096


class Weighted(Protocol):
    """A model of any kind: a dataclass with weights."""

    weights: Weights
    __dataclass_fields__: ClassVar[dict[str, Any]]


ModelT = TypeVar("ModelT", bound=Weighted)


class WeightsCopy(Generic[ModelT]):
    """Memory for a copy of a model's weights, in large pages, touched by a thread of its own.

    The system takes up to ten times as long to find a page at its first touch as to copy it later,
    and training goes on meanwhile.
    """

    def __init__(self, model: ModelT) -> None:
        self._weights: dict[str, npt.NDArray[np.float32]] = {}
        self._problem: MemoryError | None = None
        self._thread = threading.Thread(target=self._make, args=(model,), name="huffvec-copy")
        self._thread.start()

    def _make(self, model: ModelT) -> None:
        try:
            for name, rows in model.weights.items():
                padded = engine().allocate_table(len(rows), stride_of(rows.shape[1]))
                padded.reshape(-1)[:: _SMALLEST_PAGE // padded.itemsize] = 0
                self._weights[name] = padded[:, : rows.shape[1]]
        except MemoryError as error:
            self._problem = error

    def is_ready(self) -> bool:
        """Return whether copying can go ahead without waiting."""
        return not self._thread.is_alive()

    def of(self, model: ModelT) -> ModelT:
        """Return the model with weights of its own.

        Raises
        ------
        MemoryError
            If there is not enough for them.
        """
        self._thread.join()
        if self._problem is not None:
            raise self._problem
        for name, copied in self._weights.items():
            np.copyto(copied, model.weights[name])
        return replace(model, weights=dict(self._weights))

    def give_back(self, model: ModelT) -> None:
        """Write the weights that were copied last into the model."""
        for name, copied in self._weights.items():
            np.copyto(model.weights[name], copied)
