"""A step of tiles: some output rows for each target, each with a sign, a weight and an offset.

This is ``cpp/engine/tile.hpp`` for thousands of targets at once: by PyTorch's operators, or by a
kernel of an accelerator (:mod:`huffvec.device.fused`) where there is one for the link and the input
side.
"""

from __future__ import annotations

import importlib.util
import os
from typing import TYPE_CHECKING

from torch import Tensor

from huffvec.device.inputs import Inputs
from huffvec.device.links import Link, Outputs, logistic
from huffvec.device.sources import Rows
from huffvec.device.step import Step, Trained
from huffvec.device.updates import ALIKE, add_bounded, shares_of

if TYPE_CHECKING:
    from huffvec.device.fused import Fused


def train_tiles(step: Step, outputs: Outputs, link: Link) -> Trained:
    """Change both tables by a step in place, all gradients those of the values before."""
    return step.fused.train(step, outputs) if step.fused else _by_operators(step, outputs, link)


def fused_for(inputs: Inputs, table: Tensor, link: Link, window: int) -> Fused | None:
    """Return the kernel for a run's tables, or ``None`` if there is none.

    It is Triton's, for NVIDIA's and AMD's devices; for a CPU where Triton is told to interpret
    (``TRITON_INTERPRET=1``), to try it.

    Parameters
    ----------
    inputs, table
        The input side and the output rows.
    link
        How scores and labels make gradients.
    window
        The largest distance between a target and the words that predict it.
    """
    interprets = os.environ.get("TRITON_INTERPRET") == "1"
    if table.device.type != ("cpu" if interprets else "cuda") or link is not logistic:
        return None
    plain = isinstance(inputs.source, Rows) and inputs.source.learns is None
    if not plain or inputs.positions is not None or inputs.tag_offsets is not None:
        return None
    if importlib.util.find_spec("triton") is None:
        return None
    from huffvec.device.fused import WIDEST, Fused

    return Fused(inputs, table, window) if window <= WIDEST else None


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
        share = shares_of(sizes.sum(), ALIKE)
        step.table[outputs.log_z_row, 0] -= share * gradients.sum()
    add_bounded(step.table, outputs.rows.flatten(), of_rows, moves)
    return Trained((losses * counts).sum(), counts.sum())
