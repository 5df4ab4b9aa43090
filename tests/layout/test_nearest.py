"""Nearest points: found nearly all where not all pairs are looked at."""

import numpy as np
import pytest
from reference import layout as twin

from huffvec import _layout
from huffvec.layout import nearest
from huffvec.layout.nearest import find_exactly, find_nearly, find_neighbours


def units(n, dim=10, seed=4, n_groups=40):
    """Vectors of length 1 around some directions, more of them around the first ones."""
    rng = np.random.default_rng(seed)
    groups = (n_groups * rng.random(n) ** 2).astype(int)
    vectors = rng.normal(size=(n_groups, dim))[groups] + 0.5 * rng.normal(size=(n, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def known_of(vectors, rows):
    """Return rows and their cosines, best first."""
    cosines = np.einsum("id,ikd->ik", vectors, vectors[rows])
    order = np.argsort(-cosines, axis=1)
    return np.take_along_axis(rows, order, 1), np.take_along_axis(cosines, order, 1)


def some_rows(n, k, seed=2):
    """Return k points for each of n, none of them itself."""
    others = np.random.default_rng(seed).permuted(np.tile(np.arange(1, n), (n, 1)), axis=1)
    return ((np.arange(n)[:, None] + others[:, :k]) % n).astype(np.int32)


@pytest.mark.parametrize("dim", [3, 8, 21])
@pytest.mark.parametrize("n_threads", [1, 3])
def test_neighbours_of_neighbours_are_those_of_the_twin(dim, n_threads):
    vectors, reach = units(900, dim), some_rows(900, 7, seed=3)
    reach[::5, 3:] = -1
    rows, cosines = known_of(vectors, some_rows(900, 5))
    found, similar = np.empty_like(rows), np.empty_like(cosines)
    _layout.explore(vectors, reach, rows, cosines, found, similar, n_threads=n_threads)
    assert (found == twin.explored(vectors, reach, rows)).all()
    exact = np.einsum("id,ikd->ik", vectors.astype(float), vectors[found])
    np.testing.assert_allclose(similar, exact, atol=1e-6)


def test_neighbours_both_ways_are_those_of_the_twin():
    rows = some_rows(60, 4)
    rows[7:] = np.where(rows[7:] % 3 == 0, (rows[7:] + 1) % 7, rows[7:])  # some have many
    assert (nearest._both_ways(rows) == twin.both_ways(rows)).all()


@pytest.mark.parametrize("n", [40, 5_000, 20_000])
def test_nearly_all_neighbours_are_found(n):
    vectors = units(n)
    exact, cosines = find_exactly(vectors, 12)
    rows, similar = find_nearly(vectors, 12, 2)
    found = np.mean([np.isin(own, near).mean() for own, near in zip(exact, rows, strict=True)])
    assert found > 0.97
    assert (rows != np.arange(n)[:, None]).all()
    assert all(len(set(own)) == 12 for own in rows.tolist())
    assert (np.diff(similar, axis=1) <= 0).all()
    assert (similar <= cosines + 1e-6).all()
    assert (find_nearly(vectors, 12, 1)[0] == rows).all()


def test_many_points_are_searched_so_and_few_are_compared_with_all(monkeypatch):
    vectors, told = units(3_000), []
    exact = find_exactly(vectors, 4)
    assert all(map(np.array_equal, find_neighbours(vectors, 4, 1), exact))
    monkeypatch.setattr(nearest, "MOST_EXACT", 2_999)
    rows, similar = find_neighbours(vectors, 4, 2, progress=lambda *said: told.append(said))
    assert (rows[:, 0] == exact[0][:, 0]).mean() > 0.95
    assert similar.mean() == pytest.approx(exact[1].mean(), abs=1e-3)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1:] == (3_000, 3_000)


def test_points_that_are_all_the_same_have_neighbours():
    rows, similar = find_nearly(np.tile(units(1), (6_000, 1)), 3, 1)
    assert (rows != np.arange(6_000)[:, None]).all()
    np.testing.assert_allclose(similar, 1, rtol=1e-6)


def test_arrays_that_do_not_fit():
    vectors, rows = units(20), np.zeros((20, 2), np.int32)
    cosines = np.zeros((20, 2), np.float32)
    fine = [vectors, rows, rows, cosines, rows.copy(), cosines.copy()]
    for place, wrong, message in (
        (1, rows[:9], "there must be as many neighbours of every point"),
        (2, rows[:9], "there must be as many neighbours of every point"),
        (4, rows[:, :1].copy(), "there must be as many neighbours of every point"),
        (4, rows, "neighbours cannot be explored in place"),
        (1, rows + 20, "a neighbour that is no point"),
        (1, rows - 2, "a neighbour that is no point"),
        (2, rows - 1, "a neighbour that is no point"),
    ):
        given = [wrong if i == place else array for i, array in enumerate(fine)]
        with pytest.raises(ValueError, match=message):
            _layout.explore(*given, n_threads=1)
    with pytest.raises(ValueError, match="there must be neighbours and threads"):
        _layout.explore(*fine, n_threads=0)
