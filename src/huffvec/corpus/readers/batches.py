"""Sentences of one kind, collected until they are worth a piece: text, tokens or ids."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.arrays import as_int64
from huffvec.corpus.readers.pieces import (
    PIECE_BYTES,
    PIECE_TOKENS,
    IdsPiece,
    JoinedPiece,
    Piece,
    TextPiece,
)
from huffvec.errors import CorpusError, OptionName


class Batch(Protocol):
    """Sentences of one kind, collected until they are worth a piece.

    Empty ones get lost, unless the options say that sentences are documents.

    Attributes
    ----------
    empty
        A sentence without a token.
    """

    empty: ClassVar[Any]

    def __init__(self, name: str, options: InputOptions) -> None: ...

    def add(self, pos: int, sentence: Any) -> None:
        """Take in the sentence at this position; TypeError if it is not of the kind."""

    def is_full(self) -> bool:
        """Return whether it is time for a piece."""

    def take(self) -> Piece:
        """Return the sentences as a piece and begin with none."""


_NUL = (
    " has a NUL in it, expected text. Leave it out, or go on with ",
    OptionName("errors", "replace"),
    ", which puts U+FFFD in its place.",
)


class Texts:
    """Strings, each cut into tokens at white space; a line feed ends a sentence as well.

    In documents it is a space.
    """

    empty: ClassVar[Any] = ""

    def __init__(self, name: str, options: InputOptions) -> None:
        self._name, self._options = name, options
        self._is_document = options.has_documents
        self._first, self._size = -1, 0
        self._texts: list[str] = []

    def add(self, pos: int, sentence: Any) -> None:
        """Take in a sentence; raise TypeError if it is not text."""
        if not isinstance(sentence, str):
            raise TypeError
        if self._first < 0:
            self._first = pos
        self._texts.append(sentence.replace("\n", " ") if self._is_document else sentence)
        self._size += len(sentence)

    def is_full(self) -> bool:
        """Return whether it is time for a piece."""
        return self._size >= PIECE_BYTES

    def take(self) -> TextPiece:
        """Return the sentences as a piece and begin with none."""
        joined, ends_line = "\n".join(self._texts), bool(self._texts)
        if "\0" in joined:
            self._check_nul()
            joined = joined.replace("\0", "\ufffd")
        text, transform = _encoded(joined, self._name, self._options), self._options.transform
        self._texts, self._first, self._size = [], -1, 0
        return TextPiece(self._name, 0, transform.text(text) if transform else text, ends_line)

    def _check_nul(self) -> None:
        """Raise CorpusError, which names the sentence, unless a NUL may be replaced."""
        for pos, sentence in enumerate(self._texts, self._first + 1):
            if "\0" in sentence and self._options.errors == "strict":
                raise CorpusError(f"{self._name}: sentence {pos}", *_NUL)


class Tokens:
    """Lists of tokens."""

    empty: ClassVar[Any] = ()

    def __init__(self, name: str, options: InputOptions) -> None:
        self._name, self._options = name, options
        self._start()

    def _start(self) -> None:
        self._sentences: list[tuple[int, Any]] = []
        self._joined: list[str] = []
        self._n_tokens = 0

    def add(self, pos: int, sentence: Any) -> None:
        """Take in a sentence; raise TypeError if it is not a list of tokens."""
        tokens = sentence if isinstance(sentence, (list, tuple)) else list(sentence)
        if isinstance(sentence, str):
            raise TypeError
        if tokens:
            self._joined.append("\n".join(tokens) + "\n")
        elif self._options.has_documents:
            self._joined.append("")
        else:
            return
        self._sentences.append((pos, tokens))
        self._n_tokens += len(tokens)

    def is_full(self) -> bool:
        """Return whether it is time for a piece."""
        return self._n_tokens >= PIECE_TOKENS

    def take(self) -> Piece:
        """Return the sentences as a piece and begin with none."""
        joined, transform = "\n".join(self._joined).removesuffix("\n"), self._options.transform
        text = _encoded(transform(joined) if transform else joined, self._name, self._options)
        sentences, name = self._sentences, self._name
        piece = JoinedPiece(
            text, self._n_tokens, len(sentences), lambda: _explain_tokens(name, sentences)
        )
        self._start()
        return piece


class Ids:
    """Lists of whole numbers, or arrays of them."""

    empty: ClassVar[Any] = ()

    def __init__(self, name: str, options: InputOptions) -> None:
        self._sequences: list[npt.NDArray[np.int64]] = []
        self._size = 0

    def add(self, pos: int, sentence: Any) -> None:
        """Take in a sentence; raise TypeError if it is not a list of whole numbers."""
        try:
            ids = np.asarray(sentence)
        except (ValueError, OverflowError):  # lists within, or numbers that no type has
            raise TypeError from None
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise TypeError
        self._sequences.append(as_int64(ids))
        self._size += ids.size

    def is_full(self) -> bool:
        """Return whether it is time for a piece."""
        return self._size >= PIECE_TOKENS

    def take(self) -> Piece:
        """Return the sentences as a piece and begin with none."""
        sizes = [ids.size for ids in self._sequences]
        values = np.concatenate([np.empty(0, np.int64), *self._sequences])
        self._sequences, self._size = [], 0
        return IdsPiece(values, np.cumsum([0, *sizes], dtype=np.int64))


def _encoded(text: str, name: str, options: InputOptions) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # halves of UTF-16's pairs
        if options.errors == "replace":
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
        word = error.object[max(error.start - 20, 0) : error.end + 20]
        raise CorpusError(f"{name}: cannot be written in UTF-8: {word!r}") from None


def _explain_tokens(name: str, sentences: list[tuple[int, Any]]) -> CorpusError:
    """Return the error of the first token that is empty or has a line feed."""
    for pos, tokens in sentences:
        for place, token in enumerate(tokens):
            where = f"{name}: sentence {pos + 1}: token {place + 1}"
            if not token:
                return CorpusError(f"{where} is empty, expected at least one character.")
            if "\n" in token:
                return CorpusError(f"{where} has a line feed in it: {token[:50]!r}.")
            if "\0" in token:
                return CorpusError(where, *_NUL)
    return CorpusError(f"{name}: a token that is empty or has a line feed or a NUL in it.")
