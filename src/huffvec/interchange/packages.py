"""Importing other libraries when they are needed."""

from __future__ import annotations

import importlib
from typing import Any

from huffvec.errors import MissingExtraError


def require(module: str, what: str) -> Any:
    """Return a module of a library, or raise MissingExtraError saying what needs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtraError(f"{what} needs the package {package}: pip install {package}") from (
            error
        )
