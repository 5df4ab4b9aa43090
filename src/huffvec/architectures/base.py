"""What every architecture has: a name, learning rates, weights of its own and hidden vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from huffvec.weights import DOCUMENT_VECTORS, Rows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.architectures.contexts import Contexts, Hidden
    from huffvec.config import TrainingConfig
    from huffvec.weights import Weight


class Architecture(ABC):
    """A way from the words of a context to the hidden vectors that predict its target.

    Members are in files of their own and have no state: what a model has learned is in its weights.
    The engine's side of a member is an ``InputLayer`` in ``cpp/engine/inputs/``.

    Attributes
    ----------
    name
        As in `huffvec.TrainingConfig` and in files.
    learning_rate
        What the learning rate at the start by default is reckoned from (`huffvec.learning_rates`).
    start_width
        Input vectors begin with numbers at random between -start_width/dim and start_width/dim.
    own_weights
        What it may train on the input side besides the input vectors.
    has_word_vectors
        Whether words have input vectors.
    words_take_part
        Whether words and their document predict by one hidden vector, so that a document is
        inferred from what its words leave to say.
    contexts_at_once
        Context words whose hidden vectors are made at once where a text is scored; memory is
        bounded by it.
    """

    name: ClassVar[str]
    learning_rate: ClassVar[float]
    start_width: ClassVar[float]
    own_weights: ClassVar[tuple[Weight, ...]] = ()
    has_word_vectors: ClassVar[bool] = True
    words_take_part: ClassVar[bool] = False
    contexts_at_once: ClassVar[int]

    @property
    def has_documents(self) -> bool:
        """Whether sentences are documents, whose tags have vectors."""
        return DOCUMENT_VECTORS in self.own_weights

    @abstractmethod
    def hidden(
        self,
        vectors: npt.NDArray[np.float32],
        contexts: Contexts,
        sizes: npt.NDArray[np.int64] | None,
        weights: Mapping[str, npt.NDArray[np.float32]],
    ) -> Hidden:
        """Return the hidden vectors of contexts.

        Parameters
        ----------
        vectors
            float32 (n_rows, dim): the word vectors whose rows the contexts name.
        contexts
            The words and, where there are documents, their tags.
        sizes
            Rows that each of the vectors is the mean of (subwords), (n_rows,); ``None`` for 1.
        weights
            The model's weights, those of `weights` among them.
        """

    @abstractmethod
    def n_hidden(self, contexts: Contexts) -> npt.NDArray[np.int64]:
        """Return how many hidden vectors each context has, (n_contexts,)."""

    def check(self, config: TrainingConfig) -> None:  # noqa: B027  (most take all options)
        """Raise ConfigError if options of a configuration do not go together here."""

    def weights(self, config: TrainingConfig, n_tags: int) -> dict[Weight, int]:
        """Return those of ``own_weights`` that a model has, with their numbers of rows.

        Parameters
        ----------
        config
            How the model is trained.
        n_tags
            Different tags of the documents; 0 where there are none.
        """
        sizes = {Rows.DOCUMENTS: n_tags}
        if config.position_weights:
            sizes[Rows.POSITIONS] = 2 * config.reach
        return {own: sizes[own.rows] for own in self.own_weights if own.rows in sizes}

    def carry_over(
        self, weight: Weight, new: npt.NDArray[np.float32], old: npt.NDArray[np.float32]
    ) -> None:
        """Put one of ``own_weights`` of a trained model into that of a run on new text.

        New, which is as at the start, is changed in place. Here all rows are taken over; new
        documents come after the old ones.
        """
        new[: len(old)] = old

    def engine_options(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
        """Return the arguments of the engine's trainer that are this architecture's.

        The weights have rows of the engine's length.
        """
        return {"architecture": self.name}
