"""Names of files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from huffvec.errors import ConfigError

PathLike = str | os.PathLike[str]


def as_paths(paths: PathLike | Iterable[PathLike]) -> list[Path]:
    """Return one path, or each of several.

    Raises
    ------
    ConfigError
        If it is neither.
    """
    given = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    try:
        return [Path(path) for path in given]
    except TypeError:
        raise ConfigError(
            f"paths must be the name of a file or several, not {paths!r:.80}"
        ) from None


def size_of(path: PathLike) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    found = Path(path)
    files = found.rglob("*") if found.is_dir() else [found]
    return sum(file.stat().st_size for file in files if file.is_file())
