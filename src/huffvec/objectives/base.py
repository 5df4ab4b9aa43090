"""What every objective has: a name, options, and the binding to a vocabulary."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.objectives.renamed import check_renamed
from huffvec.records import Options

if TYPE_CHECKING:
    from typing_extensions import Self

    from huffvec.classify.config import ClassifierConfig
    from huffvec.classify.examples import Examples
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.objectives.bound import Arrays, BoundObjective


class Objective(Options, ABC):
    """A way to predict a target word from a hidden vector; members are frozen dataclasses.

    The engine's tile (``cpp/engine/tile.hpp``) does the arithmetic; an objective only says which
    output rows belong to a target, with which labels. Members are in files of their own, each with
    the options and a `huffvec.objectives.bound.BoundObjective`, and each file's docstring derives
    the loss, its gradient and the cost per target.

    Attributes
    ----------
    name
        As on the command line and in files.
    cost
        Output rows that a step of training reads, in words; V: as many as there are words.
    use
        What to take it for, in a few words.
    learning_rate_factor
        By how much its learning rate by default differs from the architecture's
        (:mod:`huffvec.learning_rates`).
    learning_rate_factors
        The same by architecture, for those where it is another.
    for_labels
        Whether it predicts sets of labels, and no words.
    """

    name: ClassVar[str]
    cost: ClassVar[str]
    use: ClassVar[str]
    learning_rate_factor: ClassVar[float] = 1.0
    learning_rate_factors: ClassVar[Mapping[str, float]] = {}
    for_labels: ClassVar[bool] = False

    @classmethod
    def rate_factor(cls, architecture: str) -> float:
        """Return by how much the learning rate by default differs from an architecture's."""
        return cls.learning_rate_factors.get(architecture, cls.learning_rate_factor)

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Make an objective; raise ConfigError for an option by the name that it had before."""
        check_renamed(options)
        return super().__new__(cls, *args, **options)

    @abstractmethod
    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundObjective:
        """Return the objective for these words, with all that it needs beside their counts.

        Raises
        ------
        ConfigError, CorpusError, FormatError
            If options do not fit the words, words are too few, or a file named by an option cannot
            be used.
        """

    def bind_labels(
        self, labels: Vocabulary, config: ClassifierConfig, examples: Examples
    ) -> BoundObjective:
        """Return the objective for the labels of documents; most ask for their counts only.

        Raises
        ------
        ConfigError, CorpusError, FormatError
            As `bind`.
        """
        return self.bind(labels, config)  # type: ignore[arg-type]

    @abstractmethod
    def restore(self, counts: npt.NDArray[np.int64], arrays: Arrays) -> BoundObjective:
        """Return the objective as a file has it: with the `BoundObjective.arrays` that were saved.

        Raises
        ------
        FormatError
            If an array is missing, or fits no vocabulary of this size.
        """

    def check_files(self) -> None:
        """Raise ConfigError or FormatError unless the files that options name can be read.

        Called before a long run begins.
        """

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the options as JSON values."""
        return {"name": self.name, **super().to_dict()}


class CountsObjective(Objective):
    """An objective that needs nothing of a vocabulary but its counts."""

    @abstractmethod
    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundObjective:
        """Return the objective for words that occur so often."""

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundObjective:
        """Return the objective for these words."""
        return self.for_counts(vocabulary.counts)

    def restore(self, counts: npt.NDArray[np.int64], arrays: Arrays) -> BoundObjective:
        """Return the objective for words with these counts; no arrays are saved."""
        return self.for_counts(counts)
