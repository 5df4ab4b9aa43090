"""The common part of the objectives that give every word an output row and score it by a product.

They differ in the loss that trains the scores, and all of them train scores whose softmax over the
vocabulary is the probability.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.objectives.base import Objective, Tables
from huffvec.objectives.predictor import SoftmaxPredictor


class WordRows(Objective):
    """An objective with one output row a word, the scores' softmax being the probability."""

    def n_outputs(self, n_words: int) -> int:
        """Return n_words."""
        return n_words

    def tables(self, counts: npt.NDArray[np.int64]) -> Tables:
        """Return nothing: all that is needed follows from the counts."""
        return {}

    def log_probs(
        self,
        hidden: npt.NDArray[np.floating[Any]],
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> npt.NDArray[np.float64]:
        """Return the scores of all words, normalised."""
        rows = output_vectors[: len(counts)]
        scores = (rows @ hidden.astype(np.float32)).astype(np.float64)
        scores -= scores.max()
        log_probs: npt.NDArray[np.float64] = scores - np.log(np.exp(scores).sum())
        return log_probs

    def predictor(
        self,
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> SoftmaxPredictor:
        """Return the scores, normalised, in blocked matrix products."""
        return SoftmaxPredictor(self, output_vectors, counts, tables, np.zeros(len(counts)))
