"""An objective with the vocabulary that it predicts: what training, models and layers work with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError
from huffvec.objectives.predictor import Predictor, SoftmaxPredictor

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer
    from huffvec.objectives.base import Objective

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class BoundObjective(ABC):
    """An objective whose words are known; `huffvec.objectives.Objective.bind` makes one.

    Members that need more than the words' counts (a tree's paths, the bands of an output matrix)
    hold it in fields of their own; a model is saved with these (`arrays`).

    Attributes
    ----------
    objective
        The options.
    counts
        How often each word occurs, int64 (n_words,).
    """

    objective: Objective
    counts: npt.NDArray[np.int64]

    @property
    def n_words(self) -> int:
        """Number of words that are predicted."""
        return len(self.counts)

    @property
    def untrained_loss(self) -> float:
        """Loss of a target in nats while no score says anything, or a bound; of most log V."""
        return float(np.log(self.n_words))

    @property
    @abstractmethod
    def n_outputs(self) -> int:
        """Number of output rows."""

    @abstractmethod
    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side."""

    @abstractmethod
    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> Predictor:
        """Return the trained output layer, ready to be asked for probabilities.

        output_vectors is float32 (n_outputs, dim).
        """

    def arrays(self) -> Arrays:
        """Return what is saved with a model, by name; most need nothing beside the counts."""
        return {}

    def log_normaliser(self, output_vectors: npt.NDArray[np.float32]) -> float | None:
        """Return what training drives log Σ exp(score) towards in every context, if it does.

        Where it has arrived, a score less this number is the word's log-probability: one output row
        in place of all.
        """
        return None

    def start_outputs(  # noqa: B027  (most start at zero)
        self, output_vectors: npt.NDArray[np.float32], seed: int
    ) -> None:
        """Set the values that training begins with, where they are not all zero."""

    def check(self, output_vectors: npt.NDArray[np.float32]) -> None:
        """Raise FormatError unless output rows, as read from a file, fit the vocabulary."""
        if len(output_vectors) != self.n_outputs:
            raise FormatError(
                f"{self.objective.name} with {self.n_words} words needs {self.n_outputs} output "
                f"vectors, found {len(output_vectors)}"
            )

    def carry_over(  # noqa: B027  (what cannot be carried over starts anew)
        self,
        rows: npt.NDArray[np.float32],
        old: BoundObjective,
        old_rows: npt.NDArray[np.float32],
        old_ids: npt.NDArray[np.int64],
    ) -> None:
        """Put output rows of a trained model into those of a grown vocabulary, where they fit.

        Parameters
        ----------
        rows
            (n_outputs, dim), as at the start of training; changed in place.
        old, old_rows
            Those of the model. What an objective of another class learned fits nowhere.
        old_ids
            The id in the model of every word, int64 (n_words,), -1 for new words.
        """


class BoundWordRows(BoundObjective):
    """One output row a word; of most, the scores' softmax over the vocabulary is the probability.

    They differ in the loss that trains the scores.
    """

    @property
    def n_outputs(self) -> int:
        """Number of words."""
        return self.n_words

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> SoftmaxPredictor:
        """Return the scores, normalised, in blocked matrix products."""
        return SoftmaxPredictor(output_vectors, np.zeros(self.n_words))

    def carry_over(
        self,
        rows: npt.NDArray[np.float32],
        old: BoundObjective,
        old_rows: npt.NDArray[np.float32],
        old_ids: npt.NDArray[np.int64],
    ) -> None:
        """Old words keep their rows."""
        if type(old) is type(self):
            known = np.flatnonzero(old_ids >= 0)
            rows[known] = old_rows[old_ids[known]]
