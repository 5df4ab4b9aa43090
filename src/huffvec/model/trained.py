"""What training makes: words, trained arrays, and how they were trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES, Architecture
from huffvec.architectures.cbow import POSITION_VECTORS
from huffvec.config import TrainingConfig
from huffvec.corpus.tokens import Word
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.objectives import Objective
from huffvec.objectives.bound import Arrays, BoundObjective
from huffvec.objectives.predictor import Predictor
from huffvec.search.searchable import spelled
from huffvec.vectors.subword_vectors import recorded_reading
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.corpus.options import InputOptions
    from huffvec.weights import Weights


@dataclass
class Trained:
    """The parts of a model, as `huffvec.Model` says."""

    vocabulary: Vocabulary
    weights: Weights
    bound: BoundObjective
    config: TrainingConfig
    tags: Vocabulary | None = None
    training: dict[str, Any] = field(default_factory=dict)

    @property
    def input_vectors(self) -> npt.NDArray[np.float32]:
        """The word vectors, float32 (n_words, dim).

        With subwords (``config.subwords``) float32 (n_rows, dim), the rows that word vectors are
        means of: see :mod:`huffvec.subwords`.
        """
        return self.weights[INPUT_VECTORS.name]

    @property
    def output_vectors(self) -> npt.NDArray[np.float32]:
        """The rows of the output layer, float32 (n_outputs, dim)."""
        return self.weights[OUTPUT_VECTORS.name]

    @property
    def position_vectors(self) -> npt.NDArray[np.float32] | None:
        """What words are multiplied by, float32 (2 · window, dim), for the window's positions.

        From left to right; ``None`` unless the model is of position-weighted CBOW.
        """
        return self.weights.get(POSITION_VECTORS.name)

    @property
    def objective(self) -> Objective:
        """How words were predicted: the name and the options."""
        return self.bound.objective

    @property
    def tables(self) -> Arrays:
        """The objective's arrays by name (a tree's paths, say)."""
        return self.bound.arrays()

    @property
    def _architecture(self) -> Architecture:
        return ARCHITECTURES[self.config.architecture]

    @property
    def has_word_vectors(self) -> bool:
        """Whether words have vectors: with all architectures but dbow."""
        return self._architecture.has_word_vectors

    @cached_property
    def reading(self) -> InputOptions | None:
        """How the text was read that was trained on; ``None`` if nothing is known or was done."""
        return recorded_reading(self.training)

    def word_id(self, word: Word) -> int:
        """Return the row of a word, spelled as the text's words were, in the vocabulary.

        Raises
        ------
        UnknownWordError
            If the vocabulary does not have it.
        """
        return self.vocabulary.id_of(spelled(word, self.vocabulary, self.reading))

    @cached_property
    def predictor(self) -> Predictor:
        """The output layer, to be asked for probabilities by hidden vectors."""
        return self.bound.predictor(self.output_vectors)
