"""One versus all: every label decides by a sigmoid of its own.

For documents, which may have several labels Y::

    p(l | h) = σ(s_l),   s_l = h·o_l
    loss     = −Σ_{l ∈ Y} log σ(s_l) − Σ_{l ∉ Y} log σ(−s_l)
    ∂loss/∂s_l = σ(s_l) − [l ∈ Y]

The probabilities are those of each label by itself, and do not sum to 1. Cost per document: V rows.
fastText calls it ``ova``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundObjective
from huffvec.objectives.predictor import Predictor

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class OneVsAll(CountsObjective):
    """Predict every label by itself; for documents with any number of labels."""

    name: ClassVar[str] = "one-vs-all"
    cost: ClassVar[str] = "V rows"
    use: ClassVar[str] = "several labels at once, up to some thousands"
    for_labels: ClassVar[bool] = True

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundOneVsAll:
        """Return the objective for labels that occur so often."""
        return BoundOneVsAll(self, counts)


@dataclass(frozen=True, eq=False)
class BoundOneVsAll(BoundObjective):
    """One versus all with its labels."""

    @property
    def untrained_loss(self) -> float:
        """Loss of a document in nats while no score says anything."""
        return float(self.n_words * np.log(2))

    @property
    def n_outputs(self) -> int:
        """Number of labels."""
        return self.n_words

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side."""
        return engine.OneVsAll(self.n_words)

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> SigmoidPredictor:
        """Return the labels' sigmoids."""
        return SigmoidPredictor(output_vectors)


class SigmoidPredictor(Predictor):
    """Log-probabilities that are those of each label by itself: log σ(score)."""

    def __init__(self, output_vectors: npt.NDArray[np.float32]) -> None:
        self.output_vectors = output_vectors

    def log_probs(self, hidden: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return log p(label | hidden) of every label; hidden is (dim,), the result (n_labels,)."""
        return -np.logaddexp(0, -(self.output_vectors @ hidden.astype(np.float32))).astype(float)

    def many_log_probs(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.floating[Any]]:
        """Return log p(label | row of hidden) of every label, (n_hidden, n_labels)."""
        losses: npt.NDArray[np.floating[Any]] = np.logaddexp(
            np.float32(0), -(hidden @ self.output_vectors.T)
        )
        return -losses
