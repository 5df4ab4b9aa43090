"""Where the vectors of words and tags come from: a row each, or means of several rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from huffvec.device.updates import add_bounded

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class RowShare:
    """What each of n rows gets of the change of their mean: (scale / n)^exponent, at most all."""

    scale: float
    exponent: float

    def of(self, n: Tensor) -> Tensor:
        """Return the shares for numbers of rows."""
        return (self.scale / n).clamp(max=1) ** self.exponent


class Rows:
    """A row for each.

    Parameters
    ----------
    table
        float32 (n_rows, stride).
    frozen
        By word, not zero for those whose rows stay as they are; none if ``None``.
    """

    def __init__(self, table: Tensor, frozen: npt.NDArray[np.uint8] | None) -> None:
        self.table = table
        self.learns: Tensor | None = None
        if frozen is not None:
            self.learns = torch.ones(len(table), device=table.device)
            self.learns[: len(frozen)] = torch.from_numpy((frozen == 0).astype("float32"))

    def sizes(self, ids: Tensor) -> Tensor:
        """Return ones, float32 of the shape of ids."""
        return torch.ones_like(ids, dtype=torch.float32)

    def vectors(self, ids: Tensor) -> Tensor:
        """Return the vectors, float32 (…, stride), of members, int64 (…)."""
        return self.table[ids]

    def add(self, ids: Tensor, changes: Tensor, moves: Tensor) -> None:
        """Add changes to vectors, as `huffvec.device.updates.add_bounded` takes them."""
        if self.learns is not None:
            changes = changes * self.learns[ids, None]
        add_bounded(self.table, ids, changes, moves)


class Bags:
    """The mean of a bag of rows for a word (subwords), one row for a tag.

    Parameters
    ----------
    table
        float32 (n_rows, stride).
    offsets, row_ids
        The rows of word w are ``row_ids[offsets[w] : offsets[w + 1]]``.
    n_tags
        How many rows at the end of the table are those of tags.
    share
        What each row gets of a change of a word's vector.
    """

    def __init__(
        self,
        table: Tensor,
        offsets: npt.NDArray[np.int64],
        row_ids: npt.NDArray[np.int32],
        n_tags: int,
        share: RowShare,
    ) -> None:
        self.table, self.share = table, share
        first_tag = len(table) - n_tags
        tags = torch.arange(n_tags, device=table.device)
        words = torch.from_numpy(row_ids).to(table.device).long()
        ends = torch.from_numpy(offsets).to(table.device)
        self.row_ids = torch.cat([words, first_tag + tags])
        self.offsets = torch.cat([ends, ends[-1:] + 1 + tags])

    def sizes(self, ids: Tensor) -> Tensor:
        """Return how many rows members have, float32 of the shape of ids."""
        return (self.offsets[ids + 1] - self.offsets[ids]).float()

    def vectors(self, ids: Tensor) -> Tensor:
        """Return the vectors, float32 (…, stride), of members, int64 (…)."""
        distinct, places = torch.unique(ids, return_inverse=True)
        rows, owners = self._rows(distinct)
        sums = self.table.new_zeros(len(distinct), self.table.shape[1])
        sums.index_add_(0, owners, self.table[rows])
        return (sums / self.sizes(distinct)[:, None])[places]

    def add(self, ids: Tensor, changes: Tensor, moves: Tensor) -> None:
        """Add changes to vectors, as `huffvec.device.updates.add_bounded` takes them."""
        distinct, places = torch.unique(ids, return_inverse=True)
        rows, owners = self._rows(distinct)
        sums = changes.new_zeros(len(distinct), changes.shape[1]).index_add_(0, places, changes)
        moved = moves.new_zeros(len(distinct)).index_add_(0, places, moves)
        share = self.share.of(self.sizes(distinct))
        add_bounded(self.table, rows, (share[:, None] * sums)[owners], (share * moved)[owners])

    def _rows(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return the rows of members, (n,), and which of these each belongs to, (n,)."""
        sizes = self.offsets[ids + 1] - self.offsets[ids]
        owners = torch.repeat_interleave(sizes)
        before = torch.cumsum(sizes, dim=0) - sizes
        within = torch.arange(len(owners), device=ids.device) - before[owners]
        return self.row_ids[self.offsets[ids][owners] + within], owners
