"""Rounds: blocks of chunks that are trained from the same rows, and whose changes are merged."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from huffvec.engine import engine

if TYPE_CHECKING:
    from huffvec.cluster.options import Ray
    from huffvec.cluster.worker import Trained

RECORDED = "rounds"  # in a model's record of training: the options that deterministic rounds follow
LEAST_ROUNDS = 40  # of a run: few large ones cost quality
TRAINED_TO_EXCHANGED = 9.0  # training stands still for a tenth of the time at most
NOMINAL_SPEED = 1.5  # of deterministic training: rounds of the engine that a second stands for


class Lease(NamedTuple):
    """Chunks first … last - 1, given to a worker."""

    first: int
    last: int

    @property
    def n_chunks(self) -> int:
        """How many there are."""
        return self.last - self.first


class Round:
    """The blocks of a round: which are waiting for a worker, and what was trained of the others.

    Parameters
    ----------
    leases
        The chunks of each block, one after the other.

    Attributes
    ----------
    leases
        As given.
    trained
        By block, what a worker has answered.
    """

    def __init__(self, leases: Sequence[Lease]) -> None:
        self.leases = list(leases)
        self.trained: dict[int, Trained] = {}
        self._waiting = deque(range(len(leases)))

    @property
    def is_leased(self) -> bool:
        """Whether no block waits for a worker."""
        return not self._waiting

    @property
    def is_trained(self) -> bool:
        """Whether all blocks are."""
        return len(self.trained) == len(self.leases)

    def take(self) -> int:
        """Return the next block that waits for a worker."""
        return self._waiting.popleft()

    def answered(self, block: int, trained: Trained | None) -> None:
        """Take note of a worker's answer; without one, the block waits for another worker."""
        if trained is None:
            self.give_back(block)
        else:
            self.trained[block] = trained

    def give_back(self, block: int) -> None:
        """Let a block be trained once more."""
        self.trained.pop(block, None)
        self._waiting.append(block)


def leases_by_speed(
    first: int, last: int, speeds: Sequence[float], seconds: float, most: float
) -> list[Lease]:
    """Return the leases of a round in which all workers end at about the same time.

    Every worker gets a chunk at least, if there are so many: it would else never show how fast it
    is.

    Parameters
    ----------
    first, last
        The chunks that are left; they are parted into rounds of about the same length.
    speeds
        Chunks a second of each worker; 0 if it is not known: it gets one chunk.
    seconds
        How long the round takes, about.
    most
        Chunks that it has at most, about.
    """
    speed = sum(speeds)
    n_rounds = math.ceil((last - first) / max(1.0, min(most, speed * seconds)))
    n_chunks = max(len(speeds), math.ceil((last - first) / n_rounds))
    known = n_chunks - speeds.count(0)
    totals = itertools.accumulate(speeds, initial=0.0)
    ends = [round(known * (total / speed)) if speed else 0 for total in totals]
    sizes = [max(1, end - begin) for begin, end in itertools.pairwise(ends)]
    while sum(sizes) > last - first and max(sizes) > 1:
        sizes[sizes.index(max(sizes))] -= 1
    ends = [min(end, last) for end in itertools.accumulate(sizes, initial=first)]
    return [Lease(begin, end) for begin, end in itertools.pairwise(ends) if end > begin]


def with_rounds_of(cluster: Ray, facts: dict[str, Any]) -> Ray:
    """Return a cluster with the rounds of the run that goes on, and record them.

    Parameters
    ----------
    cluster
        The cluster; options that were given hold.
    facts
        What the model's record of training says.
    """
    before = {"blocks": cluster.n_blocks} | facts.get(RECORDED, {})
    given = {name for name in cluster.given if getattr(cluster, name) is not None}
    cluster = cluster.but(**{name: before[name] for name in before.keys() - given})
    facts[RECORDED] = {name: getattr(cluster, name) for name in ("blocks", "interval", "half")}
    return cluster


class Paced(Protocol):
    """A worker that is as fast as it was with its last block.

    Attributes
    ----------
    speed
        Chunks a second; 0 if it is not known.
    exchange
        Seconds that rows travelled.
    """

    speed: float
    exchange: float


class Blocks(Protocol):
    """What parts a run into rounds, and rounds into blocks."""

    def leases(self, first: int, last: int, workers: Sequence[Paced]) -> list[Lease]:
        """Return the leases of the next round, one after the other from ``first`` on.

        Parameters
        ----------
        first, last
            The chunks that are left.
        workers
            Those that train them.
        """


class BlocksBySpeed(NamedTuple):
    """Rounds in which all workers end at about the same time.

    Attributes
    ----------
    n_chunks
        Chunks of the run.
    interval
        Seconds that a round takes at least, about.
    least_rounds
        How many the run has at least, unless an exchange takes longer than a round.
    trained_to_exchanged
        How many times as long as an exchange a round takes at least.
    """

    n_chunks: int
    interval: float
    least_rounds: int = LEAST_ROUNDS
    trained_to_exchanged: float = TRAINED_TO_EXCHANGED

    def leases(self, first: int, last: int, workers: Sequence[Paced]) -> list[Lease]:
        """Return the leases of the next round, as long as the slowest exchange asks for."""
        speeds = [worker.speed for worker in workers]
        exchange = max((worker.exchange for worker in workers), default=0.0)
        seconds = max(self.interval, self.trained_to_exchanged * exchange)
        most = max(self.n_chunks / self.least_rounds, sum(speeds) * exchange)
        return leases_by_speed(first, last, speeds, seconds, most)


class FixedBlocks(NamedTuple):
    """Rounds that depend on options only, not on how fast workers are.

    Attributes
    ----------
    blocks
        How many there are in a round, but for the last of an epoch.
    chunks
        Chunks of a block: whole rounds of the engine's deterministic training.
    epoch_chunks
        Chunks of an epoch, with which rounds begin anew.
    """

    blocks: int
    chunks: int
    epoch_chunks: int

    @classmethod
    def of(cls, cluster: Ray, n_chunks: int, epochs: int) -> FixedBlocks:
        """Return the blocks of a cluster, for a run of so many chunks in all epochs."""
        blocks, a_round = cluster.n_blocks, engine().ROUND_CHUNKS
        most = n_chunks // (a_round * LEAST_ROUNDS * blocks)
        n = max(1, min(round(NOMINAL_SPEED * cluster.interval), most))
        return cls(blocks, n * a_round, n_chunks // epochs)

    def leases(self, first: int, last: int, workers: Sequence[Paced] = ()) -> list[Lease]:
        """Return what is left of the round that the first chunk is in, whoever trains it.

        It may go on behind the last chunk: rounds are the same wherever training pauses.
        """
        epoch = first - first % self.epoch_chunks
        n_chunks = self.blocks * self.chunks
        begin = first - (first - epoch) % n_chunks
        end = min(begin + n_chunks, epoch + self.epoch_chunks)
        return [
            Lease(max(first, block), min(block + self.chunks, end))
            for block in range(begin, end, self.chunks)
            if block + self.chunks > first
        ]
