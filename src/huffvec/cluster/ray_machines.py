"""Actors of a Ray cluster (extra ``ray``): the one module that knows Ray."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from huffvec.cluster.actors import ActorLostError
from huffvec.errors import ConfigError, OptionName
from huffvec.extras import require
from huffvec.threads import usable_threads

WHAT = "training on many machines"


class RayPending:
    """The answer of an actor of Ray."""

    def __init__(self, reference: Any) -> None:
        self.reference = reference

    def result(self) -> Any:
        """Wait for the answer, and return it.

        Raises
        ------
        ActorLostError
            If the actor has died.
        """
        ray = require("ray", WHAT)
        try:
            return ray.get(self.reference)
        except ray.exceptions.RayTaskError as error:
            lost = isinstance(error.cause, (ActorLostError, ray.exceptions.RayActorError))
            raise (ActorLostError(str(error.cause)) if lost else error.cause) from None
        except ray.exceptions.RayError as error:
            raise ActorLostError(str(error).strip().splitlines()[0]) from None


class RayActor:
    """An object in a process of Ray; a copy of this in another process calls the same object."""

    def __init__(self, handle: Any) -> None:
        self.handle = handle

    def call(self, method: str, *values: Any, **options: Any) -> RayPending:
        """Call one of its methods; return at once."""
        return RayPending(getattr(self.handle, method).remote(*values, **options))


class RayMachines:
    """The machines of a Ray cluster.

    Parameters
    ----------
    address
        As in `huffvec.cluster.options.Ray`; a cluster that this process is already connected to is
        used as it is.
    n_processors
        How many processors are needed.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    ConfigError
        If there is no cluster, or it has too few processors.
    """

    def __init__(self, address: str, n_processors: int) -> None:
        self._ray = ray = require("ray", WHAT)
        self._is_ours = not ray.is_initialized()
        self._actors: list[RayActor] = []
        if self._is_ours:
            self._connect(address, n_processors)
        found = int(ray.cluster_resources().get("CPU", 0))
        if found < n_processors:
            self.close()
            raise ConfigError(
                f"the Ray cluster has {found} processors, but ",
                OptionName("workers"),
                " times ",
                OptionName("threads"),
                f" are {n_processors}: lower one of them, or let more machines join",
            )

    def _connect(self, address: str, n_processors: int) -> None:
        ray = self._ray
        options: dict[str, Any] = {"address": address}
        if address == "local":
            # Workers that share processors are slow, but right.
            options = {
                "address": "local",
                "num_cpus": max(n_processors, usable_threads()),
                "include_dashboard": False,
            }
        try:
            ray.init(**options, log_to_driver=False, logging_level="ERROR")
        except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
            reason = str(error).strip().splitlines()[0]
            raise ConfigError(
                f"there is no Ray cluster at {address!r} ({reason}): start one with 'ray start "
                "--head', or train on this machine alone with the address local"
            ) from None

    def share(self, value: Any) -> Any:
        """Return a reference; every machine gets the value once."""
        return self._ray.put(value)

    def start(
        self, kind: Callable[..., Any], *values: Any, processors: int, **options: Any
    ) -> RayActor:
        """Make an object in a process on one of the machines."""
        remote = self._ray.remote(kind).options(
            num_cpus=processors, max_concurrency=2, scheduling_strategy="SPREAD"
        )
        actor = RayActor(remote.remote(*values, **options))
        self._actors.append(actor)
        return actor

    def wait(self, pending: Sequence[RayPending], seconds: float) -> list[RayPending]:
        """Return which answers are there, after waiting for one, but no longer than that."""
        by_reference = {one.reference: one for one in pending}
        done, _ = self._ray.wait(list(by_reference), timeout=seconds)
        return [by_reference[reference] for reference in done]

    def kill(self, actor: RayActor) -> None:
        """End an actor's process."""
        self._ray.kill(actor.handle)
        self._actors.remove(actor)

    def close(self) -> None:
        """End all actors, and leave the cluster if this has joined it."""
        for actor in self._actors:
            self._ray.kill(actor.handle)
        self._actors.clear()
        if self._is_ours:
            self._ray.shutdown()
