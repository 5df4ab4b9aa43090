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
from huffvec.errors import ConfigError, OptionName
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from huffvec.architectures.contexts import Contexts, Hidden
    from huffvec.config import TrainingConfig


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
        """Return the vector of each different tag, and which of them every context has.

        Raises
        ------
        ConfigError
            If there are words, or no tags: words predict nothing here.
        """
        from huffvec.architectures.contexts import Hidden

        if contexts.tag_ids is None or len(contexts.ids):
            raise ConfigError(
                "the architecture dbow predicts words from documents alone, not from other words: "
                "give the document and no word, or train with dbow-words or dm"
            )
        documents = weights[DOCUMENT_VECTORS.name]
        return Hidden.of_distinct(documents, contexts.tag_ids, contexts.tag_bounds)

    def check(self, config: TrainingConfig) -> None:
        """Raise ConfigError if words are to be made of subwords: they have no input vectors."""
        if config.subwords is not None:
            raise ConfigError(
                OptionName("subwords"),
                " have no effect with dbow, where words have no input vectors: train with "
                "dbow-words or dm, or leave them out",
            )

    def n_hidden(self, contexts: Contexts) -> npt.NDArray[np.int64]:
        """Return the numbers of tags."""
        return contexts.tag_sizes


class DBOWWords(Skipgram):
    """The tags of a document predict its words, and so does every context word."""

    name = "dbow-words"
    own_weights = (DOCUMENT_VECTORS,)

    def hidden(
        self,
        vectors: npt.NDArray[np.float32],
        contexts: Contexts,
        sizes: npt.NDArray[np.int64] | None,
        weights: Mapping[str, npt.NDArray[np.float32]],
    ) -> Hidden:
        """Return the vector of each different word and tag, and which of them contexts have."""
        import numpy as np

        from huffvec.architectures.contexts import Hidden

        if contexts.tag_ids is None:
            return super().hidden(vectors, contexts, sizes, weights)
        members, n_words = contexts.members(), len(vectors)
        ids = np.empty(len(members.words) + len(members.tags), np.int64)
        ids[members.words] = contexts.ids
        ids[members.tags] = n_words + contexts.tag_ids.astype(np.int64)
        distinct, uses = np.unique(ids, return_inverse=True)
        words, tags = np.split(distinct, [np.searchsorted(distinct, n_words)])
        documents = weights[DOCUMENT_VECTORS.name]
        rows = np.concatenate([vectors[words], documents[tags - n_words]])
        return Hidden(rows, uses, members.bounds)

    def n_hidden(self, contexts: Contexts) -> npt.NDArray[np.int64]:
        """Return the numbers of words and tags."""
        return contexts.sizes + contexts.tag_sizes

    def engine_options(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
        """Return skip-gram's options: the engine adds the tags to its inputs."""
        return {"architecture": Skipgram.name}
