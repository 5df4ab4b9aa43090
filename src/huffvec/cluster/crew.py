"""The owners and the workers of a run: started, replaced when they die, asked for the rows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from huffvec._version import __version__
from huffvec.cluster.actors import Actor, ActorLostError, Machines, Pending
from huffvec.cluster.leases import Lease
from huffvec.cluster.owner import Owner
from huffvec.cluster.rows import Tables, owned
from huffvec.cluster.worker import Trained, Worker
from huffvec.errors import TrainingError

if TYPE_CHECKING:
    from huffvec.cluster.options import Ray
    from huffvec.cluster.task import Task

MOST_LOSSES = 3  # of workers in a row, for each of them, before a run gives up
_logger = logging.getLogger("huffvec")


class Member:
    """A worker with what it has to do.

    Attributes
    ----------
    number
        Its number in the run.
    actor
        Where it is.
    leases
        What it was asked for and has not answered yet.
    speed
        Chunks a second of its last lease; 0 before.
    """

    def __init__(self, number: int, actor: Actor) -> None:
        self.number, self.actor = number, actor
        self.leases: dict[Pending, Lease] = {}
        self.speed = 0.0

    def train(self, lease: Lease, *, everything: bool = False) -> None:
        """Ask for the training of a lease."""
        asked = self.actor.call("train", lease.first, lease.last, everything=everything)
        self.leases[asked] = lease


class Crew:
    """All who work at a run.

    Parameters
    ----------
    machines
        Where they run.
    cluster
        How many, and how they exchange.
    task
        What is trained.
    """

    def __init__(self, machines: Machines, cluster: Ray, task: Task) -> None:
        self._machines, self._cluster = machines, cluster
        self._task = machines.share(task)
        self._owners: list[Actor] = []
        self._n_started = self._n_losses = 0
        self.members: list[Member] = []

    def begin(self, tables: Mapping[str, Any]) -> None:
        """Start owners with these tables, and workers, unless there are some."""
        if self._owners:
            return
        n = self._cluster.workers
        for place in range(n):
            rows = {name: owned(table, place, n) for name, table in tables.items()}
            self._owners.append(
                self._machines.start(Owner, rows, processors=0, half=self._cluster.half)
            )
        for _ in range(n):
            self._add()

    def answers(self, seconds: float) -> list[tuple[Member, Lease, Trained | None]]:
        """Return what workers have done by now; ``None`` of leases whose worker has died.

        Raises
        ------
        TrainingError
            If workers die again and again.
        """
        found: list[tuple[Member, Lease, Trained | None]] = []
        waiting = {asked: one for one in self.members for asked in one.leases}
        if not waiting:
            return found
        for asked in self._machines.wait(list(waiting), seconds):
            member = waiting[asked]
            if asked not in member.leases:
                continue  # it has died
            try:
                trained = asked.result()
            except ActorLostError as error:
                found += [(member, lease, None) for lease in member.leases.values()]
                self._replace(member, error)
            else:
                self._n_losses = 0
                found.append((member, member.leases.pop(asked), trained))
        return found

    def rows_into(self, tables: Tables) -> None:
        """Fill tables with the owners' rows."""
        n = len(self._owners)
        for place, answer in enumerate([owner.call("rows") for owner in self._owners]):
            for name, rows in answer.result().items():
                owned(tables[name], place, n)[:] = rows

    def _add(self) -> None:
        number, self._n_started = self._n_started, self._n_started + 1
        actor = self._machines.start(
            Worker,
            number,
            self._task,
            self._owners,
            processors=self._cluster.threads,
            n_threads=self._cluster.threads,
            half=self._cluster.half,
            version=__version__,
        )
        self.members.append(Member(number, actor))

    def _replace(self, member: Member, error: ActorLostError) -> None:
        member.leases.clear()
        self.members.remove(member)
        self._machines.kill(member.actor)
        for owner in self._owners:
            owner.call("leave", member.number)
        self._n_losses += 1
        if self._n_losses > MOST_LOSSES * self._cluster.workers:
            raise TrainingError(
                f"workers die before they have done anything, {self._n_losses} by now; the last: "
                f"{error}. Look whether their machines have enough memory, and at Ray's logs."
            ) from error
        _logger.warning("Worker %d has died; another one takes its place.", member.number)
        self._add()
