"""One versus all: every label decides by itself whether it is due.

For documents, which may have several labels Y; a label's score is s_l = h·o_l::

    linear:    p(l | h) = clip(s_l, 0, 1)
               loss     = Σ_{l ∈ Y} H(1 − s_l) + Σ_{l ∉ Y} H(s_l)
               H(x)     = 0 for x < 0, x²/2 up to x = 1, x − 1/2 beyond
    logistic:  p(l | h) = σ(s_l)
               loss     = −Σ_{l ∈ Y} log σ(s_l) − Σ_{l ∉ Y} log σ(−s_l)
    both:      ∂loss/∂s_l = p(l | h) − [l ∈ Y]

The linear link is the modified Huber loss (Zhang 2004, "Solving large scale linear prediction
problems using stochastic gradient descent algorithms"), a squared hinge loss that outliers cannot
dominate; its minimum is at the probabilities. A label that is due in one of 1,000 documents
begins where it has to be, at 0, and has to rise to 1 where it is due; a sigmoid begins at 1/2, and
has to fall and rise by many nats, which rare labels do not get to. Beyond `MARGIN` of the
ends the probability goes on rising, so that the order of scores stays and no logarithm is infinite.

The probabilities are those of each label by itself, and do not sum to 1. Cost per document: V rows.
fastText's ``ova`` is the logistic one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from huffvec.arrays import largest
from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundObjective
from huffvec.objectives.predictor import Predictor
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


Link = Literal["linear", "logistic"]
MARGIN = 0.02


@dataclass(frozen=True)
class OneVsAll(CountsObjective):
    """Predict every label by itself; for documents with any number of labels.

    Attributes
    ----------
    link
        How a score becomes a probability: ``"linear"`` or ``"logistic"``.
    """

    name: ClassVar[str] = "one-vs-all"
    cost: ClassVar[str] = "V rows"
    use: ClassVar[str] = "several labels at once, up to some thousands"
    for_labels: ClassVar[bool] = True

    link: Link = option("linear", help="How a score becomes a probability.")

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundOneVsAll:
        """Return the objective for labels that occur so often."""
        return BoundOneVsAll(self, counts)


@dataclass(frozen=True, eq=False)
class BoundOneVsAll(BoundObjective):
    """One versus all with its labels."""

    objective: OneVsAll

    @property
    def untrained_loss(self) -> float:
        """Loss of a document, in nats if it is logistic, while all probabilities are 1/2.

        If linear and labels are few, that of a label that is due and has the score 0.
        """
        if self.objective.link == "logistic":
            return float(self.n_words * np.log(2))
        return max(1 / 2, self.n_words / 8)

    @property
    def n_outputs(self) -> int:
        """Number of labels."""
        return self.n_words

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side."""
        return engine.OneVsAll(self.n_words, self.objective.link == "logistic")

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> OneVsAllPredictor:
        """Return the labels' decisions."""
        return OneVsAllPredictor(output_vectors, self.objective.link)


class OneVsAllPredictor(Predictor):
    """Log-probabilities that are those of each label by itself."""

    def __init__(self, output_vectors: npt.NDArray[np.float32], link: Link) -> None:
        self.output_vectors, self.link = output_vectors, link

    def log_probs(self, hidden: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return log p(label | hidden) of every label; hidden is (dim,), the result (n_labels,)."""
        log_probs = self.many_log_probs(hidden[None].astype(np.float32))[0]
        result: npt.NDArray[np.float64] = log_probs.astype(np.float64)
        return result

    def many_log_probs(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.floating[Any]]:
        """Return log p(label | row of hidden) of every label, (n_hidden, n_labels)."""
        scores: npt.NDArray[np.floating[Any]] = hidden @ self.output_vectors.T
        return log_probs_of(self.link, scores)

    def _top_of_block(
        self, hidden: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        scores = hidden @ self.output_vectors.T
        ids = largest(scores, k)
        best = log_probs_of(self.link, np.take_along_axis(scores, ids, 1))
        return ids.astype(np.int32), best.astype(np.float32)


def log_probs_of(
    link: Link, scores: npt.NDArray[np.floating[Any]]
) -> npt.NDArray[np.floating[Any]]:
    """Return the logarithms of the probabilities that scores become by a link."""
    if link == "linear":
        return log_linear(scores)
    losses: npt.NDArray[np.floating[Any]] = np.logaddexp(scores.dtype.type(0), -scores)
    return -losses


def log_linear(scores: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
    """Return the logarithms of the probabilities that scores are, smooth near 0 and 1.

    With `MARGIN` m: m · exp(s/m − 1) below m, and 1 − m · exp((1 − s)/m − 1) above 1 − m.
    """
    low = np.log(MARGIN) + scores / MARGIN - 1
    middle = np.log(np.clip(scores, MARGIN, 1 - MARGIN))
    high = np.log1p(-MARGIN * np.exp(np.minimum(0, (1 - MARGIN - scores) / MARGIN)))
    middle = np.where(scores > 1 - MARGIN, high, middle)
    log_probs: npt.NDArray[np.floating[Any]] = np.where(scores < MARGIN, low, middle)
    return log_probs
