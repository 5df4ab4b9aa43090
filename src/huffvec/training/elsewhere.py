"""Runs that the engine of this process does not train: by many machines, or by a device."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from huffvec.cluster.joined import joined
from huffvec.cluster.trainer import spread
from huffvec.device.choosing import check_device, opened

if TYPE_CHECKING:
    from huffvec.cluster.options import Ray
    from huffvec.config import TrainingConfig
    from huffvec.training.run import TrainingRun


@contextlib.contextmanager
def reached(cluster: Ray | None, device: str | None, config: TrainingConfig) -> Iterator[None]:
    """Join a cluster, or see that a device can train, before the text is read.

    Raises
    ------
    MissingExtraError
        If Ray or PyTorch is not installed.
    ConfigError
        If one of them is none, is not there, or does not go together with the options.
    """
    check_device(device, config, cluster)
    with joined(cluster, config):
        yield


def replicas_of(cluster: Ray | None) -> int:
    """Return how many parts of the text are trained at a time, each from the same rows."""
    return cluster.n_blocks if cluster is not None else 1


@contextlib.contextmanager
def trained_by(run: TrainingRun, cluster: Ray | None, device: str | None) -> Iterator[None]:
    """Let a run be trained by what is given, in a ``with`` statement; by the engine if nothing is.

    Raises
    ------
    MissingExtraError
        If Ray or PyTorch is not installed.
    ConfigError
        If there is no such cluster, it is too small, or there is no such device.
    """
    if device is None:
        with spread(run, cluster):
            yield
        return
    place = opened(device)
    from huffvec.device.trainer import on_device  # PyTorch takes seconds to import

    with on_device(run, place):
        yield
