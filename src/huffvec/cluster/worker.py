"""A worker: a replica of all tables, trained on parts of the text and exchanged with the owners."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from huffvec.cluster.actors import ActorLostError
from huffvec.cluster.rows import Changes, Table, Tables, owned
from huffvec.engine import engine

if TYPE_CHECKING:
    from huffvec.cluster.actors import Actor
    from huffvec.cluster.task import Task

_FOREVER = 3_600.0


class Trained(NamedTuple):
    """What a worker has done of a lease, merged with the owners' rows.

    Attributes
    ----------
    tokens, targets, loss
        As in `huffvec.training.position.Position`, of this lease alone.
    seconds
        How long the engine has trained.
    exchanged
        How long the exchange took, during which the next lease may have been trained.
    n_bytes
        How many bytes of changes travelled, both ways.
    lost
        Owners that could not be reached; what they were to get is sent later.
    """

    tokens: int
    targets: float
    loss: float
    seconds: float
    exchanged: float
    n_bytes: int
    lost: tuple[int, ...] = ()


class Worker:
    """A worker of a run.

    Parameters
    ----------
    number
        Its number; no other worker of the run has had it.
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
        self,
        number: int,
        task: Task,
        owners: Sequence[Actor],
        *,
        n_threads: int,
        half: bool = False,
    ) -> None:
        self._number, self._owners = number, list(owners)
        self._n_threads, self._half = n_threads, half
        self._tables = task.allocate()
        self._bases = {name: np.zeros_like(rows) for name, rows in self._tables.items()}
        self._trainer = task.trainer(self._tables)
        self._training, self._exchanging = threading.Lock(), threading.Lock()
        for place, answer in enumerate([owner.call("join", number) for owner in owners]):
            for name, rows in answer.result().items():
                for table in self._owned(place)[name]:
                    table[:] = rows

    def train(self, first: int, last: int, *, everything: bool = False) -> Trained:
        """Train chunks first … last - 1, and exchange what has changed.

        While it is exchanged, the next call may train already.

        Parameters
        ----------
        first, last
            The chunks; none if they are equal.
        everything
            Whether all changes are exchanged as they are, not rounded.
        """
        with self._training:
            start = time.perf_counter()
            totals = engine().Totals()
            if first < last:
                self._trainer.start(first, last, self._n_threads, totals)
                while not self._trainer.wait(_FOREVER):
                    pass
                totals = self._trainer.totals()
            end = time.perf_counter()
        n_bytes, lost = self._exchange(everything=everything)
        exchanged = time.perf_counter() - end
        return Trained(
            totals.tokens, totals.targets, totals.loss, end - start, exchanged, n_bytes, lost
        )

    def base(self, place: int) -> Tables:
        """Return the rows of an owner as this worker last had them of it."""
        with self._exchanging:
            return {name: base.copy() for name, (_, base) in self._owned(place).items()}

    def join(self, place: int, owner: Actor) -> None:
        """Get all rows of an owner that has come in another's place, or was out of reach.

        What has changed here since the last exchange is kept, and sent with the next.
        """
        with self._exchanging:
            self._owners[place] = owner
            for name, new in owner.call("join", self._number).result().items():
                rows, base = self._owned(place)[name]
                engine().add_rows(rows, np.arange(len(new)), new - base)
                base[:] = new

    def _exchange(self, *, everything: bool) -> tuple[int, tuple[int, ...]]:
        with self._exchanging:
            n = len(self._owners)
            sent = [self._changes(place, everything=everything) for place in range(n)]
            answers = [
                owner.call("exchange", self._number, own, everything=everything)
                for owner, own in zip(self._owners, sent, strict=True)
            ]
            n_bytes = sum(one.n_bytes for own in sent for one in own.values())
            lost = []
            for place, (own, answer) in enumerate(zip(sent, answers, strict=True)):
                try:
                    received = answer.result()
                except ActorLostError:  # its rows stay as they are until it has a successor
                    lost.append(place)
                    continue
                for name, changes in received.items():
                    self._apply(place, name, own[name], changes)
                    n_bytes += changes.n_bytes
            return n_bytes, tuple(lost)

    def _changes(self, place: int, *, everything: bool) -> dict[str, Changes]:
        """Return what has changed of an owner's rows since the last exchange, by table."""
        rounded = self._half and not everything
        return {
            name: Changes(*engine().changes(rows, base, half=rounded))
            for name, (rows, base) in self._owned(place).items()
        }

    def _apply(self, place: int, name: str, own: Changes, changes: Changes) -> None:
        """Take over an owner's answer; what was trained since the changes were sent stays."""
        rows, base = self._owned(place)[name]
        engine().add_rows(base, *changes)
        engine().replace_changes(rows, *own, *changes)

    def _owned(self, place: int) -> dict[str, tuple[Table, Table]]:
        """Return an owner's rows as they are here, and as they last came from it, by table."""
        n = len(self._owners)
        return {
            name: (owned(rows, place, n), owned(self._bases[name], place, n))
            for name, rows in self._tables.items()
        }
