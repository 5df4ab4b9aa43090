"""How long and how fast a document is inferred, where nobody says, and how strong its prior is.

What is learned of a document grows with the words that it is trained on, again and again: until
it has been trained on about TARGETS of them. So a document of L words has TARGETS / L epochs by
DBOW, at least LEAST_EPOCHS and at most MOST_EPOCHS; the prior (:mod:`huffvec.training.inferring`)
sees to it that more would gain little. DM needs 10 for all, as its words leave little for the
document to say.

The prior's precision is that of vectors as long as it makes them: with 30, those of reviews of 277
words and 100 numbers have a length of 1.7, and 100 / 1.7² = 35. Errors by documents' vectors, by
precision (0: no prior), in %:

============== ==== ==== ==== ==== ====
..                0    3   10   30  100
============== ==== ==== ==== ==== ====
whole reviews  10.8      10.5 10.3
first 40 words 22.9 22.8 22.6 22.5 22.6
first 12 words 29.5 29.5 29.4 29.4 29.4
============== ==== ==== ==== ==== ====
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig

TARGETS, LEAST_EPOCHS, MOST_EPOCHS = 600, 2, 5
EPOCHS_WITH_WORDS = 10
PRIOR = 30.0


def default_epochs(config: TrainingConfig, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the epochs of documents with so many words, int64 (n_documents,)."""
    if ARCHITECTURES[config.architecture].words_take_part:
        return np.full(len(lengths), EPOCHS_WITH_WORDS, np.int64)
    epochs = np.ceil(TARGETS / np.maximum(lengths, 1)).astype(np.int64)
    return epochs.clip(LEAST_EPOCHS, MOST_EPOCHS)


def default_learning_rate(config: TrainingConfig) -> float:
    """Return the rate at the start where none is given: that of training.

    Or that of the architecture, if nobody knows.
    """
    return config.learning_rate or ARCHITECTURES[config.architecture].learning_rate
