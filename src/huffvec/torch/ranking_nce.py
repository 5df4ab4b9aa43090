"""Ranking NCE (Ma & Collins 2018), as :mod:`huffvec.objectives.ranking_nce` has it.

The target is chosen among itself and the K words of a draw, every score set against the expected
count of its word there. A sample that is the target stays, and one drawn twice stands there twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from huffvec import objectives
from huffvec.torch.noise_layer import NoiseLayer

if TYPE_CHECKING:
    from huffvec.torch.layer import Counts


class RankingNCE(NoiseLayer):
    """Rank the target before random words.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    samples
        Noise words K, drawn once for the batch.
    proposal
        What noise words are drawn by, as for `SampledSoftmax`.
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "ranking-nce"
    record: objectives.RankingNCE

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        samples: int = 1024,
        proposal: str = "unigram^0.75",
        **options: Any,
    ) -> None:
        self.record = objectives.RankingNCE(samples, proposal)
        super().__init__(dim, vocabulary_or_counts, self.record.samples, proposal, **options)

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        samples: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return −log P of the target among itself and the samples, (n,)."""
        samples = self.samples_for(samples, generator)
        scores, noise = self.pair_scores(hidden, target, samples)
        scores = scores - self.log_expected(target).to(scores.dtype)
        noise = noise - self.log_expected(samples).to(noise.dtype)
        return torch.logsumexp(torch.cat([scores[:, None], noise], dim=1), dim=1) - scores
