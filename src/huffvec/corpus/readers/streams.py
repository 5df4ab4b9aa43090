"""Files, pipes and standard input, read once from front to back, decompressed on the way."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from huffvec.corpus.readers.no_text import why_no_text
from huffvec.corpus.readers.pieces import PIECE_BYTES
from huffvec.corpus.readers.sources import STDIN, STDIN_NAME, unreadable
from huffvec.errors import CorpusError
from huffvec.files.compression import COMPRESSIONS, compression_of, decompressed
from huffvec.files.foreign import HEAD_BYTES
from huffvec.files.text_start import text_start

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
    """

    def __init__(self, path: Path, file: IO[bytes], n_bytes: int) -> None:
        self.name = STDIN_NAME if path == STDIN else os.fspath(path)
        self.path = path
        self.n_bytes = n_bytes
        self.n_read = 0
        self.text_begin = 0
        self._file = file
        self._head = b""

    def head(self) -> bytes:
        """Return the first bytes, without taking them away."""
        while len(self._head) < HEAD_BYTES and (data := self._read()):
            self._head += data
        return self._head

    def on_disk(self) -> Path:
        """Return the file, for what cannot read a stream; raise CorpusError if it is a pipe."""
        if not self.n_bytes:
            raise CorpusError(
                f"{self.name}: is a table, which cannot be read from a pipe. Give its file."
            )
        return self.path

    def chunks(self, size: int = _READ_BYTES) -> Iterator[bytes]:
        """Yield the bytes of the file, about so many at a time."""
        if head := self.head():
            yield head
        while data := self._read(size):
            yield data

    def text(self) -> Iterator[bytes]:
        """Yield the bytes of the text, decompressed if the file is, without a byte order mark.

        Raises
        ------
        CorpusError
            If the file cannot be read, or is damaged, not what its name says, or known to be no
            text.
        """
        content = self._content()
        head = take(content, HEAD_BYTES)
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
            data = self._file.read(size)
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


def take(pieces: Iterator[bytes], n_bytes: int) -> bytes:
    """Return the next pieces, until together they have this many bytes."""
    taken = b""
    for piece in pieces:
        taken += piece
        if len(taken) >= n_bytes:
            break
    return taken


@contextmanager
def open_stream(path: Path) -> Iterator[Stream]:
    """Open a file or, by the name ``-``, standard input.

    Raises
    ------
    CorpusError
        If the file cannot be opened.
    """
    if path == STDIN:
        yield Stream(path, sys.stdin.buffer, 0)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error
    with file:
        yield Stream(path, file, os.fstat(file.fileno()).st_size)
