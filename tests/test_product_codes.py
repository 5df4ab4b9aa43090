"""Product quantisation: rows near enough, few rows exact, norms apart."""

from __future__ import annotations

import numpy as np
import pytest

from huffvec.product_codes import ProductCodes, encode_rows


def rows_of(n_rows: int, dim: int) -> np.ndarray:
    return np.random.default_rng(3).standard_normal((n_rows, dim)).astype(np.float32)


@pytest.mark.parametrize("norms", [False, True])
def test_few_rows_are_kept_as_they_are(norms: bool) -> None:
    rows = rows_of(200, 7)
    codes = encode_rows(rows, 3, norms=norms)
    assert codes.shape == (200, 7)
    assert codes.codes.shape == (200, 3)
    np.testing.assert_allclose(codes.rows(), rows, rtol=0, atol=2e-3)


@pytest.mark.parametrize("norms", [False, True])
def test_many_rows_are_near(norms: bool) -> None:
    # 256 centroids in two dimensions leave about 1 % of a normal distribution's variance.
    rows = rows_of(5_000, 6)
    codes = encode_rows(rows, 2, norms=norms)
    assert np.square(codes.rows() - rows).mean() < 0.015
    assert len(np.unique(codes.codes[:, 0])) > 200
    ids = np.array([4_711, 3])
    np.testing.assert_array_equal(codes.rows(ids), codes.rows()[ids])
    np.testing.assert_array_equal(codes.select(ids).rows(), codes.rows(ids))
    np.testing.assert_array_equal(codes.scaled(-1).rows(ids), -codes.rows(ids))


def test_norms_of_all_sizes() -> None:
    rows = rows_of(3_000, 8) * np.geomspace(0.01, 100, 3_000, dtype=np.float32)[:, None]
    rows[17] = 0
    found = encode_rows(rows, 2, norms=True)
    errors = np.linalg.norm(found.rows() - rows, axis=1)[18:]
    ratios = errors / np.linalg.norm(rows[18:], axis=1)
    assert np.median(ratios) < 0.2
    assert np.isfinite(found.rows()).all()


def test_bytes_and_seeds() -> None:
    rows = rows_of(1_000, 4)
    codes = encode_rows(rows, 2, norms=True, seed=5)
    assert codes.nbytes == 1_000 * (2 + 1) + 4 * 256 * (4 + 1)
    again = encode_rows(rows, 2, norms=True, seed=5)
    np.testing.assert_array_equal(again.codes, codes.codes)


def test_clusters_are_found() -> None:
    # 256 points far apart, each many times with a little noise: k-means finds nearly all.
    grid = np.stack(np.meshgrid(np.arange(16), np.arange(16)), axis=-1).reshape(-1, 2)
    rows = np.repeat(grid, 40, axis=0).astype(np.float32)
    errors = np.square(encode_rows(rows, 2).rows() - rows).sum(axis=1)
    assert errors.mean() < 0.3
    assert isinstance(encode_rows(rows, 2), ProductCodes)
