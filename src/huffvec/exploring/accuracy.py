"""By how much the probabilities of a page differ from the model's, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.arrays import evenly
from huffvec.exploring.quantized import QuantizedRows

if TYPE_CHECKING:
    from huffvec.model import Model

N_CONTEXTS = 100
N_WORDS = 10


def error_of(
    model: Model, shown: npt.NDArray[np.int64], vectors: npt.NDArray[np.float32], levels: int
) -> dict[str, int | float]:
    """Return the relative differences of the probabilities of the ten most probable words.

    Contexts are up to 100 of the shown words, evenly over all.

    Parameters
    ----------
    model
        The model.
    shown
        Ids of the page's words.
    vectors
        Their vectors as the page keeps them, float32 (n_shown, dim).
    levels
        How finely the page keeps output rows.
    """
    sampled = evenly(len(shown), N_CONTEXTS)
    kept = QuantizedRows.of(model.output_vectors, levels).rows()
    ids, truth = model.predictor.top_many(model.vectors.vectors[shown[sampled]], N_WORDS)
    rows = np.repeat(np.arange(len(sampled)), ids.shape[1])
    found = model.bound.predictor(kept).target_log_probs(vectors[sampled], rows, ids.ravel())
    errors = np.abs(np.expm1(found - truth.ravel()))
    return {
        "contexts": len(sampled),
        "words": int(ids.shape[1]),
        "median": float(np.median(errors)),
        "most": float(errors.max()),
    }
