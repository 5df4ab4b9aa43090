"""BlackOut (Ji et al. 2016), as :mod:`huffvec.objectives.blackout` has it.

Like sampled softmax, but every sample must be recognised as noise, too: the loss is −log P(w) −
Σ_n log(1 − P(n)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from huffvec.objectives import BlackOut as Objective
from huffvec.torch.noise_layer import DistinctNoiseLayer

if TYPE_CHECKING:
    from huffvec.torch.given import Counts


class BlackOut(DistinctNoiseLayer):
    """The softmax over the target and random words, which must be recognised as random.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    samples
        Draws, once for the batch.
    proposal
        What they are drawn by, as for `SampledSoftmax`.
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "blackout"
    record: Objective

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        samples: int = 1024,
        proposal: str = "unigram^0.4",
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
        """Return −log P(target) − Σ log(1 − P(sample)), (n,)."""
        scores = self.corrected_scores(hidden, target, self.samples_for(samples, generator))
        log_probs = torch.log_softmax(scores, dim=1)
        return -log_probs[:, 0] - _log_others(scores, log_probs)[:, 1:].sum(dim=1)


def _log_others(scores: Tensor, log_probs: Tensor) -> Tensor:
    """Return log(1 − P) of every column.

    Of the most probable one it is the log of the others' sum, since 1 − P would lose its digits.
    """
    top = scores.detach().argmax(dim=1, keepdim=True)
    is_top = torch.zeros_like(scores, dtype=torch.bool).scatter(1, top, True)
    others = torch.logsumexp(log_probs.masked_fill(is_top, -torch.inf), dim=1, keepdim=True)
    rest = torch.log1p(-torch.exp(log_probs.masked_fill(is_top, -torch.inf)))
    return torch.where(is_top, others, rest)
