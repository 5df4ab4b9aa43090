"""DM: the mean of a document's tags and the context words predicts the target (Le & Mikolov 2014).

"Distributed representations of sentences and documents", ICML; gensim's ``dm_mean``. With subwords
a tag counts as a word with a bag of mean size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huffvec.architectures.cbow import CBOW, weighted_means
from huffvec.weights import DOCUMENT_VECTORS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from huffvec.architectures.contexts import Contexts, Hidden


class DM(CBOW):
    """The mean of tags and context predicts."""

    name = "dm"
    own_weights = (DOCUMENT_VECTORS,)
    words_take_part = True

    def hidden(
        self,
        vectors: npt.NDArray[np.float32],
        contexts: Contexts,
        sizes: npt.NDArray[np.int64] | None,
        weights: Mapping[str, npt.NDArray[np.float32]],
    ) -> Hidden:
        """Return the mean of each context's words and tags."""
        import numpy as np

        if contexts.tag_ids is None:
            return super().hidden(vectors, contexts, sizes, weights)
        members = contexts.members()
        n_members, numbers = len(members.words) + len(members.tags), np.arange(len(contexts.bounds))
        rows = np.empty((n_members, vectors.shape[1]), np.float32)
        rows[members.words] = vectors[contexts.ids]
        rows[members.tags] = weights[DOCUMENT_VECTORS.name][contexts.tag_ids]
        shares = np.ones(n_members, np.float32)
        if sizes is not None:
            own, n_words = sizes[contexts.ids], contexts.sizes
            totals = np.bincount(np.repeat(numbers, n_words), own, len(numbers))
            shares[members.words] = own
            means = np.where(n_words > 0, totals / np.maximum(n_words, 1), 1)
            shares[members.tags] = np.repeat(means, contexts.tag_sizes)
        return weighted_means(rows, shares, members.bounds)

    def engine_options(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
        """Return CBOW's options: the engine adds the tags to its means."""
        return {"architecture": CBOW.name}
