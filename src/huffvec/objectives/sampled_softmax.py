"""Sampled softmax (Jean et al. 2015), after the importance sampling of Bengio & Senécal.

The full softmax sums over the vocabulary; here the target w is distinguished from the distinct
words S of k draws from a proposal q, w itself left out. A word's score is set against how often it
is expected among the samples, π_x = 1 − (1 − q(x))^k (for rare words k q(x)), or frequent words,
which are nearly always there, would be pushed down for it::

    z_x      = s_x − log π_x,    s_x = h·o_x
    P(x)     = exp(z_x) / Σ_{y in S ∪ {w}} exp(z_y)
    loss     = −log P(w)
    ∂loss/∂z = P − [x = w]
    ∂loss/∂h = Σ_x (P(x) − [x = w]) o_x          ∂loss/∂o_x = (P(x) − [x = w]) h

Why the target's score is corrected too: if one of the words of a set C came from the text and the
others from the draws, it was x with probability ∝ p(x | h) Π_{y in C, y ≠ x} π_y ∝ p(x | h) / π_x
(taking words to be drawn independently of each other). The loss is least where P is that
probability: s_x = log p(x | h) + a constant of h, for any k. As k grows, every π becomes 1, S all
other words, and the loss that of the full softmax.

Cost per target: at most k + 1 rows to train, all V rows to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.noise import inclusion_probs, proposal_option, proposal_probs, samples_option
from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundWordRows

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class SampledSoftmax(CountsObjective):
    """The softmax over the target and a few random words, corrected for how they are drawn.

    Attributes
    ----------
    samples
        Draws k for each center word. More is nearer to the full softmax.
    proposal
        What random words are drawn by (`huffvec.noise.proposal_probs`).

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "sampled-softmax"
    cost: ClassVar[str] = "samples + 1 rows"
    use: ClassVar[str] = "the lowest loss of the fast ones"
    learning_rate_factor: ClassVar[float] = 0.8
    samples: int = samples_option(
        20, "Sampled words for each target; more come nearer to the full softmax."
    )
    proposal: str = proposal_option("unigram^0.75")

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundSampledSoftmax:
        """Return the objective for words with these counts."""
        return BoundSampledSoftmax(self, counts)


@dataclass(frozen=True, eq=False)
class BoundSampledSoftmax(BoundWordRows):
    """Sampled softmax of a vocabulary."""

    objective: SampledSoftmax

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with an alias table for the proposal."""
        samples = self.objective.samples
        probs = proposal_probs(self.counts, self.objective.proposal)
        offsets = -np.log(inclusion_probs(probs, samples))
        return engine.NoiseSampling("sampled-softmax", probs, samples, offsets=offsets)
