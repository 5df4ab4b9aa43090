"""Files, pipes and standard input, read once from front to back, decompressed on the way."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from select import select
from typing import Any, cast

from huffvec.corpus.readers.no_text import why_no_text
from huffvec.corpus.readers.pieces import PIECE_BYTES
from huffvec.corpus.readers.sources import STDIN, STDIN_NAME, unreadable
from huffvec.errors import CorpusError
from huffvec.extras import require
from huffvec.files.addresses import Address
from huffvec.files.compression import COMPRESSIONS, compression_of, decompressed
from huffvec.files.foreign import HEAD_BYTES
from huffvec.files.text_start import text_start

_FILLED_AGAIN = 0.002  # seconds; whoever writes at full speed fills a pipe within these
_READ_BYTES = 1 << 16  # decompressed, 1,000 times as much at most for the usual formats
PARQUET, FEATHER = TABLES = (b"PAR1", b"ARROW1")  # what tables begin with


class Stream:
    """An input that is read once, from front to back.

    Attributes
    ----------
    name
        For messages.
    n_bytes
        The size of the file, 0 if it is not known.
    n_read
        The bytes read so far.
    text_begin
        How many bytes a byte order mark takes before `text`, which the offsets in messages count.
    is_live
        Whether what a pipe has written is given on before it writes more.
    is_drained
        Whether who takes lines of a live stream may have to wait for the next one.
    begin
        Where in the file it begins; behind its start there are only lines of plain text.
    """

    def __init__(
        self,
        path: Path,
        file: BufferedIOBase,
        n_bytes: int,
        *,
        is_live: bool = False,
        begin: int = 0,
    ) -> None:
        self.name = STDIN_NAME if path == STDIN else os.fspath(path)
        self.path = path
        self.n_bytes = n_bytes
        self.n_read = 0
        self.begin = self.text_begin = begin
        self.is_live = is_live
        self.is_drained = False
        self._file = file
        self._head = b""

    def head(self) -> bytes:
        """Return the first bytes, without taking them away; if it is live, lines may be enough."""
        while len(self._head) < HEAD_BYTES and not self._has_lines() and (data := self._read()):
            self._head += data
        return self._head

    def _has_lines(self) -> bool:
        """Tell whether a live stream has begun with lines of text, which can be worked on."""
        return self.is_live and self._head.endswith(b"\n") and b"\0" not in self._head

    def arrow_file(self) -> Any:
        """Open the file anew, as pyarrow's readers of tables take it, which need all of it.

        Raises
        ------
        CorpusError
            If it is a pipe, or cannot be opened any more.
        """
        pa = require("pyarrow", f"reading {self.name}")
        if not self.n_bytes:
            raise CorpusError(
                f"{self.name}: is a table, which cannot be read from a pipe. Give its file."
            )
        try:
            path = self.path
            return path.arrow_file() if isinstance(path, Address) else pa.OSFile(os.fspath(path))
        except OSError as error:
            raise unreadable(self.path, error) from error

    def chunks(self, size: int = _READ_BYTES) -> Iterator[bytes]:
        """Yield the bytes of the file, about so many at a time."""
        if head := self.head():
            yield head
        while data := self._read(size):
            yield data

    def part(self, begin: int, end: int) -> Stream:
        """Return the lines between two bytes of a file of which nothing has been read."""
        self._file.seek(begin)
        return Stream(self.path, _Part(self._file, end - begin), end - begin, begin=begin)

    def line_end(self, pos: int) -> int:
        """Return where the first line feed from a byte of a file on ends, or else the file."""
        if pos >= self.n_bytes:
            return self.n_bytes
        self._file.seek(pos)
        while data := self._read():
            if (found := data.find(b"\n")) >= 0:
                return pos + found + 1
            pos += len(data)
        return self.n_bytes

    def text(self) -> Iterator[bytes]:
        """Yield the bytes of the text, decompressed if the file is, without a byte order mark.

        Raises
        ------
        CorpusError
            If the file cannot be read, or is damaged, not what its name says, or known to be no
            text.
        """
        if self.begin:
            yield from self.chunks(PIECE_BYTES)
            return
        content = self._content()
        head = take(content, 1 if self.is_live else HEAD_BYTES)
        reason = why_no_text(head[:HEAD_BYTES])
        if reason is not None:
            raise self._problem(reason)
        self.text_begin = text_start(head, self._problem)
        yield head[self.text_begin :]
        yield from content

    def _content(self) -> Iterator[bytes]:
        """Yield the bytes of the file, decompressed if it is compressed."""
        head = self.head()
        kind = compression_of(head)
        if kind is not None:
            texts = decompressed(self.chunks(), kind, self._problem)
            yield from self._without_tables(kind, texts)
            return
        for kind, compression in COMPRESSIONS.items():
            if self.name.endswith(compression.suffix) and head:
                raise CorpusError(
                    f"{self.name}: is not {kind}, as its name says, but begins with {head[:8]!r}. "
                    "Was it damaged, or unpacked without renaming it?"
                )
        yield from self.chunks(PIECE_BYTES)

    def _read(self, size: int = _READ_BYTES) -> bytes:
        try:
            data = _available(self._file, size) if self.is_live else self._file.read(size)
        except OSError as error:
            raise CorpusError(f"{self.name}: cannot be read: {error.strerror}.") from error
        self.n_read += len(data)
        return data

    def _problem(self, reason: str) -> CorpusError:
        return CorpusError(f"{self.name}: {reason}")

    def _without_tables(self, kind: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the chunks, or raise CorpusError if they are a table's: it is read by its file."""
        for number, chunk in enumerate(chunks):
            if number == 0 and chunk.startswith(TABLES):
                raise CorpusError(
                    f"{self.name}: is a table that was compressed by {kind}. Unpack it first: "
                    "tables are compressed within."
                )
            yield chunk


class _Part(BufferedIOBase):
    """Some bytes of a file, from where it stands on."""

    def __init__(self, file: BufferedIOBase, n_bytes: int) -> None:
        self._file, self._left = file, n_bytes

    def read(self, size: int | None = -1) -> bytes:
        whole = size is None or size < 0
        data = self._file.read(self._left if whole else min(size or 0, self._left))
        self._left -= len(data)
        return data


def _available(file: BufferedIOBase, size: int) -> bytes:
    """Return what a pipe has, so many bytes at most; wait only for the first of them."""
    data = file.read1(size)
    while data and len(data) < size and _has_more(file):
        more = file.read1(size - len(data))
        if not more:
            break
        data += more
    return data


def _has_more(file: BufferedIOBase) -> bool:
    """Tell whether a pipe is filled again at once; false where that cannot be known."""
    try:
        return bool(select([file], [], [], _FILLED_AGAIN)[0])
    except (OSError, ValueError):  # Windows' pipes; what is no file
        return False


def take(pieces: Iterator[bytes], n_bytes: int) -> bytes:
    """Return the next pieces, until together they have this many bytes."""
    taken = b""
    for piece in pieces:
        taken += piece
        if len(taken) >= n_bytes:
            break
    return taken


@contextmanager
def open_stream(path: Path, *, is_live: bool = False) -> Iterator[Stream]:
    """Open a file or, by the name ``-``, standard input, which may be live (see `Stream`).

    Raises
    ------
    CorpusError
        If the file cannot be opened.
    """
    if path == STDIN:
        standard_input = cast("BufferedIOBase", sys.stdin.buffer)
        yield Stream(path, standard_input, 0, is_live=is_live)
        return
    try:
        file = path.open("rb")
        is_here = not isinstance(path, Address)
        n_bytes = (os.fstat(file.fileno()) if is_here else path.stat()).st_size
    except OSError as error:
        raise unreadable(path, error) from error
    with file:
        yield Stream(path, file, n_bytes)


@contextmanager
def open_lines(path: Path, begin: int, end: int) -> Iterator[Stream]:
    """Open the lines of plain text between two bytes of a file.

    Raises
    ------
    CorpusError
        If the file cannot be opened, or has become shorter.
    """
    with open_stream(path) as whole:
        if whole.n_bytes < end:
            raise CorpusError(
                f"{path}: has {whole.n_bytes} bytes, but had {end} or more when it was divided "
                "among workers. Try again when nothing writes to it any more."
            )
        yield whole.part(begin, end)
