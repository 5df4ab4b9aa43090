"""Options of the commands that train about where: many machines, or a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huffvec.cli.declared import Given, some
from huffvec.cluster.options import Ray
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
from huffvec.other_names import flag_of
from huffvec.records import Options

_PANEL = "Many machines"


@dataclass(frozen=True)
class Machines(Options):
    """Where a command trains."""

    ray: str | None = option(
        None,
        metavar="ADDRESS",
        panel=_PANEL,
        help="Train on a Ray cluster; auto: this machine's; local: one for this run.",
    )


@dataclass(frozen=True)
class Place(Options):
    """What of this machine a command trains on."""

    device: str | None = option(
        None,
        metavar="NAME",
        panel="How it learns",
        help="Train by PyTorch on cuda, mps, xpu or cpu.",
    )


_HELPS = {"workers": "Number of workers, of {n_threads} each, by default of 1."}
MACHINES = (Machines, some(Ray, "workers", "interval", "half", "blocks", helps=_HELPS))


def given_again(given: Given) -> tuple[str, ...]:
    """Return the options that say where to train as they are to be given to go on there."""
    texts: list[str] = []
    for record in (Machines, Place, Ray):
        for name, value in given.get(record, {}).items():
            texts += [flag_of(name)] if value is True else [flag_of(name), str(value)]
    return tuple(texts)


def where_of(given: Given, n_threads: int | None) -> dict[str, Any]:
    """Return the arguments that say where to train, as the command line asks for.

    These are the cluster, ``None`` if it asks for none, and the device, if it asks for one.

    Parameters
    ----------
    given
        What it says.
    n_threads
        The threads that it asks for, each worker's then; 1 if it asks for none.

    Raises
    ------
    ConfigError
        If an option cannot be used, or needs a cluster.
    """
    place, address = given.get(Place, {}), given[Machines].get("ray")
    if address is not None:
        threads = 1 if n_threads is None else n_threads
        return {"cluster": Ray(address=address, threads=threads, **given[Ray]), **place}
    for name in given[Ray]:
        raise ConfigError(OptionName(name), " needs ", OptionName("ray"))
    return {"cluster": None, **place}
