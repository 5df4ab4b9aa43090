"""Tables of modules: what follows from counts and options, and is not trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    import numpy.typing as npt
    from typing_extensions import Self


class TableModule(nn.Module):
    """A module that has tables as buffers and sees to it that they keep their numbers.

    They keep their dtype when the module is moved to half precision, which would spoil them, and
    come along from the meta device and through ``to_empty``, where parameters wait for a state to
    be loaded.
    """

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[str, Any] = {}  # by name: None, or of tables on the meta device theirs

    def keep(
        self, *, persistent: bool, device: Any, dtype: Any, **tables: npt.NDArray[Any]
    ) -> None:
        """Make buffers of arrays, in place of any that have the names.

        Parameters
        ----------
        persistent
            Whether they are in the ``state_dict``.
        device, dtype
            Where they are; those of floats in float64 if dtype is that, else in float32.
        **tables
            The arrays by name.
        """
        wide = torch.float64 if dtype == torch.float64 else torch.float32
        place = torch.get_default_device() if device is None else torch.device(device)
        for name, array in tables.items():
            kind = wide if array.dtype.kind == "f" else None
            table = torch.tensor(array, dtype=kind, device="cpu")
            self.register_buffer(name, table, persistent=persistent)
            self._move(name, table, place)

    def move_tables(self, device: torch.device) -> None:
        """Move the tables to where parameters are that came some other way."""
        for name in self._numbers:
            self._move(name, getattr(self, name), device)

    def _move(self, name: str, table: Tensor, device: torch.device) -> None:
        if table.is_meta:
            table = self._numbers[name]
        self._numbers[name] = table.cpu() if device.type == "meta" else None
        self._buffers[name] = table.to(device)

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        before = {name: getattr(self, name) for name in self._numbers}
        super()._apply(fn, recurse)
        for name, table in before.items():
            self._move(name, table, getattr(self, name).device)
        return self


def floats(tensor: Tensor) -> npt.NDArray[np.float32]:
    """Return a copy of a tensor, float32, in main memory."""
    return tensor.detach().to("cpu", torch.float32, copy=True).numpy()
