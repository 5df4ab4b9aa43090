"""Vectors of length 1, and their cosines."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]


def clipped(cosines: Floats) -> Floats:
    """Return cosines without what rounding puts beyond -1 and 1: ``math.acos`` takes them."""
    return np.clip(cosines, -1.0, 1.0)


def cosine(a: Floats, b: Floats) -> float:
    """Return the cosine of two vectors of length 1: from -1 to 1, and 1 if they are the same.

    It is 0 if either is zeros, having no direction.
    """
    if np.array_equal(a, b):
        return float(a.any())
    return float(clipped(a @ b))


def unit(vector: npt.NDArray[Any]) -> Floats:
    """Return a vector (dim,), or each of several (n, dim), scaled to length 1 in float64.

    Zeros if it has no direction: is zero, or has a number that is not finite.
    """
    with np.errstate(all="ignore"):  # a number that is not finite is answered with zeros
        exact = vector.astype(np.float64)
        norms = np.linalg.norm(exact, axis=-1, keepdims=True)
        return np.where((norms > 0) & (norms < np.inf), exact / norms, 0.0)
