"""Which device trains: its name, checked, before the work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from huffvec.checks import must_be
from huffvec.errors import ConfigError, OptionName
from huffvec.extras import require

if TYPE_CHECKING:
    import torch

KINDS = ("cpu", "cuda", "mps", "xpu")
_NAME = re.compile(rf"({'|'.join(KINDS)})(:\d+)?")


class Config(Protocol):
    """What is looked at of a run's options."""

    @property
    def deterministic(self) -> bool:
        """Whether the number of threads makes no difference."""


def check_device(device: str | None, config: Config, cluster: object = None) -> None:
    """Raise an error if a device cannot train; there is nothing to check if it is ``None``.

    Parameters
    ----------
    device
        Its name for PyTorch: ``"cuda"``, ``"cuda:1"``, ``"cpu"``.
    config
        How is trained.
    cluster
        Many machines that are to train as well.

    Raises
    ------
    ConfigError
        If it is no device, is not there, or options do not go together with it.
    MissingExtraError
        If PyTorch is not installed.
    """
    if device is None:
        return
    opened(device)
    if cluster is not None:
        raise ConfigError(
            OptionName("device"),
            " is for one machine: the workers of a cluster train with the engine. Leave one of "
            "them out.",
        )
    if config.deterministic:
        raise ConfigError(
            OptionName("deterministic"),
            " is for the engine: the order in which a device adds is not the same each time. Train "
            "without ",
            OptionName("device"),
            ", or without it.",
        )


def opened(device: str) -> torch.device:
    """Return PyTorch's device of a name.

    Raises
    ------
    ConfigError
        If it is no device, or is not there.
    MissingExtraError
        If PyTorch is not installed.
    """
    found = _NAME.fullmatch(device) if isinstance(device, str) else None
    if found is None:
        raise must_be("device", "cpu, cuda, mps or xpu, or one of several, such as cuda:1", device)
    torch = require("torch", "training on a device")
    n_devices = _n_devices(torch, found[1])
    if int((found[2] or ":0")[1:]) >= n_devices:
        there = [kind for kind in KINDS if _n_devices(torch, kind)]
        raise ConfigError(
            OptionName("device"),
            f" is {device}, but PyTorch {torch.__version__} finds {n_devices} of this kind here. "
            f"There are: {', '.join(there)}.",
        )
    return torch.device(device)


def _n_devices(torch: Any, kind: str) -> int:
    if kind in ("cpu", "mps"):
        return int(kind == "cpu" or torch.backends.mps.is_available())
    module = getattr(torch, kind)
    return int(module.device_count()) if module.is_available() else 0
