"""Pieces of text that are lowered, brought into a normal form or cut on their way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from huffvec.corpus.readers.decoding import decoded
from huffvec.corpus.readers.pieces import TextPiece
from huffvec.corpus.transform import Transform

if TYPE_CHECKING:
    from huffvec._text import CorpusBuilder


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


def checked(piece: TextPiece, errors: str) -> bytes:
    """Return a piece of a file in UTF-8, or raise CorpusError as `decoded` does."""
    text = decoded(piece.name, piece.offset, piece.text, errors)
    return piece.text if errors == "strict" else text.encode()
