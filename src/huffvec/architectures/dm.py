"""DM: the mean of a document's tags and the context words predicts the target (Le & Mikolov 2014).

"Distributed representations of sentences and documents", ICML; gensim's ``dm_mean``. With subwords
a tag counts as a word with a bag of mean size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huffvec.architectures.base import Architecture
from huffvec.architectures.cbow import CBOW
from huffvec.weights import DOCUMENT_VECTORS, Weight

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt

    from huffvec.config import TrainingConfig


class DM(CBOW):
    """The mean of tags and context predicts."""

    name = "dm"
    own_weights = (DOCUMENT_VECTORS,)

    def weights(self, config: TrainingConfig, n_tags: int) -> dict[Weight, int]:
        """Return the vectors of the tags."""
        return Architecture.weights(self, config, n_tags)

    def engine_options(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, Any]:
        """Return CBOW's options: the engine adds the tags to its means."""
        return {"architecture": CBOW.name}
