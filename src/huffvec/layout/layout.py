"""Where points stand on a map, so that neighbours by their vectors are neighbours there.

As in LargeVis (Tang et al. 2016, "Visualizing Large-scale and High-dimensional Data") and UMAP
(McInnes, Healy & Melville 2018) points are drawn to their neighbours in a graph of nearest ones,
and pushed off by some drawn at random, as word vectors are trained by negative sampling. The forces
are those of t-SNE (van der Maaten & Hinton 2008). With q_ij = 1 / (1 + |y_i - y_j|²) for points at
y_i and y_j, point i goes along::

    sum over neighbours j of w_ij q_ij (y_j - y_i)
    - r / n · sum over all points k of q_ik² (y_k - y_i)

The weights w_ij of a point sum to 1 (:func:`~huffvec.layout.neighbours.make_graph`). In t-SNE r is
n² / Z, where Z, the sum of q over all pairs, changes all the time. Here it depends on n alone, so
that no point needs to know of all others (Böhm, Berens & Kobak 2022, "Attraction-Repulsion Spectra
in Neighbor Embeddings", compare such strengths), and grows from a tenth: points find their part of
the map while they can still move past others, as with t-SNE's early exaggeration.

The second sum is estimated from m random points near the point, in the cells of a grid around it,
and from m random ones of all, of which those that are farther off count. With the latter alone the
points that push hardest would hardly ever be drawn: of 50,000 words 11 % of the nearest on the map
were then among the nearest by the vectors; with both it is 14 %.

In an epoch all points move at once, from where they were before it, with momentum and by steps that
fall to 0. So the map does not depend on the number of threads. With steps below 1 + momentum the
attraction alone cannot overshoot: it is a mean of neighbours. The engine does it
(``cpp/layout/layout.hpp``).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huffvec.layout.nearest import find_neighbours
from huffvec.layout.neighbours import NeighbourGraph, make_graph
from huffvec.progress import Progress
from huffvec.progress.words import LAYING_OUT
from huffvec.threads import thread_count

N_NEIGHBOURS = 30
PERPLEXITY = 10.0
N_EPOCHS = 1_000
N_NEGATIVES = 20
STEP, MOMENTUM = 1.5, 0.5
REPULSION = 0.9  # times the root of the number of points
FIRST_REPULSION, GROWING = 0.1, 0.5  # its share at first, and for which part of all epochs it grows
START_SIZE = 5.0  # the standard deviation of positions at the start

Positions = npt.NDArray[np.float32]


def lay_out(
    units: npt.NDArray[np.float32],
    *,
    start: Positions | None = None,
    seed: int = 1,
    n_threads: int = 0,
    progress: Progress | None = None,
) -> Positions:
    """Return where points stand on the map, float32 (n, 2), in [-1, 1].

    The same vectors, start and seed give the same map.

    Parameters
    ----------
    units
        The vectors, float32 (n, dim), of length 1.
    start
        Where they stand at first, (n, 2), at any scale; ``None``: along the two directions in which
        the vectors vary most.
    seed
        Start of all random draws.
    n_threads
        0: all processors that the process may use.
    progress
        Called with a stage's name, what is done and what there is in all.

    Raises
    ------
    ConfigError
        If n_threads is out of its range.
    """
    n_threads = thread_count(n_threads)
    n = len(units)
    positions = principal_plane(units) if start is None else start
    k = min(N_NEIGHBOURS, n - 1)
    if k > 0:
        rows, cosines = find_neighbours(units, k, n_threads, progress)
        graph = make_graph(rows, cosines, min(PERPLEXITY, 1 + k / 3))
        positions = _trained(graph, positions, seed, n_threads, progress)
    return _framed(positions)


def principal_plane(units: npt.NDArray[np.float32]) -> Positions:
    """Return the coordinates along the two directions of the largest variance, float32 (n, 2).

    Rounded, so that they do not depend on the order in which a library adds numbers.
    """
    centred = units - units.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    plane = centred @ directions[:, :-3:-1]
    plane = np.pad(plane, ((0, 0), (0, 2 - plane.shape[1])))
    # Either sign of a direction is as good: the largest coordinate is positive.
    largest = np.abs(plane).argmax(axis=0)
    plane *= np.where(plane[largest, [0, 1]] < 0, -1, 1)
    rounded: Positions = plane.round(6).astype(np.float32)
    return rounded


def _trained(
    graph: NeighbourGraph,
    start: Positions,
    seed: int,
    n_threads: int,
    progress: Progress | None,
) -> Positions:
    from huffvec import _layout

    layout = _layout.Layout(*graph)
    size = float(start.std()) or 1.0
    now = np.ascontiguousarray(start * (START_SIZE / size), np.float32)
    moved = now.copy()
    for epoch in range(N_EPOCHS):
        done = epoch / N_EPOCHS
        layout.move(
            now,
            moved,
            seed=seed,
            epoch=epoch,
            n_negatives=N_NEGATIVES,
            step=STEP * (1 - done),
            momentum=MOMENTUM,
            repulsion=REPULSION * len(now) ** 0.5 * FIRST_REPULSION ** max(0.0, 1 - done / GROWING),
            n_threads=n_threads,
        )
        now, moved = moved, now
        if progress is not None:
            progress(LAYING_OUT, epoch + 1, N_EPOCHS)
    return now


def _framed(positions: Positions) -> Positions:
    """Return positions moved and scaled alike in both directions to lie from -1 to 1."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    size = float((high - low).max()) or 1.0
    framed: Positions = ((positions - (low + high) / 2) * (2 / size)).astype(np.float32)
    return framed.clip(-1, 1)
