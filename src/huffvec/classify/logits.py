"""Log-probabilities and logits, exact also near 0 and 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.floating[Any]]


def log_complements(log_probs: Numbers) -> Numbers:
    """Return log(1 - p) for log p (Mächler 2012, "Accurately computing log(1 - exp(-|a|))")."""
    # What cannot be told from 0 and 1 is not quite these.
    logs = np.clip(log_probs, -700, -np.finfo(log_probs.dtype).tiny)
    is_near_1 = logs > -0.69
    found: Numbers = np.log1p(-np.exp(np.minimum(logs, -0.69)))
    found[is_near_1] = np.log(-np.expm1(logs[is_near_1]))
    return found


def logits(log_probs: Numbers) -> Numbers:
    """Return log p - log(1 - p) for log p."""
    return log_probs - log_complements(log_probs)


def log_sigmoids(scores: Numbers) -> Numbers:
    """Return log p for logits."""
    losses: Numbers = np.logaddexp(scores.dtype.type(0), -scores)
    return -losses


def normalised(log_weights: Numbers) -> Numbers:
    """Return the log-probabilities that are proportional to weights, row by row."""
    tops = log_weights.max(axis=1, keepdims=True)
    totals = np.exp(log_weights - tops).sum(axis=1, keepdims=True)
    result: Numbers = log_weights - (tops + np.log(totals))
    return result
