"""Which points are nearest to which, by the cosines of their vectors.

Up to `MOST_EXACT` points, all pairs are looked at. Where there are more, points are parted into
cells around means (k-means), and each is compared with those in the cells nearest to its own. Then,
a few times, each is compared with the neighbours of its neighbours, where those that have it as a
neighbour count as its neighbours (Dong, Charikar & Li 2011, "Efficient k-nearest neighbor graph
construction for generic similarity measures"; similar in LargeVis, Tang et al. 2016). The engine
does that (``cpp/layout/neighbour_exploring.hpp``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import evenly, ranks_among_equals, slices
from huffvec.progress import Progress
from huffvec.progress.words import FINDING
from huffvec.search.exact import QUERIES_AT_ONCE, nearest_rows
from huffvec.search.tables import ArrayRows, RowBlock

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Units = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]

MOST_EXACT = 50_000  # points
N_EXPLORED = 3  # times that neighbours of neighbours are looked at
_LEAST_COMPARED = 16_000  # points of the nearest cells
_NEAREST_COMPARED = 2_000  # those of them that are compared first
_SAMPLED, _ROUNDS = 50, 5  # of k-means: points for each cell, and how often means are computed
_NONE = np.empty((0, 2), np.int64)


def find_neighbours(
    units: Units, k: int, n_threads: int, progress: Progress | None = None
) -> tuple[Ints, Floats]:
    """Return the k rows nearest to each row by the cosine, and these cosines, (n, k), best first.

    Of more than `MOST_EXACT` rows some are missed, and others take their places.

    Parameters
    ----------
    units
        float32 (n, dim), of length 1.
    k
        Less than n.
    n_threads
        Threads of the engine.
    progress
        Told how many rows are done.
    """
    if len(units) <= MOST_EXACT:
        return find_exactly(units, k, progress)
    return find_nearly(units, k, n_threads, progress)


def find_exactly(units: Units, k: int, progress: Progress | None = None) -> tuple[Ints, Floats]:
    """Return the neighbours as `find_neighbours` does, by looking at all pairs."""
    n = len(units)
    rows, cosines = np.empty((n, k), np.int64), np.empty((n, k))
    table = ArrayRows(units)
    for part in slices(n, QUERIES_AT_ONCE):
        own = np.arange(part.start, part.stop)
        itself = np.stack([own - part.start, own], axis=1)
        queries = units[part].astype(np.float64)
        rows[part], cosines[part] = nearest_rows(table, queries, k, itself)
        if progress is not None:
            progress(FINDING, part.stop, n)
    return rows, cosines


def find_nearly(
    units: Units, k: int, n_threads: int, progress: Progress | None = None
) -> tuple[Ints, Floats]:
    """Return the neighbours as `find_neighbours` does, but for some that are missed."""
    from huffvec import _layout

    n = len(units)
    cells = _Cells.of(units)
    units = units[cells.order]  # in memory, too, neighbours are near
    known = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    found = np.empty_like(known[0]), np.empty_like(known[1])
    for part, near in cells.with_near():
        itself = np.stack([np.arange(part.stop - part.start)] * 2, axis=1)
        queries = units[part].astype(np.float64)
        rows, cosines = nearest_rows(_NearestFirst(units[near]), queries, k, itself)
        known[0][part], known[1][part] = near[rows], cosines
        if progress is not None:
            progress(FINDING, part.stop // 2, n)
    for done in range(1, N_EXPLORED + 1):
        _layout.explore(units, _both_ways(known[0]), *known, *found, n_threads=n_threads)
        known, found = found, known
        if progress is not None:
            progress(FINDING, n * (N_EXPLORED + done) // (2 * N_EXPLORED), n)
    rows, cosines = np.empty((n, k), np.int64), np.empty((n, k))
    rows[cells.order], cosines[cells.order] = cells.order[known[0]], known[1]
    return rows, cosines


class _Cells(NamedTuple):
    """Points parted by means.

    Attributes
    ----------
    order
        The points, cell by cell, int64 (n,).
    starts
        Those of a cell stand from its number on to that of the next, int64 (n_cells + 1,).
    by_nearness
        Cells by how near their means are to that of each, its own first, int64 (n_cells, n_cells).
    """

    order: Ints
    starts: Ints
    by_nearness: Ints

    @classmethod
    def of(cls, units: Units) -> _Cells:
        """Part points into about as many cells as each has points."""
        means = _means(units, round(len(units) ** 0.5))
        own = _nearest_means(means, units)
        order = np.argsort(own, kind="stable")
        starts = np.searchsorted(own[order], np.arange(len(means) + 1))
        others = np.stack([np.arange(len(means))] * 2, axis=1)
        by_nearness = nearest_rows(
            ArrayRows(means), means.astype(np.float64), len(means) - 1, others
        )[0]
        return cls(order, starts, np.concatenate([others[:, :1], by_nearness], axis=1))

    def with_near(self) -> Iterator[tuple[slice, Ints]]:
        """Yield where the points of each cell stand, and those of it and the nearest to it."""
        sizes = np.diff(self.starts)
        n_near = 1 + (np.cumsum(sizes[self.by_nearness], axis=1) < _LEAST_COMPARED).sum(axis=1)
        for cell in np.flatnonzero(sizes):
            near = [
                np.arange(self.starts[i], self.starts[i + 1])
                for i in self.by_nearness[cell, : n_near[cell]]
            ]
            yield slice(int(self.starts[cell]), int(self.starts[cell + 1])), np.concatenate(near)


class _NearestFirst(ArrayRows):
    """Rows of which the first set a bound that rules most of the others out."""

    def blocks(self, n_rows: int) -> Iterator[RowBlock]:
        """Yield the first ones, then the others."""
        yield RowBlock(0, self._array[:_NEAREST_COMPARED], self.norms[:_NEAREST_COMPARED])
        for part in slices(len(self), n_rows):
            first = max(part.start, _NEAREST_COMPARED)
            if first < part.stop:
                yield RowBlock(first, self._array[first : part.stop], self.norms[first : part.stop])


def _both_ways(rows: Rows) -> Rows:
    """Return the k neighbours of each, and up to k that have it as a neighbour, (n, 2 k).

    Those that it is nearest to, by its place among their neighbours, come first; -1 fills the rest.
    """
    n, k = rows.shape
    places = np.argsort(rows.ravel().astype(np.int64) * k + np.tile(np.arange(k), n), kind="stable")
    heads = rows.ravel()[places]
    rank = ranks_among_equals(heads)
    kept = rank < k
    found = np.full((n, k), -1, np.int32)
    found[heads[kept], rank[kept]] = places[kept] // k
    return np.concatenate([rows, found], axis=1)


def _means(units: Units, n_means: int) -> Units:
    """Return the means of clusters of the points, as directions, float32 (n_means, dim)."""
    some = units[evenly(len(units), _SAMPLED * n_means)]
    means = some[evenly(len(some), n_means)]
    for _ in range(_ROUNDS):
        own = _nearest_means(means, some)
        order = np.argsort(own, kind="stable")
        found, first = np.unique(own[order], return_index=True)
        sums = np.add.reduceat(some[order].astype(np.float64), first)
        lengths = np.linalg.norm(sums, axis=1)
        directed = lengths > 0
        means[found[directed]] = sums[directed] / lengths[directed, None]
    return means


def _nearest_means(means: Units, units: Units) -> Ints:
    table = ArrayRows(means)
    parts = [
        nearest_rows(table, units[part].astype(np.float64), 1, _NONE)[0][:, 0]
        for part in slices(len(units), 1 << 16)
    ]
    return np.concatenate(parts)
