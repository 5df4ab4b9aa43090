"""Skip-gram: each context word predicts the target by its own vector (Mikolov et al. 2013).

"Efficient estimation of word representations in vector space", ICLR Workshop. A hidden vector is
the vector of one context word, and the loss of a target is the sum of its context words'. Asked for
the word in a context of several, the mean of their probabilities is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from huffvec.architectures.base import Architecture

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from huffvec.architectures.contexts import Contexts, Hidden


class Skipgram(Architecture):
    """Every context word predicts alone."""

    name = "skipgram"
    learning_rate = 0.055
    start_width = 0.5  # word2vec.c's
    contexts_at_once = 1 << 21  # words occur again and again, and each is asked once

    def hidden(
        self,
        vectors: npt.NDArray[np.float32],
        contexts: Contexts,
        sizes: npt.NDArray[np.int64] | None,
        weights: Mapping[str, npt.NDArray[np.float32]],
    ) -> Hidden:
        """Return the vector of each different word, and which of them every context has."""
        from huffvec.architectures.contexts import Hidden

        return Hidden.of_distinct(vectors, contexts.ids, contexts.bounds)

    def n_hidden(self, contexts: Contexts) -> npt.NDArray[np.int64]:
        """Return the sizes: one for each word."""
        return contexts.sizes
