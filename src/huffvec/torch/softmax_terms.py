"""The two numbers that losses of a softmax are made of, without scores of all words at once.

For hidden vectors h_n and rows o_x with biases b_x, the scores are s_nx = h_n·o_x + b_x, and with
targets t_n::

    log_z_n = log Σ_x exp(s_nx)        score_n = s_nt

Scores are made for a block of words at a time, forwards and again backwards, so that N × V of them
never are in memory; that is one matrix product more than keeping them (four in place of three), and
saves writing and reading them several times. Both numbers have gradients::

    ∂/∂s_nx = g_n exp(s_nx − log_z_n) + e_n [x = t_n]

for the gradients g of log_z and e of score. This is an operator of its own (``huffvec::
softmax_terms``), which ``torch.compile`` takes as a whole. Second derivatives keep N × V scores.
"""

# Annotations are read by torch.library to make the operator's schema, so they are no strings here.
from typing import Any

import torch
from torch import Tensor

# Scores in a block: few enough to stay in a CPU's cache, enough to keep an accelerator busy.
BLOCK_SCORES = {"cpu": 1 << 20, "mps": 1 << 23, "cuda": 1 << 25}
LEAST_BLOCK = 64


def blocks(hidden: Tensor, n_words: int) -> list[slice]:
    """Return slices that cover the words, each of so many that a block's scores are few enough."""
    n_scores = BLOCK_SCORES.get(hidden.device.type, 1 << 25)
    step = min(n_words, max(LEAST_BLOCK, n_scores // max(1, len(hidden))))
    return [slice(start, min(start + step, n_words)) for start in range(0, n_words, step)]


def wide(scores: Tensor) -> Tensor:
    """Return the scores in at least 32 bits: sums of exponentials need them."""
    return scores.float() if scores.dtype in (torch.float16, torch.bfloat16) else scores


def _block_scores(
    hidden: Tensor, weight: Tensor, bias: Tensor | None, words: slice, dtype: torch.dtype
) -> Tensor:
    scores = wide(hidden.to(dtype) @ weight[words].to(dtype).T)
    return scores if bias is None else scores.add_(bias[words])


@torch.library.custom_op("huffvec::softmax_terms", mutates_args=())
def softmax_terms(
    hidden: Tensor, weight: Tensor, bias: Tensor | None, target: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """Return log_z and score of every hidden vector, both (N,) and in at least 32 bits.

    Parameters
    ----------
    hidden
        (N, dim).
    weight, bias
        The words' rows, (V, dim), and (V,) or None.
    target
        int64 (N,), each from 0 to V - 1.
    dtype
        What products are computed in: the tensors' own, or autocast's.
    """
    parts = [
        torch.logsumexp(_block_scores(hidden, weight, bias, words, dtype), dim=1)
        for words in blocks(hidden, len(weight))
    ]
    log_z = torch.logsumexp(torch.stack(parts), dim=0)
    score = wide((hidden.to(dtype) * weight[target].to(dtype)).sum(dim=1, dtype=log_z.dtype))
    return log_z, score if bias is None else score + bias[target]


@softmax_terms.register_fake
def _(
    hidden: Tensor, weight: Tensor, bias: Tensor | None, target: Tensor, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    like = torch.empty(0, dtype=dtype, device=hidden.device)
    return wide(like).new_empty(hidden.shape[0]), wide(like).new_empty(hidden.shape[0])


@torch.library.custom_op("huffvec::softmax_terms_backward", mutates_args=())
def _gradients(
    grad_log_z: Tensor,
    grad_score: Tensor,
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    log_z: Tensor,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor, Tensor]:
    inputs = hidden.to(dtype)
    grad_hidden = torch.zeros_like(hidden, dtype=log_z.dtype)
    grad_weight = torch.empty_like(weight)
    grad_bias = torch.empty(len(weight), dtype=log_z.dtype, device=weight.device)
    for words in blocks(hidden, len(weight)):
        scores = _block_scores(hidden, weight, bias, words, dtype)
        errors = scores.sub_(log_z[:, None]).exp_().mul_(grad_log_z[:, None])
        inside = (target >= words.start) & (target < words.stop)
        columns = (target - words.start).clamp_(0, words.stop - words.start - 1)
        errors.scatter_add_(1, columns[:, None], (grad_score * inside)[:, None])
        grad_bias[words] = errors.sum(dim=0)
        errors = errors.to(dtype)
        grad_hidden += errors @ weight[words].to(dtype)
        grad_weight[words] = errors.T @ inputs
    return grad_hidden.to(hidden.dtype), grad_weight, grad_bias


@_gradients.register_fake
def _(
    grad_log_z: Tensor,
    grad_score: Tensor,
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    log_z: Tensor,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor, Tensor]:
    return torch.empty_like(hidden), torch.empty_like(weight), log_z.new_empty(weight.shape[0])


def _setup_context(ctx: Any, inputs: Any, output: Any) -> None:
    hidden, weight, bias, target, ctx.compute_dtype = inputs
    ctx.save_for_backward(hidden, weight, bias, target, output[0])


def _backward(ctx: Any, grad_log_z: Tensor, grad_score: Tensor) -> Any:
    hidden, weight, bias, target, log_z = ctx.saved_tensors
    dtype, grads = ctx.compute_dtype, (grad_log_z, grad_score)
    if torch.is_grad_enabled():  # the gradients are to have gradients
        gradients = plain_gradients(*grads, hidden, weight, bias, target, dtype)
    else:
        gradients = _gradients(*grads, hidden, weight, bias, target, log_z, dtype)
    grad_hidden, grad_weight, grad_bias = gradients
    grad_bias = None if bias is None else grad_bias.to(bias.dtype)
    return grad_hidden, grad_weight, grad_bias, None, None


def plain_gradients(
    grad_log_z: Tensor,
    grad_score: Tensor,
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    dtype: torch.dtype,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of hidden, weight and bias by operations that have derivatives.

    All N × V scores are in memory for that, as PyTorch's own cross-entropy has them.

    Parameters
    ----------
    grad_log_z, grad_score
        (N,): what the gradients are multiplied by.
    hidden, weight, bias, target, dtype
        As for `softmax_terms`.
    """
    inputs, rows = hidden.to(dtype), weight.to(dtype)
    scores = wide(inputs @ rows.T)
    probs = torch.softmax(scores if bias is None else scores + bias, dim=1)
    errors = probs * grad_log_z[:, None]
    errors = errors.scatter_add(1, target[:, None], grad_score[:, None].to(errors.dtype))
    products = errors.to(dtype)
    grad_hidden, grad_weight = products @ rows, products.T @ inputs
    return grad_hidden.to(hidden.dtype), grad_weight.to(weight.dtype), errors.sum(dim=0)


softmax_terms.register_autograd(_backward, setup_context=_setup_context)


def compute_dtype(hidden: Tensor) -> torch.dtype:
    """Return what matrix products with hidden are computed in: autocast's choice, or its own."""
    kind = hidden.device.type
    if kind != "meta" and torch.is_autocast_enabled(kind) and hidden.dtype != torch.float64:
        return torch.get_autocast_dtype(kind)
    return hidden.dtype
