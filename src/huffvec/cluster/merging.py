"""The rule by which changes of a row, made at the same time by several, become one.

Adaptive summation (Maleki et al. 2021, "Scaling Distributed Training with Adaptive Summation"),
row by row::

    g ⊕ h = (1 − g·h / 2|g|²) g + (1 − g·h / 2|h|²) h

Changes at right angles are added: those of rare rows, which come from other contexts each, and
noise. Equal ones are averaged: rows that are trained so often that every worker moves them all the
way, as the root of a tree; their sum would overshoot. A row that only one has changed takes its
change as it is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def adaptive_sum(one: Floats, other: Floats) -> Floats:
    """Return the adaptive sums of changes of rows, float32 (n_rows, dim) each."""
    product = np.einsum("ij,ij->i", one, other)
    return _share(one, product) * one + _share(other, product) * other


def _share(changes: Floats, product: Floats) -> Floats:
    squares = np.einsum("ij,ij->i", changes, changes)
    shares: Floats = 1 - np.divide(
        product, 2 * squares, out=np.zeros_like(product), where=squares > 0
    )
    return shares[:, None]
