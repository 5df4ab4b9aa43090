"""A step of tiles: some output rows for each target, each with a sign, a weight and an offset.

This is ``cpp/engine/tile.hpp`` for thousands of targets at once. `train_tiles` is the seam for
kernels of an accelerator: what is registered in `KERNELS` for a kind of device is given the step
first, and leaves it to PyTorch's operators by returning None.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from huffvec.device.links import Link, Outputs
from huffvec.device.step import Step, Trained
from huffvec.device.updates import add_bounded, shares_of

Kernel = Callable[[Step, Outputs, Link], "Trained | None"]
KERNELS: dict[str, Kernel] = {}  # by the kind of device


def train_tiles(step: Step, outputs: Outputs, link: Link) -> Trained:
    """Change both tables by a step in place, all gradients those of the values before."""
    kernel = KERNELS.get(step.table.device.type)
    trained = kernel(step, outputs, link) if kernel else None
    return trained or _by_operators(step, outputs, link)


def _scores(step: Step, outputs: Outputs, rows: Tensor) -> Tensor:
    """Return the scores, (n, m, o), of output rows (n, o, stride) with the hidden vectors."""
    scores = step.hidden[0] @ rows.mT
    if outputs.offsets is not None:
        scores = scores + outputs.offsets[:, None]
    if outputs.log_z_row is not None:
        scores = scores - step.table[outputs.log_z_row, 0]
    return scores


def _by_operators(step: Step, outputs: Outputs, link: Link) -> Trained:
    hidden, counts = step.hidden
    rows = step.table[outputs.rows]
    losses, gradients = link(_scores(step, outputs, rows), outputs)
    gradients = gradients * (counts * step.rates[:, None])[:, :, None]
    sizes = gradients.abs()
    step.inputs.add(
        step.context,
        gradients @ rows,
        (sizes @ rows.square().sum(dim=2)[:, :, None])[:, :, 0],
    )
    of_rows = (gradients.mT @ hidden).flatten(end_dim=1)
    moves = (sizes.mT @ hidden.square().sum(dim=2)[:, :, None]).flatten()
    if outputs.log_z_row is not None:
        share = shares_of(sizes.sum())
        step.table[outputs.log_z_row, 0] -= share * gradients.sum()
    add_bounded(step.table, outputs.rows.flatten(), of_rows, moves)
    return Trained((losses * counts).sum(), counts.sum())
