"""A fused kernel for tiles of logistic decisions, in Triton.

One program trains a group of centers that stand next to each other. Their windows overlap, so the
group's context rows are loaded once for all of them; so are the output rows of its decisions. All
scores of a block of decisions are one product of matrices, masked by who stands in whose window:

    S = O Hᵀ + offsets        (decisions × columns)
    G = rate · sign · σ(−sign · S) · weight, where the column belongs to the decision's window
    O += G H,  H += Gᵀ O      by atomic additions

The columns are context words (skip-gram) or the means of windows (CBOW). A group thus moves
8 d (K + 2) bytes a center of negative sampling with K noise words, beside the margin of the windows
at its ends.

The nodes near a tree's root are on nearly every path. They are trained apart: the score of such
a node and a column is the same for all centers of a group, so their labels are counted first, and
each node's row is written once a group.

Programs that run at the same time do not see each other's changes, as threads do not in Hogwild
(Niu et al. 2011), and no change is lost, since additions are atomic.
"""

# Triton reads annotations as types at run time.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"
# ruff: noqa: ANN001, ANN201, ANN202, PLR0917

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import triton
import triton.language as tl

_GROUP = 16  # centers of a program; products of matrices need 16 rows or more
_DECISIONS = 128  # of a block
_DIMS = 32  # numbers of a row that are in registers at once
_HOT_NODES = 32  # rows that products of matrices are padded to
LAUNCH = {"num_warps": 8, "num_stages": 1}  # a stage more takes four times the shared memory


@dataclass(frozen=True)
class Tables:
    """The rows that are trained, in place.

    Attributes:
        inputs: Input rows, (n_inputs, stride) float32.
        outputs: Output rows, (n_outputs, stride) float32.
    """

    inputs: torch.Tensor
    outputs: torch.Tensor


@dataclass(frozen=True)
class Windows:
    """The centers of a step and the words around them.

    Attributes:
        words: Ids of the words that follow one another, (n,) int32; of several sentences.
        begins: The first place of each word's window, (n,) int32.
        ends: The place after the last one, (n,) int32.
        radius: The largest distance between a center and its window's words.
        mean_share: For CBOW, where the mean of a window is one input: what each of n words gets of
            the change of their mean, by n, (2 radius + 1,) float32. For skip-gram, where each word
            is an input, none.
    """

    words: torch.Tensor
    begins: torch.Tensor
    ends: torch.Tensor
    radius: int
    mean_share: torch.Tensor | None = None


@dataclass(frozen=True)
class Decisions:
    """What is decided about each center, one center after another.

    Attributes:
        offsets: Where each center's decisions begin, and the end of the last, (n + 1,) int32.
        rows: Output rows, (n_decisions,) int32.
        signs: 1 for label 1, −1 for label 0, times the weight, (n_decisions,) float32.
        biases: Added to the scores, (n_decisions,) float32, or none.
    """

    offsets: torch.Tensor
    rows: torch.Tensor
    signs: torch.Tensor
    biases: torch.Tensor | None = None


@dataclass(frozen=True)
class HotNodes:
    """Nodes near the root of a tree, whose decisions are left out of `Decisions`.

    Attributes:
        rows: Their output rows, at most 32, (n_hot,) int32.
        signs: By word and node: 1 for label 1, −1 for label 0, 0 where the node is not on the
            word's path, (n_words, 32) int8.
    """

    rows: torch.Tensor
    signs: torch.Tensor


@triton.jit
def _decide(scores):
    """Return σ(−z) and −log σ(z) of scores z, without cancellation."""
    magnitude = tl.abs(scores)
    e = tl.exp(-magnitude)
    miss = tl.where(scores < 0, 1.0 / (1.0 + e), e / (1.0 + e))
    return miss, tl.maximum(-scores, 0.0) + tl.log(1.0 + e)


@triton.jit
def _columns(inputs, words, in_use, windows, dims, STRIDE: tl.constexpr, MEAN: tl.constexpr):
    """Load some numbers of all columns: of the context rows, or of their means."""
    at = words.to(tl.int64)[:, None] * STRIDE + dims[None, :]
    rows = tl.load(inputs + at, mask=in_use[:, None] & (dims < STRIDE)[None, :], other=0.0)
    if MEAN:
        rows = tl.dot(windows, rows, input_precision="ieee")
    return rows


@triton.jit
def _scores(
    inputs, outputs, words, in_use, windows, rows, is_row,
    STRIDE: tl.constexpr, DIMS: tl.constexpr, N_ROWS: tl.constexpr, N_COLUMNS: tl.constexpr,
    MEAN: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    scores = tl.zeros((N_ROWS, N_COLUMNS), tl.float32)
    for first in range(0, STRIDE, DIMS):
        dims = first + tl.arange(0, DIMS)
        h = _columns(inputs, words, in_use, windows, dims, STRIDE, MEAN)
        at = rows.to(tl.int64)[:, None] * STRIDE + dims[None, :]
        o = tl.load(outputs + at, mask=is_row[:, None] & (dims < STRIDE)[None, :], other=0.0)
        scores += tl.dot(o, tl.trans(h), input_precision=PRECISION)
    return scores


@triton.jit
def _update(
    inputs, outputs, words, in_use, windows, shares, rows, is_row, gradients,
    STRIDE: tl.constexpr, DIMS: tl.constexpr, MEAN: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    for first in range(0, STRIDE, DIMS):
        dims = first + tl.arange(0, DIMS)
        in_row = (dims < STRIDE)[None, :]
        h = _columns(inputs, words, in_use, windows, dims, STRIDE, MEAN)
        at = rows.to(tl.int64)[:, None] * STRIDE + dims[None, :]
        o = tl.load(outputs + at, mask=is_row[:, None] & in_row, other=0.0)
        change = tl.dot(gradients, h, input_precision=PRECISION)
        tl.atomic_add(outputs + at, change, mask=is_row[:, None] & in_row, sem="relaxed")
        change = tl.dot(tl.trans(gradients), o, input_precision=PRECISION)
        if MEAN:
            change = tl.dot(tl.trans(shares), change, input_precision="ieee")
        at = words.to(tl.int64)[:, None] * STRIDE + dims[None, :]
        tl.atomic_add(inputs + at, change, mask=in_use[:, None] & in_row, sem="relaxed")


@triton.jit
def _train_hot(
    inputs, outputs, words, in_use, windows, shares, belongs, targets, is_center,
    hot_rows, hot_signs, rate, n_hot, N_COLUMNS: tl.constexpr, STRIDE: tl.constexpr,
    DIMS: tl.constexpr, HOT: tl.constexpr, MEAN: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Train the nodes near the root; return the loss of each column."""
    nodes = tl.arange(0, HOT)
    is_node = nodes < n_hot
    rows = tl.load(hot_rows + nodes, mask=is_node, other=0)
    at = targets.to(tl.int64)[:, None] * HOT + nodes[None, :]
    labels = tl.load(hot_signs + at, mask=is_center[:, None] & is_node[None, :], other=0)
    ones = tl.dot(tl.trans((labels > 0).to(tl.float32)), belongs, input_precision="ieee")
    zeros = tl.dot(tl.trans((labels < 0).to(tl.float32)), belongs, input_precision="ieee")
    scores = _scores(
        inputs, outputs, words, in_use, windows, rows, is_node,
        STRIDE, DIMS, HOT, N_COLUMNS, MEAN, PRECISION,
    )  # fmt: skip
    low, lost_ones = _decide(scores)
    high, lost_zeros = _decide(-scores)
    gradients = rate * (ones * low - zeros * high)
    _update(
        inputs, outputs, words, in_use, windows, shares, rows, is_node, gradients,
        STRIDE, DIMS, MEAN, PRECISION,
    )  # fmt: skip
    return tl.sum(ones * lost_ones + zeros * lost_zeros, 0)


@triton.jit
def train_group(
    inputs, outputs, losses, words, begins, ends, mean_share, offsets, decided, signs, biases,
    hot_rows, hot_signs, rate, first_center, last_center, n_words, n_hot,
    STRIDE: tl.constexpr, RADIUS: tl.constexpr, GROUP: tl.constexpr, CONTEXTS: tl.constexpr,
    DECISIONS: tl.constexpr, DIMS: tl.constexpr, HOT: tl.constexpr, MEAN: tl.constexpr,
    BIASED: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Train a group of centers (see `train_windows`); write the sum of their losses."""
    program = tl.program_id(0)
    N_COLUMNS: tl.constexpr = GROUP if MEAN else CONTEXTS
    first = first_center + program * GROUP
    centers = first + tl.arange(0, GROUP)
    is_center = centers < last_center
    begin = tl.load(begins + centers, mask=is_center, other=0)
    end = tl.load(ends + centers, mask=is_center, other=0)
    places = first - RADIUS + tl.arange(0, CONTEXTS)
    exists = (places >= 0) & (places < n_words)
    context = tl.load(words + places, mask=exists, other=0)

    # Who stands in whose window; what a column stands for, by the center.
    in_window = (places[None, :] >= begin[:, None]) & (places[None, :] < end[:, None])
    in_window = in_window & (places[None, :] != centers[:, None]) & exists[None, :]
    windows = in_window.to(tl.float32)
    in_use = tl.sum(windows, 0) > 0
    belongs = windows
    shares = windows
    if MEAN:
        size = tl.sum(windows, 1)
        shares = windows * tl.load(mean_share + size.to(tl.int32))[:, None]
        windows = windows / tl.maximum(size, 1.0)[:, None]
        lanes = tl.arange(0, GROUP)
        belongs = ((lanes[:, None] == lanes[None, :]) & (size > 0)[:, None]).to(tl.float32)

    loss = tl.zeros((N_COLUMNS,), tl.float32)
    if HOT > 0:
        targets = tl.load(words + centers, mask=is_center, other=0)
        loss += _train_hot(
            inputs, outputs, context, in_use, windows, shares, belongs, targets, is_center,
            hot_rows, hot_signs, rate, n_hot, N_COLUMNS, STRIDE, DIMS, HOT, MEAN, PRECISION,
        )  # fmt: skip

    from_ = tl.load(offsets + centers, mask=is_center, other=0)
    to = tl.load(offsets + centers + 1, mask=is_center, other=0)
    last = tl.load(offsets + tl.minimum(first + GROUP, last_center))
    for block in range(tl.load(offsets + first), last, DECISIONS):
        decisions = block + tl.arange(0, DECISIONS)
        is_decision = decisions < last
        rows = tl.load(decided + decisions, mask=is_decision, other=0)
        sign = tl.load(signs + decisions, mask=is_decision, other=0.0)
        own = (decisions[:, None] >= from_[None, :]) & (decisions[:, None] < to[None, :])
        counts = tl.dot(own.to(tl.float32), belongs, input_precision="ieee") * tl.abs(sign)[:, None]
        scores = _scores(
            inputs, outputs, context, in_use, windows, rows, is_decision,
            STRIDE, DIMS, DECISIONS, N_COLUMNS, MEAN, PRECISION,
        )  # fmt: skip
        if BIASED:
            scores += tl.load(biases + decisions, mask=is_decision, other=0.0)[:, None]
        side = tl.where(sign < 0, -1.0, 1.0)[:, None]
        miss, missed = _decide(side * scores)
        loss += tl.sum(counts * missed, 0)
        gradients = rate * side * counts * miss
        _update(
            inputs, outputs, context, in_use, windows, shares, rows, is_decision, gradients,
            STRIDE, DIMS, MEAN, PRECISION,
        )  # fmt: skip
    tl.store(losses + program, tl.sum(loss))


def constants(
    stride: int, *, radius: int, mean: bool, hot: bool, biased: bool, precision: str = "tf32"
) -> dict[str, Any]:
    """Return what is fixed when the kernel is compiled."""
    return {
        "STRIDE": stride,
        "RADIUS": radius,
        "GROUP": _GROUP,
        "CONTEXTS": triton.next_power_of_2(_GROUP + 2 * radius),
        "DECISIONS": _DECISIONS,
        "DIMS": _DIMS,
        "HOT": _HOT_NODES if hot else 0,
        "MEAN": mean,
        "BIASED": biased,
        "PRECISION": precision,
    }


def train_windows(
    tables: Tables,
    windows: Windows,
    decisions: Decisions,
    hot: HotNodes | None = None,
    *,
    rate: float,
    first: int = 0,
    last: int | None = None,
    precision: str = "tf32",
) -> torch.Tensor:
    """Train the decisions about centers first … last − 1 of a step, all by one launch.

    Args:
        tables: The rows, which change.
        windows: The words and who is in whose window.
        decisions: The output rows and labels of each center.
        hot: The nodes near a tree's root, whose decisions are not among `decisions`.
        rate: Learning rate.
        first: The first center.
        last: The center after the last one; by default all words are centers.
        precision: That of products on a GPU: `"tf32"` or `"ieee"`.

    Returns:
        The sum of the losses, () float64, in nats.
    """
    words = windows.words
    last = len(words) if last is None else last
    n_programs = triton.cdiv(max(last - first, 0), _GROUP)
    losses = torch.zeros(n_programs, dtype=torch.float32, device=words.device)
    if n_programs == 0:
        return losses.sum(dtype=torch.float64)
    unused = losses
    train_group[(n_programs,)](
        tables.inputs,
        tables.outputs,
        losses,
        words,
        windows.begins,
        windows.ends,
        unused if windows.mean_share is None else windows.mean_share,
        decisions.offsets,
        decisions.rows,
        decisions.signs,
        unused if decisions.biases is None else decisions.biases,
        unused if hot is None else hot.rows,
        unused if hot is None else hot.signs,
        rate,
        first,
        last,
        len(words),
        0 if hot is None else len(hot.rows),
        **constants(
            tables.inputs.stride(0),
            radius=windows.radius,
            mean=windows.mean_share is not None,
            hot=hot is not None,
            biased=decisions.biases is not None,
            precision=precision,
        ),
        **LAUNCH,
    )
    return losses.sum(dtype=torch.float64)
