"""The trainer of a run on many machines, in the place of the engine's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from huffvec.cluster.crew import Crew
from huffvec.cluster.leases import Lease, Leases
from huffvec.cluster.member import Member
from huffvec.cluster.ray_machines import RayMachines
from huffvec.cluster.rows import Tables
from huffvec.cluster.task import Task
from huffvec.thread_trainer import ThreadTrainer

if TYPE_CHECKING:
    from huffvec.cluster.actors import Machines
    from huffvec.cluster.options import Ray
    from huffvec.cluster.worker import Trained
    from huffvec.engine import Trainer
    from huffvec.objectives.bound import BoundObjective

SHARE_LEFT = 4  # a lease is no more than this part of what is left for each worker
_POLL_SECONDS = 0.2
_MOST_INTERVALS = 10  # that the last changes of a worker may take


class ClusterTrainer(ThreadTrainer):
    """Leases a run's chunks to workers, and brings the rows back when they are done.

    When no chunk is being trained, ``tables`` are the owners' rows.

    Parameters
    ----------
    task
        What is trained.
    tables
        The run's tables, float32 (n_rows, stride) each.
    local
        The engine's trainer of the run, which knows chunks and learning rates.
    cluster, machines
        How it is spread, and over what.
    """

    def __init__(
        self, task: Task, tables: Tables, local: Trainer, cluster: Ray, machines: Machines
    ) -> None:
        super().__init__(local, "huffvec-cluster")
        self._tables, self._cluster = tables, cluster
        self._crew = Crew(machines, cluster, task)
        self.log: list[Trained] = []

    def work(self, first: int, last: int, n_threads: int) -> None:
        """Train chunks first … last - 1; how many threads a worker has, the options say."""
        leases = Leases(first, last)
        self._crew.begin(self._tables)
        for member in self._crew.members:
            member.give_up()  # what was abandoned
        while not leases.finished and not self.abandoned:
            self._give(leases)
            self._take(leases)
            self._take_over(leases)
        while not self.abandoned:
            if self._settle() and self._crew.rows_into(self._tables):
                break

    def _give(self, leases: Leases) -> None:
        if self.stopping:
            leases.close()
        for member in sorted(self._crew.members, key=lambda one: -one.speed):
            while len(member.leases) < member.leases_at_once:
                lease = leases.take(self._size(member, leases.n_left))
                if lease is None:
                    return
                member.train(lease)

    def _size(self, member: Member, n_left: int) -> int:
        """Return how many chunks a worker gets: few at first, and again towards the end."""
        most = n_left // (SHARE_LEFT * self._cluster.workers)
        return member.n_chunks(self._cluster.interval, most)

    def _take(self, leases: Leases) -> None:
        for _, lease, trained in self._crew.answers(_POLL_SECONDS):
            if trained is None:
                leases.give_back(lease)
                continue
            leases.done()
            self.log.append(trained)
            self.count(lease.n_chunks, trained.tokens, trained.targets, trained.loss)

    def _take_over(self, leases: Leases) -> None:
        """When all is leased, let those that have nothing to do have the leases of late workers.

        What a late worker sends after all is merged as any change, but counts nothing: where both
        have made the same, the mean of it is taken.
        """
        members = self._crew.members
        if leases.n_left or not any(one.speed and not one.leases for one in members):
            return
        for member in members:
            if member.is_late(self._cluster.interval):
                for lease in member.give_up():
                    leases.give_back(lease)

    def _settle(self) -> bool:
        """Have workers send what they have not sent yet, be it as little as it may.

        Those that still start, or have not answered for long, are not waited for.

        Returns
        -------
        bool
            Whether all owners could be reached.
        """
        is_whole = True
        for member in self._crew.members:
            if member.speed and not member.leases:
                member.train(Lease(0, 0), everything=True)
        while any(one.is_working for one in self._crew.members) and not self.abandoned:
            for _, _, trained in self._crew.answers(_POLL_SECONDS):
                if trained is not None:
                    self.log.append(trained)
                    is_whole = is_whole and not trained.lost
            for member in self._crew.members:
                if member.is_late(_MOST_INTERVALS * self._cluster.interval):
                    member.give_up()
        return is_whole


class Run(Protocol):
    """What is spread: a run with its tables and its trainer."""

    bound: BoundObjective
    padded: Tables
    facts: dict[str, Any]
    trainer: Any

    def plan(self) -> dict[str, Any]:
        """Return the fields of the engine's plan, but for the output layer."""


@contextlib.contextmanager
def spread(
    run: Run, cluster: Ray | None, machines: Machines | None = None
) -> Iterator[ClusterTrainer | None]:
    """Let a run be trained by many machines in a ``with`` statement.

    Parameters
    ----------
    run
        The run; it keeps its tables.
    cluster
        Which machines; this process alone if there are none.
    machines
        Where they run; in Ray if left out.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    ConfigError
        If there is no such cluster, or it is too small.
    """
    if cluster is None:
        yield None
        return
    if machines is None:
        machines = RayMachines.of(cluster)
    local = run.trainer
    try:
        task = Task.of(run.bound, run.plan(), run.padded)
        run.trainer = ClusterTrainer(task, run.padded, local, cluster, machines)
        run.facts |= {"workers": cluster.workers, "worker_threads": cluster.threads}
        yield run.trainer
    finally:
        run.trainer = local
        machines.close()
