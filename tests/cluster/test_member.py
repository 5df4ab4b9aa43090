"""How much a worker gets to do at a time."""

import pytest

from huffvec.cluster.leases import Lease
from huffvec.cluster.member import Member
from huffvec.cluster.worker import Trained


class Nobody:
    """An actor that never answers."""

    def call(self, method, *values, **options):
        return object()


@pytest.mark.parametrize(
    ("seconds", "exchanged", "at_once", "chunks", "least"),
    [
        (2.0, 0.1, 2, 100, 5),  # the interval
        (2.0, 0.9, 2, 180, 45),  # four times as long as the exchange
        (2.0, 1.5, 1, 300, 75),
        (2.0, 60.0, 1, 400, 100),  # something was in the way
    ],
)
def test_leases_follow_speed_and_exchange(seconds, exchanged, at_once, chunks, least):
    member = Member(0, Nobody())
    assert member.leases_at_once == 1
    assert member.n_chunks(2.0, 9) == 1
    member.train(Lease(0, 100))
    (asked,) = member.leases
    trained = Trained(1, 1.0, 1.0, seconds, exchanged, 0, ())
    assert member.answered(asked, trained) == Lease(0, 100)
    assert member.leases_at_once == at_once
    assert member.n_chunks(2.0, 999) == chunks
    assert member.n_chunks(2.0, 1) == least  # near the end
