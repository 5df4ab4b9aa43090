"""Bands of words whose output rows lie several to a table row (`huffvec.objectives.bands`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from huffvec.config import stride_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Band(NamedTuple):
    """A row of the table of bands."""

    first_word: int
    n_words: int
    first_row: int
    width: int
    per_row: int

    def rows(self, table: Tensor) -> Tensor:
        """Return the rows, float32 (n_words, width)."""
        return self._view(table).reshape(-1, self.width)[: self.n_words]

    def add(self, table: Tensor, changes: Tensor) -> None:
        """Add changes, (n_words, width), to the rows in place."""
        view = self._view(table)
        n_free = view.shape[0] * self.per_row - self.n_words
        view += functional.pad(changes, (0, 0, 0, n_free)).view(view.shape)

    def _view(self, table: Tensor) -> Tensor:
        """Return the rows where they lie, (n_table_rows, per_row, width)."""
        n_table_rows = -(-self.n_words // self.per_row)
        part = table[self.first_row : self.first_row + n_table_rows]
        return part.as_strided(
            (n_table_rows, self.per_row, self.width), (table.stride(0), stride_of(self.width), 1)
        )


def bands_of(table: npt.NDArray[np.int32]) -> list[Band]:
    """Return the bands of a table."""
    return [Band(*row) for row in table.tolist()]


def ranks_of(ranks: npt.NDArray[np.int32] | None, device: torch.device) -> Tensor | None:
    """Return the ranks of words on a device, int64 (n_words,); ``None`` where ids are ranks."""
    return None if ranks is None else torch.from_numpy(ranks.astype("int64")).to(device)
