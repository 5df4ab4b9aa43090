"""Actors of a Ray cluster (extra ``ray``): the one module that knows Ray."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from huffvec._version import __version__
from huffvec.cluster.actors import ActorLostError
from huffvec.errors import ConfigError, OptionName, suggest
from huffvec.extras import require
from huffvec.signals import HeldSignals
from huffvec.threads import usable_threads

if TYPE_CHECKING:
    from huffvec.cluster.options import Ray

WHAT = "training on many machines"
CALLS_AT_ONCE = 4  # of one actor: a lease, and what must not wait for it
# What Ray prints, on standard output even, about what is told or dealt with here.
_SILENCE = {
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": "A worker died or was killed while executing a task",
}
_AUTHENTICATION = "RAY_AUTH_MODE"  # Ray looks for a token by itself only where it starts a cluster
_MOST_SHARING = 16  # threads on each processor of a cluster of this machine alone
_PATIENCE = 10.0  # seconds until a machine has to take a connection


class Host:
    """What is an actor to Ray: the object whose methods are called.

    Every method begins with what must have been answered before; its error is the method's.
    """

    def check(self, version: str) -> None:
        """Raise ConfigError if this machine has another version of huffvec."""
        if version != __version__:
            raise ConfigError(
                f"the run has huffvec {version}, but {platform.node()} has {__version__}: install "
                "the same version everywhere"
            )

    def make(self, _: None, kind: Callable[..., Any], *values: Any, **options: Any) -> None:
        """Make the object."""
        self._made = kind(*values, **options)

    def call(self, _: None, method: str, *values: Any, **options: Any) -> Any:
        """Call one of its methods."""
        return getattr(self._made, method)(*values, **options)


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
        ConfigError
            If it has no huffvec, or another version.
        """
        ray = require("ray", WHAT)
        try:
            return ray.get(self.reference)
        except ray.exceptions.RayTaskError as error:
            raise error.cause from None
        except ray.exceptions.RayError as error:
            lines = str(error).strip().splitlines()
            if "No module named 'huffvec'" in lines[-1]:
                raise ConfigError(
                    "a machine of the cluster has no huffvec: install the same version everywhere"
                ) from None
            raise ActorLostError(lines[0]) from None


class RayActor:
    """An object in a process of Ray; a copy of this in another process calls the same object."""

    def __init__(self, handle: Any, made: Any) -> None:
        self.handle, self._made = handle, made

    def call(self, method: str, *values: Any, **options: Any) -> RayPending:
        """Call one of its methods; return at once."""
        return RayPending(self.handle.call.remote(self._made, method, *values, **options))


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
        for name, value in _SILENCE.items():
            os.environ.setdefault(name, value)
        self._ray = ray = require("ray", WHAT)
        self._is_ours = not ray.is_initialized()
        self._actors: list[RayActor] = []
        if self._is_ours:
            self._connect(address, n_processors)
        found = int(ray.cluster_resources().get("CPU", 0))
        if found < n_processors:
            self.close()
            raise _too_many(f"the Ray cluster has {found} processors", n_processors)

    @classmethod
    def of(cls, cluster: Ray) -> RayMachines:
        """Return the machines of a cluster, which must have room for all its workers."""
        return cls(cluster.address, cluster.workers * cluster.threads)

    def _connect(self, address: str, n_processors: int) -> None:
        ray = self._ray
        options: dict[str, Any] = {"address": address}
        if address == "local":
            # Workers that share processors are slow, but right; hundreds bring a machine down.
            usable = usable_threads()
            if n_processors > _MOST_SHARING * usable:
                raise _too_many(f"this machine has {usable} processors", n_processors)
            options = {
                "address": "local",
                "num_cpus": max(n_processors, usable),
                "include_dashboard": False,
            }
        try:
            _check_port(address)
            # Ray that is interrupted while it starts ends the process with a segmentation fault.
            with HeldSignals(), _own_handler():
                ray.init(**options, log_to_driver=False, logging_level="ERROR")
        except (OSError, ValueError, RuntimeError) as error:
            raise _no_cluster(address, str(error).strip().splitlines()[0]) from None
        except BaseException:
            ray.shutdown()
            raise

    def share(self, value: Any) -> Any:
        """Return a reference; every machine gets the value once."""
        return self._ray.put(value)

    def start(
        self, kind: Callable[..., Any], *values: Any, processors: int, **options: Any
    ) -> RayActor:
        """Make an object in a process on one of the machines."""
        remote = self._ray.remote(Host).options(
            num_cpus=processors, max_concurrency=CALLS_AT_ONCE, scheduling_strategy="SPREAD"
        )
        handle = remote.remote()
        checked = handle.check.remote(__version__)
        actor = RayActor(handle, handle.make.remote(checked, kind, *values, **options))
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


def _too_many(found: str, n_processors: int) -> ConfigError:
    """Return the error that says what processors there are, and how many are asked for."""
    return ConfigError(
        f"{found}, but ",
        OptionName("workers"),
        " times ",
        OptionName("threads"),
        f" are {n_processors}: lower one of them, or let more machines join",
    )


def _no_cluster(address: str, reason: str) -> ConfigError:
    """Return the error that says that a cluster cannot be reached."""
    names = "auto", "local"
    hint = suggest(address, names) if address not in names else ""
    if address == "auto":
        reason = "this machine is in none"  # Ray speaks of options of its own
    if ":" in address and _AUTHENTICATION not in os.environ:
        hint = f" If the cluster asks for a token: set {_AUTHENTICATION}=token, and have its token."
    return ConfigError(
        f"there is no Ray cluster at {address!r} ({reason}): start one as Ray's documentation says "
        f"of 'ray start', or train on this machine alone: the address local.{hint}"
    )


def _check_port(address: str) -> None:
    """Raise OSError if nothing listens at an address with a port; Ray itself tries for minutes."""
    host, _, port = address.removeprefix("ray://").partition("/")[0].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()


@contextlib.contextmanager
def _own_handler() -> Iterator[None]:
    """Keep what is done at SIGTERM: Ray puts its own handler in the place of it."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and before is not None:
            signal.signal(signal.SIGTERM, before)
