"""What runs elsewhere: objects in other processes, or in threads of this one, that are called.

`Machines` is where they run. `RayMachines` (:mod:`huffvec.cluster.ray_machines`) are those of a Ray
cluster; `Threads` are threads of this process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from huffvec.errors import HuffvecError


class ActorLostError(HuffvecError, ConnectionError):
    """An actor has died, or its machine cannot be reached."""


class Pending(Protocol):
    """The answer of an actor, which may not be there yet."""

    def result(self) -> Any:
        """Wait for it, and return it.

        Raises
        ------
        ActorLostError
            If the actor has died.
        """


class Actor(Protocol):
    """An object that runs elsewhere."""

    def call(self, method: str, *values: Any, **options: Any) -> Pending:
        """Call one of its methods; return at once."""


class Machines(Protocol):
    """Where actors run."""

    def share(self, value: Any) -> Any:
        """Return what stands for a large value in the arguments of `start`."""

    def start(
        self, kind: Callable[..., Any], *values: Any, processors: int, **options: Any
    ) -> Actor:
        """Make an object elsewhere, which uses so many processors (0: hardly any).

        Several calls of it may run at the same time, in any order.
        """

    def wait(self, pending: Sequence[Any], seconds: float) -> list[Any]:
        """Return which answers are there, after waiting for one, but no longer than that."""

    def kill(self, actor: Any) -> None:
        """End an actor, whatever it does."""

    def close(self) -> None:
        """End all actors."""


class ThreadActor:
    """An object whose methods are called in threads of its own."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._pool = ThreadPoolExecutor(4)
        self._made = self._pool.submit(make)

    def call(self, method: str, *values: Any, **options: Any) -> Future[Any]:
        """Call one of its methods; return at once."""
        return self._pool.submit(lambda: getattr(self._made.result(), method)(*values, **options))

    def kill(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Threads:
    """Threads of this process as machines."""

    def __init__(self) -> None:
        self._actors: list[ThreadActor] = []

    def share(self, value: Any) -> Any:
        """Return the value."""
        return value

    def start(
        self, kind: Callable[..., Any], *values: Any, processors: int, **options: Any
    ) -> ThreadActor:
        """Make an object; all threads use the same processors."""
        actor = ThreadActor(lambda: kind(*values, **options))
        self._actors.append(actor)
        return actor

    def wait(self, pending: Sequence[Future[Any]], seconds: float) -> list[Future[Any]]:
        """Return which answers are there, after waiting for one, but no longer than that."""
        done = wait(pending, seconds, FIRST_COMPLETED).done
        return [one for one in pending if one in done]

    def kill(self, actor: ThreadActor) -> None:
        """End an actor after what it does."""
        actor.kill()

    def close(self) -> None:
        """End all actors after what they do."""
        for actor in self._actors:
            actor.kill()
