"""A worker as those who lead a run see it: what it was asked for, and how long it is silent."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from huffvec.cluster.leases import Lease

if TYPE_CHECKING:
    from huffvec.cluster.actors import Actor, Pending
    from huffvec.cluster.worker import Trained

LATE = 3.0  # times what was to be expected
TRAINED_TO_EXCHANGED = 4.0  # a lease is trained so many times as long as its rows travel
SHORT_EXCHANGE = 0.5  # part of the time of a lease in which the next is trained meanwhile


class Member:
    """A worker with what it has to do.

    Attributes
    ----------
    number
        Its number in the run.
    actor
        Where it is.
    leases
        What it was asked for and has not answered yet; ``None`` where the lease was taken from it.
    speed
        Chunks a second of its last lease; 0 before, while it starts.
    """

    def __init__(self, number: int, actor: Actor) -> None:
        self.number, self.actor = number, actor
        self.leases: dict[Pending, Lease | None] = {}
        self.speed = 0.0
        self._exchange = self._training = 0.0
        self._heard = time.monotonic()

    def train(self, lease: Lease, *, everything: bool = False) -> None:
        """Ask for the training of a lease."""
        if not self.leases:
            self._heard = time.monotonic()
        asked = self.actor.call("train", lease.first, lease.last, everything=everything)
        self.leases[asked] = lease

    def answered(self, asked: Pending, trained: Trained) -> Lease | None:
        """Take note of an answer; return its lease, unless it was taken from it."""
        self._heard = time.monotonic()
        lease = self.leases.pop(asked)
        self._exchange = trained.exchanged
        if lease is not None and lease.n_chunks:
            self._training = trained.seconds
            self.speed = lease.n_chunks / max(1e-3, trained.seconds)
        return lease

    def give_up(self) -> list[Lease]:
        """Return all leases that it has; what it answers to them counts nothing."""
        given = [lease for lease in self.leases.values() if lease is not None]
        self.leases = dict.fromkeys(self.leases)
        return given

    @property
    def leases_at_once(self) -> int:
        """How many leases it may have: two, to train one while the rows of the other travel.

        What is trained meanwhile does not know what others have changed. If that is most of a
        lease, which happens in short runs only, training had better wait.
        """
        return 2 if self._exchange < SHORT_EXCHANGE * self._training else 1

    def n_chunks(self, interval: float, most: int) -> int:
        """Return how many chunks it trains between exchanges.

        Parameters
        ----------
        interval
            Seconds between them; more if rows travel for long, though one exchange that takes
            long, as while an owner is replaced, does not count in full.
        most
            How many chunks to give at most, but for what is trained while rows travel.
        """
        exchange = min(self._exchange, self._training)
        chunks = self.speed * max(interval, TRAINED_TO_EXCHANGED * exchange)
        return max(1, int(self.speed * exchange), min(most, int(chunks)))

    @property
    def is_working(self) -> bool:
        """Whether it has a lease."""
        return any(lease is not None for lease in self.leases.values())

    @property
    def silence(self) -> float:
        """How many seconds it has been waited for; 0 if it is not."""
        return time.monotonic() - self._heard if self.leases else 0.0

    def is_late(self, interval: float) -> bool:
        """Tell if others would do its leases before it; those that still start are late."""
        n_chunks = sum(lease.n_chunks for lease in self.leases.values() if lease is not None)
        expected = n_chunks / self.speed if self.speed else -math.inf
        return self.is_working and self.silence > LATE * (interval + expected + self._exchange)
