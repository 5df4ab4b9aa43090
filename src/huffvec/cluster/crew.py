"""The owners and the workers of a run: started, replaced when they die, asked for the rows."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from huffvec.cluster.actors import Actor, ActorLostError, Machines
from huffvec.cluster.leases import Lease
from huffvec.cluster.member import Member
from huffvec.cluster.owner import Owner
from huffvec.cluster.rows import Tables, owned
from huffvec.cluster.worker import Trained, Worker
from huffvec.errors import TrainingError

if TYPE_CHECKING:
    from huffvec.cluster.options import Ray
    from huffvec.cluster.task import Task

MOST_LOSSES = 3  # of workers in a row, for each of them, before a run gives up
LONGEST_SILENCE = 300.0  # seconds; a worker that says nothing for longer is as good as dead,
PATIENCE = 10.0  # or for so many times as long as anybody was waited for
_POLL_SECONDS = 1.0
_logger = logging.getLogger("huffvec")
Answer = tuple[Member, Lease, "Trained | None"]


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
        self._current: Mapping[str, Any] | None = None  # tables, while the owners' are the same
        self._longest = 0.0  # seconds that anybody has been waited for
        self.members: list[Member] = []

    def begin(self, tables: Mapping[str, Any]) -> None:
        """Start owners with these tables, and workers, unless there are some."""
        if self._owners:
            return
        n, self._current = self._cluster.workers, tables
        for place in range(n):
            self._owners.append(
                self._own({name: owned(table, place, n) for name, table in tables.items()})
            )
        for _ in range(n):
            self._add()

    def answers(self, seconds: float) -> list[Answer]:
        """Return what workers have done by now; ``None`` of leases whose worker has died.

        Answers to leases that were taken from their workers are left out.

        Raises
        ------
        TrainingError
            If workers die again and again, or all at once.
        """
        found: list[Answer] = []
        waiting = {asked: one for one in self.members for asked in one.leases}
        for asked in self._machines.wait(list(waiting), seconds) if waiting else ():
            member = waiting[asked]
            if member not in self.members:
                continue  # it has died by now
            try:
                trained = asked.result()
            except ActorLostError as error:
                found += self._replace(member, str(error))
                continue
            self._n_losses, self._longest = 0, max(self._longest, member.silence)
            lease = member.answered(asked, trained)
            if trained.tokens:
                self._current = None
            if lease is not None:
                found.append((member, lease, trained))
            for place in trained.lost:
                self._mend(member, place)
        patience = max(LONGEST_SILENCE, PATIENCE * self._longest)
        for member in [one for one in self.members if one.silence > patience]:
            found += self._replace(member, f"it has said nothing for {member.silence:.0f} seconds")
        return found

    def rows_into(self, tables: Tables) -> bool:
        """Fill tables with the owners' rows; false if one of the owners had died."""
        n = len(self._owners)
        for place, answer in enumerate([owner.call("rows") for owner in self._owners]):
            try:
                received = answer.result()
            except ActorLostError:
                self._replace_owner(place)
                return False
            for name, rows in received.items():
                owned(tables[name], place, n)[:] = rows
        self._current = tables
        return True

    def _own(self, rows: Tables) -> Actor:
        return self._machines.start(Owner, rows, processors=0, half=self._cluster.half)

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
        )
        self.members.append(Member(number, actor))

    def _replace(self, member: Member, reason: str) -> list[Answer]:
        """Let another worker take a place; return what this one leaves undone."""
        undone: list[Answer] = [(member, lease, None) for lease in member.give_up()]
        self.members.remove(member)
        self._machines.kill(member.actor)
        self._n_losses += 1
        if self._n_losses > MOST_LOSSES * self._cluster.workers:
            raise TrainingError(
                f"workers die before they have done anything, {self._n_losses} by now; the last: "
                f"{reason}. Look whether their machines have enough memory, and at Ray's logs."
            )
        asked = {one.call("leave", member.number): i for i, one in enumerate(self._owners)}
        while left := self._machines.wait(list(asked), _POLL_SECONDS) if asked else []:
            for answer in left:  # those that start still, or are busy, are not waited for
                place = asked.pop(answer)
                try:
                    answer.result()
                except ActorLostError:
                    self._replace_owner(place)
        _logger.warning("Worker %d has died; another one takes its place.", member.number)
        self._add()
        return undone

    def _mend(self, member: Member, place: int) -> None:
        """Let a worker have an owner that it could not reach, or its successor."""
        try:
            self._owners[place].call("is_there").result()
        except ActorLostError:
            self._replace_owner(place)
        else:
            member.actor.call("join", place, self._owners[place])

    def _replace_owner(self, place: int) -> None:
        """Let another own the rows of one that has died, as a worker last had them of it."""
        rows = self._base(place)
        if rows is None:
            raise TrainingError(
                "an owner of rows has died, and no worker is left that has them: go on from the "
                "newest checkpoint"
            )
        _logger.warning("Owner %d has died; another one takes its place.", place)
        self._machines.kill(self._owners[place])
        self._owners[place] = self._own(rows)
        for member in self.members:
            member.actor.call("join", place, self._owners[place])

    def _base(self, place: int) -> Tables | None:
        """Return the rows of an owner as anybody has them."""
        asked = [member.actor.call("base", place) for member in self.members]
        while asked:
            answered = self._machines.wait(asked, LONGEST_SILENCE)
            if not answered:
                break
            for answer in answered:
                asked.remove(answer)
                try:
                    rows: Tables = answer.result()
                except ActorLostError:
                    continue
                return rows
        if self._current is None:
            return None
        n = len(self._owners)
        return {name: owned(table, place, n) for name, table in self._current.items()}
