"""BlackOut (Ji, Vishwanathan, Satish, Anderson & Dubey 2016).

Like sampled softmax, the target w is distinguished from the distinct words S of K draws from a
distribution q by a softmax over weighted scores. But the loss is discriminative: it also asks that
every noise word be recognised as noise::

    P(x)       = exp(z_x) / Σ_{y in S ∪ {w}} exp(z_y),    z_x = s_x − log π_x,  s_x = h·o_x
    loss       = −log P(w) − Σ_{n in S} log(1 − P(n))
    ∂loss/∂z_x = P(x) (1 − R) − [x = w] + r_x
    r_n = P(n) / (1 − P(n)) for noise, r_w = 0,  R = Σ_n r_n
    ∂loss/∂h = Σ_x ∂loss/∂z_x o_x                         ∂loss/∂o_x = ∂loss/∂z_x h

(From ∂P(n)/∂z_x = P(n) ([n = x] − P(x)), so −log(1 − P(n)) has the gradient r_n ([n = x] − P(x)).)

The paper weighs by 1 / q(x). Here the weight is 1 / π_x, π_x = 1 − (1 − q(x))^K being the
probability that x is among the samples: K q(x) for rare words, which is the same but for a constant
that cancels, and right for frequent ones as well, since a word that is drawn twice counts once.

Let ρ(x) be the probability that x is the one word of S ∪ {w} that came from the text, ∝ p(x | h) /
π_x (see sampled softmax). The expected loss is Σ_x −ρ log P − (1 − ρ) log(1 − P), which is least
where P = ρ, so s_x = log p(x | h) + a constant of h: `log_probs` is the softmax of the scores.

Cost per target: at most K + 1 rows to train, all V rows to ask.
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
class BlackOut(CountsObjective):
    """The softmax over the target and a few random words, which must be recognised as random.

    Attributes
    ----------
    samples
        Draws K for each center word.
    proposal
        What random words are drawn by (`huffvec.noise.proposal_probs`).

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "blackout"
    cost: ClassVar[str] = "samples + 1 rows"
    use: ClassVar[str] = "a low loss, slower"
    learning_rate_factor: ClassVar[float] = 0.6
    samples: int = samples_option(
        20, "Sampled words for each target; more come nearer to the full softmax."
    )
    proposal: str = proposal_option("unigram^0.4")

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundBlackOut:
        """Return the objective for words with these counts."""
        return BoundBlackOut(self, counts)


@dataclass(frozen=True, eq=False)
class BoundBlackOut(BoundWordRows):
    """BlackOut of a vocabulary."""

    objective: BlackOut

    @property
    def untrained_loss(self) -> float:
        """Loss of a target and its noise in nats among equals: log V, or more with few words."""
        n = min(self.objective.samples, self.n_words - 1)
        return max(super().untrained_loss, float(np.log(n + 1) + n * np.log1p(1 / n)))

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with an alias table for the noise."""
        samples = self.objective.samples
        probs = proposal_probs(self.counts, self.objective.proposal)
        offsets = -np.log(inclusion_probs(probs, samples))
        return engine.NoiseSampling("blackout", probs, samples, offsets=offsets)
