"""A fused kernel for steps of logistic decisions, in Triton.

One program trains a group of targets that stand next to each other. Their windows overlap, so the
group's context rows are loaded once for all of them. All scores of a block of decisions are one
product of matrices, masked by which column belongs to which target:

    S = O Hᵀ + offsets        (decisions × columns)
    G = rate · sign · σ(−sign · S) · weight, where the column belongs to the decision's target
    O += G H,  H += Gᵀ O      by atomic additions

The columns are context words (skip-gram) or the means of windows (CBOW). With K noise words a group
thus moves 8 d (K + 2) bytes a target, beside the words around the group.

The nodes near a tree's root are on nearly every path. They are trained apart: the score of such a
node and a column is the same for all targets of a group, so their labels are counted first, and
each node's row is written once a group.

Programs that run at the same time do not see each other's changes, as threads do not in Hogwild
(Niu et al. 2011), and no change is lost, since additions are atomic. Each row's changes are
multiplied by its share, and how far they would move scores is added up (see
:mod:`huffvec.device.updates`).
"""

# Triton reads annotations when it compiles.
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"
# ruff: noqa: ANN001, ANN201, ANN202, PLR0917

import triton
import triton.language as tl


@triton.jit
def _decide(scores):
    """Return σ(−z) and −log σ(z) of scores z, without cancellation."""
    e = tl.exp(-tl.abs(scores))
    miss = tl.where(scores < 0, 1.0 / (1.0 + e), e / (1.0 + e))
    return miss, tl.maximum(-scores, 0.0) + tl.log(1.0 + e)


@triton.jit
def _windows(
    words, lefts, rights, mean_shares, first, is_target, n_words,
    RADIUS: tl.constexpr, GROUP: tl.constexpr, CONTEXTS: tl.constexpr, MEAN: tl.constexpr,
):  # fmt: skip
    """Return the words around a group, which of them are in use, and what targets they are for.

    These are, by target and word: the word's part in a hidden vector, and its part of a change of
    one; by target and column whether the column is one of the target's.
    """
    lanes = tl.arange(0, GROUP)
    centers = first + lanes
    left = tl.load(lefts + centers, mask=is_target, other=0)
    right = tl.load(rights + centers, mask=is_target, other=0)
    places = first - RADIUS + tl.arange(0, CONTEXTS)
    exists = (places >= 0) & (places < n_words)
    context = tl.load(words + places, mask=exists, other=0)
    in_window = (places[None, :] >= left[:, None]) & (places[None, :] < right[:, None])
    in_window = in_window & (places[None, :] != centers[:, None]) & exists[None, :]
    windows = in_window.to(tl.float32)
    in_use = tl.sum(windows, 0) > 0
    to_words = windows
    belongs = windows
    if MEAN:
        size = tl.sum(windows, 1)
        to_words = windows * tl.load(mean_shares + size.to(tl.int32))[:, None]
        windows = windows / tl.maximum(size, 1.0)[:, None]
        belongs = ((lanes[:, None] == lanes[None, :]) & (size > 0)[:, None]).to(tl.float32)
    return context, in_use, windows, to_words, belongs


@triton.jit
def _columns(inputs, words, in_use, windows, dims, STRIDE: tl.constexpr, MEAN: tl.constexpr):
    """Load some numbers of all columns: of the context rows, or of their means."""
    at = words[:, None] * STRIDE + dims[None, :]
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
    """Return the scores, and the squared norms of output rows and of columns."""
    scores = tl.zeros((N_ROWS, N_COLUMNS), tl.float32)
    row_norms = tl.zeros((N_ROWS,), tl.float32)
    column_norms = tl.zeros((N_COLUMNS,), tl.float32)
    for first in range(0, STRIDE, DIMS):
        dims = first + tl.arange(0, DIMS)
        h = _columns(inputs, words, in_use, windows, dims, STRIDE, MEAN)
        at = rows[:, None] * STRIDE + dims[None, :]
        o = tl.load(outputs + at, mask=is_row[:, None] & (dims < STRIDE)[None, :], other=0.0)
        scores += tl.dot(o, tl.trans(h), input_precision=PRECISION)
        row_norms += tl.sum(o * o, 1)
        column_norms += tl.sum(h * h, 1)
    return scores, row_norms, column_norms


@triton.jit
def _update(
    inputs, outputs, input_shares, output_shares, input_moves, output_moves,
    words, in_use, windows, to_words, rows, is_row, gradients, sizes, row_norms, column_norms,
    STRIDE: tl.constexpr, DIMS: tl.constexpr, MEAN: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Add what gradients change, and how far that moves scores, of which sizes are the sums."""
    moves = tl.sum(sizes * column_norms[None, :], 1)
    tl.atomic_add(output_moves + rows, moves, mask=is_row, sem="relaxed")
    moves = tl.sum(sizes * row_norms[:, None], 0)
    if MEAN:
        moves = tl.sum(to_words * moves[:, None], 0)
    tl.atomic_add(input_moves + words, moves, mask=in_use, sem="relaxed")
    of_rows = tl.load(output_shares + rows, mask=is_row, other=0.0)[:, None]
    of_words = tl.load(input_shares + words, mask=in_use, other=0.0)[:, None]
    for first in range(0, STRIDE, DIMS):
        dims = first + tl.arange(0, DIMS)
        in_row = (dims < STRIDE)[None, :]
        h = _columns(inputs, words, in_use, windows, dims, STRIDE, MEAN)
        at = rows[:, None] * STRIDE + dims[None, :]
        o = tl.load(outputs + at, mask=is_row[:, None] & in_row, other=0.0)
        change = of_rows * tl.dot(gradients, h, input_precision=PRECISION)
        tl.atomic_add(outputs + at, change, mask=is_row[:, None] & in_row, sem="relaxed")
        change = tl.dot(tl.trans(gradients), o, input_precision=PRECISION)
        if MEAN:
            change = tl.dot(tl.trans(to_words), change, input_precision="ieee")
        at = words[:, None] * STRIDE + dims[None, :]
        tl.atomic_add(inputs + at, of_words * change, mask=in_use[:, None] & in_row, sem="relaxed")


@triton.jit
def _train_top(
    inputs, outputs, input_shares, output_shares, input_moves, output_moves,
    words, in_use, windows, to_words, belongs, of_step, is_target, top_rows, top_signs, rate, n_top,
    N_COLUMNS: tl.constexpr, STRIDE: tl.constexpr, DIMS: tl.constexpr, TOP: tl.constexpr,
    MEAN: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Train the nodes near the root; return the loss of each column."""
    nodes = tl.arange(0, TOP)
    is_node = nodes < n_top
    rows = tl.load(top_rows + nodes, mask=is_node, other=0)
    at = of_step[:, None] * TOP + nodes[None, :]
    labels = tl.load(top_signs + at, mask=is_target[:, None] & is_node[None, :], other=0)
    ones = tl.dot(tl.trans((labels > 0).to(tl.float32)), belongs, input_precision="ieee")
    zeros = tl.dot(tl.trans((labels < 0).to(tl.float32)), belongs, input_precision="ieee")
    scores, row_norms, column_norms = _scores(
        inputs, outputs, words, in_use, windows, rows, is_node,
        STRIDE, DIMS, TOP, N_COLUMNS, MEAN, PRECISION,
    )  # fmt: skip
    low, lost_ones = _decide(scores)
    high, lost_zeros = _decide(-scores)
    _update(
        inputs, outputs, input_shares, output_shares, input_moves, output_moves,
        words, in_use, windows, to_words, rows, is_node, rate * (ones * low - zeros * high),
        rate * (ones * low + zeros * high), row_norms, column_norms, STRIDE, DIMS, MEAN, PRECISION,
    )  # fmt: skip
    return tl.sum(ones * lost_ones + zeros * lost_zeros, 0)


@triton.jit
def _train_block(
    inputs, outputs, input_shares, output_shares, input_moves, output_moves,
    words, in_use, windows, to_words, belongs, decided, signs, weights, offsets,
    rate, n_targets, n_outputs, first, N_COLUMNS: tl.constexpr, STRIDE: tl.constexpr,
    GROUP: tl.constexpr, OUTPUTS: tl.constexpr, DIMS: tl.constexpr, MEAN: tl.constexpr,
    HAS_OFFSETS: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Train some outputs of all targets; return by column loss, gradients and their sizes."""
    lanes = tl.arange(0, GROUP)
    decisions = tl.arange(0, GROUP * OUTPUTS)
    lane = decisions // OUTPUTS
    of_step = tl.program_id(0) * GROUP + lane
    output = first + decisions % OUTPUTS
    at = of_step * n_outputs + output
    is_there = (of_step < n_targets) & (output < n_outputs)
    weight = tl.load(weights + at, mask=is_there, other=0.0)
    is_there = is_there & (weight > 0)
    lost = tl.zeros((N_COLUMNS,), tl.float32)
    pulled = tl.zeros((N_COLUMNS,), tl.float32)
    moved = tl.zeros((N_COLUMNS,), tl.float32)
    if tl.max(weight, 0) > 0:
        rows = tl.load(decided + at, mask=is_there, other=0)
        sign = tl.load(signs + at, mask=is_there, other=1.0)[:, None]
        own = (lane[:, None] == lanes[None, :]).to(tl.float32)
        times = tl.dot(own, belongs, input_precision="ieee") * weight[:, None]
        scores, row_norms, column_norms = _scores(
            inputs, outputs, words, in_use, windows, rows, is_there,
            STRIDE, DIMS, GROUP * OUTPUTS, N_COLUMNS, MEAN, PRECISION,
        )  # fmt: skip
        if HAS_OFFSETS:
            scores += tl.load(offsets + at, mask=is_there, other=0.0)[:, None]
        miss, missed = _decide(sign * scores)
        sizes = rate * times * miss
        lost += tl.sum(times * missed, 0)
        pulled += tl.sum(sign * sizes, 0)
        moved += tl.sum(sizes, 0)
        _update(
            inputs, outputs, input_shares, output_shares, input_moves, output_moves,
            words, in_use, windows, to_words, rows, is_there, sign * sizes, sizes, row_norms,
            column_norms, STRIDE, DIMS, MEAN, PRECISION,
        )  # fmt: skip
    return lost, pulled, moved


@triton.jit
def train_group(
    inputs, outputs, input_shares, output_shares, input_moves, output_moves,
    losses, counts, pulls, sizes, targets, words, lefts, rights, mean_shares,
    decided, signs, weights, offsets, top_rows, top_signs, rate,
    n_targets, n_words, n_outputs, first_output, n_top,
    STRIDE: tl.constexpr, RADIUS: tl.constexpr, GROUP: tl.constexpr, CONTEXTS: tl.constexpr,
    OUTPUTS: tl.constexpr, DIMS: tl.constexpr, TOP: tl.constexpr, MEAN: tl.constexpr,
    HAS_OFFSETS: tl.constexpr, PRECISION: tl.constexpr,
):  # fmt: skip
    """Train a group of targets (see `huffvec.device.fused`).

    Writes by program the sum of their losses, how many predictions there were, and the sums of all
    gradients and of their sizes, but for those at top nodes.
    """
    program = tl.program_id(0)
    N_COLUMNS: tl.constexpr = GROUP if MEAN else CONTEXTS
    lanes = tl.arange(0, GROUP)
    of_step = program * GROUP + lanes
    is_target = of_step < n_targets
    first = tl.load(targets + program * GROUP)
    context, in_use, windows, to_words, belongs = _windows(
        words, lefts, rights, mean_shares, first, is_target, n_words, RADIUS, GROUP, CONTEXTS, MEAN
    )
    tl.store(counts + program, tl.sum(tl.sum(belongs, 1), 0))

    loss = tl.zeros((N_COLUMNS,), tl.float32)
    pull = tl.zeros((N_COLUMNS,), tl.float32)
    size = tl.zeros((N_COLUMNS,), tl.float32)
    step = tl.load(rate)
    if TOP > 0:
        loss += _train_top(
            inputs, outputs, input_shares, output_shares, input_moves, output_moves,
            context, in_use, windows, to_words, belongs, of_step, is_target, top_rows, top_signs,
            step, n_top, N_COLUMNS, STRIDE, DIMS, TOP, MEAN, PRECISION,
        )  # fmt: skip

    for first_of_block in range(first_output, n_outputs, OUTPUTS):
        lost, pulled, moved = _train_block(
            inputs, outputs, input_shares, output_shares, input_moves, output_moves,
            context, in_use, windows, to_words, belongs, decided, signs, weights, offsets,
            step, n_targets, n_outputs, first_of_block, N_COLUMNS, STRIDE, GROUP, OUTPUTS, DIMS,
            MEAN, HAS_OFFSETS, PRECISION,
        )  # fmt: skip
        loss += lost
        pull += pulled
        size += moved
    tl.store(losses + program, tl.sum(loss))
    tl.store(pulls + program, tl.sum(pull))
    tl.store(sizes + program, tl.sum(size))
