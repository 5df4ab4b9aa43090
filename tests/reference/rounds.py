"""Deterministic training in float64: rounds, and how what their chunks change is merged."""

import numpy as np

from .setting import Setting
from .training import chunks

ROUND_CHUNKS = 8


def rounds(setting: Setting) -> list[range]:
    """Return the chunks of every round of a run: rounds begin anew with every epoch."""
    n_chunks = len(chunks(setting))
    return [
        range(begin + first, begin + min(first + ROUND_CHUNKS, n_chunks))
        for begin in range(0, n_chunks * setting.epochs, n_chunks)
        for first in range(0, n_chunks, ROUND_CHUNKS)
    ]


def adaptive_sum(g: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Return g ⊕ h, row by row (Maleki et al. 2021)."""
    product, of_g, of_h = ((a * b).sum(axis=1, keepdims=True) for a, b in ((g, h), (g, g), (h, h)))
    is_sum = (of_g == 0) | (of_h == 0)
    g_share = np.where(is_sum, 1, 1 - product / np.where(is_sum, 1, 2 * of_g))
    h_share = np.where(is_sum, 1, 1 - product / np.where(is_sum, 1, 2 * of_h))
    return g_share * g + h_share * h


def merged(changes: list[np.ndarray]) -> np.ndarray:
    """Return the sum of changes, pair by pair in a binary tree."""
    while len(changes) > 1:
        pairs = [changes[i : i + 2] for i in range(0, len(changes), 2)]
        changes = [adaptive_sum(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return changes[0]
