"""Self-normalised softmax, as :mod:`huffvec.objectives.self_normalized_softmax` has it.

The full softmax, and a penalty α (log Z)² that keeps the normaliser near 1, so that afterwards a
score is a log-probability.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from torch import Tensor

from huffvec.checks import check_float
from huffvec.torch.word_rows import WordRows

if TYPE_CHECKING:
    from huffvec.torch.layer import Counts


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

    def __init__(
        self, dim: int, vocabulary_or_counts: Counts, alpha: float = 0.1, **options: Any
    ) -> None:
        alpha = check_float("alpha", alpha, 0.0, 100.0)
        super().__init__(dim, vocabulary_or_counts, **options)
        self.alpha = alpha
        self.options = {"alpha": alpha}

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return −s_w + log Z + α (log Z)², (n,), for the scores s = h·o + b − log V."""
        log_z, score = self.terms(hidden, target)
        loss = log_z - score
        if not self.alpha:
            return loss
        return loss + self.alpha * bent_square(
            log_z - math.log(self.n_words), -0.5 / self.alpha, 0.5 / self.alpha
        )

    def unnormalised_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the target's score − log V, (n,): log p(target | hidden) where log Z is 0."""
        return self.target_scores(hidden, target) - math.log(self.n_words)


def bent_square(log_z: Tensor, low: float, high: float) -> Tensor:
    """Return (log Z)², which goes on as a straight line where log Z is not from low to high."""
    bent = log_z.clamp(low, high)
    return bent * (2 * log_z - bent)
