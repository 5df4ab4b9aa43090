"""Which tokens of frequent words are skipped."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def keep_thresholds(counts: npt.NDArray[np.int64], threshold: float) -> npt.NDArray[np.uint32]:
    """Return what 32 random bits must not exceed for a token to be kept, uint32 (n_words,).

    A word that makes up a share f of all tokens is kept with probability sqrt(t/f) + t/f, as in
    word2vec.c; with threshold 0 always.
    """
    ratios = threshold * counts.sum() / counts if threshold else np.ones(len(counts))
    keep_probs = np.minimum(1.0, np.sqrt(ratios) + ratios)
    thresholds: npt.NDArray[np.uint32] = (keep_probs * (2**32 - 1)).astype(np.uint32)
    return thresholds
