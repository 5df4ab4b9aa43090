"""The rule by which changes are merged, and the owners that apply it."""

import numpy as np
import pytest
from reference.rounds import adaptive_sum

from huffvec.cluster.owner import Owner
from huffvec.cluster.rows import Changes, owned
from huffvec.engine import available, engine


def rows(*values):
    return np.array(values, np.float32)


def changes(ids, *values):
    return {"t": Changes(np.array(ids, np.int64), rows(*values))}


def nothing():
    return {"t": Changes(np.empty(0, np.int64), np.empty((0, 2), np.float32))}


def merged(one, other):
    """Merge changes of the same rows by the engine."""
    base = np.linspace(-1, 1, one.size, dtype=np.float32).reshape(one.shape)
    master = base + other
    engine().merge_rows(master, base, np.arange(len(one)), one)
    return master - base


def test_changes_at_right_angles_are_added_and_equal_ones_averaged():
    one, other = rows([2, 0], [3, 4], [0, 0], [1, 1]), rows([0, 5], [3, 4], [7, 1], [0, 0])
    expected = rows([2, 5], [3, 4], [7, 1], [1, 1])
    assert merged(one, other) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_rows_are_merged_by_adaptive_summation(isa, dtype):
    rng = np.random.default_rng(3)
    g, h = (rng.normal(0, 10.0 ** rng.uniform(-6, 2, (9, 1)), (9, 21)) for _ in range(2))
    g[1] = h[2] = 0
    h[3] = g[3]  # the mean
    h[4] = -2 * g[4]
    g[5, :10] = h[5, 10:] = 0  # the sum
    g[6] = 1e-25  # too small to be squared: the sum
    g, h = g.astype(dtype), h.astype(np.float32)
    master, base = np.zeros((2, 30, 21), np.float32)
    ids = rng.permutation(15)[:9]
    master[::2][ids] = h
    engine(isa).merge_rows(master[::2], base[::2], ids, g)
    expected = np.zeros((30, 21))
    g[6] = 0
    expected[::2][ids] = adaptive_sum(g.astype(float), h.astype(float))
    np.testing.assert_allclose(master, expected, rtol=2e-5, atol=1e-6)


def test_merging_needs_rows_that_fit():
    table, ids = np.ones((3, 2), np.float32), np.array([2])
    with pytest.raises(ValueError, match="both tables must have the same shape"):
        engine().merge_rows(table, table[1:], ids, table[:1])
    with pytest.raises(ValueError, match="every row needs its changes"):
        engine().merge_rows(table, table, ids, table)


def test_changes_of_rows():
    before = rows([1, 0], [2, 0], [0, 0], [5, 5], [10, 0])
    now = rows([1.05, 0], [2.5, 0], [0, 0.1], [5, 5], [10.9, 0])
    changes = engine().changes
    ids, values = changes(now, before)
    assert ids.tolist() == [0, 1, 2, 4]
    assert (values == (now - before)[ids]).all()
    assert values.dtype == np.float32
    assert changes(now, before, np.array([4, 0, 3]))[0].tolist() == [4, 0]
    assert changes(now[::2], before[::2])[0].tolist() == [0, 1, 2]
    assert changes(now[:0], before[:0])[1].shape == (0, 2)
    with pytest.raises(ValueError, match="ids must be rows of the table"):
        changes(now, before, np.array([5]))
    with pytest.raises(ValueError, match="both tables must have the same shape"):
        changes(now, before[1:])
    with pytest.raises(ValueError, match="the numbers of a row must lie together"):
        changes(now[:, ::-1], before)


@pytest.mark.parametrize("isa", available())
def test_changes_are_rounded_to_halves_as_numpy_does(isa):
    edges = [0, 2**-24, 2**-25, 1.5 * 2**-25, 2**-14, 2**-14 - 2**-25, 65504, 1e-9, 1 + 2**-11, 1e6]
    all_halves = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float32)
    between = (all_halves[1:] + all_halves[:-1]) / 2
    rng = np.random.default_rng(5)
    some = rng.normal(size=9_000) * 10.0 ** rng.uniform(-9, 4, 9_000)
    values = np.concatenate([edges, all_halves, between, some]).astype(np.float32)
    values = np.stack([values, -values, np.full_like(values, 3)], axis=1)
    _, found = engine(isa).changes(values, np.zeros_like(values), half=True)
    assert found.dtype == np.float16
    with np.errstate(over="ignore"):
        expected = values.astype(np.float16).clip(-65504, 65504)
    assert (found == expected).all()
    table = np.zeros_like(values)
    engine(isa).add_rows(table, np.arange(len(values)), found)
    assert (table == expected.astype(np.float32)).all()


def test_what_rounding_leaves_does_not_travel_alone():
    before = rows([1, 1], [1, 1], [0, 0])
    now = before + rows([2**-12, 0], [2**-9, 0], [2**-20, 0])
    assert engine().changes(now, before, half=True)[0].tolist() == [1, 2]


def test_changes_are_added_to_rows_at_any_distance():
    table = np.ones((7, 3), np.float32)
    changes = np.arange(6, dtype=np.float32).reshape(2, 3)
    engine().add_rows(table[1::2], np.array([2, 0]), changes)
    expected = np.ones((7, 3))
    expected[5] += [0, 1, 2]
    expected[1] += [3, 4, 5]
    assert table.tolist() == expected.tolist()
    with pytest.raises(ValueError, match="ids must be rows of the table"):
        engine().add_rows(table, np.array([-1]), changes[:1])
    with pytest.raises(ValueError, match="every row needs its changes"):
        engine().add_rows(table, np.array([1]), changes)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_changes_take_the_place_of_others(dtype):
    table = np.full((10, 3), 7, np.float32)
    own, other = np.ones((3, 3), dtype), np.full((3, 3), 4, dtype)
    engine().replace_changes(table[::2], np.array([0, 2, 4]), own, np.array([1, 2, 3]), other)
    assert table[:, 0].tolist() == [6, 7, 11, 7, 10, 7, 11, 7, 6, 7]
    with pytest.raises(ValueError, match="ids must be rows of the table"):
        engine().replace_changes(table, np.array([10]), own[:1], np.array([0]), other[:1])
    with pytest.raises(ValueError, match="every row needs its changes"):
        engine().replace_changes(table, np.array([1]), own[:1], np.array([0]), other)


def test_every_row_has_one_owner():
    table = np.arange(7, dtype=np.float32)[:, None]
    parts = [owned(table, place, 3)[:, 0].tolist() for place in range(3)]
    assert parts == [[0, 3, 6], [1, 4], [2, 5]]


def test_a_worker_gets_what_others_have_changed():
    owner = Owner({"t": rows([0, 0], [0, 0], [9, 9])})
    owner.join(4)
    owner.join(7)
    first = owner.exchange(4, changes([0, 1], [1, 0], [2, 0]))["t"]
    assert first.ids.tolist() == [0, 1]
    assert first.values == pytest.approx(rows([1, 0], [2, 0]))
    second = owner.exchange(7, changes([1], [0, 3]))["t"]  # at right angles: the sum
    assert second.ids.tolist() == [0, 1]
    assert second.values == pytest.approx(rows([1, 0], [2, 3]))
    assert owner.exchange(4, nothing())["t"].values == pytest.approx(rows([0, 3]))
    assert owner.exchange(4, nothing())["t"].ids.size == 0
    assert owner.rows()["t"] == pytest.approx(rows([1, 0], [2, 3], [9, 9]))


def test_what_rounding_takes_away_is_sent_later():
    owner = Owner({"t": rows([0, 0])}, half=True)
    owner.join(1)
    owner.join(2)
    owner.exchange(1, changes([0], [1 + 2**-12, 0]))
    found = np.zeros(2, np.float32)
    for everything in (False, False, True):
        got = owner.exchange(2, nothing(), everything=everything)["t"]
        found += got.values.sum(axis=0, dtype=np.float32)
    assert found.tolist() == [1 + 2**-12, 0]


def test_a_worker_that_comes_later_gets_all_rows_as_they_are():
    owner = Owner({"t": rows([0, 0], [5, 5])})
    owner.join(1)
    owner.exchange(1, changes([0], [1, 2]))
    assert owner.join(9)["t"] == pytest.approx(rows([1, 2], [5, 5]))
    owner.leave(1)
    assert owner.exchange(9, changes([0], [1, 0]))["t"].values == pytest.approx(rows([1, 0]))
