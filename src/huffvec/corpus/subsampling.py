"""Subsampling: training skips tokens at random, those of frequent words most often."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def keep_probs(counts: npt.NDArray[np.int64], threshold: float) -> npt.NDArray[np.float64]:
    """Return the probability that a token of each word is kept, float64 (n_words,).

    A word that makes up a share f of all tokens is kept with probability sqrt(t/f) + t/f, as in
    word2vec.c; with threshold 0 always.
    """
    ratios = threshold * counts.sum() / counts if threshold else np.ones(len(counts))
    probs: npt.NDArray[np.float64] = np.minimum(1.0, np.sqrt(ratios) + ratios)
    return probs


def keep_thresholds(counts: npt.NDArray[np.int64], threshold: float) -> npt.NDArray[np.uint32]:
    """Return what 32 random bits must not exceed for a token to be kept, uint32 (n_words,)."""
    return thresholds_of(keep_probs(counts, threshold))


def thresholds_of(probs: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """Return the same for probabilities that are known, float64 (n_words,)."""
    thresholds: npt.NDArray[np.uint32] = (probs * (2**32 - 1)).astype(np.uint32)
    return thresholds
