"""Which chunks are given to whom: exactly once, also when workers die."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class Lease(NamedTuple):
    """Chunks first … last - 1, given to a worker."""

    first: int
    last: int

    @property
    def n_chunks(self) -> int:
        """How many there are."""
        return self.last - self.first


class Leases:
    """Chunks that are leased in order; those of dead workers are leased once more.

    Parameters
    ----------
    first, last
        The chunks to lease.
    """

    def __init__(self, first: int, last: int) -> None:
        self._next, self._last = first, last
        self._returned: deque[Lease] = deque()
        self._n_out = 0

    @property
    def n_left(self) -> int:
        """Chunks that nobody has."""
        return self._last - self._next + sum(lease.n_chunks for lease in self._returned)

    @property
    def finished(self) -> bool:
        """Whether all that was leased is done, and nothing is left to lease."""
        return self._n_out == 0 and self.n_left == 0

    def take(self, most: int) -> Lease | None:
        """Return a lease of at most so many chunks; ``None`` if there is none to give now."""
        if self._returned:
            lease = self._returned.popleft()
        elif self._next < self._last:
            lease = Lease(self._next, min(self._last, self._next + max(1, most)))
            self._next = lease.last
        else:
            return None
        self._n_out += 1
        return lease

    def done(self) -> None:
        """Count a lease as done."""
        self._n_out -= 1

    def give_back(self, lease: Lease) -> None:
        """Take back a lease that was not done."""
        self._n_out -= 1
        self._returned.append(lease)

    def close(self) -> None:
        """Lease nothing that has not been leased before, so that what is done has no holes."""
        self._last = self._next
