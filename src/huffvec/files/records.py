"""Records in the metadata of huffvec's own files, as JSON: how a model was made, and with what."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from huffvec._version import __version__
from huffvec.errors import FormatError
from huffvec.files.paths import PathLike


def metadata_of(
    format: str, version: str, records: Mapping[str, Mapping[str, Any]]
) -> dict[str, str]:
    """Return the metadata of a file: its format, the versions of programs, and records."""
    versions = {
        "huffvec": __version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
    }
    texts = {name: json.dumps(record) for name, record in {"versions": versions, **records}.items()}
    return {"format": format, "format_version": version, **texts}


def record_of(path: PathLike, metadata: Mapping[str, str], name: str) -> dict[str, Any]:
    """Return a record in the metadata of a file; an empty one if there is none.

    Raises
    ------
    FormatError
        If it is no object of JSON.
    """
    try:
        record = json.loads(metadata.get(name, "{}"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{str(path)!r} is damaged: {name} is not JSON ({error}).") from error
    if not isinstance(record, dict):
        raise FormatError(f"{str(path)!r} is damaged: {name} should be an object of JSON.")
    return record


@contextmanager
def naming_damage(path: PathLike) -> Iterator[None]:
    """Have a FormatError of what does not fit in a file say that it is this file."""
    try:
        yield
    except FormatError as error:
        raise FormatError(f"{str(path)!r} is damaged: {error}.") from None


def check_version(path: PathLike, metadata: Mapping[str, str], version: str) -> None:
    """Raise FormatError unless a file's format has the version that is read here."""
    if metadata.get("format_version") != version:
        raise FormatError(
            f"{str(path)!r} has format version {metadata.get('format_version')}; this huffvec "
            f"({__version__}) reads version {version}. A newer huffvec may read it."
        )
