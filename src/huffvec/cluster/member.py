"""A worker as those who lead a run see it: what it was asked for, and how long it is silent."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from huffvec.cluster.actors import Actor, Pending
    from huffvec.cluster.rounds import Lease
    from huffvec.cluster.worker import Trained

LATE = 3.0  # times what was to be expected


class Member:
    """A worker with what it has to do.

    Attributes
    ----------
    number
        Its number in the run.
    actor
        Where it is.
    asked
        The answer that it owes; at first, that it has started.
    block
        The block of the round that it trains; ``None`` if it was taken from it, or there is none.
    is_ready
        Whether it has started.
    speed
        Chunks a second of its last lease; 0 before.
    exchange
        How many seconds rows have travelled for its last lease.
    """

    def __init__(self, number: int, actor: Actor) -> None:
        self.number, self.actor = number, actor
        self.asked: Pending | None = actor.call("follow")
        self.block: int | None = None
        self.is_ready = False
        self.speed = self.exchange = 0.0
        self._n_chunks = 0
        self._heard = time.monotonic()

    def train(self, number: int, block: int, lease: Lease) -> None:
        """Ask for the training of a block of a round."""
        self.block, self._n_chunks = block, lease.n_chunks
        self._heard = time.monotonic()
        self.asked = self.actor.call("train", number, block, lease.first, lease.last)

    def answered(self, trained: Trained) -> int | None:
        """Take note of the answer; return its block, unless it was taken from it."""
        block, self.block, self.asked = self.block, None, None
        self.is_ready = True
        if trained.is_done:
            self.speed = self._n_chunks / max(1e-3, trained.seconds)
            self.exchange = trained.exchanged
        return block

    def give_up(self) -> int | None:
        """Return the block that it has, if any; what it answers to it counts nothing."""
        block, self.block = self.block, None
        return block

    @property
    def silence(self) -> float:
        """How many seconds it has been waited for; 0 if it is not."""
        return time.monotonic() - self._heard if self.asked is not None else 0.0

    def is_late(self, interval: float) -> bool:
        """Tell if others would do its block before it."""
        expected = self._n_chunks / self.speed if self.speed else 0.0
        patience = LATE * (interval + expected + self.exchange)
        return self.block is not None and self.silence > patience
