"""The owners and the workers of a run: started, replaced when they die, asked for the rows."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from huffvec.cluster.actors import Actor, ActorLostError, Machines
from huffvec.cluster.member import Member
from huffvec.cluster.owner import Owner
from huffvec.cluster.rows import News, Tables, owned
from huffvec.cluster.worker import Trained, Worker
from huffvec.errors import TrainingError

if TYPE_CHECKING:
    from huffvec.cluster.options import Ray
    from huffvec.cluster.task import Task

MOST_LOSSES = 3  # of workers in a row, for each of them, before a run gives up
LONGEST_SILENCE = 300.0  # seconds; a worker that says nothing for longer is as good as dead,
PATIENCE = 10.0  # or for so many times as long as anybody was waited for
_logger = logging.getLogger("huffvec")
Answer = tuple[int, "Trained | None"]


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
    tables
        The run's tables, float32 (n_rows, stride) each: those that it begins with.

    Attributes
    ----------
    members
        The workers.
    n_merged
        How many rounds all owners have merged.
    """

    def __init__(self, machines: Machines, cluster: Ray, task: Task, tables: Tables) -> None:
        self._machines, self._cluster = machines, cluster
        self._task, self._tables = machines.share(task), tables
        self._owners: list[Actor] = []
        self._here = [0] * cluster.workers  # rounds merged in the tables, by owner
        self._n_started = self._n_losses = self._n_blocks = 0
        self._longest = 0.0  # seconds that anybody has been waited for
        self.members: list[Member] = []
        self.n_merged = 0

    def begin(self) -> None:
        """Start owners with the tables, and workers, unless there are some."""
        for member in self.members:
            member.give_up()  # what was abandoned
        if self._owners:
            return
        self._owners = [self._own(self._ours(place)) for place in range(self._cluster.workers)]
        for _ in range(self._cluster.workers):
            self._add()

    @property
    def idle(self) -> list[Member]:
        """Workers that have nothing to do, the fastest first."""
        return sorted(
            (one for one in self.members if one.asked is None), key=lambda one: -one.speed
        )

    def answers(self, seconds: float) -> list[Answer]:
        """Return which blocks are trained by now; ``None`` of those whose worker could not.

        Blocks that were taken from their workers are left out.

        Raises
        ------
        TrainingError
            If workers die again and again, or all at once.
        """
        found: list[Answer] = []
        waiting = {one.asked: one for one in self.members if one.asked is not None}
        for asked in self._machines.wait(list(waiting), seconds) if waiting else ():
            member = waiting[asked]
            if member not in self.members:
                continue  # it has died by now
            try:
                trained = asked.result()
            except ActorLostError as error:
                found += self._replace(member, str(error))
                continue
            self._longest = max(self._longest, member.silence)
            if trained.is_done:
                self._n_losses = 0
            block = member.answered(trained)
            for place in trained.lost:
                self._mend(member, place)
            if block is not None:
                found.append((block, trained if trained.is_done else None))
        patience = max(LONGEST_SILENCE, PATIENCE * self._longest)
        for member in [one for one in self.members if one.silence > patience]:
            found += self._replace(member, f"it has said nothing for {member.silence:.0f} seconds")
        return found

    def merge(self, n_blocks: int) -> set[int]:
        """Let all owners merge a round; if one lacks blocks of it, return them, and merge nothing.

        Nothing is left to train of a round that is merged: workers can go on when any owner has.
        """
        lacking = {block for found in self._of_owners("lacks", n_blocks) for block in found}
        if not lacking:
            self.n_merged, self._n_blocks = self.n_merged + 1, n_blocks
            self._of_owners("merge", self.n_merged - 1, n_blocks)
        return lacking

    def bring_rows(self) -> None:
        """Fill the tables with the owners' rows."""
        for place, news in enumerate(self._of_owners("rows")):
            for name, rows in self._ours(place).rows.items():
                rows[:] = news.rows[name]
            self._here[place] = news.version

    def _ours(self, place: int) -> News:
        """Return an owner's rows as they are in the tables here."""
        n = self._cluster.workers
        rows = {name: owned(table, place, n) for name, table in self._tables.items()}
        return News(self._here[place], {}, rows)

    def _own(self, news: News) -> Actor:
        return self._machines.start(
            Owner, news.rows, news.version, processors=0, n_threads=self._cluster.threads
        )

    def _add(self) -> None:
        number, self._n_started = self._n_started, self._n_started + 1
        actor = self._machines.start(
            Worker,
            self._task,
            self._owners,
            processors=self._cluster.threads,
            n_threads=self._cluster.threads,
            half=self._cluster.half,
        )
        self.members.append(Member(number, actor))

    def _replace(self, member: Member, reason: str) -> list[Answer]:
        """Let another worker take a place; return what this one leaves undone."""
        block = member.give_up()
        self.members.remove(member)
        self._machines.kill(member.actor)
        self._n_losses += 1
        if self._n_losses > MOST_LOSSES * self._cluster.workers:
            raise TrainingError(
                f"workers die before they have done anything, {self._n_losses} by now; the last: "
                f"{reason}. Look whether their machines have enough memory, and at Ray's logs."
            )
        _logger.warning("Worker %d has died; another one takes its place.", member.number)
        self._add()
        return [] if block is None else [(block, None)]

    def _of_owners(self, method: str, *values: Any) -> list[Any]:
        """Return what all owners answer; those that have died are replaced first."""
        while True:
            found, lost = [], []
            for place, answer in enumerate([one.call(method, *values) for one in self._owners]):
                try:
                    found.append(answer.result())
                except ActorLostError:
                    lost.append(place)
            if not lost:
                return found
            for place in lost:
                self._replace_owner(place)

    def _mend(self, member: Member, place: int) -> None:
        """Let a worker have an owner that it could not reach, or its successor."""
        try:
            self._owners[place].call("is_there").result()
        except ActorLostError:
            self._replace_owner(place)
        else:
            self._have([member], place)

    def _replace_owner(self, place: int) -> None:
        """Let another own the rows of one that has died, as a worker last had them of it.

        If that is what they were before the last round, it is merged again of what workers have
        sent.
        """
        _logger.warning("Owner %d has died; another one takes its place.", place)
        self._machines.kill(self._owners[place])
        news = self._newest(place)
        self._owners[place] = self._own(news)
        self._have(self.members, place)
        if news.version == self.n_merged:
            return
        asked = self._owners[place].call("merge", self.n_merged - 1, self._n_blocks)
        try:
            is_merged = asked.result()
        except ActorLostError:
            return  # it is replaced when it is next asked
        if not is_merged:
            raise TrainingError(
                "an owner of rows has died, and no worker is left that has them: go on from the "
                "newest checkpoint"
            )

    def _newest(self, place: int) -> News:
        """Return the rows of an owner as anybody has them, of those after the most rounds."""
        newest = self._ours(place)
        for news in self._said(self.members, "base", place):
            if news.version > newest.version:
                newest = news
            if newest.version >= self.n_merged:
                break
        return newest

    def _have(self, members: Iterable[Member], place: int) -> None:
        """Let workers know an owner that has come, and send it what it needs to merge a round."""
        for _ in self._said(members, "replace_owner", place, self._owners[place]):
            pass

    def _said(self, members: Iterable[Member], method: str, *values: Any) -> Iterator[Any]:
        """Yield what workers answer; those that start still, or do not answer, are left out."""
        asked = [one.actor.call(method, *values) for one in members if one.is_ready]
        while asked and (answered := self._machines.wait(asked, LONGEST_SILENCE)):
            for answer in answered:
                asked.remove(answer)
                with contextlib.suppress(ActorLostError):
                    yield answer.result()
