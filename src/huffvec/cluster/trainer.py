"""The trainer of a run on many machines, in the place of the engine's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from huffvec.cluster.crew import Crew
from huffvec.cluster.ray_machines import RayMachines
from huffvec.cluster.rounds import (
    RECORDED,
    BlocksBySpeed,
    FixedBlocks,
    Round,
    with_rounds_of,
)
from huffvec.cluster.rows import Tables
from huffvec.cluster.task import Task
from huffvec.errors import ConfigError
from huffvec.thread_trainer import ThreadTrainer

if TYPE_CHECKING:
    from huffvec.cluster.actors import Machines
    from huffvec.cluster.options import Ray
    from huffvec.cluster.rounds import Blocks
    from huffvec.cluster.worker import Trained
    from huffvec.engine import Trainer
    from huffvec.objectives.bound import BoundObjective

_POLL_SECONDS = 0.2


class Exchanges(NamedTuple):
    """What the exchanges of a run have cost so far, and what was trained between them.

    Attributes
    ----------
    n
        How many there were, each worker's counted.
    n_bytes
        How many bytes of changes have travelled, both ways.
    seconds, trained
        How long rows have travelled, and engines trained, summed over workers.
    """

    n: int = 0
    n_bytes: int = 0
    seconds: float = 0.0
    trained: float = 0.0

    def and_of(self, block: Trained) -> Exchanges:
        """Return them with a block's."""
        return Exchanges(
            self.n + 1,
            self.n_bytes + block.n_bytes,
            self.seconds + block.exchanged,
            self.trained + block.seconds,
        )


class ClusterTrainer(ThreadTrainer):
    """Leases a run's chunks to workers, round by round, and brings the rows back at the end.

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
    blocks
        How chunks are parted into rounds, and rounds into blocks.

    Attributes
    ----------
    exchanges
        What they have cost.
    """

    def __init__(
        self,
        task: Task,
        tables: Tables,
        local: Trainer,
        cluster: Ray,
        machines: Machines,
        blocks: Blocks,
    ) -> None:
        super().__init__(local, "huffvec-cluster")
        self._cluster, self._blocks = cluster, blocks
        self._crew = Crew(machines, cluster, task, tables)
        self.exchanges = Exchanges()

    def work(self, first: int, last: int, n_threads: int) -> None:
        """Train chunks first … last - 1; how many threads a worker has, the options say."""
        self._crew.begin()
        while first < last and not self.stopping:
            first = self._train_round(first, last)
        if not self.abandoned:
            self._crew.bring_rows()

    def _train_round(self, first: int, last: int) -> int:
        """Have a round trained and merged; return the chunk behind it."""
        while not self._crew.idle and not self.abandoned:
            self._crew.answers(_POLL_SECONDS)
        current = Round(self._blocks.leases(first, last, self._crew.idle))
        while not self.abandoned:
            self._give(current)
            for block, trained in self._crew.answers(_POLL_SECONDS):
                current.answered(block, trained)
            self._take_over(current)
            if current.is_trained:
                missing = self._crew.merge(len(current.leases))
                if not missing:
                    self._count(current)
                    return current.leases[-1].last
                for block in missing:
                    current.give_back(block)
        return first

    def _give(self, current: Round) -> None:
        for member in self._crew.idle:
            if current.is_leased:
                return
            block = current.take()
            member.train(self._crew.n_merged, block, current.leases[block])

    def _take_over(self, current: Round) -> None:
        """Let those that have nothing to do have the blocks of late workers.

        Whose changes the owners get last, they merge.
        """
        if not current.is_leased or not self._crew.idle:
            return
        for member in self._crew.members:
            if member.is_late(self._cluster.interval):
                block = member.give_up()
                if block is not None:
                    current.give_back(block)

    def _count(self, current: Round) -> None:
        """Count what a round has trained, block by block, so that sums are always the same."""
        for block, lease in enumerate(current.leases):
            trained = current.trained[block]
            self.exchanges = self.exchanges.and_of(trained)
            self.count(lease.n_chunks, trained.tokens, trained.targets, trained.loss)


class Config(Protocol):
    """What is looked at of a run's options."""

    @property
    def epochs(self) -> int:
        """Number of passes."""

    @property
    def deterministic(self) -> bool:
        """Whether the number of workers makes no difference."""


class Run(Protocol):
    """What is spread: a run with its tables and its trainer."""

    bound: BoundObjective
    padded: Tables
    facts: dict[str, Any]
    trainer: Any

    @property
    def config(self) -> Config:
        """The options."""

    def plan(self) -> dict[str, Any]:
        """Return the fields of the engine's plan, but for the output layer."""


@contextlib.contextmanager
def spread(
    run: Run,
    cluster: Ray | None,
    machines: Machines | None = None,
    blocks: Blocks | None = None,
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
    blocks
        How chunks are parted into rounds; if left out by the workers' speed, or, where the run is
        deterministic, always in the same way.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    ConfigError
        If there is no such cluster, or it is too small; or if there is none, and the run has been
        trained by one, deterministically.
    """
    if cluster is None:
        if RECORDED in run.facts:
            raise ConfigError(
                "the run trains in rounds of many machines, always the same ones, which one "
                "process alone does not have: go on with a Ray cluster; one worker is enough"
            )
        yield None
        return
    if machines is None:
        machines = RayMachines.of(cluster)
    local = run.trainer
    try:
        if run.config.deterministic:
            cluster = with_rounds_of(cluster, run.facts)
            blocks = blocks or FixedBlocks.of(cluster, local.n_chunks, run.config.epochs)
        if blocks is None:
            blocks = BlocksBySpeed(local.n_chunks, cluster.interval)
        task = Task.of(run.bound, run.plan(), run.padded)
        run.trainer = ClusterTrainer(task, run.padded, local, cluster, machines, blocks)
        run.facts |= {"workers": cluster.workers, "worker_threads": cluster.threads}
        yield run.trainer
    finally:
        run.trainer = local
        machines.close()
