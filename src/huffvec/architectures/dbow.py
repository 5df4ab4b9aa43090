"""DBOW: the vectors of a document's tags predict its words (Le & Mikolov 2014).

"Distributed representations of sentences and documents", ICML. Each tag predicts each word of the
document alone, as a context word does in skip-gram. In ``dbow`` nothing else is on the input side;
in ``dbow-words`` skip-gram's context words are trained along (Dai, Olah & Le 2015), so that words
and documents have vectors in one space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huffvec.architectures.base import Architecture
from huffvec.architectures.skipgram import Skipgram
from huffvec.errors import ConfigError
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from huffvec.architectures.contexts import Contexts, Hidden


class DBOW(Architecture):
    """The tags of a document predict its words, each alone."""

    name = "dbow"
    learning_rate = 0.05
    start_width = 0.5
    own_weights = (DOCUMENT_VECTORS,)
    contexts_at_once = 1 << 21
    has_word_vectors = False

    def hidden(
        self,
        vectors: npt.NDArray[np.float32],
        contexts: Contexts,
        sizes: npt.NDArray[np.int64] | None,
        weights: Mapping[str, npt.NDArray[np.float32]],
    ) -> Hidden:
        """Raise ConfigError: words predict nothing here."""
        raise ConfigError(
            "the architecture dbow predicts words from documents alone, not from other words: "
            "train with dbow-words or dm"
        )

    def n_hidden(self, sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return zeros: words have no hidden vectors."""
        return sizes * 0


class DBOWWords(Skipgram):
    """The tags of a document predict its words, and so does every context word."""

    name = "dbow-words"
    own_weights = (DOCUMENT_VECTORS,)

    def engine_options(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
        """Return skip-gram's options: the engine adds the tags to its inputs."""
        return {"architecture": Skipgram.name}
