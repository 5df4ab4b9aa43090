"""Infrequent normalisation, as :mod:`huffvec.objectives.infrequent_normalization` has it.

All hidden vectors raise the score of their target, and a random share γ of them also computes Z,
which the loss −s_w + (α/γ) (log Z)² holds at log Z = 1/(2α).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from huffvec.errors import ShapeError
from huffvec.objectives import InfrequentNormalization as Objective
from huffvec.torch.softmax_loss import bent_square
from huffvec.torch.word_rows import WordRows

if TYPE_CHECKING:
    from huffvec.torch.given import Counts


class InfrequentNormalization(WordRows):
    """Raise the target's score, and normalise only a random share of rows over all words.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    alpha
        Weight of (log Z)²: how firmly log Z is held.
    gamma
        Share of the hidden vectors that compute log Z. Less is faster and noisier.
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "infrequent-normalization"
    record: Objective

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        alpha: float = 0.1,
        gamma: float = 0.1,
        **options: Any,
    ) -> None:
        self.record = Objective(alpha, gamma)
        super().__init__(dim, vocabulary_or_counts, **options)
        # s = h·o + b − log_z: untrained, log Z of these scores is 1/(2α)
        self.log_z = math.log(self.n_words) - 1 / (2 * self.record.alpha)

    def draw_rows(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """Return the places of the γ n hidden vectors, rounded up, that compute log Z, int64."""
        device = self.weight.device
        n_rows = math.ceil(self.record.gamma * n)
        return torch.randperm(n, device=device, generator=generator)[:n_rows]

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        rows: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return −s_w + 1/(4α), and for a share γ (α/γ) (log Z)² more, (n,).

        Parameters
        ----------
        hidden, target
            (n, dim) and int64 (n,).
        rows
            Places in the flattened batch that compute log Z, each once; None draws them.
        generator
            Where randomness comes from, on the layer's device; None takes torch's own.
        """
        rows = self.draw_rows(len(hidden), generator) if rows is None else rows
        if rows.ndim != 1:
            raise ShapeError(f"expected rows of shape (n,), but got {tuple(rows.shape)}")
        alpha = self.record.alpha
        loss = self.log_z + 1 / (4 * alpha) - self.target_scores(hidden, target)
        log_z, _ = self.terms(hidden[rows], target[rows])
        # What is drawn is exactly this share of the batch, which 1/γ makes up for on the average.
        share = len(rows) / max(1, len(hidden))
        square = bent_square(log_z - self.log_z, 0.0, 1 / alpha)
        penalty = alpha / max(share, 1e-30) * square
        return loss.index_add(0, rows, penalty)

    def unnormalised_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return s_w − 1/(2α), (n,): log p(target | hidden) where log Z is what it is held at."""
        return self.target_scores(hidden, target) - math.log(self.n_words)
