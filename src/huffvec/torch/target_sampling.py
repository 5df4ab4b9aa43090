"""Target sampling (Jean et al. 2015), as :mod:`huffvec.objectives.target_sampling` has it.

The targets of a batch are chosen among one set of candidates: the batch's own targets and words
drawn at random, all alike. Nothing is corrected, so rare words come out too probable until the
candidates are nearly the vocabulary; with V candidates or more it is the full softmax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from huffvec.torch.noise import first_of_each
from huffvec.torch.noise_layer import NoiseLayer, check_samples, unigram

if TYPE_CHECKING:
    from huffvec.torch.layer import Counts


class TargetSampling(NoiseLayer):
    """Choose the target among the words of its batch and random others.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    candidates
        Words drawn at random to join the batch's own targets. (The trainer counts the targets
        among them; here their number depends on the batch.)
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "target-sampling"

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        candidates: int = 1024,
        **options: Any,
    ) -> None:
        check_samples("candidates", candidates)
        probs = unigram(vocabulary_or_counts, 0.0)
        n_samples = min(candidates, len(probs))
        super().__init__(dim, vocabulary_or_counts, probs, n_samples, **options)

    def draw(self, generator: torch.Generator | None = None) -> Tensor:
        """Return the random words for one batch, int64 (n_samples,): all words if it is V."""
        if self.n_samples == self.n_words:
            return torch.arange(self.n_words, device=self.weight.device)
        return super().draw(generator)

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        samples: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return −log P(target) among the targets of the batch and the samples, (n,)."""
        candidates = torch.cat([target, self.samples_for(samples, generator)])
        scores, others = self.pair_scores(hidden, target, candidates)
        # Each candidate counts once; a target is in its own choice with its own score.
        left_out = ~first_of_each(candidates) | (candidates == target[:, None])
        others = others.masked_fill(left_out, -torch.inf)
        return torch.logsumexp(torch.cat([scores[:, None], others], dim=1), dim=1) - scores
