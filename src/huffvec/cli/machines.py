"""Options of the commands that train about many machines."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.cli.declared import Given, some
from huffvec.cluster.options import Ray
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
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


_HELPS = {"workers": "Number of workers, of {n_threads} each, by default of 1."}
MACHINES = (Machines, some(Ray, "workers", "interval", "half", helps=_HELPS))


def cluster_of(given: Given, n_threads: int | None) -> Ray | None:
    """Return the cluster that the command line asks for; ``None`` if it asks for none.

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
    address = given[Machines].get("ray")
    if address is not None:
        return Ray(address=address, threads=1 if n_threads is None else n_threads, **given[Ray])
    for name in given[Ray]:
        raise ConfigError(OptionName(name), " needs ", OptionName("ray"))
    return None
