"""The rule by which changes are merged, and the owners that apply it."""

import numpy as np
import pytest
import reference.rounds

from huffvec.cluster.owner import Owner
from huffvec.cluster.rows import Changes, owned
from huffvec.engine import available, engine


def rows(*values):
    return np.array(values, np.float32)


def changes(ids, *values):
    return {"t": Changes(np.array(ids, np.int64), rows(*values))}


def merged(*blocks):
    """Merge changes of the same rows by the engine."""
    ids = np.arange(len(blocks[0]))
    found, values = engine().merge_changes([(ids, block) for block in blocks])
    assert found.tolist() == ids.tolist()
    return values


def test_changes_at_right_angles_are_added_and_equal_ones_averaged():
    one, other = rows([2, 0], [3, 4], [0, 0], [1, 1]), rows([0, 5], [3, 4], [7, 1], [0, 0])
    expected = rows([2, 5], [3, 4], [7, 1], [1, 1])
    assert merged(one, other) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("isa", available())
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("n_blocks", [1, 2, 5])
def test_rows_are_merged_by_adaptive_summation(isa, dtype, n_blocks):
    rng = np.random.default_rng(3)
    whole = rng.normal(0, 10.0 ** rng.uniform(-6, 2, (30, 1)), (n_blocks, 30, 21)).astype(dtype)
    whole[0, 3] = whole[-1, 3]  # the mean
    whole[0, 4] = -2 * whole[-1, 4]
    whole[0, 5, :10] = whole[-1, 5, 10:] = 0  # the sum
    if dtype is np.float32:
        whole[0, 6] = 1e-25  # too small to be squared: the sum
    whole[:, 20] = 0
    blocks = []
    for one in whole:
        ids = np.flatnonzero(rng.random(30) < 0.7)
        one[np.setdiff1d(np.arange(30), ids)] = 0
        blocks.append((ids, one[ids]))
    ids, values = engine(isa).merge_changes(blocks)
    assert values.dtype == dtype
    assert ids.tolist() == sorted({row for ids, _ in blocks for row in ids})
    exact = whole.astype(float)
    exact[0, 6] = 0 if dtype is np.float32 else exact[0, 6]
    tolerance = 2e-3 if dtype is np.float16 else 2e-5
    expected = reference.rounds.merged(list(exact))[ids]
    np.testing.assert_allclose(values, expected, rtol=tolerance, atol=1e-6)


@pytest.mark.parametrize("half", [False, True])
def test_threads_make_no_difference(half):
    rng = np.random.default_rng(7)
    before = rng.normal(size=(3_001, 5)).astype(np.float32)
    found = []
    for n_threads in (1, 2, 7):
        draw, blocks = np.random.default_rng(8), []
        for _ in range(3):
            now = before + (draw.random((3_001, 1)) < 0.6) * draw.normal(size=(3_001, 5))
            now = now.astype(np.float32)
            blocks.append(engine().changes(now, before, half, n_threads))
            assert blocks[-1][0].tolist() == np.flatnonzero((now != before).any(axis=1)).tolist()
        ids, values = engine().merge_changes(blocks, n_threads)
        table = before.copy()
        engine().add_rows(table, ids, values, n_threads)
        copy = np.zeros_like(table)
        engine().copy_rows(copy, ids, table, n_threads)
        assert (copy[ids] == table[ids]).all()
        found.append((ids.tobytes(), values.tobytes(), table.tobytes(), copy.tobytes()))
    assert found[1:] == found[:1] * 2


def test_merging_needs_rows_that_fit():
    table, ids = np.ones((2, 2), np.float32), np.array([2, 5])
    merge = engine().merge_changes
    with pytest.raises(ValueError, match="there must be changes to merge"):
        merge([])
    with pytest.raises(ValueError, match="every row needs its changes"):
        merge([(ids, table), (ids, table[:1])])
    with pytest.raises(ValueError, match="every row needs its changes"):
        merge([(ids, table), (ids, np.ones((2, 3), np.float32))])
    with pytest.raises(ValueError, match="ids must rise"):
        merge([(ids[::-1].copy(), table)])


def test_changes_of_rows():
    before = rows([1, 0], [2, 0], [0, 0], [5, 5], [10, 0])
    now = rows([1.05, 0], [2.5, 0], [0, 0.1], [5, 5], [10.9, 0])
    changes = engine().changes
    ids, values = changes(now, before)
    assert ids.tolist() == [0, 1, 2, 4]
    assert (values == (now - before)[ids]).all()
    assert values.dtype == np.float32
    assert changes(now[::2], before[::2])[0].tolist() == [0, 1, 2]
    assert changes(now[:0], before[:0])[1].shape == (0, 2)
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


def test_rows_are_copied():
    table, source = np.zeros((7, 3), np.float32), np.arange(12, dtype=np.float32).reshape(4, 3)
    engine().copy_rows(table[::2], np.array([3, 1]), source)
    assert table[:, 0].tolist() == [0, 0, 3, 0, 0, 0, 9]
    with pytest.raises(ValueError, match="ids must be rows of the table"):
        engine().copy_rows(table[::2], np.array([4]), source)
    with pytest.raises(ValueError, match="both tables must have the same shape"):
        engine().copy_rows(table, np.array([0]), source)


def test_every_row_has_one_owner():
    table = np.arange(7, dtype=np.float32)[:, None]
    parts = [owned(table, place, 3)[:, 0].tolist() for place in range(3)]
    assert parts == [[0, 3, 6], [1, 4], [2, 5]]


def test_a_round_is_merged_when_all_its_blocks_are_there():
    owner = Owner({"t": rows([0, 0], [0, 0], [9, 9])})
    owner.put(0, 1, changes([1], [0, 3]))
    assert owner.lacks(3) == [0, 2]
    assert not owner.merge(0, 2)
    owner.put(0, 0, changes([0, 1], [1, 0], [2, 0]))
    owner.put(0, 2, changes([2], [5, 5]))  # of a round that was abandoned
    assert owner.lacks(2) == []
    assert owner.merge(0, 2)
    assert owner.merge(0, 2)  # once more, which changes nothing
    owner.put(0, 0, changes([0], [7, 7]))  # too late
    assert owner.lacks(2) == [0, 1]
    assert not owner.merge(1, 1)
    assert not owner.merge(2, 0)
    version, merged, _ = owner.news(0)
    assert version == 1
    assert merged["t"].ids.tolist() == [0, 1]
    assert merged["t"].values == pytest.approx(rows([1, 0], [2, 3]))  # at right angles: the sum
    assert owner.rows().rows["t"] == pytest.approx(rows([1, 0], [2, 3], [9, 9]))
    assert owner.is_there()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0, 1)])
def test_blocks_are_merged_in_their_order(order):
    blocks = [changes([0], [1, 2]), changes([0], [3, -1]), changes([0], [0.3, 0.7])]
    owner = Owner({"t": rows([0.1, 0.2])})
    for block in order:
        owner.put(0, block, blocks[block])
    owner.merge(0, 3)
    in_order = engine().merge_changes([block["t"] for block in blocks])
    assert owner.news(0).changes["t"].values.tobytes() == in_order[1].tobytes()
    swapped = engine().merge_changes([block["t"] for block in blocks[::-1]])
    assert in_order[1].tobytes() != swapped[1].tobytes()


def test_news_are_what_a_worker_lacks():
    owner = Owner({"t": rows([0, 0], [5, 5])}, version=3)
    assert owner.news(3) == (3, {}, {})
    version, merged, whole = owner.news(2)  # it was merged by an owner that has died
    assert (version, merged, whole["t"].tolist()) == (3, {}, [[0, 0], [5, 5]])
    for step in (3, 4):
        owner.put(step, 0, changes([0], [1, 2]))
        owner.merge(step, 1)
    assert owner.news(5) == (5, {}, {})
    assert owner.news(4).changes["t"].ids.tolist() == [0]
    assert owner.news(4).rows == {}
    for version in (-1, 3, 9):
        assert owner.news(version).rows["t"].tolist() == [[2, 4], [5, 5]]


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_owners_and_workers_have_the_same_bytes(dtype):
    rng = np.random.default_rng(1)
    start = rng.normal(size=(50, 8)).astype(np.float32)
    owner, base = Owner({"t": start}), start.copy()
    for step in range(4):
        for block in range(3):
            ids = np.flatnonzero(rng.random(50) < 0.6)
            values = rng.normal(size=(len(ids), 8)).astype(dtype)
            owner.put(step, block, {"t": Changes(ids, values)})
        owner.merge(step, 3)
        engine().add_rows(base, *owner.news(step).changes["t"])
    assert base.tobytes() == owner.rows().rows["t"].tobytes()
    assert (base != start).any()
