"""Steps of logistic decisions by the fused kernel (:mod:`huffvec.device.logistic_kernel`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import triton
from torch import Tensor

from huffvec.device.logistic_kernel import train_group

GROUP = 16  # targets of a program; products of matrices need 16 rows or more
_OUTPUTS = 8  # of a target, in a block of decisions
_DIMS = 32  # numbers of a row that are in registers at once
TOP = 32  # nodes near the root, at most
LAUNCH = {"num_warps": 8, "num_stages": 1}  # a stage more takes four times the shared memory


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
    shares: Tensor = field(repr=False)
    moves: Tensor = field(repr=False)


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


@dataclass(frozen=True)
class Decisions:
    """The output side of n targets.

    Attributes
    ----------
    rows
        Rows of the output table, int64 (n, o).
    signs
        1 for label 1 and -1 for label 0, float32 (n, o).
    weights
        How often each counts, float32 (n, o); 0 where there is none.
    offsets
        Added to the scores, float32 (n, o), or ``None``.
    top_rows
        The rows of the first n_top columns, which few targets do not have, int64 (at most 32,).
    top_signs
        By target and top row 1 for label 1, -1 for label 0, and 0 where the target does not have
        it, int8 (n, 32).
    n_top
        Columns whose rows are among the top rows.
    """

    rows: Tensor
    signs: Tensor
    weights: Tensor
    offsets: Tensor | None = None
    top_rows: Tensor | None = None
    top_signs: Tensor | None = None
    n_top: int = 0


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
    decisions: Decisions,
    rate: Tensor,
    precision: str = "tf32",
) -> tuple[Tensor, Tensor]:
    """Train targets by one launch.

    Parameters
    ----------
    inputs, outputs
        The tables, which change.
    windows
        The targets and their windows.
    decisions
        Their outputs.
    rate
        The learning rate, float32 (1,).
    precision
        That of products on a GPU: ``"tf32"`` or ``"ieee"``.

    Returns
    -------
    tuple
        The sum of the losses in nats, and how many predictions there were, () each.
    """
    n = len(windows.targets)
    losses, counts = rate.new_empty(2, triton.cdiv(n, GROUP))
    unused = rate
    train_group[(len(losses),)](
        inputs.rows,
        outputs.rows,
        inputs.shares,
        outputs.shares,
        inputs.moves,
        outputs.moves,
        losses,
        counts,
        windows.targets,
        windows.words,
        windows.lefts,
        windows.rights,
        _or(windows.mean_shares, unused),
        decisions.rows,
        decisions.signs,
        decisions.weights,
        _or(decisions.offsets, unused),
        _or(decisions.top_rows, unused),
        _or(decisions.top_signs, unused),
        rate,
        n,
        len(windows.words),
        decisions.rows.shape[1],
        decisions.n_top,
        0 if decisions.top_rows is None else len(decisions.top_rows),
        **constants(
            inputs.rows.shape[1],
            radius=windows.radius,
            mean=windows.mean_shares is not None,
            top=decisions.top_rows is not None,
            offsets=decisions.offsets is not None,
            precision=precision,
        ),
        **LAUNCH,
    )
    return losses.sum(), counts.sum()


def _or(tensor: Tensor | None, other: Tensor) -> Tensor:
    return other if tensor is None else tensor.contiguous()
