"""Sampled softmax (Jean et al. 2015), as :mod:`huffvec.objectives.sampled_softmax` has it.

The target is chosen among itself and the distinct words of a draw, every score set against how
often its word is expected there. A sample that is the target is left out of that target's choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from huffvec.objectives import SampledSoftmax as Objective
from huffvec.torch.noise_layer import DistinctNoiseLayer

if TYPE_CHECKING:
    from huffvec.torch.given import Counts


class SampledSoftmax(DistinctNoiseLayer):
    """The softmax over the target and random words, corrected for how they are drawn.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    samples
        Draws, once for the batch.
    proposal
        What words are drawn by: ``"unigram^a"``, ``"log-uniform"`` (for counts that fall) or
        ``"uniform"``.
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "sampled-softmax"
    record: Objective

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        samples: int = 1024,
        proposal: str = "unigram^0.75",
        **options: Any,
    ) -> None:
        self.record = Objective(samples, proposal)
        super().__init__(dim, vocabulary_or_counts, self.record.samples, proposal, **options)

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        samples: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return −log P(target) among target and samples, (n,)."""
        scores = self.corrected_scores(hidden, target, self.samples_for(samples, generator))
        return torch.logsumexp(scores, dim=1) - scores[:, 0]
