"""Self-normalised softmax (Devlin et al. 2014, "Fast and robust neural network joint models").

The full softmax, and a penalty that keeps its normaliser Z near 1 in every context, so that
afterwards a word's probability can be read off its own score, without the sum over all words::

    s_x        = h·o_x − log V
    log Z      = log Σ_y exp(s_y)                   y over the whole vocabulary
    loss       = −s_w + log Z + α (log Z)²
    ∂loss/∂s_x = (1 + 2 α log Z) p(x | h) − [x = w],     p(x | h) = exp(s_x) / Z

Both terms are least where p is right and Z = 1. (Copies of the formula often carry a sign slip: the
penalty is added to the loss.) Where |log Z| is over 1/(2α) the square goes on as a straight line,
so that no step is more than twice the softmax's. The constant −log V stands for the bias that
Devlin et al. start there: untrained, Z is 1.

Cost per target: V rows to train; to ask, one row if Z = 1 is trusted (``exact=False`` of
`huffvec.Model.log_prob`: log p = s_w), or V rows for the exact probability. The penalty costs
some likelihood: the larger α, the nearer Z is to 1 and the less the scores are free.
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
class SelfNormalizedSoftmax(CountsObjective):
    """Choose the target among all words, with scores that need no normaliser to be asked.

    Attributes
    ----------
    alpha
        Weight of the penalty (log Z)². Devlin et al. found 0.1 enough.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "self-normalized-softmax"
    cost: ClassVar[str] = "V rows"
    use: ClassVar[str] = "scores near log-probabilities"
    learning_rate_factor: ClassVar[float] = 0.7
    alpha: float = option(
        0.1,
        low=0.0,
        high=100.0,
        metavar="WEIGHT",
        help="Weight of the penalty that keeps the scores' normaliser near 1.",
    )

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundSelfNormalizedSoftmax:
        """Return the objective for words with these counts."""
        return BoundSelfNormalizedSoftmax(self, counts)


@dataclass(frozen=True, eq=False)
class BoundSelfNormalizedSoftmax(BoundWordRows):
    """The self-normalised softmax of a vocabulary."""

    objective: SelfNormalizedSoftmax

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with all words as candidates."""
        n_words, alpha = self.n_words, self.objective.alpha
        offset = -float(np.log(n_words))
        bend = 1 / (2 * alpha) if alpha else 0.0
        return engine.CandidateSoftmax(
            n_words, n_words, square=alpha, offset=offset, low=-bend, high=bend
        )

    def log_normaliser(self, output_vectors: npt.NDArray[np.float32]) -> float:
        """Return log V, where h·o_x − log V has Z = 1."""
        return float(np.log(self.n_words))
