"""What every output layer has: it trains a step, and says how much of one fits into memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

from huffvec.device.links import Outputs
from huffvec.device.step import Part, Step, Trained
from huffvec.device.tiles import fused_for, train_tiles

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from huffvec.device.fused import Fused
    from huffvec.device.inputs import Inputs
    from huffvec.device.links import Link
    from huffvec.device.text import Block


class Layer(ABC):
    """An objective's tables on a device.

    Parameters
    ----------
    device
        Where they are.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device

    def parts(self, block: Block, at: Tensor) -> Iterator[Part]:
        """Yield the targets of a block that can be trained together: here all of them.

        Parameters
        ----------
        block
            Where they are.
        at
            Those that have something that predicts them, int64 (n,).
        """
        yield Part(at)

    def fused(self, inputs: Inputs, table: Tensor, window: int) -> Fused | None:
        """Return the kernel that trains a run's tables with this layer: here there is none.

        Parameters
        ----------
        inputs, table
            The input side and the output rows.
        window
            The largest distance between a target and the words that predict it.
        """
        return None

    @abstractmethod
    def numbers(self, n_hidden: int, stride: int) -> int:
        """Return how many numbers a target takes in memory that has so many hidden vectors."""

    @abstractmethod
    def train(self, step: Step) -> Trained:
        """Change both tables by a step in place."""


class TileLayer(Layer):
    """A layer that chooses some output rows for each target.

    Attributes
    ----------
    link
        How scores and labels make gradients.
    width
        Output rows of a target, at most.
    """

    link: Link
    width: int

    def fused(self, inputs: Inputs, table: Tensor, window: int) -> Fused | None:
        """Return the kernel for the link, if it has one for this input side."""
        return fused_for(inputs, table, self.link, window)

    @abstractmethod
    def outputs(self, step: Step) -> Outputs:
        """Return the output side of a step."""

    def numbers(self, n_hidden: int, stride: int) -> int:
        """Return the numbers of the vectors of both sides."""
        return (n_hidden + self.width) * stride

    def train(self, step: Step) -> Trained:
        """Train the tiles."""
        return train_tiles(step, self.outputs(step), self.link)
