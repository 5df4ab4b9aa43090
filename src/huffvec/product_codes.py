"""Rows of a table as codes: product quantisation (Jégou et al. 2011), as in fastText's .ftz files.

A row is cut into parts of a few numbers. Every part has 256 centroids of its own, found by k-means,
and a row keeps for each of its parts the number of the nearest one: a byte. With the norms apart,
the rows are scaled to length 1 before they are cut, and their lengths have 256 centroids, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import slices
from huffvec.errors import FormatError

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
        codes = self.codes[ids]
        rows = np.empty((len(codes), self.centroids.shape[1]), np.float32)
        for part in range(codes.shape[1]):
            columns = slice(part * self.sub_dim, (part + 1) * self.sub_dim)
            rows[:, columns] = self.centroids[codes[:, part], columns]
        if self.norm_codes is not None and self.norms is not None:
            rows *= self.norms[self.norm_codes[ids], None]
        return rows

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return what a file holds of them, by name: the attributes that are not None.

        ``sub_dim`` is int32 (1,).
        """
        arrays = {**vars(self), "sub_dim": np.array([self.sub_dim], np.int32)}
        return {name: array for name, array in arrays.items() if array is not None}

    @classmethod
    def from_arrays(cls, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> ProductCodes:
        """Return the codes that `to_arrays` gave; name says which table's they are.

        Raises
        ------
        FormatError
            If they are not what they should be.
        """
        kinds = {part: (array.dtype.name, array.ndim) for part, array in arrays.items()}
        expected = {"codes": ("uint8", 2), "centroids": ("float32", 2), "sub_dim": ("int32", 1)}
        if "norms" in kinds:
            expected |= {"norm_codes": ("uint8", 1), "norms": ("float32", 1)}
        codes = None
        if kinds == expected:
            sub_dim = int(arrays["sub_dim"].sum())
            norms = arrays.get("norm_codes"), arrays.get("norms")
            codes = cls(arrays["codes"], arrays["centroids"], sub_dim, *norms)
        if codes is None or not codes._fits():
            shapes = {part: array.shape for part, array in arrays.items()}
            raise FormatError(f"the codes of {name} do not fit one another: {shapes}")
        return codes

    def _fits(self) -> bool:
        """Return whether the shapes fit one another."""
        n_rows, dim = self.shape
        n_parts = -(-dim // self.sub_dim) if self.sub_dim > 0 else -1
        fits = self.codes.shape[1] == n_parts and len(self.centroids) == N_CENTROIDS
        if self.norm_codes is None or self.norms is None:
            return fits
        return fits and len(self.norm_codes) == n_rows and len(self.norms) == N_CENTROIDS

    def scaled(self, factor: float) -> ProductCodes:
        """Return the codes of the same rows, multiplied by a number."""
        return replace(self, centroids=self.centroids * np.float32(factor))

    def select(self, ids: slice | npt.NDArray[np.integer]) -> ProductCodes:
        """Return the codes of some rows."""
        norm_codes = None if self.norm_codes is None else self.norm_codes[ids]
        return replace(self, codes=self.codes[ids], norm_codes=norm_codes)


def encode_rows(
    rows: npt.NDArray[np.float32],
    sub_dim: int,
    *,
    norms: bool = False,
    weights: npt.NDArray[np.floating[Any]] | None = None,
    seed: int = 1,
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
    weights
        How much it matters that rows are near, (n_rows,), not negative and not all zero; ``None``:
        all alike.
    seed
        Start of all random draws.
    """
    rng = np.random.default_rng(seed)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows)) if norms else np.ones(len(rows))
    scales = (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)[:, None]
    shares = None if weights is None else weights / weights.sum(dtype=np.float64)
    dim = rows.shape[1]
    starts = range(0, dim, sub_dim)
    codes = np.empty((len(rows), len(starts)), np.uint8)
    centroids = np.empty((N_CENTROIDS, dim), np.float32)
    for part, start in enumerate(starts):
        columns = slice(start, start + sub_dim)
        points = np.ascontiguousarray(rows[:, columns]) * scales
        centroids[:, columns] = _centroids(points, shares, rng)
        codes[:, part] = _nearest(points, centroids[:, columns])
    if not norms:
        return ProductCodes(codes, centroids, sub_dim)
    points = lengths.astype(np.float32)[:, None]
    means = _centroids(points, shares, rng)
    return ProductCodes(codes, centroids, sub_dim, _nearest(points, means), means[:, 0])


def _centroids(
    points: npt.NDArray[np.float32],
    shares: npt.NDArray[np.floating[Any]] | None,
    rng: np.random.Generator,
) -> npt.NDArray[np.float32]:
    """Return what k-means finds for points (n, sub_dim), float32 (256, sub_dim)."""
    if len(points) <= N_CENTROIDS:
        return np.resize(points, (N_CENTROIDS, points.shape[1]))
    if shares is not None or len(points) > MAX_POINTS:
        drawn = rng.choice(len(points), MAX_POINTS, replace=shares is not None, p=shares)
        points = points[drawn]
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
