"""Negative sampling (Mikolov et al. 2013, "Distributed representations of words and phrases").

A target w and K noise words n_1 … n_K, drawn from a distribution q, are separated by logistic
regressions on the scores s_x = h·o_x of the hidden vector h with their output rows o_x::

    loss     = −log σ(s_w) − Σ_k log σ(−s_{n_k})
    ∂loss/∂s = σ(s) − label                      (label 1 for w, 0 for noise)
    ∂loss/∂h = Σ_x (σ(s_x) − label_x) o_x        ∂loss/∂o_x = (σ(s_x) − label_x) h

Cost per target: K + 1 rows, whatever the vocabulary's size. A noise word that is the target itself
is left out, as in word2vec.c; a noise word drawn twice counts twice. One draw of K words serves all
context words of a center word (of ``share`` consecutive centers, to save memory traffic).

q(x) is proportional to count(x)^a with a = 0.75 by default, between the text's own frequencies (1)
and all words alike (0). Draws follow it exactly and take constant time, by the alias method.

The scores are no likelihood. Given h, word x is the target with probability p(x | h), and noise
K q(x) times whenever it is not, so the expected loss is −p log σ(s) − (1 − p) K q log σ(−s), least
where exp(s_x) = p / ((1 − p) K q). (Levy & Goldberg 2014, "Neural word embedding as implicit matrix
factorization", have no 1 − p: they let the target be noise, which for frequent words makes a
difference.) Solved for p, that is σ(s_x + log(K q(x))): the calibrated probabilities of
`log_probs`, normalised over the vocabulary since trained scores only come near the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.noise import floored, proposal_option, proposal_probs, samples_option
from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundWordRows
from huffvec.objectives.predictor import LogisticPredictor
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class NegativeSampling(CountsObjective):
    """Tell the target from a few random words.

    Attributes
    ----------
    samples
        Noise words K for each center word: 5 to 20 for small texts, 2 to 5 for large ones.
    proposal
        What noise words are drawn by (`huffvec.noise.proposal_probs`).
    share
        Consecutive center words that share one draw of noise words.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "negative-sampling"
    cost: ClassVar[str] = "samples + 1 rows"
    use: ClassVar[str] = "vectors from much text, fast"
    samples: int = samples_option(
        5, "Noise words for each target: 5 to 20 for small texts, 2 to 5 for large ones."
    )
    proposal: str = proposal_option("unigram^0.75")
    share: int = option(
        1,
        low=1,
        high=64,
        metavar="WORDS",
        help="Number of successive targets that share the same noise words; 2 is faster.",
    )

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundNegativeSampling:
        """Return the objective for words with these counts."""
        return BoundNegativeSampling(self, counts)


@dataclass(frozen=True, eq=False)
class BoundNegativeSampling(BoundWordRows):
    """Negative sampling of a vocabulary."""

    objective: NegativeSampling

    @property
    def untrained_loss(self) -> float:
        """Loss of a target and its noise words in nats where each is as likely as not."""
        return float((1 + self.objective.samples) * np.log(2))

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with an alias table for the noise."""
        objective, probs = self.objective, self.noise_probs()
        return engine.NoiseSampling(
            "negative-sampling", probs, objective.samples, share=objective.share
        )

    def noise_probs(self) -> npt.NDArray[np.float64]:
        """Return what noise words are drawn by, float64 (n_words,)."""
        return proposal_probs(self.counts, self.objective.proposal)

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> LogisticPredictor:
        """Return the calibrated probabilities: σ(scores plus log(K q)), normalised."""
        offsets = np.log(self.objective.samples * floored(self.noise_probs()))
        return LogisticPredictor(output_vectors, offsets)
