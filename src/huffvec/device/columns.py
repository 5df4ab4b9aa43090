"""Steps that score the same words for all targets: products of matrices.

The hidden vectors of a step are columns, each with a target; those that do not count are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from huffvec.device.step import Trained
from huffvec.device.updates import shares_of

if TYPE_CHECKING:
    from huffvec.device.step import Step


@dataclass(frozen=True)
class Columns:
    """Hidden vectors with their targets.

    Attributes
    ----------
    there
        Which hidden vectors of a step they are, bool (n, m).
    hidden
        float32 (c, stride).
    of
        Each one's target in the step, int64 (c,).
    rates
        How often each counts, times its learning rate, float32 (c,).
    counts
        How often each counts, float32 (c,).
    """

    there: Tensor
    hidden: Tensor
    of: Tensor
    rates: Tensor
    counts: Tensor

    @classmethod
    def of_step(cls, step: Step) -> Columns:
        """Return the columns of a step."""
        hidden, counts = step.hidden
        there = counts > 0
        of = there.nonzero()[:, 0]
        return cls(there, hidden[there], of, counts[there] * step.rates[of], counts[there])

    def train(self, step: Step, losses: Tensor, changes: Tensor, moves: Tensor) -> Trained:
        """Change the input side, and return what was trained.

        Parameters
        ----------
        step
            What is trained.
        losses
            Of each column, (c,).
        changes, moves
            Of the hidden vectors, (c, stride) and (c,): as `huffvec.device.inputs.Inputs.add` has
            them.
        """
        shape = self.there.shape
        of_all = changes.new_zeros(*shape, changes.shape[1])
        of_all[self.there] = changes
        moved = moves.new_zeros(shape)
        moved[self.there] = moves
        step.inputs.add(step.context, of_all, moved)
        return Trained((losses * self.counts).sum(), self.counts.sum())


class Products(NamedTuple):
    """What gradients of scores change.

    Attributes
    ----------
    hidden, moves
        Of the hidden vectors the changes, (c, width), and by how many nats they move scores, (c,).
    rows
        Of the output rows the changes, (r, width), within the bound of
        :mod:`huffvec.device.updates`.
    """

    hidden: Tensor
    moves: Tensor
    rows: Tensor

    @classmethod
    def of(cls, gradients: Tensor, hidden: Tensor, rows: Tensor) -> Products:
        """Return the changes.

        Parameters
        ----------
        gradients
            What scores are to grow by, times the learning rate, (c, r).
        hidden
            (c, width).
        rows
            (r, width).
        """
        sizes = gradients.abs()
        shares = shares_of(sizes.mT @ hidden.square().sum(dim=1))
        return cls(
            gradients @ rows,
            sizes @ rows.square().sum(dim=1),
            shares[:, None] * (gradients.mT @ hidden),
        )


def softmax_gradients(scores: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Return −log p of the targets at places, (c,), and one-hot − p, (c, r)."""
    log_probs = torch.log_softmax(scores, dim=1)
    gradients = -torch.exp(log_probs)
    gradients.scatter_add_(1, places[:, None], torch.ones_like(gradients[:, :1]))
    return -log_probs.gather(1, places[:, None])[:, 0], gradients
