"""Importance sampling, as :mod:`huffvec.objectives.importance_sampling` has it.

The sum over the vocabulary is the target's own term and an estimate of the others' from draws,
which the batch shares. There are as many as it takes until enough of them are effective for every
hidden vector, which has to be looked at: on GPUs, the device waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from huffvec import objectives
from huffvec.torch.noise_layer import NoiseLayer

if TYPE_CHECKING:
    from huffvec.torch.layer import Counts


class ImportanceSampling(NoiseLayer):
    """Choose the target among all words, whose sum is estimated from draws.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    samples
        Words drawn for the batch at first; then as many again, until enough are effective.
    proposal
        What they are drawn by, as for `SampledSoftmax`.
    effective_samples
        Effective samples that are enough. With 0 it is always ``samples`` words, as in compiled
        code.
    max_samples
        Words drawn for a batch at most.
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "importance-sampling"
    record: objectives.ImportanceSampling

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        samples: int = 1024,
        proposal: str = "unigram^0.75",
        effective_samples: float = 64.0,
        max_samples: int = 8192,
        **options: Any,
    ) -> None:
        self.record = objectives.ImportanceSampling(
            samples, proposal, effective_samples, max_samples
        )
        super().__init__(dim, vocabulary_or_counts, self.record.samples, proposal, **options)

    def draw_enough(
        self, hidden: Tensor, target: Tensor, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return samples of which enough are effective for every hidden vector, int64 (n,)."""
        samples, record = self.draw(generator), self.record
        if torch.compiler.is_compiling() or hidden.is_meta or not record.effective_samples:
            return samples
        with torch.no_grad():
            while len(samples) < record.max_samples:
                weights = torch.softmax(self._log_weights(hidden, target, samples)[:, 1:], dim=1)
                if (1 / (weights**2).sum(dim=1) >= record.effective_samples).all():
                    break
                n = min(len(samples), record.max_samples - len(samples))
                samples = torch.cat([samples, self.noise.draw(n, generator)])
        return samples

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        samples: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return the log of the estimated sum − the score of the target, (n,)."""
        if samples is None:
            samples = self.draw_enough(hidden, target, generator)
        log_weights = self._log_weights(hidden, target, self.samples_for(samples, generator))
        return torch.logsumexp(log_weights, dim=1) - log_weights[:, 0]

    def _log_weights(self, hidden: Tensor, target: Tensor, samples: Tensor) -> Tensor:
        """Return what the estimated sum consists of: of the target, then of the samples.

        Those that are the target have no weight.
        """
        scores, noise = self.pair_scores(hidden, target, samples)
        expected = torch.log(len(samples) * self.noise.probs[samples]).to(noise.dtype)
        noise = (noise - expected).masked_fill(samples == target[:, None], -torch.inf)
        return torch.cat([scores[:, None], noise], dim=1)
