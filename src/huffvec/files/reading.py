"""Input files: checked before use."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from huffvec.errors import (
    FolderError,
    FormatError,
    MissingFileError,
    UnreadableFileError,
    suggest,
)
from huffvec.files.addresses import as_path, is_address
from huffvec.files.paths import PathLike
from huffvec.files.text_start import text_start

_HEAD_BYTES = 64


def check_readable(path: PathLike) -> Path:
    """Return ``path``, or raise :class:`~huffvec.errors.FormatError` if it is no file with content.

    For model, vector and evaluation files; a missing name is answered with the nearest one there.
    """
    found = as_path(path)
    try:
        status = found.stat()
        if stat.S_ISREG(status.st_mode):
            with found.open("rb"):
                pass
    except (FileNotFoundError, NotADirectoryError) as error:
        names = os.listdir(found.parent) if not is_address(found) and found.parent.is_dir() else []
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
def open_text(path: PathLike) -> Iterator[IO[bytes]]:
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
