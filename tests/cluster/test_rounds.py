"""How a run is parted into rounds, and rounds into blocks; what is done of them."""

import itertools
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffvec.cluster.options import Ray
from huffvec.cluster.rounds import (
    BlocksBySpeed,
    FixedBlocks,
    Lease,
    Round,
    leases_by_speed,
    with_rounds_of,
)
from huffvec.cluster.worker import Trained


def test_blocks_are_taken_in_order_and_returned_ones_again():
    current = Round([Lease(10, 14), Lease(14, 18)])
    assert (current.take(), current.take()) == (0, 1)
    assert current.is_leased
    current.answered(1, Trained(tokens=5))
    current.answered(0, None)
    assert not current.is_leased
    assert current.take() == 0
    current.answered(0, Trained(tokens=7))
    assert current.is_trained
    current.give_back(1)
    assert not current.is_trained
    assert current.take() == 1
    assert current.trained == {0: Trained(tokens=7)}


@pytest.mark.parametrize(
    ("left", "speeds", "most", "expected"),
    [
        (1000, [30, 10], 999, [Lease(7, 65), Lease(65, 84)]),  # two seconds of each, 13 rounds
        (1000, [30, 10], 40, [Lease(7, 37), Lease(37, 47)]),
        (100, [30, 10], 999, [Lease(7, 45), Lease(45, 57)]),  # two rounds of the same length
        (3, [30, 10], 999, [Lease(7, 9), Lease(9, 10)]),
        (
            95,
            [490, 460, 0, 0],
            999,
            [Lease(7, 55), Lease(55, 100), Lease(100, 101), Lease(101, 102)],
        ),
        (1000, [0, 0], 999, [Lease(7, 8), Lease(8, 9)]),
        (1000, [30, 0], 999, [Lease(7, 65), Lease(65, 66)]),
        (3, [1000, 1, 1], 999, [Lease(7, 8), Lease(8, 9), Lease(9, 10)]),
        (1, [0, 0], 999, [Lease(7, 8)]),
    ],
)
def test_leases_follow_speed(left, speeds, most, expected):
    assert leases_by_speed(7, 7 + left, speeds, 2.0, most) == expected


@given(
    st.integers(1, 500),
    st.lists(st.floats(0, 1e3), min_size=1, max_size=5),
    st.floats(0.1, 9),
    st.floats(0, 99),
)
def test_leases_lie_behind_each_other_and_end_in_time(left, speeds, seconds, most):
    first, last = 7, 7 + left
    for _ in range(left):
        leases = leases_by_speed(first, last, speeds, seconds, most)
        assert leases[0].first == first
        assert len(leases) == min(len(speeds), last - first)
        assert all(one.n_chunks > 0 for one in leases)
        assert all(one.last == other.first for one, other in itertools.pairwise(leases))
        first = leases[-1].last
        if first == last:
            return
    raise AssertionError("it never ends")


@pytest.mark.parametrize(
    ("exchange", "rule", "size"),
    [
        (0.0, {}, 20),  # two seconds at ten chunks a second
        (0.5, {}, 45),  # nine times the exchange
        (9.0, {}, 90),  # an exchange takes longer than a fortieth of the run
        (0.0, {"least_rounds": 200}, 10),
        (0.5, {"trained_to_exchanged": 0.0}, 20),
    ],
)
def test_rounds_are_longer_where_exchanges_are(exchange, rule, size):
    worker = SimpleNamespace(speed=10.0, exchange=exchange)
    blocks = BlocksBySpeed(n_chunks=2000, interval=2.0, **rule)
    assert blocks.leases(0, 3600, [worker]) == [Lease(0, size)]


def test_fixed_blocks_begin_anew_with_every_epoch():
    fixed = FixedBlocks(blocks=2, chunks=8, epoch_chunks=30)
    assert fixed.leases(0, 60) == [Lease(0, 8), Lease(8, 16)]
    assert fixed.leases(16, 60) == [Lease(16, 24), Lease(24, 30)]
    assert fixed.leases(30, 60) == [Lease(30, 38), Lease(38, 46)]
    assert fixed.leases(54, 60) == [Lease(54, 60)]  # begun with other blocks
    assert fixed.leases(16, 26) == [Lease(16, 24), Lease(24, 30)]
    assert FixedBlocks(blocks=5, chunks=8, epoch_chunks=3).leases(3, 9) == [Lease(3, 6)]


def test_fixed_blocks_are_whole_rounds_of_the_engine():
    assert FixedBlocks.of(Ray(blocks=4, interval=2.0), 10_000, 2) == (4, 24, 5_000)
    assert FixedBlocks.of(Ray(workers=3, interval=2.0), 10_000, 1) == (3, 24, 10_000)
    assert FixedBlocks.of(Ray(blocks=4, interval=0.001), 10_000, 1) == (4, 8, 10_000)
    assert FixedBlocks.of(Ray(blocks=4, interval=100.0), 10_000, 1) == (4, 56, 10_000)
    assert FixedBlocks.of(Ray(blocks=4), 3, 1) == (4, 8, 3)


def test_a_run_goes_on_with_the_rounds_that_it_began_with():
    facts = {}
    began = with_rounds_of(Ray(workers=3, interval=5.0, half=True), facts)
    assert began == Ray(workers=3, interval=5.0, half=True, blocks=3)
    assert with_rounds_of(Ray(workers=2), facts) == Ray(
        workers=2, interval=5.0, half=True, blocks=3
    )
    other = with_rounds_of(Ray(workers=2, blocks=7, interval=2.0), facts)
    assert (other.blocks, other.interval, other.half) == (7, 2.0, True)
    assert facts == {"rounds": {"blocks": 7, "interval": 2.0, "half": True}}
