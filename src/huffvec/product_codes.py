"""Rows of a table as codes: product quantisation (Jégou et al. 2011), as in fastText's .ftz files.

A row is cut into parts of a few numbers. Every part has 256 centroids of its own, found by k-means,
and a row keeps for each of its parts the number of the nearest one: a byte. With the norms apart,
the rows are scaled to length 1 before they are cut, and their lengths have 256 centroids, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from huffvec.arrays import slices

N_CENTROIDS = 256
MAX_POINTS = 32_768  # rows that centroids are found from
N_ROUNDS = 20
# Products with centroids at once: so few that OpenBLAS does not spread them over threads
_BLOCK_PRODUCTS = 1 << 18


@dataclass(frozen=True, eq=False)
class ProductCodes:
    """A table of rows, each a few bytes; rows that are asked for are made of them.

    Attributes
    ----------
    codes
        uint8 (n_rows, n_parts): the centroid of each part.
    centroids
        float32 (256, dim): those of part p are in the columns from ``p * sub_dim`` on.
    sub_dim
        Numbers in a part; the last one may have fewer.
    norm_codes, norms
        What rows are multiplied by: ``norms[norm_codes]``, uint8 (n_rows,) and float32 (256,);
        ``None`` for 1.
    """

    codes: npt.NDArray[np.uint8]
    centroids: npt.NDArray[np.float32]
    sub_dim: int
    norm_codes: npt.NDArray[np.uint8] | None = None
    norms: npt.NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, and numbers in a row."""
        return len(self.codes), self.centroids.shape[1]

    @property
    def nbytes(self) -> int:
        """Bytes that all of it takes."""
        arrays = self.codes, self.centroids, self.norm_codes, self.norms
        return sum(array.nbytes for array in arrays if array is not None)

    def rows(self, ids: slice | npt.NDArray[np.integer] = slice(None)) -> npt.NDArray[np.float32]:
        """Return some rows, float32 (n, dim)."""
        columns = np.arange(self.centroids.shape[1])
        rows = self.centroids[self.codes[ids][:, columns // self.sub_dim], columns]
        if self.norm_codes is not None and self.norms is not None:
            rows *= self.norms[self.norm_codes[ids], None]
        return rows

    def negated(self) -> ProductCodes:
        """Return the codes of the same rows with the other sign."""
        return replace(self, centroids=-self.centroids)

    def select(self, ids: slice | npt.NDArray[np.integer]) -> ProductCodes:
        """Return the codes of some rows."""
        norm_codes = None if self.norm_codes is None else self.norm_codes[ids]
        return replace(self, codes=self.codes[ids], norm_codes=norm_codes)


def encode_rows(
    rows: npt.NDArray[np.float32], sub_dim: int, *, norms: bool = False, seed: int = 1
) -> ProductCodes:
    """Return the codes of a table's rows.

    Parameters
    ----------
    rows
        float32 (n_rows, dim).
    sub_dim
        Numbers in a part.
    norms
        Whether the rows' norms are kept apart.
    seed
        Start of all random draws.
    """
    rng = np.random.default_rng(seed)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows)) if norms else np.ones(len(rows))
    scales = (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)[:, None]
    dim = rows.shape[1]
    starts = range(0, dim, sub_dim)
    codes = np.empty((len(rows), len(starts)), np.uint8)
    centroids = np.empty((N_CENTROIDS, dim), np.float32)
    for part, start in enumerate(starts):
        columns = slice(start, start + sub_dim)
        points = np.ascontiguousarray(rows[:, columns]) * scales
        centroids[:, columns] = _centroids(points, rng)
        codes[:, part] = _nearest(points, centroids[:, columns])
    if not norms:
        return ProductCodes(codes, centroids, sub_dim)
    points = lengths.astype(np.float32)[:, None]
    means = _centroids(points, rng)
    return ProductCodes(codes, centroids, sub_dim, _nearest(points, means), means[:, 0])


def _centroids(
    points: npt.NDArray[np.float32], rng: np.random.Generator
) -> npt.NDArray[np.float32]:
    """Return what k-means finds for points (n, sub_dim), float32 (256, sub_dim)."""
    if len(points) <= N_CENTROIDS:
        return np.resize(points, (N_CENTROIDS, points.shape[1]))
    if len(points) > MAX_POINTS:
        points = points[rng.choice(len(points), MAX_POINTS, replace=False)]
    centroids = points[rng.choice(len(points), N_CENTROIDS, replace=False)]
    for _ in range(N_ROUNDS):
        codes = _nearest(points, centroids)
        counts = np.bincount(codes, minlength=N_CENTROIDS)
        sums = [np.bincount(codes, column, N_CENTROIDS) for column in points.T]
        means = np.stack(sums, axis=1) / np.maximum(counts, 1)[:, None]
        elsewhere = points[rng.choice(len(points), N_CENTROIDS)]
        centroids = np.where(counts[:, None] > 0, means, elsewhere).astype(np.float32)
    return centroids


def _nearest(
    points: npt.NDArray[np.float32], centroids: npt.NDArray[np.float32]
) -> npt.NDArray[np.uint8]:
    """Return the nearest centroid of each point, that of the greatest p·c - |c|² / 2."""
    halves = np.einsum("ij,ij->i", centroids, centroids) / 2
    columns = np.ascontiguousarray(np.column_stack([centroids, -halves]).T)
    extended = np.column_stack([points, np.ones(len(points), np.float32)])
    codes = np.empty(len(points), np.uint8)
    for block in slices(len(points), _BLOCK_PRODUCTS // columns.size):
        codes[block] = (extended[block] @ columns).argmax(axis=1)
    return codes
