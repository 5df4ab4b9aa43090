"""Steps of logistic decisions by the fused kernel (:mod:`huffvec.device.logistic_kernel`).

The kernel changes rows as soon as it knows how, so that nobody can know beforehand how far all
changes of a step move a row. Each row's share (:mod:`huffvec.device.updates`) is therefore that of
the step before, which has as many targets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
import triton
from torch import Tensor

from huffvec.device.inputs import Mean
from huffvec.device.logistic_kernel import train_group
from huffvec.device.step import GROUP, Trained
from huffvec.device.updates import ALIKE, shares_of

if TYPE_CHECKING:
    from huffvec.device.inputs import Inputs
    from huffvec.device.links import Outputs
    from huffvec.device.step import Step

WIDEST = 24  # window, with which a program's scores fit in registers
TOP = 32  # rows that few columns of outputs have, at most
LAUNCH = {"num_warps": 8, "num_stages": 1}  # a stage more takes four times the shared memory
_OUTPUTS = 8  # of a target, in a block of decisions
_DIMS = 32  # numbers of a row that are in registers at once


@dataclass(frozen=True)
class Table:
    """Rows that are trained in place, and what bounds their changes.

    Attributes
    ----------
    rows
        float32 (n_rows, stride).
    shares
        What each row's changes are multiplied by, float32 (n_rows,).
    moves
        By how many nats the changes of each row would move scores, float32 (n_rows,): added to.
    """

    rows: Tensor
    shares: Tensor
    moves: Tensor

    @classmethod
    def of(cls, rows: Tensor) -> Table:
        """Return a table that has not been trained yet."""
        return cls(rows, rows.new_ones(len(rows)), rows.new_zeros(len(rows)))

    def begin_step(self) -> None:
        """Bound changes by what the step before would have moved."""
        self.shares.copy_(shares_of(self.moves))
        self.moves.zero_()


@dataclass(frozen=True)
class Windows:
    """Targets in runs of `GROUP` neighbours, and the words around them.

    Attributes
    ----------
    targets
        Their places among the words, int64 (n,); each run rises by one from its first.
    words
        Ids, int64 (n_words,).
    lefts, rights
        The place where each word's window begins, and the one behind its end, int64 (n_words,).
    radius
        Places from a target to the farthest word of its window, at most.
    mean_shares
        For CBOW: what each of so many words gets of the change of their mean, float32
        (2 radius + 1,). For skip-gram ``None``.
    """

    targets: Tensor
    words: Tensor
    lefts: Tensor
    rights: Tensor
    radius: int
    mean_shares: Tensor | None = None


class Fused:
    """A run's tables as the kernel trains them.

    Parameters
    ----------
    inputs
        The input side: a row for each word, and nothing else.
    table
        The output rows.
    window
        The largest distance between a target and the words that predict it, at most `WIDEST`.
    """

    def __init__(self, inputs: Inputs, table: Tensor, window: int) -> None:
        self._inputs, self._outputs = Table.of(inputs.table), Table.of(table)
        self._window, self._mean_shares = window, None
        if isinstance(inputs, Mean):
            sizes = torch.arange(2 * window + 1, device=table.device).clamp(min=1)
            self._mean_shares = inputs.share.of(sizes)

    def train(self, step: Step, outputs: Outputs) -> Trained:
        """Train a step, whose targets are runs of `GROUP` neighbours, but for the last run."""
        block = step.block
        self._inputs.begin_step()
        self._outputs.begin_step()
        windows = Windows(
            step.at, block.ids, block.lefts, block.rights, self._window, self._mean_shares
        )
        rate = step.rates.mean()[None]
        log_z = None
        if outputs.log_z_row is not None:
            log_z = self._outputs.rows[outputs.log_z_row, 0]
            offsets = _or(outputs.offsets, torch.zeros_like(outputs.signs)) - log_z
            outputs = replace(outputs, offsets=offsets)
        loss, n, pull, size = train_windows(self._inputs, self._outputs, windows, outputs, rate)
        if log_z is not None:
            log_z -= shares_of(size, ALIKE) * pull
        return Trained(loss, n)


def top_signs(outputs: Outputs) -> Tensor | None:
    """Return the labels of outputs at top rows, or ``None`` where there are no such rows.

    Returns
    -------
    torch.Tensor
        By target and top row 1 for label 1, -1 for label 0, and 0 where the target does not have
        it, int8 (n, 32).
    """
    if outputs.top_rows is None:
        return None
    n = outputs.n_top
    slots = torch.searchsorted(outputs.top_rows, outputs.rows[:, :n].contiguous())
    labels = (outputs.signs * outputs.weights)[:, :n].to(torch.int8)
    return labels.new_zeros(len(slots), TOP).scatter_add_(1, slots, labels)


def constants(
    stride: int, *, radius: int, mean: bool, top: bool, offsets: bool, precision: str = "tf32"
) -> dict[str, Any]:
    """Return what is fixed when the kernel is compiled."""
    return {
        "STRIDE": stride,
        "RADIUS": radius,
        "GROUP": GROUP,
        "CONTEXTS": triton.next_power_of_2(GROUP + 2 * radius),
        "OUTPUTS": _OUTPUTS,
        "DIMS": _DIMS,
        "TOP": TOP if top else 0,
        "MEAN": mean,
        "HAS_OFFSETS": offsets,
        "PRECISION": precision,
    }


def train_windows(
    inputs: Table,
    outputs: Table,
    windows: Windows,
    decided: Outputs,
    rate: Tensor,
    precision: str = "tf32",
) -> tuple[Tensor, ...]:
    """Train targets by one launch.

    Parameters
    ----------
    inputs, outputs
        The tables, which change.
    windows
        The targets and their windows.
    decided
        Their outputs, where log Z is among the offsets.
    rate
        The learning rate, float32 (1,).
    precision
        That of products on a GPU: ``"tf32"`` or ``"ieee"``.

    Returns
    -------
    tuple
        The sum of the losses in nats, how many predictions there were, and the sums of all
        gradients and of their sizes, but for those at top rows: () each.
    """
    n = len(windows.targets)
    sums = rate.new_zeros(4, triton.cdiv(n, GROUP))
    unused = rate
    train_group[(sums.shape[1],)](
        inputs.rows,
        outputs.rows,
        inputs.shares,
        outputs.shares,
        inputs.moves,
        outputs.moves,
        *sums,
        windows.targets,
        windows.words,
        windows.lefts,
        windows.rights,
        _or(windows.mean_shares, unused),
        decided.rows,
        decided.signs,
        decided.weights,
        _or(decided.offsets, unused),
        _or(decided.top_rows, unused),
        _or(top_signs(decided), unused),
        rate,
        n,
        len(windows.words),
        decided.rows.shape[1],
        decided.n_top,
        0 if decided.top_rows is None else len(decided.top_rows),
        **constants(
            inputs.rows.shape[1],
            radius=windows.radius,
            mean=windows.mean_shares is not None,
            top=decided.top_rows is not None,
            offsets=decided.offsets is not None,
            precision=precision,
        ),
        **LAUNCH,
    )
    totals: tuple[Tensor, ...] = sums.sum(dim=1).unbind()
    return totals


def _or(tensor: Tensor | None, other: Tensor) -> Tensor:
    return other if tensor is None else tensor.contiguous()
