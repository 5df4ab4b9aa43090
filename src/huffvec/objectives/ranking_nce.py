"""Ranking noise-contrastive estimation (Ma & Collins 2018).

"Noise contrastive estimation and negative sampling for conditional models: consistency and
statistical efficiency". Noise-contrastive estimation (`huffvec.NCE`) decides word by word whether
it is the text's; here one word of a list is to be ranked first, the target w before K noise words
n_1 … n_K from a distribution q. All scores are set against the expected count of the word among the
noise, K q(x)::

    z_x      = s_x − log(K q(x)),    s_x = h·o_x
    P_i      = exp(z_{x_i}) / Σ_j exp(z_{x_j})       i, j over the list x = w, n_1 … n_K
    loss     = −log P_0
    ∂loss/∂h = Σ_i (P_i − [i = 0]) o_{x_i}           ∂loss/∂o_x = Σ_{i: x_i = x} (P_i − [i = 0]) h

Why that is right: if one word of the list came from the text and all others from q, independently
of each other, it was the one at place i with probability ∝ p(x_i | h) Π_{j ≠ i} q(x_j) ∝
p(x_i | h) / q(x_i). The expected loss is least where P is that: s_x = log p(x | h) + a constant of
h, for any K. Nothing is said of the constant: whatever the normaliser of a context is, it cancels
in P. So none is assumed or learned, which NCE cannot do without (the ranking loss is consistent
where the normaliser differs from context to context, the other only where one number, or what the
model can express, is right for all). As K grows, the gradient becomes that of the full softmax.

Sampled softmax (`huffvec.SampledSoftmax`) looks alike and differs in what it counts: there a word
of the draws counts once however often it is drawn, the target among them not at all, and scores are
set against the probability π_x that the word is among the draws. Here a word that is drawn twice
stands in the list twice, and noise that is the target stays, so that the list really is K
independent draws and what is above holds exactly. There distinct words are taken to be among the
draws independently of each other, which they are not quite.

Cost per target: K + 1 rows to train, all V rows to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.noise import floored, proposal_option, proposal_probs, samples_option
from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundWordRows

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class RankingNCE(CountsObjective):
    """Rank the target before random words, by what the model says about their probabilities.

    Attributes
    ----------
    samples
        Noise words K for each center word. More is nearer to the full softmax.
    proposal
        What noise words are drawn by (`huffvec.noise.proposal_probs`).

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "ranking-nce"
    cost: ClassVar[str] = "samples + 1 rows"
    use: ClassVar[str] = "a low loss, whatever the normaliser"
    learning_rate_factor: ClassVar[float] = 0.8
    samples: int = samples_option(
        20, "Noise words for each target; more come nearer to the full softmax."
    )
    proposal: str = proposal_option("unigram^0.75")

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundRankingNCE:
        """Return the objective for words with these counts."""
        return BoundRankingNCE(self, counts)


@dataclass(frozen=True, eq=False)
class BoundRankingNCE(BoundWordRows):
    """Ranking NCE of a vocabulary."""

    objective: RankingNCE

    @property
    def untrained_loss(self) -> float:
        """Loss of a target in nats while h·o is 0: log V, or more where the samples are many.

        In the mean over the noise exp(z) of a word is 1/K, so that the list's sum is V / (K q(w)).
        """
        noise = proposal_probs(self.counts, self.objective.proposal)
        ratios = self.n_words * self.objective.samples * noise
        of_lists = float(self.counts @ np.log1p(ratios) / self.counts.sum())
        return max(super().untrained_loss, of_lists)

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with an alias table for the noise."""
        samples = self.objective.samples
        probs = proposal_probs(self.counts, self.objective.proposal)
        offsets = -np.log(samples * floored(probs))
        return engine.NoiseSampling("ranking-nce", probs, samples, offsets=offsets)
