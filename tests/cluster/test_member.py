"""What is known of a worker: its speed, and whether it is late."""

import pytest

from huffvec.cluster import member
from huffvec.cluster.member import Member
from huffvec.cluster.rounds import Lease
from huffvec.cluster.worker import Trained


class Nobody:
    """An actor that never answers."""

    def call(self, method, *values, **options):
        return object()


@pytest.fixture
def clock(monkeypatch):
    """The time, which stands still."""
    now = [100.0]
    monkeypatch.setattr(member.time, "monotonic", lambda: now[0])
    return now


def test_a_worker_is_known_by_its_last_lease(clock):
    one = Member(0, Nobody())
    clock[0] += 5
    assert (one.is_ready, one.silence) == (False, 5)
    assert one.answered(Trained()) is None
    assert (one.is_ready, one.silence, one.speed) == (True, 0, 0)
    one.train(0, 3, Lease(20, 30))
    assert one.answered(Trained(seconds=4.0, exchanged=0.5, is_done=True)) == 3
    assert (one.speed, one.exchange, one.asked) == (2.5, 0.5, None)
    one.train(1, 4, Lease(30, 40))
    assert one.answered(Trained(lost=(1,))) == 4
    assert one.speed == 2.5


def test_a_worker_is_late_after_three_times_what_was_expected(clock):
    one = Member(0, Nobody())
    clock[0] += 1_000
    assert not one.is_late(2.0)  # it has nothing to do
    one.answered(Trained())
    one.train(0, 0, Lease(0, 10))
    clock[0] += 6
    assert not one.is_late(2.0)
    clock[0] += 1
    assert one.is_late(2.0)
    one.answered(Trained(seconds=4.0, exchanged=0.5, is_done=True))
    one.train(1, 0, Lease(10, 20))
    clock[0] += 3 * (2 + 4 + 0.5)
    assert not one.is_late(2.0)
    clock[0] += 1
    assert one.is_late(2.0)
    assert one.give_up() == 0
    assert not one.is_late(2.0)
    assert one.answered(Trained(is_done=True)) is None
