"""How long and how fast a document is inferred, where nobody says, and how strong its prior is.

What is learned of a document grows with the words that it is trained on, again and again: until
it has been trained on about TARGETS of them. So a document of L words has TARGETS / L epochs by
DBOW, at least LEAST_EPOCHS and at most MOST_EPOCHS. DM needs 10 for all, as its words leave little
for the document to say.

A prior pays in two coins: it keeps good reviews of films and bad ones apart the better the more
passes there are, and predicts the other words of a review from every second one the worse the
shorter the review is, since it draws away from the mean of documents, which is not 0. So it is a
weak one. Errors in %, and nats a word, by precision:

======================== ===== ===== =====
..                           0     3    10
======================== ===== ===== =====
whole reviews            10.12 10.07 10.05
the same in 10 passes    10.35 10.17  9.90
other words              6.290 6.295 6.317
other words, first 12    6.510 6.534 6.589
======================== ===== ===== =====

DM has none: its documents, trained without, would not be like inferred ones (15.2 % errors by a
regression on trained vectors, 15.7 % with a precision of 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig

TARGETS, LEAST_EPOCHS, MOST_EPOCHS = 600, 2, 20
EPOCHS_WITH_WORDS = 10
PRIOR = 3.0


def default_epochs(config: TrainingConfig, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the epochs of documents with so many words, int64 (n_documents,)."""
    if ARCHITECTURES[config.architecture].words_take_part:
        return np.full(len(lengths), EPOCHS_WITH_WORDS, np.int64)
    epochs = np.ceil(TARGETS / np.maximum(lengths, 1)).astype(np.int64)
    return epochs.clip(LEAST_EPOCHS, MOST_EPOCHS)


def default_prior(config: TrainingConfig) -> float:
    """Return the precision of the documents' prior; 0: they have none."""
    return 0.0 if ARCHITECTURES[config.architecture].words_take_part else PRIOR


def default_learning_rate(config: TrainingConfig) -> float:
    """Return the rate at the start where none is given: that of training.

    Or that of the architecture, if nobody knows.
    """
    return config.learning_rate or ARCHITECTURES[config.architecture].learning_rate
