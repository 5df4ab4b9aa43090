"""Modules that are imported when they are first asked for: ``huffvec.trees`` needs no import."""

from __future__ import annotations

import importlib
from types import ModuleType


def submodule(package: str, name: str) -> ModuleType:
    """Return a module of a package; for the ``__getattr__`` of the package.

    Raises
    ------
    AttributeError
        If the package has no such module, or it is private.
    ImportError
        If the module needs a package that is not installed.
    """
    full_name = f"{package}.{name}"
    if not name.startswith("_"):
        try:
            return importlib.import_module(full_name)
        except ModuleNotFoundError as error:
            if error.name != full_name:
                raise
    raise AttributeError(f"module {package!r} has no attribute {name!r}")
