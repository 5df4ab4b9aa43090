"""The nearest rows by cosine similarity, exactly: all rows are looked at.

For every block of rows a product of matrices gives the cosines of many queries at once, in float32.
Rows that by these may be among the k best, the rounding error allowed for, are computed again in
float64 and kept; all others cost no more than a comparison. So results are those of float64 and do
not depend on the size of blocks, on how many queries are asked at once or on the BLAS library.

Memory: blocks of rows and of cosines of 16 to 64 MB, and k rows for every query. A table is never
copied, sorted or converted as a whole; it may be a memory map or rows that are computed when they
are needed (:class:`~huffvec.search.tables.RowTable`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import ranks_among_equals, slices
from huffvec.search.dot import dot_products
from huffvec.search.tables import RowBlock, RowTable
from huffvec.threads import in_threads

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

QUERIES_AT_ONCE = 1024
# In a block, at most: numbers of its rows, and cosines with the queries.
ROW_FLOATS = 1 << 22
COSINES = 1 << 24
# Cosines that one thread filters at once. Smaller parts were slower: BLAS threads still spin then.
_FILTERED = 1 << 20
# Rows longer or shorter than these are not left to float32, whose range they may exceed.
_SHORTEST, _LONGEST = 1e-15, 1e15


class Found(NamedTuple):
    """Rows and their cosines, of all queries one after the other.

    Attributes
    ----------
    queries, rows
        int64 (n_found,).
    cosines
        float64 (n_found,).
    """

    queries: Ints
    rows: Ints
    cosines: Floats


def nearest_rows(table: RowTable, units: Floats, k: int, left_out: Ints) -> tuple[Ints, Floats]:
    """Return the k rows of the largest cosine similarity with each query, best first.

    Equal similarities come in the order of the rows. A row of zeros, or with numbers that are not
    finite, is never returned.

    Parameters
    ----------
    table
        The rows.
    units
        The queries, float64 (n_queries, dim), of length 1.
    k
        At least 1.
    left_out
        int64 (n_pairs, 2): a query and a row that must not be returned for it.

    Returns
    -------
    tuple
        Rows, int64 (n_queries, k), and cosines, float64 (n_queries, k), where k is at most the
        number of rows. Where a query has fewer, -1 and NaN.
    """
    k = min(k, len(table))
    rows = np.full((len(units), k), -1, np.int64)
    cosines = np.full((len(units), k), np.nan)
    for part in slices(len(units), QUERIES_AT_ONCE):
        own = units[part]
        pairs = left_out[(left_out[:, 0] >= part.start) & (left_out[:, 0] < part.stop)]
        search = _Search(own, k, pairs - [part.start, 0])
        for block in table.blocks(max(1, min(ROW_FLOATS // table.dim, COSINES // len(own)))):
            search.look_at(block)
        found = search.best()
        places = ranks_among_equals(found.queries)
        rows[part][found.queries, places] = found.rows
        cosines[part][found.queries, places] = found.cosines
    return rows, cosines


class _Search:
    """What is known of some queries after some blocks."""

    def __init__(self, units: Floats, k: int, left_out: Ints) -> None:
        self._units = units
        self._units32 = units.astype(np.float32)
        self._k = k
        self._left_out = left_out[np.argsort(left_out[:, 1], kind="stable")]
        # A sum of dim products is off by less than dim · 2^-24 (of unit vectors, in any order);
        # twice that, and a little for the rounding of the query and of the row's scale.
        self._margin = (units.shape[1] + 8) * 2.0**-23
        # Cosines below these cannot be among the best k: lower than any cosine at first.
        self._floors = np.full(len(units), -2.0, np.float32)
        self._memory = np.empty(0, np.float32)
        self._found: list[Found] = []
        self._n_found = 0

    def look_at(self, block: RowBlock) -> None:
        """Keep those rows of a block that may be among the best."""
        with np.errstate(all="ignore"):  # rows that are not finite are taken care of by scales
            scores = self._products(block)
        scales = _Scales.of(block)
        end = block.start + len(block.norms)
        first, last = np.searchsorted(self._left_out[:, 1], [block.start, end])
        queries, rows = self._left_out[first:last].T

        def filtered(part: slice) -> Found:
            scales.apply(scores[part], self._units[part])
            own = (queries >= part.start) & (queries < part.stop)
            scores[queries[own], rows[own] - block.start] = -np.inf
            return self._candidates(block, scores[part], part)

        parts = slices(len(scores), max(1, _FILTERED // scores.shape[1]))
        self._found += in_threads(filtered, parts)
        n_found = sum(len(found.rows) for found in self._found)
        if n_found > self._n_found + len(scores) * self._k or self._n_found == 0:
            self.best()

    def _products(self, block: RowBlock) -> npt.NDArray[np.float32]:
        """Return the products of queries and rows, in memory that is used for every block."""
        n_rows = len(block.vectors)
        if len(self._memory) < len(self._units) * n_rows:
            self._memory = np.empty(len(self._units) * n_rows, np.float32)
        scores = self._memory[: len(self._units) * n_rows].reshape(-1, n_rows)
        return dot_products(self._units32, block.vectors, scores)

    def best(self) -> Found:
        """Return the best k rows of every query so far, best first."""
        columns = (np.concatenate(column) for column in zip(*self._found, strict=True))
        best = _best(Found(*columns), self._k)
        self._found, self._n_found = [best], len(best.rows)
        last = np.flatnonzero(ranks_among_equals(best.queries) == self._k - 1)
        self._floors[best.queries[last]] = best.cosines[last] - self._margin
        return best

    def _candidates(self, block: RowBlock, scores: npt.NDArray[np.float32], part: slice) -> Found:
        """Return the rows of a block that may be among the best of some queries."""
        floors = self._floors[part, None]
        places = np.flatnonzero(scores >= floors)
        n_columns = scores.shape[1]
        many = len(places) > 2 * self._k * len(scores)
        if many:  # the block's own best rows are a better bound
            np.copyto(scores, -np.inf, where=np.isnan(scores))
            kth = np.partition(scores, n_columns - self._k, axis=1)[:, n_columns - self._k]
            floors = np.maximum(floors, kth[:, None] - np.float32(self._margin))
            places = np.flatnonzero(scores >= floors)
        queries, rows = np.divmod(places, n_columns)
        queries += part.start
        found = Found(queries, rows + block.start, _exact(block, self._units, queries, rows))
        return _best(found, self._k) if many else found


class _Scales(NamedTuple):
    """What turns products of queries and the rows of a block into cosines.

    Attributes
    ----------
    factors
        1 / length, float32 (n_rows,); NaN for rows without a direction.
    odd
        The rows that float32 may be too narrow for.
    odd_units
        These scaled to length 1, float64 (n_odd, dim).
    """

    factors: npt.NDArray[np.float32]
    odd: Ints
    odd_units: Floats

    @classmethod
    def of(cls, block: RowBlock) -> _Scales:
        """Return the scales of a block."""
        norms = block.norms
        directed = np.isfinite(norms) & (norms > 0)
        factors = np.full(len(norms), np.nan, np.float32)
        plain = directed & (norms > _SHORTEST) & (norms < _LONGEST)
        factors[plain] = 1 / norms[plain]
        odd = np.flatnonzero(directed & ~plain)
        return cls(factors, odd, block.vectors[odd].astype(np.float64) / norms[odd, None])

    def apply(self, scores: npt.NDArray[np.float32], units: Floats) -> None:
        """Turn products (n_queries, n_rows) into cosines, in place; NaN without a direction."""
        with np.errstate(all="ignore"):
            scores *= self.factors
        if len(self.odd):
            scores[:, self.odd] = units @ self.odd_units.T


def _exact(block: RowBlock, units: Floats, queries: Ints, rows: Ints) -> Floats:
    """Return the cosines of pairs of a query and a row of the block, computed in float64."""
    cosines = np.empty(len(rows))
    for part in slices(len(rows), max(1, _FILTERED // units.shape[1])):
        some = rows[part]
        vectors = block.vectors[some].astype(np.float64) / block.norms[some, None]
        cosines[part] = np.einsum("ij,ij->i", vectors, units[queries[part]])
    return cosines


def _best(found: Found, k: int) -> Found:
    """Return the best k of each query, ordered by query, falling cosine and row."""
    order = np.lexsort((found.rows, -found.cosines, found.queries))
    order = order[ranks_among_equals(found.queries[order]) < k]
    return Found(found.queries[order], found.rows[order], found.cosines[order])
