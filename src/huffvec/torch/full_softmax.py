"""The full softmax: exact, and the yardstick of the other layers.

The loss is that of :mod:`huffvec.objectives.full_softmax`. Scores are computed for blocks of words
(:mod:`huffvec.torch.softmax_terms`), or of rows where the batch is large
(:mod:`huffvec.torch.softmax_loss`), so that N × V of them are never in memory.
"""

from __future__ import annotations

from typing import Any, ClassVar

from torch import Tensor

from huffvec.objectives import FullSoftmax as Objective
from huffvec.torch.softmax_loss import softmax_loss
from huffvec.torch.softmax_terms import compute_dtype
from huffvec.torch.word_rows import WordRows


class FullSoftmax(WordRows):
    """Choose the target among all words; see `WordRows` for the parameters."""

    objective: ClassVar[str] = "full-softmax"
    record = Objective()

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return −log p(target | hidden), (n,)."""
        return -self.target_log_probs(hidden, target)

    def weighted_loss(
        self, hidden: Tensor, target: Tensor, row_weights: Tensor, **draws: Any
    ) -> Tensor:
        """Return −Σ w_n log p(target_n | hidden_n)."""
        return softmax_loss(
            hidden, self.rows(), self.bias, target, row_weights, compute_dtype(hidden)
        )
