"""Negative sampling (Mikolov et al. 2013), as :mod:`huffvec.objectives.negative_sampling` has it.

Logistic regressions separate the target from K noise words; a noise word that is the target
does not count, one that is drawn twice counts twice. Scores are no log-probabilities: at the
optimum the probability of word x is σ(s_x + log(K q(x))), which `log_prob` normalises.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huffvec.objectives import NegativeSampling as Objective
from huffvec.torch.noise_layer import NoiseLayer
from huffvec.torch.softmax_terms import blocks, wide

if TYPE_CHECKING:
    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts


class NegativeSampling(NoiseLayer):
    """Tell the target from random words.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    samples
        Noise words K, drawn once for the batch.
    proposal
        What noise words are drawn by, as for `SampledSoftmax`.
    **options
        As for `WordRows`. Biases start at −log K, where the probability of a word is the noise's:
        from 0 each has a long way to go there, which takes most of a short training.
    """

    objective: ClassVar[str] = "negative-sampling"
    record: Objective

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        samples: int = 64,
        proposal: str = "unigram^0.75",
        **options: Any,
    ) -> None:
        self.record = Objective(samples, proposal)
        super().__init__(dim, vocabulary_or_counts, self.record.samples, proposal, **options)
        if self.bias is not None:
            nn.init.constant_(self.bias, -math.log(samples))

    @classmethod
    def options_of(cls, bound: BoundObjective) -> dict[str, Any]:
        """Return a model's options; whole batches share a draw here."""
        options = super().options_of(bound)
        del options["share"]
        return options

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        samples: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return −log σ(score of the target) − Σ log σ(−scores of the noise), (n,)."""
        samples = self.samples_for(samples, generator)
        scores, noise = self.pair_scores(hidden, target, samples)
        is_target = samples == target[:, None]
        return F.softplus(-scores) + F.softplus(noise).masked_fill(is_target, 0).sum(dim=1)

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return the calibrated log-probabilities, normalised, (n, V)."""
        return torch.log_softmax(self._log_weights(hidden, slice(None)), dim=1)

    def target_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the calibrated log p(target | hidden), (n,), a block of words at a time."""
        totals = [
            torch.logsumexp(self._log_weights(hidden, words), dim=1)
            for words in blocks(hidden, self.n_words)
        ]
        weight = F.logsigmoid(self.target_scores(hidden, target) + self.log_expected(target))
        return weight - torch.logsumexp(torch.stack(totals), dim=0)

    def _log_weights(self, hidden: Tensor, words: slice) -> Tensor:
        bias = None if self.bias is None else self.bias[words]
        scores = wide(F.linear(hidden, self.weight[words], bias))
        return F.logsigmoid(scores + self.log_expected(words).to(scores.dtype))
