"""The common part of the objectives that give every word an output row and score it by a product.

They differ in the loss that trains the scores; of most, the scores' softmax over the vocabulary is
the probability.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huffvec.config import TrainingConfig
from huffvec.objectives.base import Objective, Tables
from huffvec.objectives.predictor import SoftmaxPredictor


class WordRows(Objective):
    """An objective with one output row a word; probabilities are the scores' softmax."""

    def n_outputs(self, n_words: int, tables: Tables) -> int:
        """Return n_words."""
        return n_words

    def tables(self, counts: npt.NDArray[np.int64], config: TrainingConfig) -> Tables:
        """Return nothing: all that is needed follows from the counts."""
        return {}

    def carry_over(
        self,
        rows: npt.NDArray[np.float32],
        tables: Tables,
        old_rows: npt.NDArray[np.float32],
        old_tables: Tables,
        old_ids: npt.NDArray[np.int64],
    ) -> None:
        """Old words keep their rows."""
        known = np.flatnonzero(old_ids >= 0)
        rows[known] = old_rows[old_ids[known]]

    def predictor(
        self,
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> SoftmaxPredictor:
        """Return the scores, normalised, in blocked matrix products."""
        return SoftmaxPredictor(output_vectors, np.zeros(len(counts)))
