"""The rule by which changes are merged, and the owners that apply it."""

import numpy as np
import pytest

from huffvec.cluster.merging import adaptive_sum
from huffvec.cluster.owner import Owner
from huffvec.cluster.rows import Changes, owned
from huffvec.engine import engine


def rows(*values):
    return np.array(values, np.float32)


def changes(ids, *values):
    return {"t": Changes(np.array(ids, np.int64), rows(*values))}


def nothing():
    return {"t": Changes(np.empty(0, np.int64), np.empty((0, 2), np.float32))}


def test_changes_at_right_angles_are_added_and_equal_ones_averaged():
    one, other = rows([2, 0], [3, 4], [0, 0], [1, 1]), rows([0, 5], [3, 4], [7, 1], [0, 0])
    assert adaptive_sum(one, other) == pytest.approx(rows([2, 5], [3, 4], [7, 1], [1, 1]))


def test_adaptive_sum_is_that_of_the_paper():
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=(2, 50, 8)).astype(np.float32)
    found = adaptive_sum(one, other)
    for g, h, merged in zip(one.astype(float), other.astype(float), found, strict=True):
        expected = (1 - g @ h / (2 * g @ g)) * g + (1 - g @ h / (2 * h @ h)) * h
        assert merged == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_rows_that_have_changed_by_a_share_of_their_length():
    before = rows([1, 0], [2, 0], [0, 0], [5, 5], [10, 0])
    now = rows([1.05, 0], [2.5, 0], [0.1, 0], [5, 5], [10.9, 0])
    changed = engine().changed_rows
    assert changed(now, before, 0.0).tolist() == [0, 1, 2, 4]
    assert changed(now, before, 0.1).tolist() == [1, 2]
    assert changed(now, before, 0.0, np.array([0, 3, 4])).tolist() == [0, 4]
    assert changed(now[::2], before[::2], 0.1).tolist() == [1]
    with pytest.raises(ValueError, match="ids must be rows of the table"):
        changed(now, before, 0.0, np.array([5]))
    with pytest.raises(ValueError, match="both tables must have the same shape"):
        changed(now, before[1:], 0.0)
    with pytest.raises(ValueError, match="the numbers of a row must lie together"):
        changed(now[:, ::-1], before, 0.0)


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


def test_every_row_has_one_owner():
    table = np.arange(7, dtype=np.float32)[:, None]
    parts = [owned(table, place, 3)[:, 0].tolist() for place in range(3)]
    assert parts == [[0, 3, 6], [1, 4], [2, 5]]


def test_a_worker_gets_what_others_have_changed():
    owner = Owner({"t": rows([0, 0], [0, 0], [9, 9])}, tolerance=0.0)
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


def test_small_changes_wait_until_everything_is_asked_for():
    owner = Owner({"t": rows([1, 0], [1, 0])}, tolerance=0.5)
    owner.join(1)
    owner.join(2)
    owner.exchange(1, changes([0, 1], [0.1, 0], [0.8, 0]))
    assert owner.exchange(2, nothing())["t"].ids.tolist() == [1]
    assert owner.exchange(2, nothing(), everything=True)["t"].ids.tolist() == [0]


def test_what_rounding_takes_away_is_sent_later():
    owner = Owner({"t": rows([0, 0])}, tolerance=0.0, half=True)
    owner.join(1)
    owner.join(2)
    owner.exchange(1, changes([0], [1 + 2**-12, 0]))
    found = np.zeros(2, np.float32)
    for everything in (False, False, True):
        got = owner.exchange(2, nothing(), everything=everything)["t"]
        found += got.values.sum(axis=0, dtype=np.float32)
    assert found.tolist() == [1 + 2**-12, 0]


def test_a_worker_that_comes_later_gets_all_rows_as_they_are():
    owner = Owner({"t": rows([0, 0], [5, 5])}, tolerance=0.0)
    owner.join(1)
    owner.exchange(1, changes([0], [1, 2]))
    assert owner.join(9)["t"] == pytest.approx(rows([1, 2], [5, 5]))
    owner.leave(1)
    assert owner.exchange(9, changes([0], [1, 0]))["t"].values == pytest.approx(rows([1, 0]))
