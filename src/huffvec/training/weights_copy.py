"""A copy of a model's weights, made quickly while training goes on or stands still."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from huffvec.config import stride_of
from huffvec.engine import engine
from huffvec.errors import OutputError
from huffvec.training.tables import file_table

if TYPE_CHECKING:
    from huffvec.weights import Weights

_SMALLEST_PAGE = 4096


class Weighted(Protocol):
    """A model of any kind: a dataclass with weights."""

    weights: Weights
    config: Any
    __dataclass_fields__: ClassVar[dict[str, Any]]


ModelT = TypeVar("ModelT", bound=Weighted)


class WeightsCopy(Generic[ModelT]):
    """Memory for a copy of a model's weights, in large pages, touched by a thread of its own.

    The system takes up to ten times as long to find a page at its first touch as to copy it later,
    and training goes on meanwhile. Where the weights lie in files of a folder
    (:mod:`huffvec.training.tables`), their copy does as well.
    """

    def __init__(self, model: ModelT) -> None:
        self._weights: dict[str, npt.NDArray[np.float32]] = {}
        self._problem: MemoryError | OutputError | None = None
        self._thread = threading.Thread(target=self._make, args=(model,), name="huffvec-copy")
        self._thread.start()

    def _make(self, model: ModelT) -> None:
        try:
            for name, rows in model.weights.items():
                stride = stride_of(rows.shape[1])
                if model.config.offload_folder is not None:
                    padded = file_table(len(rows), stride, model.config.offload_folder)
                else:
                    padded = engine().allocate_table(len(rows), stride)
                    padded.reshape(-1)[:: _SMALLEST_PAGE // padded.itemsize] = 0
                self._weights[name] = padded[:, : rows.shape[1]]
        except (MemoryError, OutputError) as error:
            self._problem = error

    def is_ready(self) -> bool:
        """Return whether copying can go ahead without waiting."""
        return not self._thread.is_alive()

    def of(self, model: ModelT) -> ModelT:
        """Return the model with weights of its own.

        Raises
        ------
        MemoryError, OutputError
            If there is not enough for them, or no room in the folder.
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
