"""Text out of files, pipes and standard input, decompressed on the way, in pieces."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

from huffvec.corpus.readers.no_text import why_no_text
from huffvec.corpus.readers.paths import unreadable
from huffvec.corpus.readers.pieces import PIECE_BYTES, TextPiece
from huffvec.corpus.transform import Transform
from huffvec.errors import CorpusError
from huffvec.files.compression import COMPRESSIONS, compression_of, decompressed
from huffvec.files.foreign import HEAD_BYTES
from huffvec.files.text_start import text_start

if TYPE_CHECKING:
    from huffvec._text import CorpusBuilder

STDIN = Path("-")
STDIN_NAME = "standard input"
MAX_TOKEN_BYTES = 1 << 26
_READ_BYTES = 1 << 16  # decompressed, 1,000 times as much at most for the usual formats
_SPACES = b" \t\n\r\v\f"
_NEAR = 1 << 10  # where the last space of most texts is; looking for six kinds takes time
PARQUET, FEATHER = TABLES = (b"PAR1", b"ARROW1")  # what tables begin with
GO_ON = "or go on with errors='replace' (--errors replace)."


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


def text_pieces(stream: Stream) -> Iterator[TextPiece]:
    """Yield a stream's text in pieces that are cut at white space.

    Raises
    ------
    CorpusError
        If the stream is damaged, or has no white space for very long.
    """
    offset = 0
    for text in _cut_at_white_space(stream):
        yield TextPiece(stream.name, stream.text_begin + offset, text, ends_line=False)
        offset += len(text)
    yield TextPiece(stream.name, stream.text_begin + offset, b"", ends_line=True)


@dataclass(frozen=True)
class TransformedPiece:
    """A piece of text that is transformed by the thread that gives it to the engine.

    Attributes
    ----------
    piece
        The text as it is in the file.
    errors
        What to do with bytes that are not UTF-8.
    transform
        What is done to it.
    """

    piece: TextPiece
    errors: str
    transform: Transform

    def add(self, builder: CorpusBuilder, number: int) -> None:
        """Give the piece to the engine, or raise CorpusError if it is not UTF-8."""
        text = checked(self.piece, self.errors)
        replace(self.piece, text=self.transform.text(text)).add(builder, number)


def lines(stream: Stream, errors: str, max_bytes: int) -> Iterator[str]:
    """Yield a stream's lines, without the line feeds.

    Raises
    ------
    CorpusError
        If the stream is damaged, a line has more than max_bytes, or its bytes are not UTF-8.
    """
    offset, size = 0, 0
    parts: list[bytes] = []  # of the line that has not ended yet
    n_lines = 0
    for chunk in stream.text():
        head, found, tail = chunk.rpartition(b"\n")
        if found:
            text = b"".join([*parts, head])
            offset_now = stream.text_begin + offset
            offset += len(text) + 1
            found_lines = decoded(stream.name, offset_now, text, errors).split("\n")
            n_lines += len(found_lines)
            yield from found_lines
            parts, size = [], 0
        parts.append(tail if found else chunk)
        size += len(parts[-1])
        if size > max_bytes:
            raise line_too_long(f"{stream.name}: line {n_lines + 1}", max_bytes)
    yield decoded(stream.name, stream.text_begin + offset, b"".join(parts), errors)


def line_too_long(where: str, max_bytes: int) -> CorpusError:
    """Return the error of a line that does not end."""
    return CorpusError(
        f"{where} has more than {max_bytes:,} bytes. Is it what you think? If so, raise the limit "
        "(max_line, --max-line)."
    )


def utf8_text(stream: Stream, errors: str) -> Iterator[bytes]:
    """Yield a stream's text in pieces that are UTF-8 each, without a byte order mark.

    Raises
    ------
    CorpusError
        If the stream is damaged, or its bytes are not UTF-8 and errors is ``"strict"``.
    """
    offset, rest = 0, b""
    for chunk in chain(stream.text(), [b""]):
        text = rest + chunk
        cut = _last_whole_character(text) if chunk else len(text)
        yield decoded(stream.name, stream.text_begin + offset, text[:cut], errors).encode()
        offset += cut
        rest = text[cut:]


def _last_whole_character(text: bytes) -> int:
    """Return where to cut text so that no character in UTF-8 is cut."""
    for back in range(1, min(3, len(text)) + 1):
        byte = text[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:  # a lead: the character may be cut
            return len(text) - back
    return len(text)


def decoded(name: str, offset: int, text: bytes, errors: str) -> str:
    """Return bytes of a file as text, without NUL.

    Raises
    ------
    CorpusError
        If they are not UTF-8 or have a NUL, and errors is ``"strict"``.
    """
    try:
        found = text.decode(errors=errors)
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{name}: not UTF-8: byte 0x{text[error.start]:02X} at byte offset "
            f"{offset + error.start}. Convert the file to UTF-8, {GO_ON}"
        ) from None
    if errors == "strict" and "\0" in found:
        raise CorpusError(
            f"{name}: NUL byte at byte offset {offset + text.index(0)}, expected UTF-8 text. Is it "
            f"a binary file? If not, leave the byte out, {GO_ON}"
        )
    return found.replace("\0", "\ufffd")


def checked(piece: TextPiece, errors: str) -> bytes:
    """Return a piece of a file in UTF-8, or raise CorpusError as `decoded` does."""
    text = decoded(piece.name, piece.offset, piece.text, errors)
    return piece.text if errors == "strict" else text.encode()


def _cut_at_white_space(stream: Stream) -> Iterator[bytes]:
    """Yield the text in pieces that end behind white space, but the last."""
    parts: list[bytes] = []
    size = 0
    for chunk in stream.text():
        parts.append(chunk)
        size += len(chunk)
        if size < PIECE_BYTES:
            continue
        # Only the new part needs to be searched: the others were without white space, or early.
        cut = _behind_last_space(chunk)
        if cut:
            yield b"".join([*parts[:-1], memoryview(chunk)[:cut]])
            parts = [chunk[cut:]]
            size = len(parts[0])
        elif size > MAX_TOKEN_BYTES:
            raise CorpusError(
                f"{stream.name}: no white space within {MAX_TOKEN_BYTES >> 20} MB, expected words "
                "separated by it."
            )
    if size:
        yield b"".join(parts)


def _behind_last_space(text: bytes) -> int:
    """Return where the last word of a text begins, 0 if it is one word."""
    for begin in (max(0, len(text) - _NEAR), 0):
        if cut := max(text.rfind(space, begin) for space in _SPACES) + 1:
            return cut
    return 0
