"""What layers share that draw words for each target: the engine's own draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from huffvec.device.draws import AliasTable, numbers
from huffvec.device.outputs.base import TileLayer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.device.step import Step


class DrawnLayer(TileLayer):
    """A layer that sets a target against words drawn at random.

    Parameters
    ----------
    device
        Where its tables are.
    probs
        What words are drawn by, float64 (n_words,).
    samples
        Draws for a target.
    share
        How many targets in a row share their draws.
    """

    first_draw = 0  # in a chunk's stream of noise

    def __init__(
        self,
        device: torch.device,
        probs: npt.NDArray[np.float64],
        samples: int,
        share: int = 1,
    ) -> None:
        super().__init__(device)
        self.samples, self.share, self.width = samples, share, 1 + samples
        self.noise = AliasTable(probs, device)

    def drawn(self, step: Step) -> Tensor:
        """Return the words that are drawn for targets, int64 (n, samples)."""
        block, at = step.block, step.at
        turns = block.ranks if self.share == 1 else self._turns(step)
        places = turns[at, None] * self.samples + torch.arange(self.samples, device=self.device)
        keys = block.noise_keys[block.chunks[at], None]
        return self.noise.draw(numbers(keys, places + self.first_draw))

    def _turns(self, step: Step) -> Tensor:
        """Return of every target of the block how many draws of its chunk were before its own."""
        begins = step.block.places % self.share == 0
        return step.block.counted_before(begins) - (~begins).long()


def signs_of(rows: Tensor) -> Tensor:
    """Return 1 for the first output of each target, and -1 for the others, float32 (n, o)."""
    signs = torch.full_like(rows, -1, dtype=torch.float32)
    signs[:, 0] = 1
    return signs


def first_in_row(ids: Tensor) -> Tensor:
    """Return which of the ids of each row, (n, k), is the first of its value: bool (n, k)."""
    ordered, order = torch.sort(ids, dim=1, stable=True)
    is_first = torch.ones_like(ids, dtype=torch.bool)
    is_first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    return torch.zeros_like(is_first).scatter(1, order, is_first)
