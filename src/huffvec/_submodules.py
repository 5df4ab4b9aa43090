"""Modules that are imported when they are first asked for: ``huffvec.trees`` needs no import."""

from __future__ import annotations

import importlib
from types import ModuleType

# Modules that people may have used where they were before: their place now.
_MOVED = {
    "huffvec.inputs": "huffvec.corpus",
    "huffvec.subword_vectors": "huffvec.vectors",
    "huffvec.clustering": "huffvec.search.clusters",
    "huffvec.compression": "huffvec.files.compression",
    "huffvec.checksum": "huffvec.files.checksum",
    "huffvec.phrase_config": "huffvec.phrases",
    "huffvec.corpus.phrases": "huffvec.phrases",
    "huffvec.training.trainer": "huffvec.training.run",
}


def submodule(package: str, name: str) -> ModuleType:
    """Return a module of a package; for the ``__getattr__`` of the package.

    Raises
    ------
    AttributeError
        If the package has no such module, or it is private; of one that stands elsewhere now, the
        message says where.
    ImportError
        If the module needs a package that is not installed.
    """
    full_name = f"{package}.{name}"
    if full_name in _MOVED:
        raise AttributeError(f"{full_name} is {_MOVED[full_name]} now")
    if not name.startswith("_"):
        try:
            return importlib.import_module(full_name)
        except ModuleNotFoundError as error:
            if error.name != full_name:
                raise
    raise AttributeError(f"module {package!r} has no attribute {name!r}")
