"""Rows of a table, with a dense gradient that costs no more than the rows that have one.

The gradient of a table is zero but for the rows that were gathered, and to write the zeros of a
large table is most of the time of a step. A system fills memory with zeros itself before a program
gets it, page by page when it is first touched. So the gradient is made in memory fresh from there,
and only its rows are written.

These are two operators of their own, ``huffvec::gather_rows`` and ``huffvec::scatter_rows``, each
the other's gradient. On accelerators, where zeros cost little, and for small tables it is
`torch.nn.functional.embedding`.
"""

# Annotations are read by torch.library to make the operators' schemas, so they are no strings here.
import math
import mmap
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

LARGE = 1 << 20  # bytes from which on a table is one


def gather(weight: Tensor, ids: Tensor, *, sparse: bool = False) -> Tensor:
    """Return rows of a table, (…, dim), as `torch.nn.functional.embedding` does.

    Parameters
    ----------
    weight
        (n_rows, dim).
    ids
        int64 (…).
    sparse
        Whether the gradient of weight is sparse.
    """
    small = weight.numel() * weight.element_size() < LARGE
    if sparse or small or weight.device.type != "cpu":
        return F.embedding(ids, weight, sparse=sparse)
    return gather_rows(weight, ids)


@torch.library.custom_op("huffvec::gather_rows", mutates_args=())
def gather_rows(weight: Tensor, ids: Tensor) -> Tensor:
    """Return rows of a table, (…, dim)."""
    return F.embedding(ids, weight)


@torch.library.custom_op("huffvec::scatter_rows", mutates_args=())
def scatter_rows(rows: Tensor, ids: Tensor, n_rows: int) -> Tensor:
    """Return a table (n_rows, dim) of zeros to which rows, (…, dim), are added at ids, (…)."""
    table = fresh_zeros(rows, n_rows, rows.shape[-1])
    return table.index_put_((ids,), rows, accumulate=True)


def fresh_zeros(like: Tensor, *shape: int) -> Tensor:
    """Return zeros of like's dtype in memory that the system has not filled yet, on a CPU."""
    n_bytes = math.prod(shape) * like.element_size()
    if like.device.type != "cpu" or not n_bytes:
        return like.new_zeros(shape)
    memory = mmap.mmap(-1, n_bytes, flags=mmap.MAP_PRIVATE)
    return torch.frombuffer(memory, dtype=like.dtype).view(shape)


@gather_rows.register_fake
def _(weight: Tensor, ids: Tensor) -> Tensor:
    return weight.new_empty(*ids.shape, weight.shape[1])


@scatter_rows.register_fake
def _(rows: Tensor, ids: Tensor, n_rows: int) -> Tensor:
    return rows.new_empty(n_rows, rows.shape[-1])


def _keep_gathered(ctx: Any, inputs: Any, output: Any) -> None:
    weight, ids = inputs
    ctx.n_rows = len(weight)
    ctx.save_for_backward(ids)


def _keep_scattered(ctx: Any, inputs: Any, output: Any) -> None:
    ctx.save_for_backward(inputs[1])


def _gather_backward(ctx: Any, grad: Tensor) -> Any:
    return scatter_rows(grad, ctx.saved_tensors[0], ctx.n_rows), None


def _scatter_backward(ctx: Any, grad: Tensor) -> Any:
    return gather_rows(grad, ctx.saved_tensors[0]), None, None


gather_rows.register_autograd(_gather_backward, setup_context=_keep_gathered)
scatter_rows.register_autograd(_scatter_backward, setup_context=_keep_scattered)
