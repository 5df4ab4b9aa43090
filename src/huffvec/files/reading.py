"""Input files: checked before use."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from huffvec.errors import (
    ConfigError,
    FolderError,
    FormatError,
    MissingFileError,
    UnreadableFileError,
    suggest,
)
from huffvec.files.text_start import text_start

PathLike = str | os.PathLike[str]

_HEAD_BYTES = 64


def as_paths(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> list[Path]:
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


def check_readable(path: str | os.PathLike[str]) -> Path:
    """Return ``path``, or raise :class:`~huffvec.errors.FormatError` if it is no file with content.

    For model, vector and evaluation files; a missing name is answered with the nearest one there.
    """
    found = Path(path)
    try:
        status = found.stat()
        if stat.S_ISREG(status.st_mode):
            with found.open("rb"):
                pass
    except (FileNotFoundError, NotADirectoryError) as error:
        names = os.listdir(found.parent) if found.parent.is_dir() else []
        hint = suggest(found.name, names)
        raise MissingFileError(f"There is no file {str(path)!r}.{hint}") from error
    except PermissionError as error:
        raise UnreadableFileError(f"Cannot read {str(path)!r}: {error.strerror}.") from error
    except (OSError, ValueError) as error:
        raise FormatError(f"Cannot read {str(path)!r}: {error}.") from error
    if stat.S_ISDIR(status.st_mode):
        raise FolderError(f"{str(path)!r} is a folder; give the name of a file.")
    if not stat.S_ISREG(status.st_mode):
        raise FormatError(f"{str(path)!r} is not a regular file; give the name of a file.")
    if status.st_size == 0:
        raise FormatError(f"{str(path)!r} is empty; was writing it interrupted?")
    return found


@contextmanager
def open_text(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file of text at its start, which is behind a byte order mark.

    Raises
    ------
    FormatError
        If it is no file with content, or its text is UTF-16 or UTF-32.
    """
    with check_readable(path).open("rb") as file:
        head = file.peek(_HEAD_BYTES)[:_HEAD_BYTES]
        start = text_start(head, lambda reason: FormatError(f"{str(path)!r}: {reason}"))
        if start == len(head):
            raise FormatError(f"{str(path)!r} is empty but for a byte order mark.")
        file.read(start)
        yield file


def size_of(path: str | os.PathLike[str]) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    found = Path(path)
    files = found.rglob("*") if found.is_dir() else [found]
    return sum(file.stat().st_size for file in files if file.is_file())
