"""Links: what scores and labels make of each other, as in ``cpp/engine/link.hpp``.

A link is given the scores, (n, m, o), of n targets with m hidden vectors and o outputs each, and
returns the loss of every hidden vector, (n, m), and the gradients, (n, m, o): what the
scores are to grow by, which is what the loss falls by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Outputs:
    """The output side of n targets.

    Attributes
    ----------
    rows
        Rows of the output table, int64 (n, o); the target's first, where it has one.
    signs
        1 for label 1 and -1 for label 0, float32 (n, o).
    weights
        How often each counts, float32 (n, o); 0 where there is none.
    offsets
        Added to the scores, float32 (n, o), or ``None``.
    log_z_row
        The row whose first number is taken from all scores and learned along, or ``None``.
    top_rows
        The rows that there are in the first n_top columns, rising, int64 (at most 31,); ``None``
        where there are many.
    n_top
        Columns of few rows.
    """

    rows: Tensor
    signs: Tensor
    weights: Tensor
    offsets: Tensor | None = None
    log_z_row: int | None = None
    top_rows: Tensor | None = None
    n_top: int = 0


Link: TypeAlias = Callable[[Tensor, Outputs], tuple[Tensor, Tensor]]
_LEAST = -86.0  # of a score below the greatest, as in the engine: exp() of it is a float32


def logistic(scores: Tensor, outputs: Outputs) -> tuple[Tensor, Tensor]:
    """Decide output by output: −log σ(sign · score), and label − σ(score)."""
    signs, weights = outputs.signs[:, None], outputs.weights[:, None]
    losses = functional.softplus(-signs * scores) * weights
    return losses.sum(dim=2), signs * torch.sigmoid(-signs * scores) * weights


def softmax(scores: Tensor, outputs: Outputs) -> tuple[Tensor, Tensor]:
    """Choose the first of the outputs: −log p of it, and one-hot − p."""
    log_probs = torch.log_softmax(scores + torch.log(outputs.weights)[:, None], dim=2)
    gradients = -torch.exp(log_probs)
    gradients[:, :, 0] += 1
    return -log_probs[:, :, 0], gradients


def blackout(scores: Tensor, outputs: Outputs) -> tuple[Tensor, Tensor]:
    """Choose the first, and know each of the others as noise.

    Of all outputs only the most probable can have a p near 1, whose 1 − p is added up from the
    others.
    """
    scores = scores + torch.log(outputs.weights)[:, None]
    best, top = scores.max(dim=2, keepdim=True)
    is_top = torch.zeros_like(scores, dtype=torch.bool).scatter_(2, top, True)
    exps = torch.exp((scores - best).clamp(min=_LEAST)) * outputs.weights[:, None]
    others = exps.masked_fill(is_top, 0).sum(dim=2, keepdim=True)
    total = 1 + others
    probs = exps / total
    is_noise = torch.ones_like(is_top)
    is_noise[:, :, 0] = False
    ratios = (exps / (total - exps)).masked_fill(is_top | ~is_noise, 0)
    top_ratio = torch.where(top > 0, 1 / others, 0)
    others_ratios = ratios.sum(dim=2, keepdim=True) + top_ratio.masked_fill(is_top, 0)
    own = torch.where(is_top, probs, ratios)
    gradients = probs * (others_ratios - 1) + torch.where(is_noise, -own, 1)
    misses = torch.log1p(ratios).sum(dim=2) + torch.log1p(top_ratio)[:, :, 0]
    return torch.log(total)[:, :, 0] + best[:, :, 0] - scores[:, :, 0] + misses, gradients
