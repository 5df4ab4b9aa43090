"""A step of training: some targets of a block, what predicts them, and the tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from torch import Tensor

if TYPE_CHECKING:
    from huffvec.device.fused import Fused
    from huffvec.device.inputs import Context, Inputs
    from huffvec.device.text import Block

# Neighbours that a program of the fused kernel trains; products of matrices need 16 rows or more.
GROUP = 16


@dataclass(frozen=True)
class Step:
    """Targets that are trained at once, all from the values before.

    Attributes
    ----------
    block, at
        The targets' numbers in a block, int64 (n,); each has something that predicts it, unless
        the kernel trains.
    inputs
        The input side.
    table
        The output rows, float32 (n_outputs, stride).
    candidates
        The words that are scored, int64 (n_candidates,), rising; all of them if ``None``.
    fused
        The kernel that trains tiles, or ``None`` where PyTorch's operators do.
    """

    block: Block
    at: Tensor
    inputs: Inputs
    table: Tensor
    candidates: Tensor | None = None
    fused: Fused | None = None

    @property
    def targets(self) -> Tensor:
        """The words that are predicted, int64 (n,)."""
        return self.block.ids[self.at]

    @property
    def rates(self) -> Tensor:
        """Their learning rates, float32 (n,)."""
        return self.block.rates[self.at]

    @cached_property
    def context(self) -> Context:
        """What predicts them."""
        return self.inputs.context(self.block, self.at)

    @cached_property
    def hidden(self) -> tuple[Tensor, Tensor]:
        """The hidden vectors, float32 (n, m, stride), and how often each counts, (n, m)."""
        return self.inputs.hidden(self.context)


class Trained(NamedTuple):
    """What a step has trained, as numbers on the device.

    Attributes
    ----------
    loss
        The sum of the losses, in nats.
    targets
        How many predictions there were.
    """

    loss: Tensor
    targets: Tensor


class Part(NamedTuple):
    """Targets of a block that can be trained together.

    Attributes
    ----------
    at
        Their numbers, int64 (n,).
    candidates
        As a `Step` has them.
    """

    at: Tensor
    candidates: Tensor | None = None
