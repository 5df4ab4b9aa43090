"""The loss of a softmax over many words for a large batch, with its gradients from one pass.

For weights w_n of the rows, scores s_nx = h_n·o_x + b_x, and log_z_n and score_n as in
:mod:`huffvec.torch.softmax_terms`, the loss is::

    L = Σ_n w_n (log_z_n − score_n + α (log_z_n − c)²)

    ∂L/∂s_nx = w_n ((1 + 2 α (log_z_n − c)) exp(s_nx − log_z_n) − [x = t_n])

with the square bent as `bent_square` has it. α = 0 is the plain softmax.

The weights are known before, unlike the gradients that may come back for single losses. So the
scores of a block of rows give the loss and the gradients in turn, and are made once: three matrix
products, as many as keeping all scores would take, but without N × V of them in memory. (The fused
linear cross-entropies for language models do the same.) A block must have many rows, since each one
adds to the gradient of the whole table; small batches go by blocks of words instead, with four
products. Second derivatives keep N × V scores.
"""

# Annotations are read by torch.library to make the operator's schema, so they are no strings here.
from typing import Any

import torch
from torch import Tensor

from huffvec.torch.softmax_terms import plain_gradients, softmax_terms, wide

BLOCK_ROWS = 256  # at least so many rows in a block
N_BLOCKS = 8  # a block has no more rows than this part of a batch
BLOCK_SCORES = 1 << 25  # nor more scores than this, if that leaves enough rows


def softmax_loss(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    row_weights: Tensor,
    dtype: torch.dtype,
    alpha: float = 0.0,
    center: float = 0.0,
    batch: int | None = None,
) -> Tensor:
    """Return Σ_n w_n (log_z_n − score_n + α (log_z_n − c)²), a scalar in at least 32 bits.

    Parameters
    ----------
    hidden
        (N, dim).
    weight, bias
        The words' rows, (V, dim), and (V,) or None.
    target
        int64 (N,), each from 0 to V - 1.
    row_weights
        (N,); no gradient flows back to them.
    dtype
        What products are computed in: the tensors' own, or autocast's.
    alpha, center
        Weight of the squares, and the log_z at which they are 0.
    batch
        How large the batch is that these rows belong to; None: they are all of it.
    """
    n_rows = hidden.shape[0] if batch is None else batch
    tensors = (hidden, weight, *(() if bias is None else (bias,)))
    wanted = torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors)
    if wanted and n_rows >= N_BLOCKS * BLOCK_ROWS:
        arguments = (hidden, weight, bias, target, row_weights, dtype, alpha, center)
        loss: Tensor = _loss_and_gradients(*arguments)[0]
        return loss
    log_z, score = softmax_terms(hidden, weight, bias, target, dtype)
    return (row_weights * (log_z - score + penalty(log_z, alpha, center))).sum()


def penalty(log_z: Tensor, alpha: float, center: float) -> Tensor | float:
    """Return α (log_z − c)², bent where its slope reaches 1, so that no step grows with it."""
    if not alpha:
        return 0.0
    return alpha * bent_square(log_z - center, -0.5 / alpha, 0.5 / alpha)


def bent_square(log_z: Tensor, low: float, high: float) -> Tensor:
    """Return (log Z)², which goes on as a straight line where log Z is not from low to high."""
    bent = log_z.clamp(low, high)
    return bent * (2 * log_z - bent)


def _slope(log_z: Tensor, alpha: float, center: float) -> Tensor:
    """Return the derivative of log_z − score + α (log_z − c)² by log_z."""
    return 1 + (2 * alpha * (log_z - center)).clamp(-1, 1)


def row_blocks(n_rows: int, n_words: int) -> list[slice]:
    """Return slices that cover the rows, as few as memory allows."""
    step = min(-(-n_rows // N_BLOCKS), BLOCK_SCORES // n_words)
    step = max(BLOCK_ROWS, step)
    return [slice(start, min(start + step, n_rows)) for start in range(0, n_rows, step)]


@torch.library.custom_op("huffvec::softmax_loss", mutates_args=())
def _loss_and_gradients(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    row_weights: Tensor,
    dtype: torch.dtype,
    alpha: float,
    center: float,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return the loss and the gradients of hidden, weight and bias."""
    rows_of_words = weight.to(dtype)
    sums = wide(torch.empty(0, dtype=dtype, device=hidden.device)).dtype
    loss = torch.zeros((), dtype=sums, device=hidden.device)
    grad_hidden = torch.empty_like(hidden)
    grad_weight = torch.zeros_like(weight, dtype=sums)
    grad_bias = torch.zeros(len(weight), dtype=sums, device=hidden.device)
    for part in row_blocks(len(hidden), len(weight)):
        inputs, weights = hidden[part].to(dtype), row_weights[part].to(sums)
        scores = wide(inputs @ rows_of_words.T)
        if bias is not None:
            scores += bias
        log_z = torch.logsumexp(scores, dim=1)
        places = target[part, None]
        losses = log_z - scores.gather(1, places)[:, 0] + penalty(log_z, alpha, center)
        loss += (weights * losses).sum()
        errors = scores.sub_(log_z[:, None]).exp_()
        errors.mul_((weights * _slope(log_z, alpha, center))[:, None])
        errors.scatter_add_(1, places, -weights[:, None])
        if bias is not None:
            grad_bias += errors.sum(dim=0)
        errors = errors.to(dtype)
        grad_hidden[part] = (errors @ rows_of_words).to(hidden.dtype)
        if dtype == sums:
            grad_weight.addmm_(errors.T, inputs)
        else:
            grad_weight += errors.T @ inputs
    return loss, grad_hidden, grad_weight.to(weight.dtype), grad_bias


@_loss_and_gradients.register_fake
def _(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    row_weights: Tensor,
    dtype: torch.dtype,
    alpha: float,
    center: float,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    like = wide(torch.empty(0, dtype=dtype, device=hidden.device))
    gradients = torch.empty_like(hidden), torch.empty_like(weight), like.new_empty(weight.shape[0])
    return like.new_empty(()), *gradients


def _setup_context(ctx: Any, inputs: Any, output: Any) -> None:
    hidden, weight, bias, target, row_weights, *ctx.options = inputs
    _, *gradients = output
    ctx.mark_non_differentiable(*gradients)
    ctx.save_for_backward(hidden, weight, bias, target, row_weights, *gradients)


def _backward(ctx: Any, grad: Tensor, *_: Tensor) -> Any:
    hidden, weight, bias, target, row_weights, *gradients = ctx.saved_tensors
    if torch.is_grad_enabled():  # the gradients are to have gradients
        gradients = _plain_gradients(hidden, weight, bias, target, row_weights, *ctx.options)
    by_hidden, by_weight, by_bias = ((grad * part).to(part.dtype) for part in gradients)
    by_bias = None if bias is None else by_bias.to(bias.dtype)
    return by_hidden, by_weight, by_bias, None, None, None, None, None


_loss_and_gradients.register_autograd(_backward, setup_context=_setup_context)


def _plain_gradients(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    row_weights: Tensor,
    dtype: torch.dtype,
    alpha: float,
    center: float,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the same gradients by operations that have derivatives, from all scores at once."""
    scores = wide(hidden.to(dtype) @ weight.to(dtype).T)
    log_z = torch.logsumexp(scores if bias is None else scores + bias, dim=1)
    by_log_z = row_weights * _slope(log_z, alpha, center)
    return plain_gradients(by_log_z, -row_weights, hidden, weight, bias, target, dtype)
