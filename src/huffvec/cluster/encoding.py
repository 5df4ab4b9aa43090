"""The text of a run read and encoded by the machines that will train on it."""

from __future__ import annotations

import platform
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from huffvec.cluster.actors import Actor, ActorLostError, Machines
from huffvec.cluster.ray_machines import RayMachines
from huffvec.corpus.spread import EncodedShare, Share, ShareEncoder, Spread
from huffvec.corpus.spread.shares import Files, Lines
from huffvec.errors import MissingTextError, TrainingError
from huffvec.files.addresses import as_absolute

if TYPE_CHECKING:
    from huffvec.cluster.options import Ray

_SHARES_AT_ONCE = 2  # of each machine: one is encoded while the other travels
_MOST_LOSSES = 3  # of machines in a row


class Encoder:
    """Encodes shares, on a machine of its own."""

    def __init__(self, encoder: ShareEncoder) -> None:
        self._encoder = encoder

    def encode(self, share: Share) -> EncodedShare:
        """Return what the share is, or raise the errors of `ShareEncoder`."""
        try:
            return self._encoder(share)
        except MissingTextError as error:
            raise MissingTextError(
                f"{error} That is so on the worker {platform.node()}: put files where every "
                "machine sees them, in a shared folder or at an address such as s3://bucket/name."
            ) from None


def encoders(cluster: Ray | None, machines: Machines | None = None) -> Spread | None:
    """Return who encodes the text of a run.

    Parameters
    ----------
    cluster
        Which machines. If it is this one alone, there are none: its threads need no help.
    machines
        Where they run; in Ray if left out.
    """
    if cluster is None or (machines is None and cluster.address == "local"):
        return None

    def encoded(encoder: ShareEncoder, shares: Sequence[Share]) -> Iterator[EncodedShare]:
        n = cluster.workers
        found = machines or RayMachines.of(cluster)
        try:
            yield from _in_order(found, encoder, [*map(located, shares)], n, cluster.threads)
        finally:
            found.close()

    return Spread(encoded, cluster.workers, cluster.threads)


def located(share: Share) -> Share:
    """Return a share by names that mean the same in processes with other working folders."""
    if isinstance(share, Lines):
        return replace(share, path=as_absolute(share.path))
    if isinstance(share, Files):
        return replace(share, paths=tuple(map(as_absolute, share.paths)))
    return share


def _in_order(
    machines: Machines, encoder: ShareEncoder, shares: Sequence[Share], n: int, n_threads: int
) -> Iterator[EncodedShare]:
    """Yield encoded shares in their order; those of machines that die are encoded again."""
    shared = machines.share(encoder)

    def start() -> Actor:
        return machines.start(Encoder, shared, processors=n_threads)

    actors = [start() for _ in range(n)]
    asked: deque[_Asked] = deque()
    for number, share in enumerate(shares):
        place = number % n
        asked.append(_Asked(share, place, actors[place]))
        if len(asked) > _SHARES_AT_ONCE * n:
            yield _answer(asked.popleft(), actors, start)
    while asked:
        yield _answer(asked.popleft(), actors, start)


class _Asked:
    """A share that an actor, the one at a place of the list, was asked to encode."""

    def __init__(self, share: Share, place: int, actor: Actor) -> None:
        self.share, self.place, self.actor = share, place, actor
        self.pending = actor.call("encode", share)


def _answer(asked: _Asked, actors: list[Actor], start: Callable[[], Actor]) -> EncodedShare:
    """Return an encoded share, by another machine if its own has died."""
    for _ in range(_MOST_LOSSES):
        try:
            encoded: EncodedShare = asked.pending.result()
        except ActorLostError:
            if actors[asked.place] is asked.actor:  # no other share of it has found it lost
                actors[asked.place] = start()
            asked = _Asked(asked.share, asked.place, actors[asked.place])
        else:
            return encoded
    raise TrainingError(
        f"{_MOST_LOSSES} workers have died while they encoded the same share of the text: is their "
        "memory too small?"
    )
