"""Writing results so that no partial files remain.

What differs between systems about that (flushing, renaming, permissions) is here.
"""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from huffvec.errors import (
    HuffvecError,
    OutputError,
)
from huffvec.files.paths import PathLike

Place = Callable[[PathLike], AbstractContextManager[Path]]
"""Yields the file to write to for a path, and makes it that path's at the end."""

NOTHING_CHANGED = "Nothing was written; an older file of that name is unchanged."


def check_writable(path: PathLike) -> None:
    """Raise :class:`~huffvec.errors.OutputError` unless a file can be created at ``path``.

    Called before long work, so that a wrong output name is found before training and not after.
    A file is created beside ``path`` and removed again, because permission bits alone tell too
    little: not about read-only file systems, and nothing to the superuser.
    """
    _create_beside(_target(path)).unlink()


@contextmanager
def atomic_path(path: PathLike) -> Iterator[Path]:
    """Yield a temporary file's path in the folder of ``path``; it becomes ``path`` at the end.

    On success the temporary is flushed to the disk and renamed, which is atomic: readers see the
    old file or the new one, whole. On any exception it is removed and ``path`` is as it was.
    An ``OSError`` (a full disk, say) becomes :class:`~huffvec.errors.OutputError`. If ``path`` is
    a symbolic link, what it points to is replaced; permissions of an existing file are kept.
    """
    target = _target(path)
    with _written_first(path, target, _create_beside(target)) as temporary:
        yield temporary
        if target.exists():
            shutil.copymode(target, temporary)
        _flush(temporary)


@contextmanager
def atomic_folder(path: PathLike, names: Collection[str]) -> Iterator[Path]:
    """Yield a temporary folder; it becomes ``path`` at the end, as in `atomic_path`.

    ``names`` are those of the files that will be in it: an older folder is replaced only if it
    holds no others, so that nothing is lost that is not written anew.
    """
    target = check_folder_writable(path, names)
    temporary, older = _temporary(target), _temporary(target)
    temporary.mkdir()
    try:
        yield temporary
        for file in temporary.iterdir():
            _flush(file)
        _flush_folder(temporary)
        if target.exists():
            shutil.copymode(target, temporary)
            target.rename(older)
        try:
            temporary.rename(target)
        except OSError:
            if older.exists():
                older.rename(target)
            raise
        _flush_folder(target.parent)
        shutil.rmtree(older, ignore_errors=True)
    except HuffvecError:
        raise
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_folder_writable(path: PathLike, names: Collection[str]) -> Path:
    """Return the real path, or raise OutputError unless a folder of such files can be made there.

    It can be if nothing is there yet, or a folder that holds no files but those of ``names``.
    """
    target = Path(os.path.realpath(path))
    try:
        foreign = sorted(set(os.listdir(target)) - set(names))
    except FileNotFoundError:
        foreign = []
    except NotADirectoryError as error:
        raise OutputError(
            f"{str(path)!r} is a file; give the name of a folder to write."
        ) from error
    except (OSError, ValueError) as error:
        raise OutputError(f"Cannot write {str(path)!r}: {error}. Give another name.") from error
    if foreign:
        raise OutputError(
            f"The folder {str(path)!r} holds {foreign[0]!r}, which would be lost; give the name of "
            "a new folder."
        )
    _check_parent(path, target)
    _create_beside(target).unlink()
    return target


def rotating_temporary(path: PathLike) -> Path:
    """Return what `rotating_path` writes to, and leaves behind if its process is killed."""
    return Path(f"{os.path.realpath(path)}.tmp")


@contextmanager
def rotating_path(path: PathLike, keep: int) -> Iterator[Path]:
    """Yield a temporary file's path as `atomic_path` does; at the end older files move up.

    Of ``keep`` files the newest is ``path``, the one before ``path.1`` and so on; the last is
    replaced. The temporary is always ``path.tmp``: if the process is killed while it writes, the
    next one writes over what is left. Only one process may write to ``path``.
    """
    target = _target(path)
    files = [target, *(target.with_name(f"{target.name}.{k}") for k in range(1, keep))]
    temporary = rotating_temporary(target)
    with _written_first(path, target, temporary):
        yield temporary
        _flush(temporary)
        for newer, older in reversed(list(itertools.pairwise(files))):
            if newer.exists():
                newer.replace(older)


@contextmanager
def _written_first(path: PathLike, target: Path, temporary: Path) -> Iterator[Path]:
    """Rename temporary to target at the end; on an exception remove it."""
    try:
        try:
            yield temporary
            temporary.replace(target)
            _flush_folder(target.parent)
        except HuffvecError:
            raise
        except OSError as error:
            raise _not_written(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _not_written(path: PathLike, error: OSError) -> OutputError:
    """Return what to raise where writing has failed."""
    reason = error.strerror or str(error)
    return OutputError(f"Cannot write {str(path)!r}: {reason}. {NOTHING_CHANGED}")


def _target(path: PathLike) -> Path:
    """Return the real path to write, or raise OutputError if it cannot name a file."""
    try:
        target = Path(os.path.realpath(path))
        mode = target.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = stat.S_IFREG
    except (OSError, ValueError) as error:  # a name too long, a NUL in it, a closed folder
        raise OutputError(f"Cannot write {str(path)!r}: {error}. Give another name.") from error
    if stat.S_ISDIR(mode):
        raise OutputError(f"{str(path)!r} is a folder; give the name of a file to write.")
    if not stat.S_ISREG(mode):
        raise OutputError(f"{str(path)!r} is not a regular file; give another output name.")
    _check_parent(path, target)
    return target


def _check_parent(path: PathLike, target: Path) -> None:
    """Raise OutputError if the folder to write to is not there."""
    if not target.parent.is_dir():
        what = "is not a folder" if target.parent.exists() else "does not exist"
        raise OutputError(
            f"Cannot write {str(path)!r}: {str(target.parent)!r} {what}. "
            "Create the folder first or give another output name."
        )


def _temporary(target: Path) -> Path:
    """Return a name in the folder of target that nothing has."""
    return target.with_name(f".huffvec-{secrets.token_hex(8)}.tmp")


def _create_beside(target: Path) -> Path:
    """Create an empty file in the folder of target (mode as the umask says) and return its path."""
    temporary = _temporary(target)
    try:
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise OutputError(
            f"Cannot write {str(target)!r}: no file can be created in {str(target.parent)!r} "
            f"({error.strerror}). Choose a folder that you may write to."
        ) from error
    return temporary


def _flush(path: Path) -> None:
    """Wait until the content of path is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Wait until the renaming in folder is on the disk, where the system can do that."""
    # The new file is complete and in place already: a file system that cannot flush folders
    # (Windows, some network mounts) must not turn success into an error.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
