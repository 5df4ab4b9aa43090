"""The noise distribution that negative words are drawn from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def noise_probs(counts: npt.NDArray[np.int64], exponent: float) -> npt.NDArray[np.float64]:
    """Return counts**exponent, normalised to sum to 1; float64 (n_words,).

    Mikolov et al. 2013 found the exponent 0.75 best among unigram (1) and uniform (0) noise.
    Computed from logarithms so that no count or exponent overflows.
    """
    logs = exponent * np.log(np.maximum(counts, 1).astype(np.float64))
    weights = np.exp(logs - logs.max())
    probs: npt.NDArray[np.float64] = weights / weights.sum()
    return probs
