"""Infrequent normalisation (Andreas & Klein 2015).

"When and why are log-linear models self-normalizing?", NAACL.

Self-normalisation asks for Z in every step, which is the very sum over all words that one wants to
avoid. So only a random share γ of the windows computes it; the others raise the score of their
target and nothing else::

    s_x   = h·o_x + 1/(2α) − log V,      log Z = log Σ_y exp(s_y),   y over the whole vocabulary
    loss  = −s_w + 1/(4α)                      in a share 1 − γ of the windows
    loss  = −s_w + 1/(4α) + (α/γ) (log Z)²     in the others

    ∂loss/∂s_x = −[x = w],    in the others:   (2α/γ) log Z p(x | h) − [x = w]

On the average of the draws that is −s_w + α (log Z)². What it drives at: the gradients of all
words sum to 2α log Z − 1, which is 0 only where log Z = 1/(2α), and there the gradient is the full
softmax's, p(x | h) − [x = w]. So the loss trains the true probabilities, normalised to the constant
log Z = 1/(2α) rather than to 0. (log Z ≤ α (log Z)² + 1/(4α) for any log Z: with that constant the
loss is an upper bound of the softmax's, the same where log Z has its value.) Training starts at
that value, by the constant in s. Where log Z is not between 0 and 1/α, twice the value it is to
have, the square goes on as a straight line: steps that grow with log Z overshoot and diverge.

The steps of the windows that normalise are 1/γ times as long, and overshoot where learning rate / γ
is large; so the share of those windows is at least twenty times the learning rate of the moment.
(At a learning rate of 0.025 half of the windows normalise, at 0.05 and above all do, and one of ten
once the rate is down to 0.005.)

Cost per target: γ V + 1 rows to train; to ask, one row if log Z is trusted (``exact=False`` of
`huffvec.Model.log_prob`), or V rows for the exact probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundWordRows
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class InfrequentNormalization(CountsObjective):
    """Raise the target's score, and normalise only a random share of windows over all words.

    Attributes
    ----------
    alpha
        Weight of the penalty (log Z)².
    gamma
        Share of the windows that compute log Z, at least. Less is faster and noisier.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "infrequent-normalization"
    cost: ClassVar[str] = "V rows for a share of windows"
    use: ClassVar[str] = "scores near log-probabilities, cheaper"
    learning_rate_factor: ClassVar[float] = 0.7
    alpha: float = option(
        0.1,
        above=0.0,
        high=100.0,
        metavar="WEIGHT",
        help="Weight of the penalty that keeps the scores' normaliser near 1.",
    )
    gamma: float = option(
        0.1,
        above=0.0,
        high=1.0,
        metavar="SHARE",
        help="Share of the windows that are normalised; less is faster.",
    )

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundInfrequentNormalization:
        """Return the objective for words with these counts."""
        return BoundInfrequentNormalization(self, counts)


@dataclass(frozen=True, eq=False)
class BoundInfrequentNormalization(BoundWordRows):
    """Infrequent normalisation of a vocabulary."""

    objective: InfrequentNormalization

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with all words as candidates."""
        n_words, alpha = self.n_words, self.objective.alpha
        return engine.CandidateSoftmax(
            n_words,
            n_words,
            linear=0.0,
            square=alpha,
            offset=1 / (2 * alpha) - float(np.log(n_words)),
            constant=1 / (4 * alpha),
            high=1 / alpha,
            share=self.objective.gamma,
        )

    def log_normaliser(self, output_vectors: npt.NDArray[np.float32]) -> float:
        """Return log V, where h·o_x + 1/(2α) − log V has log Z = 1/(2α)."""
        return float(np.log(self.n_words))
