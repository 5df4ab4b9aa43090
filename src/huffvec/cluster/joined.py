"""A cluster that a run joins before its text is read, and leaves at its end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Protocol

from huffvec.checks import must_be
from huffvec.cluster.options import Ray
from huffvec.cluster.ray_machines import RayMachines
from huffvec.errors import ConfigError, OptionName


class Config(Protocol):
    """What is looked at of a run's options."""

    @property
    def deterministic(self) -> bool:
        """Whether the numbers of threads and workers make no difference."""


@contextlib.contextmanager
def joined(cluster: Ray | None, config: Config) -> Iterator[None]:
    """Join a cluster in a ``with`` statement, in which all that uses it shares one connection.

    Parameters
    ----------
    cluster
        Which machines; this process alone if there are none.
    config
        How is trained.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    ConfigError
        If ``cluster`` is none, there is no such cluster, it is too small, or has an option that is
        for deterministic training only.
    """
    if cluster is None:
        yield
        return
    if not isinstance(cluster, Ray):
        raise must_be("cluster", "a huffvec.Ray, such as huffvec.Ray(workers=2)", cluster)
    if cluster.blocks is not None and not config.deterministic:
        raise ConfigError(OptionName("blocks"), " needs ", OptionName("deterministic"))
    with contextlib.closing(RayMachines.of(cluster)):
        yield
