"""A worker: a replica of all tables, on which blocks of rounds are trained."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from huffvec.cluster.actors import ActorLostError
from huffvec.cluster.rows import AllChanges, Changes, News, Table, n_bytes, owned
from huffvec.engine import engine

if TYPE_CHECKING:
    from huffvec._engine_base import Totals
    from huffvec.cluster.actors import Actor, Pending
    from huffvec.cluster.task import Task

_FOREVER = 3_600.0
_NO_ROWS = -1  # the version of rows that never came from their owner


class Trained(NamedTuple):
    """What a worker has done.

    Attributes
    ----------
    tokens, targets, loss
        As in `huffvec.training.position.Position`, of this block alone.
    seconds
        How long the engine has trained.
    exchanged
        How long rows have travelled, before and after.
    n_bytes
        How many bytes of changes have travelled, both ways.
    lost
        Owners that could not be reached.
    is_done
        Whether the block is trained, and its changes sent to all owners but those.
    """

    tokens: int = 0
    targets: float = 0.0
    loss: float = 0.0
    seconds: float = 0.0
    exchanged: float = 0.0
    n_bytes: int = 0
    lost: tuple[int, ...] = ()
    is_done: bool = False


class Worker:
    """A worker of a run.

    All that it trains begins from the owners' rows as they are before a round, and leaves its
    tables as they were: what it has changed is sent to the owners, and comes back merged.

    Parameters
    ----------
    task
        What is trained.
    owners
        The owners of the rows.
    n_threads
        Threads of the engine.
    half
        As in `huffvec.cluster.options.Ray`.

    Raises
    ------
    TooLargeError
        If the tables do not fit into its memory.
    """

    def __init__(
        self, task: Task, owners: Sequence[Actor], *, n_threads: int, half: bool = False
    ) -> None:
        self._owners = list(owners)
        self._n_threads, self._half = n_threads, half
        self._tables = task.allocate()
        self._bases = {name: np.zeros_like(rows) for name, rows in self._tables.items()}
        self._versions = [_NO_ROWS] * len(owners)  # rounds merged in the bases, by owner
        self._sent: dict[int, list[AllChanges]] = {}  # by block of the round, and by owner
        self._trainer = task.trainer(self._tables)
        self._exchanging = threading.Lock()

    def follow(self) -> Trained:
        """Take over the owners' rows as they are now, and train nothing."""
        with self._exchanging:
            travelled, lost = self._follow()
        return Trained(n_bytes=travelled, lost=lost)

    def train(self, number: int, block: int, first: int, last: int) -> Trained:
        """Train a block of a round, and send what it changes to the owners.

        Nothing is trained if an owner cannot be reached, or the round is over.

        Parameters
        ----------
        number
            How many rounds were merged before this one.
        block
            The block's number in the round.
        first, last
            Its chunks, first … last - 1.
        """
        start = time.perf_counter()
        with self._exchanging:
            received, lost = self._follow()
            if any(version != number for version in self._versions):
                return Trained(n_bytes=received, lost=lost)
        begun = time.perf_counter()
        totals = self._train(first, last)
        end = time.perf_counter()
        with self._exchanging:
            sent, lost = self._send(number, block)
        return Trained(
            totals.tokens,
            totals.targets,
            totals.loss,
            end - begun,
            begun - start + time.perf_counter() - end,
            received + sent,
            lost,
            is_done=True,
        )

    def base(self, place: int) -> News:
        """Return the rows of an owner as this worker last had them of it."""
        with self._exchanging:
            rows = {name: base.copy() for name, (_, base) in self._owned(place).items()}
            return News(self._versions[place], {}, rows)

    def replace_owner(self, place: int, owner: Actor) -> None:
        """Have an owner in another's place, and send it what this worker has sent in the round."""
        with self._exchanging:
            self._owners[place] = owner
            number = self._versions[place]
            again = [owner.call("put", number, i, own[place]) for i, own in self._sent.items()]
            with contextlib.suppress(ActorLostError):  # told when it is next asked
                for answer in again:
                    answer.result()

    def _train(self, first: int, last: int) -> Totals:
        self._trainer.start(first, last, self._n_threads, engine().Totals())
        while not self._trainer.wait(_FOREVER):
            pass
        return self._trainer.totals()

    def _follow(self) -> tuple[int, tuple[int, ...]]:
        """Take over the rows of all owners, or of none if one cannot be reached.

        So at least one worker can train a round again, unless its rows are merged for good.
        """
        asked = zip(self._owners, self._versions, strict=True)
        news, lost = _answers([owner.call("news", version) for owner, version in asked])
        if lost:
            return 0, lost
        for place, new in enumerate(news):
            self._take(place, new)
        return sum(n_bytes(new.changes, new.rows) for new in news), ()

    def _take(self, place: int, new: News) -> None:
        if new.version == self._versions[place]:
            return
        self._versions[place] = new.version
        self._sent.clear()
        for name, (rows, base) in self._owned(place).items():
            if new.rows:
                base[:] = rows[:] = new.rows[name]
            else:
                engine().add_rows(base, *new.changes[name], n_threads=self._n_threads)
                engine().copy_rows(rows, new.changes[name].ids, base, self._n_threads)

    def _send(self, number: int, block: int) -> tuple[int, tuple[int, ...]]:
        """Send what a block has changed, and take it back here."""
        own = [self._take_back(place) for place in range(len(self._owners))]
        self._sent[block] = own
        to = zip(self._owners, own, strict=True)
        _, lost = _answers([owner.call("put", number, block, part) for owner, part in to])
        return sum(map(n_bytes, own)), lost

    def _take_back(self, place: int) -> AllChanges:
        """Set an owner's rows back to what they were, and return their changes by table."""
        found, n = {}, self._n_threads
        for name, (rows, base) in self._owned(place).items():
            found[name] = Changes(*engine().changes(rows, base, half=self._half, n_threads=n))
            engine().copy_rows(rows, found[name].ids, base, n)
        return found

    def _owned(self, place: int) -> dict[str, tuple[Table, Table]]:
        """Return an owner's rows as they are here, and as they last came from it, by table."""
        n = len(self._owners)
        return {
            name: (owned(rows, place, n), owned(self._bases[name], place, n))
            for name, rows in self._tables.items()
        }


def _answers(asked: Sequence[Pending]) -> tuple[list[Any], tuple[int, ...]]:
    """Return the answers of owners, and the places of those that could not be reached."""
    found, lost = [], []
    for place, answer in enumerate(asked):
        try:
            found.append(answer.result())
        except ActorLostError:
            lost.append(place)
    return found, tuple(lost)
