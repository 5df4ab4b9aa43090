"""How far a map can be trusted: whether those that stand together there belong together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huffvec.arrays import evenly, slices

N_SAMPLED, N_COMPARED = 2_000, 15  # points, and neighbours of each
_AT_ONCE = 1 << 25  # numbers of a block of similarities


def trustworthiness(
    units: npt.NDArray[np.float32],
    positions: npt.NDArray[np.float32],
    k: int = N_COMPARED,
    n_sampled: int = N_SAMPLED,
) -> float:
    """Return the trustworthiness of a map, 1 at best (Venna & Kaski 2001).

    For each point, each of its k nearest on the map that is not among its k nearest by the vectors
    costs as many ranks as it is too far. It is scikit-learn's ``trustworthiness``, with
    ``metric="cosine"``, of n_sampled points spread evenly over all in place of all of them::

        T = 1 - 2 / (k (2 n - 3 k - 1)) · mean over points of the sum of max(0, rank - k)

    Parameters
    ----------
    units
        The vectors, float32 (n, dim), of length 1.
    positions
        Where they stand on the map, float32 (n, 2).
    k
        How many neighbours; less than n / 2.
    n_sampled
        Of how many points it is the mean; all if there are fewer.
    """
    n = len(units)
    sample = evenly(n, n_sampled)
    too_far = 0
    for part in slices(len(sample), max(1, _AT_ONCE // n)):
        own = sample[part]
        mapped = _nearest_on_map(positions, own, k)
        ranks = _ranks(units, own, mapped)
        too_far += int(np.maximum(ranks - k, 0).sum())
    return 1 - 2 * too_far / (len(sample) * k * (2 * n - 3 * k - 1))


def _nearest_on_map(
    positions: npt.NDArray[np.float32], own: npt.NDArray[np.int64], k: int
) -> npt.NDArray[np.int64]:
    """Return the k points nearest to some on the map, (n_own, k), in no order."""
    squares = np.zeros((len(own), len(positions)), np.float32)
    for axis in positions.T:
        squares += (axis[own, None] - axis) ** 2
    squares[np.arange(len(own)), own] = np.inf
    return np.argpartition(squares, k, axis=1)[:, :k]


def _ranks(
    units: npt.NDArray[np.float32], own: npt.NDArray[np.int64], others: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return at which place others, (n_own, k), come among those nearest to some, from 1 on."""
    cosines = units[own] @ units.T
    cosines[np.arange(len(own)), own] = -np.inf
    ranks = np.empty(others.shape, np.int64)
    for place, column in enumerate(others.T):
        theirs = np.take_along_axis(cosines, column[:, None], 1)
        ranks[:, place] = 1 + (cosines > theirs).sum(axis=1)
    return ranks
