"""What every objective has: a name, options, tables, and how the engine and NumPy compute it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError
from huffvec.objectives.predictor import Predictor
from huffvec.objectives.renamed import check_renamed

if TYPE_CHECKING:
    from typing_extensions import Self

    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, OutputLayer

Tables = dict[str, npt.NDArray[Any]]


class Objective(ABC):
    """A way to predict a target word from a hidden vector; members are frozen dataclasses.

    The engine's tile (``cpp/engine/tile.hpp``) does the arithmetic; an objective only says which
    output rows belong to a target, with which labels. Members are in files of their own, and each
    file's docstring derives the loss, its gradient and the cost per target.
    """

    name: ClassVar[str]

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Make an objective; raise ConfigError for an option by the name that it had before."""
        check_renamed(options)
        return super().__new__(cls)

    @abstractmethod
    def n_outputs(self, n_words: int, tables: Tables) -> int:
        """Return the number of output rows for a vocabulary of n_words."""

    @abstractmethod
    def tables(self, counts: npt.NDArray[np.int64], config: TrainingConfig) -> Tables:
        """Return the arrays that are saved with the model, for words with these counts."""

    @abstractmethod
    def output_layer(
        self, engine: Engine, counts: npt.NDArray[np.int64], tables: Tables
    ) -> OutputLayer:
        """Return the engine's side of this objective."""

    @abstractmethod
    def predictor(
        self,
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> Predictor:
        """Return the trained output layer, ready to be asked for probabilities."""

    def log_probs(
        self,
        hidden: npt.NDArray[np.floating[Any]],
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> npt.NDArray[np.float64]:
        """Return log p(word | hidden) of every word, normalised over the vocabulary.

        hidden is (dim,), output_vectors (n_outputs, dim); the result is float64 (n_words,).
        """
        return self.predictor(output_vectors, counts, tables).log_probs(hidden)

    def log_normaliser(self, output_vectors: npt.NDArray[np.float32], n_words: int) -> float | None:
        """Return what training drives log Σ exp(score) towards in every context, if it does.

        Where it has arrived, a score less this number is the word's log-probability: one output row
        in place of all.
        """
        return None

    def start_outputs(  # noqa: B027  (most start at zero)
        self, output_vectors: npt.NDArray[np.float32], tables: Tables, seed: int
    ) -> None:
        """Set the values that training begins with, where they are not all zero."""

    def check_files(self) -> None:  # noqa: B027  (most name no files)
        """Raise ConfigError or FormatError unless the files that options name can be read.

        Called before a long run begins.
        """

    def tables_for(self, vocabulary: Vocabulary, config: TrainingConfig) -> Tables:
        """Return `tables` for a vocabulary; objectives that depend on the words extend it."""
        return self.tables(vocabulary.counts, config)

    def check(self, output_vectors: npt.NDArray[np.float32], n_words: int, tables: Tables) -> None:
        """Raise FormatError unless rows and tables, as read from a file, fit the vocabulary."""
        expected = self.n_outputs(n_words, tables)
        if len(output_vectors) != expected:
            raise FormatError(
                f"{self.name} with {n_words} words needs {expected} output vectors, found "
                f"{len(output_vectors)}"
            )

    def carry_over(  # noqa: B027  (what cannot be carried over starts anew)
        self,
        rows: npt.NDArray[np.float32],
        tables: Tables,
        old_rows: npt.NDArray[np.float32],
        old_tables: Tables,
        old_ids: npt.NDArray[np.int64],
    ) -> None:
        """Put output rows of a trained model into those of a grown vocabulary, where they fit.

        Parameters
        ----------
        rows
            (n_outputs, dim), as at the start of training; changed in place.
        tables
            Those that were made for the grown vocabulary.
        old_rows, old_tables
            Those of the model, of an objective of this class.
        old_ids
            The id in the model of every word, int64 (n_words,), -1 for new words.
        """

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the options as JSON values."""
        return {"name": self.name, **asdict(self)}  # type: ignore[call-overload]
