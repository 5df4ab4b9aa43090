"""Bytes of files as text in UTF-8: strict, or with U+FFFD in the place of what is none."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from huffvec.corpus.readers.pieces import PIECE_BYTES
from huffvec.corpus.readers.streams import Stream
from huffvec.errors import CorpusError, OptionName

GO_ON = (", or go on with ", OptionName("errors", "replace"), ".")


def lines(stream: Stream, errors: str, max_bytes: int) -> Iterator[str]:
    """Yield a stream's lines, without the line feeds; a live stream is drained with the last.

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
            n_ready = _n_ready(found_lines) if stream.is_live else len(found_lines)
            yield from found_lines[:n_ready]
            stream.is_drained = stream.is_live
            yield from found_lines[n_ready:]
            stream.is_drained = False
            parts, size = [], 0
        parts.append(tail if found else chunk)
        size += len(parts[-1])
        if size > max_bytes:
            raise line_too_long(f"{stream.name}: line {n_lines + 1}", max_bytes)
    yield decoded(stream.name, stream.text_begin + offset, b"".join(parts), errors)


def _n_ready(found: list[str]) -> int:
    """Return how many lines come before the last one that is not empty."""
    return next((i for i in range(len(found) - 1, 0, -1) if found[i].strip()), 0)


def line_too_long(where: str, max_bytes: int) -> CorpusError:
    """Return the error of a line that does not end."""
    return CorpusError(
        f"{where} has more than {max_bytes:,} bytes. Is it what you think? If so, raise ",
        OptionName("max_line"),
        ".",
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
        found = decoded(stream.name, stream.text_begin + offset, text[:cut], errors)
        yield text[:cut] if errors == "strict" else found.encode()
        offset += cut
        rest = text[cut:]


def whole_lines(stream: Stream, errors: str, max_bytes: int) -> Iterator[bytes]:
    """Yield a stream's text in pieces of whole lines, each of which ends with a line feed.

    Those of a live stream come as they are written.

    Raises
    ------
    CorpusError
        As `lines`.
    """
    parts: list[bytes] = []
    size = n_lines = 0
    for chunk in utf8_text(stream, errors):
        parts.append(chunk)
        size += len(chunk)
        if size < PIECE_BYTES and not stream.is_live:
            continue
        head, found, tail = chunk.rpartition(b"\n")
        if found:
            text = b"".join([*parts[:-1], head, found])
            n_lines += text.count(b"\n")
            yield text
            parts, size = [tail], len(tail)
        elif size > max_bytes:
            raise line_too_long(f"{stream.name}: line {n_lines + 1}", max_bytes)
    rest = b"".join(parts)
    if rest:
        yield rest if rest.endswith(b"\n") else rest + b"\n"


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
            f"{offset + error.start}. Convert the file to UTF-8",
            *GO_ON,
        ) from None
    if errors == "strict" and "\0" in found:
        raise CorpusError(
            f"{name}: NUL byte at byte offset {offset + text.index(0)}, expected UTF-8 text. Is it "
            "a binary file? If not, leave the byte out",
            *GO_ON,
        )
    return found.replace("\0", "\ufffd")
