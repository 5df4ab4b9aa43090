"""The graph that a layout is made from: who is whose neighbour, and how much that counts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_BISECTIONS = 50  # of the logarithm of a precision
_LOWEST, _HIGHEST = 1e-5, 1e8  # precisions


class NeighbourGraph(NamedTuple):
    """Who is whose neighbour; those of a point stand together.

    Attributes
    ----------
    offsets
        Those of point i are at offsets[i] to offsets[i + 1] - 1, int64 (n + 1,).
    neighbours
        Points, rising within each point's, int32 (n_edges,).
    weights
        How much each counts, float32 (n_edges,); those of a point sum to 1.
    """

    offsets: Ints
    neighbours: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


def make_graph(rows: Ints, cosines: Floats, perplexity: float) -> NeighbourGraph:
    """Return the graph of points whose nearest ones are known.

    From i's side, j counts p(j | i) in proportion to exp(-b_i |u_i - u_j|²) among i's neighbours,
    where b_i is such that the distribution's perplexity is as wanted (van der Maaten & Hinton 2008,
    "Visualizing Data using t-SNE", section 2). An edge counts p(j | i) + p(i | j); then the weights
    at each point are divided by their sum, so that points that many are near to are not pulled
    harder than others.

    Parameters
    ----------
    rows, cosines
        The nearest of each and their cosines, (n, k), nearest first.
    perplexity
        About how many neighbours count; less than k.
    """
    n, k = rows.shape
    chances = _calibrated(2 - 2 * cosines, perplexity)
    own = np.repeat(np.arange(n), k)
    ends = np.concatenate([own * n + rows.ravel(), rows.ravel() * n + own])
    order = np.argsort(ends, kind="stable")
    ends = ends[order]
    first = np.flatnonzero(np.diff(ends, prepend=-1))
    both = np.concatenate([chances.ravel(), chances.ravel()])[order]
    weights = np.add.reduceat(both, first)
    heads, neighbours = np.divmod(ends[first], n)
    offsets = np.searchsorted(heads, np.arange(n + 1))
    weights /= np.add.reduceat(weights, offsets[:-1])[heads]
    return NeighbourGraph(
        offsets.astype(np.int64), neighbours.astype(np.int32), weights.astype(np.float32)
    )


def _calibrated(squares: Floats, perplexity: float) -> Floats:
    """Return p(j | i) of squared distances, (n, k), by bisection of the precisions."""
    squares = squares - squares[:, :1]
    low, high = np.full((2, len(squares)), [[np.log(_LOWEST)], [np.log(_HIGHEST)]])
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        is_flat = _entropy(_chances(squares, middle)) > np.log(perplexity)
        low, high = np.where(is_flat, middle, low), np.where(is_flat, high, middle)
    return _chances(squares, low)


def _chances(squares: Floats, log_precisions: Floats) -> Floats:
    raw = np.exp(-np.exp(log_precisions)[:, None] * squares)
    chances: Floats = raw / raw.sum(axis=1, keepdims=True)
    return chances


def _entropy(chances: Floats) -> Floats:
    """Return the entropy of each row, in nats."""
    logs = np.log(chances, out=np.zeros_like(chances), where=chances > 0)
    entropy: Floats = -(chances * logs).sum(axis=1)
    return entropy
