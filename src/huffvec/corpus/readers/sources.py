"""What names stand for: files, found and checked before any work starts, and watched."""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from huffvec.errors import CorpusError, MissingTextError, UnreadableTextError, suggest
from huffvec.files.addresses import Address, as_path, is_address
from huffvec.files.paths import PathLike

STDIN, STDIN_NAME = Path("-"), "standard input"


class FileStamp(NamedTuple):
    """What tells whether a file has changed.

    Attributes
    ----------
    path
        The file.
    size
        Its size in bytes.
    modified
        Time of its last change, in nanoseconds since 1970.
    """

    path: Path
    size: int
    modified: int


def is_names(data: object) -> bool:
    """Return whether this is the name of a file or several."""
    if isinstance(data, (str, os.PathLike)):
        return True
    return (
        isinstance(data, (list, tuple))
        and len(data) > 0
        and all(isinstance(name, (str, os.PathLike)) for name in data)
    )


def names_of(paths: Sequence[Path]) -> str:
    """Return what to call files in messages."""
    first = STDIN_NAME if paths[0] == STDIN else os.fspath(paths[0])
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"


def expand(patterns: PathLike | Sequence[PathLike], *, twice: bool = False) -> list[Path]:
    """Return the files that names, folders and glob patterns stand for, each once.

    A name that exists is taken as it is, even with ``*?[`` in it; a folder stands for all files in
    it and in the folders below it, sorted, without hidden ones (``.name``) and empty ones, with
    which other programs mark that a folder is complete. Otherwise a pattern
    stands for the files that match, sorted (``**`` goes through folders); folders that match are
    left out.

    Parameters
    ----------
    patterns
        Names or glob patterns, in the order in which to read them.
    twice
        Whether they are read more than once: then no pipe will do, nor ``-`` for standard input.

    Raises
    ------
    CorpusError
        If a file is missing, unreadable or empty, or a folder or a pattern has no file.
    """
    if isinstance(patterns, (str, os.PathLike)):
        patterns = [patterns]
    paths: dict[Path, None] = {}
    for pattern in patterns:
        for path in _expand(os.fspath(pattern)):
            if twice or path != STDIN:
                _check(path, twice)
            paths[path] = None
    if not paths:
        raise CorpusError("no input file: name at least one text file.")
    return list(paths)


def take_stamps(paths: Iterable[PathLike]) -> tuple[FileStamp, ...]:
    """Return the state of files, for :func:`check_unchanged` later.

    Raises
    ------
    CorpusError
        If a file cannot be read.
    """
    return tuple(_take_stamp(as_path(path)) for path in paths)


def check_unchanged(stamps: Iterable[FileStamp]) -> None:
    """Check that files are as they were when the stamps were taken.

    Raises
    ------
    CorpusError
        If a file has another size or time of change, or cannot be read any more.
    """
    for stamp in stamps:
        now = _take_stamp(stamp.path)
        if now != stamp:
            raise CorpusError(
                f"{stamp.path}: changed while it was being read: it had {stamp.size} bytes, now it "
                f"has {now.size}. Try again when nothing writes to it any more."
            )


def _expand(pattern: str) -> list[Path]:
    if not pattern:
        raise CorpusError("a name is empty, expected that of a file or folder.")
    if is_address(pattern):
        return _expand_address(Address(pattern))
    if os.path.isdir(pattern):
        return _files_below(Path(pattern))
    if os.path.lexists(pattern) or not glob.has_magic(pattern):
        return [Path(pattern)]
    matches = [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]
    files = [path for path in matches if not path.is_dir()]
    if not files:
        raise MissingTextError(
            f"{_shorten(pattern)}: no file matches this pattern.{_suggest_name(pattern)}"
        )
    return files


def _expand_address(address: Address) -> list[Path]:
    """Return the files that an address stands for, which may be a folder's or a pattern."""
    parts = address.parts
    first = next((pos for pos, part in enumerate(parts) if glob.has_magic(part)), None)
    try:
        if first is None or address.is_file():
            return _not_empty(address, address.files_below()) if address.is_dir() else [address]
        folder = Address(*parts[:first])
        found = folder.files_below(recursive=first < len(parts) - 1) if first > 1 else []
    except OSError as error:
        raise unreadable(address, error) from error
    matches = [path for path, _ in found if _matches(path.parts, parts)]
    if not matches:
        raise MissingTextError(f"{_shorten(str(address))}: no file matches this pattern.")
    return list(matches)


def _matches(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    """Return whether each part of an address matches its pattern, as names of files do."""
    return len(parts) == len(patterns) and all(
        fnmatchcase(part, pattern) and (part[0] != "." or pattern[0] == ".")
        for part, pattern in zip(parts, patterns, strict=True)
    )


def _not_empty(folder: Path, files: Iterable[tuple[Path, int]]) -> list[Path]:
    """Return the files in a folder that are neither hidden nor empty."""
    n_above = len(folder.parts)
    found = [
        path
        for path, size in files
        if size > 0 and not any(part.startswith(".") for part in path.parts[n_above:])
    ]
    if not found:
        raise CorpusError(f"{folder}: is a folder without files, or with empty ones only.")
    return found


def _files_below(folder: Path) -> list[Path]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return _not_empty(folder, ((path, path.stat().st_size) for path in files))


def _check(path: Path, twice: bool) -> None:
    mode = _stat(path).st_mode
    if not (stat.S_ISREG(mode) or twice or stat.S_ISDIR(mode)):
        return
    if not stat.S_ISREG(mode):
        raise CorpusError(
            f"{path}: is a pipe or a device, expected a regular file, because it is read twice. "
            "Save its content to a file first."
        )
    if _stat(path).st_size == 0:
        raise CorpusError(f"{path}: is empty, expected text.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise unreadable(path, error) from error


def _take_stamp(path: Path) -> FileStamp:
    status = _stat(path)
    return FileStamp(path, status.st_size, status.st_mtime_ns)


MAX_NAME = 80  # characters of it that are shown


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> CorpusError:
    """Return the error to raise where a file cannot be opened or read; if missing it says so."""
    name = os.fspath(path)
    if isinstance(error, FileNotFoundError) or getattr(error, "errno", 0) == errno.ENAMETOOLONG:
        return MissingTextError(f"{_shorten(name)}: there is no such file.{_suggest_name(name)}")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    kind = UnreadableTextError if isinstance(error, PermissionError) else CorpusError
    return kind(f"{_shorten(name)}: cannot be read: {reason}.")


def _shorten(name: str) -> str:
    """Return a name for a message: of a long path its end, of a text taken for one its start."""
    line = " ".join(name.splitlines())
    if len(line) <= MAX_NAME:
        return line
    return f"{line[:MAX_NAME]}…" if " " in line else f"…{line[-MAX_NAME:]}"


def _suggest_name(name: str) -> str:
    if is_address(name):
        return ""
    words = name.split()
    if len(name) > 255 or "\n" in name or len(words) > 3 or (len(words) > 1 and "." not in name):
        return " Names of files were expected; for sentences themselves give an iterator: iter(…)."
    folder, base = os.path.split(name)
    try:
        return suggest(base, os.listdir(folder or os.curdir))
    except OSError:
        return f" There is no folder {folder!r}."
