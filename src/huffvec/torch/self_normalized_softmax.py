"""Self-normalised softmax, as :mod:`huffvec.objectives.self_normalized_softmax` has it.

The full softmax, and a penalty α (log Z)² that keeps the normaliser near 1, so that afterwards a
score is a log-probability.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from torch import Tensor

from huffvec.objectives import SelfNormalizedSoftmax as Objective
from huffvec.torch.softmax_loss import penalty, softmax_loss
from huffvec.torch.softmax_terms import compute_dtype
from huffvec.torch.word_rows import WordRows

if TYPE_CHECKING:
    from huffvec.torch.given import Counts


class SelfNormalizedSoftmax(WordRows):
    """Choose the target among all words, with scores that need no normaliser to be asked.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    alpha
        Weight of the penalty (log Z)².
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "self-normalized-softmax"
    record: Objective

    def __init__(
        self, dim: int, vocabulary_or_counts: Counts, alpha: float = 0.1, **options: Any
    ) -> None:
        self.record = Objective(alpha)
        super().__init__(dim, vocabulary_or_counts, **options)

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return −s_w + log Z + α (log Z)², (n,), for the scores s = h·o + b − log V."""
        log_z, score = self.terms(hidden, target)
        return log_z - score + penalty(log_z, self.record.alpha, math.log(self.n_words))

    def weighted_loss(
        self, hidden: Tensor, target: Tensor, row_weights: Tensor, **draws: Any
    ) -> Tensor:
        """Return the sum of the losses, each times its weight."""
        return softmax_loss(
            hidden,
            self.rows(),
            self.bias,
            target,
            row_weights,
            compute_dtype(hidden),
            self.record.alpha,
            math.log(self.n_words),
        )

    def unnormalised_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the target's score − log V, (n,): log p(target | hidden) where log Z is 0."""
        return self.target_scores(hidden, target) - math.log(self.n_words)
