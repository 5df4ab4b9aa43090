"""Sentences out of Python objects: strings, lists of tokens, lists of ids, arrays of ids."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.pieces import (
    PIECE_BYTES,
    PIECE_TOKENS,
    IdsPiece,
    JoinedPiece,
    Piece,
    TextPiece,
    split_sentences,
)
from huffvec.errors import CorpusError

_LARGEST_ID = 2**63 - 1


class _Batch(Protocol):
    """Sentences of one kind, collected until they are worth a piece."""

    def __init__(self, name: str, options: InputOptions) -> None: ...

    def add(self, pos: int, sentence: Any) -> None:
        """Take in the sentence at this position; TypeError if it is not of the kind."""

    def is_full(self) -> bool:
        """Return whether it is time for a piece."""

    def take(self) -> Piece:
        """Return the sentences as a piece and begin with none."""


def sentence_pieces(sentences: Iterable[Any], name: str, options: InputOptions) -> Iterator[Piece]:
    """Yield the pieces of sentences, each a string, tokens or ids: all of the first one's kind.

    Parameters
    ----------
    sentences
        Gone through once.
    name
        What to call them in messages.
    options
        What is done to strings and tokens.

    Raises
    ------
    CorpusError
        If a sentence is of another kind, or a token empty or with a line feed.
    """
    batch: _Batch | None = None
    for pos, sentence in enumerate(sentences):
        try:
            if batch is None:
                batch = _batch_for(sentence, name, options)
                if batch is None:
                    continue
            batch.add(pos, sentence)
        except TypeError:
            raise CorpusError(_explain_kind(name, pos, sentence, batch)) from None
        if batch.is_full():
            yield batch.take()
    if batch is not None:
        yield batch.take()


def array_pieces(values: npt.NDArray[Any], offsets: npt.ArrayLike | None) -> Iterator[Piece]:
    """Yield the pieces of ids in an array.

    Parameters
    ----------
    values
        Whole numbers: one sequence (n,), or a sequence a row (n_sequences, length).
    offsets
        Where each sequence begins in values and the last ends, (n_sequences + 1,), from 0 on; one
        sequence if left out.

    Raises
    ------
    CorpusError
        If the arrays are not of that kind or do not fit.
    """
    if values.dtype.kind not in "iu" or values.ndim not in (1, 2):
        raise CorpusError(
            "the array: expected whole numbers of one or two axes, got shape "
            f"{values.shape} of {values.dtype}"
        )
    if values.ndim == 2:
        starts = np.arange(len(values) + 1, dtype=np.int64) * values.shape[1]
    else:
        starts = np.asarray([0, values.size] if offsets is None else offsets)
    fits = starts.ndim == 1 and starts.dtype.kind in "iu" and starts.size > 0
    if not fits or starts[0] != 0 or starts[-1] != values.size or np.any(np.diff(starts) < 0):
        raise CorpusError(
            f"offsets: expected whole numbers rising from 0 to {values.size}, the number of ids, "
            f"got {starts.tolist()[:10]}"
        )
    return ids_pieces(values.reshape(-1), starts.astype(np.int64))


def ids_pieces(
    values: npt.NDArray[Any], sentence_offsets: npt.NDArray[np.int64]
) -> Iterator[Piece]:
    """Yield the pieces of ids (n,) with sentences as offsets say."""
    for first, last in split_sentences(sentence_offsets):
        offsets = sentence_offsets[first : last + 1]
        part = _as_int64(values[offsets[0] : offsets[-1]])
        yield IdsPiece(np.ascontiguousarray(part), offsets - offsets[0])


def _as_int64(ids: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return ids in the engine's type, or raise CorpusError if one is too large for it."""
    if ids.dtype == np.uint64 and ids.size and ids.max() > _LARGEST_ID:
        raise CorpusError(_too_large(ids.max()))
    return ids.astype(np.int64, copy=False)


_NUL = (
    " has a NUL in it, expected text. Leave it out, or go on with errors='replace' (--errors "
    "replace), which puts U+FFFD in its place."
)


def _too_large(number: int | np.integer[Any]) -> str:
    return (
        f"the id {reprlib.repr(int(number))} does not fit into 64 bits: expected ids from -2^63 to "
        "2^63 - 1. Give them as text."
    )


class _Texts:
    """Strings, each cut into tokens at white space; a line feed ends a sentence as well."""

    def __init__(self, name: str, options: InputOptions) -> None:
        self._name, self._options = name, options
        self._first, self._size = -1, 0
        self._texts: list[str] = []

    def add(self, pos: int, sentence: Any) -> None:
        if not isinstance(sentence, str):
            raise TypeError
        if self._first < 0:
            self._first = pos
        self._texts.append(sentence)
        self._size += len(sentence)

    def is_full(self) -> bool:
        return self._size >= PIECE_BYTES

    def take(self) -> Piece:
        joined = "\n".join(self._texts)
        if "\0" in joined:
            self._check_nul()
            joined = joined.replace("\0", "\ufffd")
        text, transform = _encoded(joined, self._name, self._options), self._options.transform
        self._texts, self._first, self._size = [], -1, 0
        return TextPiece(self._name, 0, transform.text(text) if transform else text, ends_line=True)

    def _check_nul(self) -> None:
        """Raise CorpusError, which names the sentence, unless a NUL may be replaced."""
        for pos, sentence in enumerate(self._texts, self._first + 1):
            if "\0" in sentence and self._options.errors == "strict":
                raise CorpusError(f"{self._name}: sentence {pos}{_NUL}")


class _Tokens:
    """Lists of tokens."""

    def __init__(self, name: str, options: InputOptions) -> None:
        self._name, self._options = name, options
        self._start()

    def _start(self) -> None:
        self._sentences: list[tuple[int, Any]] = []
        self._joined: list[str] = []
        self._n_tokens = 0

    def add(self, pos: int, sentence: Any) -> None:
        tokens = sentence if isinstance(sentence, (list, tuple)) else list(sentence)
        if isinstance(sentence, str):
            raise TypeError
        if not tokens:
            return
        self._joined.append("\n".join(tokens))
        self._sentences.append((pos, tokens))
        self._n_tokens += len(tokens)

    def is_full(self) -> bool:
        return self._n_tokens >= PIECE_TOKENS

    def take(self) -> Piece:
        joined, transform = "\n\n".join(self._joined), self._options.transform
        text = _encoded(transform(joined) if transform else joined, self._name, self._options)
        sentences, name = self._sentences, self._name
        piece = JoinedPiece(
            text, self._n_tokens, len(sentences), lambda: _explain_tokens(name, sentences)
        )
        self._start()
        return piece


class _Ids:
    """Lists of whole numbers, or arrays of them."""

    def __init__(self, name: str, options: InputOptions) -> None:
        self._sequences: list[npt.NDArray[np.int64]] = []
        self._size = 0

    def add(self, pos: int, sentence: Any) -> None:
        try:
            ids = np.asarray(sentence)
        except (ValueError, OverflowError):  # lists within, or numbers that no type has
            raise TypeError from None
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise TypeError
        self._sequences.append(_as_int64(ids))
        self._size += ids.size

    def is_full(self) -> bool:
        return self._size >= PIECE_TOKENS

    def take(self) -> Piece:
        sizes = [ids.size for ids in self._sequences]
        values = np.concatenate([np.empty(0, np.int64), *self._sequences])
        self._sequences, self._size = [], 0
        return IdsPiece(values, np.cumsum([0, *sizes], dtype=np.int64))


def _batch_for(sentence: Any, name: str, options: InputOptions) -> _Batch | None:
    """Return an empty batch for sentences of this kind; None where an empty one does not tell."""
    if isinstance(sentence, str):
        return _Texts(name, options)
    if isinstance(sentence, (bytes, Mapping)):
        raise TypeError
    if isinstance(sentence, np.ndarray):
        return (_Ids if sentence.dtype.kind in "iu" else _Tokens)(name, options)
    for token in sentence:
        if isinstance(token, (int, np.integer)) and not isinstance(token, bool):
            return _Ids(name, options)
        return _Tokens(name, options)
    return None


def _encoded(text: str, name: str, options: InputOptions) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # halves of UTF-16's pairs
        if options.errors == "replace":
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
        word = error.object[max(error.start - 20, 0) : error.end + 20]
        raise CorpusError(f"{name}: cannot be written in UTF-8: {word!r}") from None


def _explain_kind(name: str, pos: int, sentence: Any, batch: _Batch | None) -> str:
    """Return what is wrong with a sentence."""
    where = f"{name}: sentence {pos + 1}"
    inner = isinstance(sentence, (list, tuple, np.ndarray)) and _explain_item(sentence, batch)
    if inner:
        return f"{where}: {inner}"
    kinds = {_Texts: "text", _Tokens: "a list of tokens", _Ids: "a list of whole numbers"}
    expected = "text, a list of tokens or a list of ids"
    if batch is not None:
        expected = f"{kinds[type(batch)]} as those before it"
    hint = ""
    if isinstance(sentence, bytes):
        hint = " Decode bytes first."
    if isinstance(sentence, Mapping):
        hint = f" Name one of its keys as column: {', '.join(map(str, sentence))}."
    return f"{where} is {kind_of(sentence)}, expected {expected}.{hint}"


def _explain_item(sentence: Any, batch: _Batch | None) -> str:
    """Return what is wrong with the first token or id that is not of the batch's kind, if any."""
    for place, item in enumerate(sentence, 1):
        if isinstance(batch, _Tokens) and not isinstance(item, str):
            return f"token {place} is {kind_of(item)}, expected text."
        if isinstance(batch, _Ids):
            if isinstance(item, bool) or not isinstance(item, (int, np.integer)):
                return f"id {place} is {kind_of(item)}, expected a whole number."
            if not -_LARGEST_ID <= int(item) + 1 <= _LARGEST_ID + 1:
                return _too_large(item)
    return ""


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
                return CorpusError(f"{where}{_NUL}")
    return CorpusError(f"{name}: a token that is empty or has a line feed or a NUL in it.")


def kind_of(value: object) -> str:
    """Return a value's type and its beginning, for messages."""
    if value is None:
        return "missing (None)"
    text = value if isinstance(value, str) else reprlib.repr(value)
    return f"{type(value).__name__} ({text[:40]!r})"
