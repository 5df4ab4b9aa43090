"""Plain text: a sentence a line, cut into pieces at white space."""

from __future__ import annotations

from collections.abc import Iterator

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.kinds import FileKind
from huffvec.corpus.readers.pieces import PIECE_BYTES, Piece, TextPiece
from huffvec.corpus.readers.streams import Stream
from huffvec.corpus.readers.transformed import TransformedPiece
from huffvec.errors import CorpusError

MAX_TOKEN_BYTES = 1 << 26
_SPACES = b" \t\n\r\v\f"
_NEAR = 1 << 10  # where the last space of most texts is; looking for six kinds takes time


def text_pieces(stream: Stream) -> Iterator[TextPiece]:
    """Yield a stream's text in pieces that are cut at white space.

    Raises
    ------
    CorpusError
        If the stream is damaged, or has no white space for very long.
    """
    offset, in_line = 0, False
    for text in _cut_at_white_space(stream):
        yield TextPiece(stream.name, stream.text_begin + offset, text, ends_line=False)
        offset += len(text)
        in_line = not text.endswith(b"\n")
    if in_line:
        yield TextPiece(stream.name, stream.text_begin + offset, b"", ends_line=True)


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


def _pieces(stream: Stream, options: InputOptions) -> Iterator[Piece]:
    transform = options.transform
    for piece in text_pieces(stream):
        yield TransformedPiece(piece, options.errors, transform) if transform else piece


TEXT = FileKind(fits=lambda stream, options: True, pieces=_pieces)
