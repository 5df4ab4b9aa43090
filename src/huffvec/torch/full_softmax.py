"""The full softmax: exact, and the yardstick of the other layers.

The loss is that of :mod:`huffvec.objectives.full_softmax`. Scores are computed for blocks of words
(:mod:`huffvec.torch.softmax_terms`), so that N × V of them are never in memory.
"""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from huffvec.torch.word_rows import WordRows


class FullSoftmax(WordRows):
    """Choose the target among all words; see `WordRows` for the parameters."""

    objective: ClassVar[str] = "full-softmax"

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return −log p(target | hidden), (n,)."""
        return -self.target_log_probs(hidden, target)
