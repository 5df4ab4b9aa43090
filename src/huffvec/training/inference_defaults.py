"""How long and how fast a document is inferred, where nobody says: short ones in more epochs.

What is learned of a document grows with the words that it is trained on, again and again: until
it has been trained on about TARGETS of them. So a document of L words has TARGETS / L epochs by
DBOW, at least 2 and at most 20. Errors by the vectors of documents that were trained, with 3 epochs
for all and by this rule: whole reviews (277 words) 12.1 and 11.9 %, their first 40 words 31.1 and
29.4, their first 12 words 46.5 and 39.6. DM needs 10 for all (20: 17.5 % errors instead of 18.2),
as its words leave little for the document to say.
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
LEAST, MOST = 1.0, 4.0


def default_epochs(config: TrainingConfig, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the epochs of documents with so many words, int64 (n_documents,)."""
    if ARCHITECTURES[config.architecture].words_take_part:
        return np.full(len(lengths), EPOCHS_WITH_WORDS, np.int64)
    epochs = np.ceil(TARGETS / np.maximum(lengths, 1)).astype(np.int64)
    return epochs.clip(LEAST_EPOCHS, MOST_EPOCHS)


def default_learning_rates(
    config: TrainingConfig, epochs: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the rates at the start where none is given, float64 (n_documents,).

    The steps of inference add up to half of those of training, since they begin at what the others
    have to find: r · clip(E / 2e, LEAST, MOST), where the model was trained for E epochs from the
    rate r on (or from the architecture's, if nobody knows), and e are those of inference.
    """
    rate = config.learning_rate or ARCHITECTURES[config.architecture].learning_rate
    return rate * np.clip(config.epochs / (2 * epochs), LEAST, MOST)
