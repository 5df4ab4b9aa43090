"""Files of vectors as they come: plain, compressed, or one of several in a zip archive.

What a file is, its content tells, not its name. A file in a zip archive has the archive's name, a
slash and its own: ``glove.6B.zip/glove.6B.50d.txt``; of an archive of one file the archive's name
is enough.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from huffvec.errors import FormatError, HuffvecError, OutputError
from huffvec.files.addresses import as_path, is_address
from huffvec.files.compression import compression_of, decompressed
from huffvec.files.foreign import HEAD_BYTES, foreign_vectors, foreign_zip
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.text_start import text_start

_CHUNK = 1 << 16  # decompressed, 1,000 times as much at most for the usual formats
_ZIP = b"PK\x03\x04"
_SHOWN = 8


@dataclass(frozen=True)
class Content:
    """The content of a file, open at its start.

    Attributes
    ----------
    name
        The file, for messages.
    file
        Its bytes.
    size
        How many they are; ``None`` if that is known only when all of them are read.
    """

    name: str
    file: io.BufferedReader
    size: int | None


@contextmanager
def open_content(path: PathLike, *, text: bool = False) -> Iterator[Content]:
    """Open a file of vectors, unpacking it on the way if it is packed.

    Parameters
    ----------
    path
        The file.
    text
        Whether it is text: then a byte order mark is left out.

    Raises
    ------
    FormatError
        If it cannot be read, is an archive of none or several files, damaged where it is read, or
        text that is not UTF-8.
    MissingExtraError
        If a package is missing to unpack it.
    """
    found, member = _located(path)
    name = repr(str(path))
    with found.open("rb") as raw:
        chunks = _unpacked(name, found, member, raw)
        if chunks is None:
            content = Content(name, raw, found.stat().st_size)
        else:
            content = Content(name, io.BufferedReader(_Chunks(chunks), 1 << 20), None)
        if text:
            head = content.file.peek(HEAD_BYTES)[:HEAD_BYTES]
            content.file.read(text_start(head, _problem(name)))
        yield content


@contextmanager
def on_disk(path: PathLike) -> Iterator[Path]:
    """Yield a file with the content of a file of vectors: itself, if it is here and not packed.

    Otherwise a temporary one.

    A temporary file is deleted at the end; the system keeps its content for who has mapped it.
    Folders are yielded as they are.

    Raises
    ------
    FormatError, MissingExtraError
        As `open_content`.
    OutputError
        If there is no room for a temporary file.
    """
    if os.path.isdir(path) or not (is_address(path) or is_packed(path)):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(prefix="huffvec-") as folder, open_content(path) as content:
        unpacked = Path(folder, as_path(path).stem)
        try:
            with unpacked.open("wb") as file:
                while chunk := content.file.read(_CHUNK):
                    file.write(chunk)
        except OSError as error:
            raise OutputError(
                f"{folder}: no room to unpack {path!s}: {error.strerror}. Unpack it yourself, or "
                "name another folder for temporary files (the variable TMPDIR)."
            ) from error
        try:
            yield unpacked
        except FormatError as error:  # of a file that nobody has given
            raise FormatError(str(error).replace(str(unpacked), str(path))) from error


def is_packed(path: PathLike) -> bool:
    """Return whether a file is compressed or a zip archive other than NumPy's, or in one.

    Raises
    ------
    FormatError
        If it cannot be read.
    """
    found, member = _located(path)
    with found.open("rb") as raw:
        head = raw.read(8)
    return bool(member or compression_of(head)) or (head.startswith(_ZIP) and not _is_npz(found))


def explain(path: PathLike) -> str | None:
    """Return what a file is and what to do about it, if it is known to be none of vectors.

    Raises
    ------
    FormatError
        If it cannot be read.
    """
    with open_content(path) as content:
        head = content.file.peek(HEAD_BYTES)[:HEAD_BYTES]
        kind = foreign_vectors(head)
        if kind is not None:
            return f"{content.name} {kind}"
        text_start(head, _problem(content.name))
    if b"\0" not in head and _is_utf8(head):
        return (
            f"{content.name} is not a file of vectors that huffvec knows, but text; huffvec.train "
            "makes vectors of a text."
        )
    return None


class _Chunks(io.RawIOBase):
    """Bytes that come in pieces, as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        n_bytes = min(len(buffer), len(self._rest))
        buffer[:n_bytes] = self._rest[:n_bytes]
        self._rest = self._rest[n_bytes:]
        return n_bytes


def _located(path: PathLike) -> tuple[Path, str | None]:
    """Return the file and, if the name goes on in a zip archive, the rest of it."""
    if is_address(path):
        return check_readable(path), None
    given = Path(path)
    for parent in given.parents:
        if os.path.isfile(parent) and zipfile.is_zipfile(parent):
            return parent, given.relative_to(parent).as_posix()
    return check_readable(path), None


def _unpacked(name: str, path: Path, member: str | None, raw: IO[bytes]) -> Iterator[bytes] | None:
    """Return the content of a packed file, piece by piece; None if it is plain."""
    head = raw.read(8)
    raw.seek(0)
    kind = compression_of(head)
    if member is None and kind is None and not head.startswith(_ZIP):
        return None
    if kind is not None and member is None:
        return decompressed(iter(lambda: raw.read(_CHUNK), b""), kind, _problem(name))
    if member is None and _is_npz(path):
        return None
    return _zip_chunks(name, path, member)


def _zip_chunks(name: str, path: Path, member: str | None) -> Iterator[bytes]:
    """Yield the content of a file in a zip archive: the only one, or one by name."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [
                entry.filename
                for entry in archive.infolist()
                if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")
            ]
            kind = foreign_zip(names)
            if kind is not None and member is None:
                raise FormatError(f"{name} {kind}")
            with archive.open(_chosen(name, names, member)) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
    except HuffvecError:
        raise
    except Exception as error:  # of zipfile, zlib, lzma; a password is a RuntimeError
        raise FormatError(f"{name} cannot be unpacked: {error}.") from error


def _chosen(name: str, names: list[str], member: str | None) -> str:
    """Return the file of an archive to read."""
    if member in names:
        assert member is not None
        return member
    if member is None and len(names) == 1:
        return names[0]
    shown = ", ".join(sorted(names)[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    if member is None and names:
        raise FormatError(
            f"{name} is a zip archive of several files: {shown}. Name one behind the archive, as "
            f"{name[1:-1]}/{sorted(names)[0]}."
        )
    raise FormatError(f"{name}: the zip archive has {shown or 'no files'}.")


def _is_npz(path: Path) -> bool:
    """Return whether a zip file has NumPy's arrays."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except Exception:  # a damaged one: the reader of .npz files says so
        return True


def _is_utf8(head: bytes) -> bool:
    """Return whether bytes are the beginning of a text in UTF-8."""
    try:
        io.TextIOWrapper(io.BytesIO(head), "utf-8").read()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and error.reason == "unexpected end of data"
    return True


def _problem(name: str) -> Callable[[str], FormatError]:
    def problem(reason: str) -> FormatError:
        return FormatError(f"{name}: {reason}")

    return problem
