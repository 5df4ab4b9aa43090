"""Pieces of a corpus on their way into the engine: some hundred kilobytes each, never the whole."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from huffvec.errors import CorpusError

if TYPE_CHECKING:
    from huffvec._text import CorpusBuilder

PIECE_BYTES = 1 << 20
PIECE_TOKENS = 1 << 16

Offsets = npt.NDArray[np.int32] | npt.NDArray[np.int64]


class Piece(Protocol):
    """Some sentences of a corpus, in one of the forms that the engine takes."""

    def add(self, builder: CorpusBuilder, number: int) -> None:
        """Give the piece to the engine as the one with this number; runs without the GIL."""


@dataclass(frozen=True)
class TextPiece:
    """Text of a file, cut at white space.

    Attributes
    ----------
    name
        Of the file, for messages.
    offset
        The text's first byte in the file.
    text
        UTF-8; a line feed ends a sentence.
    ends_line
        Whether the end of the text ends a sentence.
    """

    name: str
    offset: int
    text: bytes
    ends_line: bool

    def add(self, builder: CorpusBuilder, number: int) -> None:
        """Give the piece to the engine."""
        name = os.fsencode(self.name)
        builder.add_text(number, name, self.offset, self.text, self.ends_line)


@dataclass(frozen=True)
class RowsPiece:
    """Texts that each end a sentence; text i is ``data[offsets[i]:offsets[i + 1]]``."""

    name: str
    data: npt.NDArray[np.uint8]
    offsets: Offsets

    def add(self, builder: CorpusBuilder, number: int) -> None:
        """Give the piece to the engine."""
        builder.add_texts(number, self.name.encode(), self.data, self.offsets)


@dataclass(frozen=True)
class JoinedPiece:
    r"""Sentences of tokens, each with ``"\n"`` behind it; so have sentences, but for the last.

    What ends the text is left out: tokens are joined by ``"\n"``, sentences by ``"\n\n"`` if none
    is empty.

    Attributes
    ----------
    text
        All of it, in UTF-8.
    n_tokens, n_sentences
        How many there are, by which tokens that are empty or have line feeds are found out.
    explain
        Returns the error that says which token it is.
    """

    text: bytes
    n_tokens: int
    n_sentences: int
    explain: Callable[[], CorpusError]

    def add(self, builder: CorpusBuilder, number: int) -> None:
        """Give the piece to the engine."""
        if not builder.add_joined(number, self.text, self.n_tokens, self.n_sentences):
            raise self.explain()


@dataclass(frozen=True)
class TokensPiece:
    """Sentences of tokens without copying: token i is ``data[offsets[i]:offsets[i + 1]]``.

    Sentence j has the tokens ``sentence_offsets[j]`` to ``sentence_offsets[j + 1] - 1``.
    """

    name: str
    data: npt.NDArray[np.uint8]
    token_offsets: Offsets
    sentence_offsets: npt.NDArray[np.int64]

    def add(self, builder: CorpusBuilder, number: int) -> None:
        """Give the piece to the engine."""
        try:
            builder.add_tokens(
                number,
                self.name.encode(),
                self.data,
                self.token_offsets,
                self.sentence_offsets,
            )
        except CorpusError as error:
            if str(error).startswith(self.name):
                raise
            raise CorpusError(f"{self.name}: ", *error.parts) from None


@dataclass(frozen=True)
class IdsPiece:
    """Sentences of whole numbers, which become words of their digits."""

    values: npt.NDArray[np.int64]
    sentence_offsets: npt.NDArray[np.int64]

    def add(self, builder: CorpusBuilder, number: int) -> None:
        """Give the piece to the engine."""
        builder.add_integers(number, self.values, self.sentence_offsets)


def split_sentences(
    sentence_offsets: npt.NDArray[np.int64], size: int = PIECE_TOKENS
) -> list[tuple[int, int]]:
    """Return ranges that cover all sentences, each of about this many tokens.

    Parameters
    ----------
    sentence_offsets
        Where each sentence begins and the last ends, (n_sentences + 1,).
    size
        Tokens (or bytes) of a range; a longer sentence is a range of its own.
    """
    n_sentences = len(sentence_offsets) - 1
    first, last = int(sentence_offsets[0]), int(sentence_offsets[-1])
    ends = np.searchsorted(sentence_offsets, np.arange(first + size, last, size))
    bounds = np.unique(np.concatenate([[0], ends, [n_sentences]])).tolist()
    return list(itertools.pairwise(bounds))
