"""Optional packages: imported when they are needed, and named with their extra when missing."""

from __future__ import annotations

import importlib
from typing import Any

from huffvec.errors import MissingExtraError

#: The extra of this package that installs an imported package.
EXTRAS = {
    "gensim": "gensim",
    "matplotlib": "plot",
    "optuna": "tune",
    "ot": "wmd",
    "pyarrow": "tables",
    "ray": "ray",
    "scipy": "graphs",
    "sklearn": "sklearn",
    "tensorboard": "tensorboard",
    "threadpoolctl": "threads",
    "torch": "torch",
    "usearch": "index",
    "zstandard": "zstd",
}
_DISTRIBUTIONS = {"ot": "POT", "sklearn": "scikit-learn"}  # those that are imported by another name


def require(module: str, what: str, otherwise: str = "") -> Any:
    """Return a module of an optional package.

    Parameters
    ----------
    module
        What to import: ``"pyarrow"``, ``"pyarrow.parquet"``.
    what
        What needs it, as the message begins: ``"reading Parquet"``.
    otherwise
        What else can be done, as a sentence.

    Raises
    ------
    MissingExtraError
        If the package is not installed, or cannot be imported.
    """
    package = module.partition(".")[0]
    name = _DISTRIBUTIONS.get(package, package)
    try:
        importlib.import_module(package)
        return importlib.import_module(module)
    except ImportError as error:
        if error.name != package:
            raise MissingExtraError(
                f"{what} needs the package {name}, which cannot be imported: {error}."
            ) from error
        to_install = f"'huffvec[{EXTRAS[package]}]'" if package in EXTRAS else name
        message = f"{what} needs the package {name}: pip install {to_install}. {otherwise}"
        raise MissingExtraError(message.rstrip()) from error
