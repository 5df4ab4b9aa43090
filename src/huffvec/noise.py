"""The distributions that noise words are drawn from."""

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


def inclusion_probs(probs: npt.NDArray[np.float64], samples: int) -> npt.NDArray[np.float64]:
    """Return 1 − (1 − q)^samples for every q in probs, float64 (n_words,).

    That is the probability that a word is among the distinct words of so many draws, or how often
    it is expected there. It is samples · q for rare words and never 0.
    """
    included: npt.NDArray[np.float64] = -np.expm1(samples * np.log1p(-floored(probs)))
    return included


def floored(probs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the probabilities moved just off 0 and 1, so that their logarithms are finite."""
    inside: npt.NDArray[np.float64] = np.clip(probs, 1e-30, 1 - 1e-15)
    return inside
