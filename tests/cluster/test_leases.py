"""Chunks are trained exactly once, whatever happens to those who have them."""

from hypothesis import given
from hypothesis import strategies as st

from huffvec.cluster.leases import Lease, Leases


def test_leases_are_given_in_order_and_returned_ones_first():
    leases = Leases(10, 20)
    first, second = leases.take(4), leases.take(4)
    assert (first, second) == (Lease(10, 14), Lease(14, 18))
    leases.give_back(first)
    assert leases.n_left == 6
    assert leases.take(100) == first
    assert leases.take(100) == Lease(18, 20)
    assert leases.take(1) is None
    for _ in range(3):
        assert not leases.finished
        leases.done()
    assert leases.finished


def test_closed_leases_are_done_to_the_end_without_new_ones():
    leases = Leases(0, 100)
    lease = leases.take(5)
    leases.close()
    leases.give_back(lease)
    assert leases.take(50) == lease
    assert leases.take(50) is None
    leases.done()
    assert leases.finished


@given(st.integers(0, 60), st.data())
def test_every_chunk_is_done_once(n, data):
    leases, out, done = Leases(7, 7 + n), [], []
    while not leases.finished:
        lease = leases.take(data.draw(st.integers(1, 9)))
        if lease:
            out.append(lease)
        if out and data.draw(st.booleans()):
            one = out.pop(data.draw(st.integers(0, len(out) - 1)))
            if data.draw(st.integers(0, 3)):
                leases.done()
                done += range(one.first, one.last)
            else:
                leases.give_back(one)
    assert sorted(done) == list(range(7, 7 + n))
