"""Correlation of two sequences, by values or by ranks, and how likely chance gives as much."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Correlation(NamedTuple):
    """A correlation and its p-value.

    Attributes
    ----------
    value
        From -1 to 1; nan if there are fewer than two values, all of one side are equal, or one is
        not finite.
    p_value
        The probability of a value as far from 0, or farther, if the two have nothing to do with
        each other (two-sided, by Student's t); nan if value is, or there are fewer than three.
    """

    value: float
    p_value: float


def pearson(a: npt.ArrayLike, b: npt.ArrayLike) -> Correlation:
    """Return the correlation of the values of two sequences of equal length."""
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    nothing = Correlation(math.nan, math.nan)
    if len(x) < 2 or not (np.isfinite(x).all() and np.isfinite(y).all()):
        return nothing
    if (x == x[0]).all() or (y == y[0]).all():
        return nothing
    x, y = _centered(x), _centered(y)
    value = min(1.0, max(-1.0, float(x @ y)))
    return Correlation(value, _p_value(value, len(x)))


def spearman(a: npt.ArrayLike, b: npt.ArrayLike) -> Correlation:
    """Return the correlation of the ranks of two sequences of equal length; ties share a rank."""
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return Correlation(math.nan, math.nan)
    return pearson(_ranks(x), _ranks(y))


def _centered(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return values less their mean, scaled to length 1; they are not all equal."""
    values = values / np.abs(values).max()  # squares neither overflow nor vanish
    rest: npt.NDArray[np.float64] = values - values.mean()
    rest /= np.linalg.norm(rest)
    return rest


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the rank of each value from 1, equal values sharing the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last_ranks = np.cumsum(counts)
    ranks: npt.NDArray[np.float64] = (last_ranks - (counts - 1) / 2)[inverse]
    return ranks


def _p_value(correlation: float, n: int) -> float:
    """Return the two-sided p-value of a correlation of n pairs.

    t = r √(ν / (1 - r²)) has Student's distribution with ν = n - 2 degrees of freedom, so that the
    p-value is I_x(ν/2, 1/2) with x = ν / (ν + t²) = 1 - r².
    """
    freedom = n - 2
    if freedom < 1:
        return math.nan
    return _incomplete_beta(freedom / 2, 0.5, (1 - correlation) * (1 + correlation))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b).

    By its continued fraction, evaluated by Lentz's method (DLMF 8.17.22; it converges fast for x
    below (a + 1) / (a + b + 2), and I_x(a, b) = 1 - I_{1-x}(b, a) elsewhere).
    """
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_front += a * math.log(x) + b * math.log1p(-x)
    numerator, denominator, fraction = 1.0, 0.0, 1.0
    for i in range(10_000):
        m = i // 2
        if i == 0:
            term = 1.0
        elif i % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        denominator = 1 / _not_zero(1 + term * denominator)
        numerator = _not_zero(1 + term / numerator)
        fraction *= numerator * denominator
        if abs(1 - numerator * denominator) < 1e-15:
            break
    return math.exp(log_front) * (fraction - 1) / a


def _not_zero(value: float) -> float:
    """Return the value, or a tiny number in place of 0, as Lentz's method asks for."""
    return value if abs(value) > 1e-300 else 1e-300
