"""Sentences out of Python objects: strings, lists of tokens, lists of ids, arrays of ids."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from huffvec.errors import CorpusError, suggest
from huffvec.inputs.pieces import (
    PIECE_BYTES,
    PIECE_TOKENS,
    IdsPiece,
    JoinedPiece,
    Piece,
    TextPiece,
    split_sentences,
)
from huffvec.inputs.streams import Stream, lines
from huffvec.inputs.transform import Transform


class _Batch(Protocol):
    """Sentences of one kind, collected until they are worth a piece."""

    def __init__(self, name: str, transform: Transform | None) -> None: ...

    def add(self, pos: int, sentence: Any) -> None:
        """Take in the sentence at this position; TypeError if it is not of the kind."""

    def is_full(self) -> bool:
        """Tell whether it is time for a piece."""

    def take(self) -> Piece:
        """Return the sentences as a piece and begin with none."""


def sentence_pieces(
    sentences: Iterable[Any], name: str, transform: Transform | None
) -> Iterator[Piece]:
    """Yield the pieces of sentences, each a string, tokens or ids: all of the first one's kind.

    Parameters
    ----------
    sentences
        Gone through once.
    name
        What to call them in messages.
    transform
        Applied to strings and tokens.

    Raises
    ------
    CorpusError
        A sentence is of another kind, or a token empty or with a line feed.
    """
    batch: _Batch | None = None
    for pos, sentence in enumerate(sentences):
        try:
            if batch is None:
                batch = _batch_for(sentence, name, transform)
                if batch is None:
                    continue
            batch.add(pos, sentence)
        except TypeError:
            raise CorpusError(_explain_kind(name, pos, sentence, batch)) from None
        if batch.is_full():
            yield batch.take()
    if batch is not None:
        yield batch.take()


def column_of(rows: Iterable[Any], name: str, column: str | None) -> Iterator[Any]:
    """Yield each row's column where rows are objects with keys, else the rows; skips missing ones.

    Raises
    ------
    CorpusError
        A row does not have the column, or has several and none was named.
    """
    for pos, row in enumerate(rows):
        value = row
        if isinstance(row, Mapping):
            key = column
            if key is None and len(row) == 1:
                key = next(iter(row))
            if key not in row:
                raise CorpusError(_explain_column(f"{name}: row {pos + 1}", column, list(row)))
            value = row[key]
        elif column is not None:
            raise CorpusError(
                f"{name}: row {pos + 1} is {_kind(row)}, expected an object with the key {column!r}"
            )
        if value is not None:
            yield value


def json_pieces(
    stream: Stream, errors: str, column: str | None, transform: Transform | None
) -> Iterator[Piece]:
    """Yield the pieces of a file with a JSON value a line.

    Raises
    ------
    CorpusError
        A line is not JSON, or not as `column_of` and `sentence_pieces` want it.
    """
    rows = _json_rows(stream, errors)
    return sentence_pieces(column_of(rows, stream.name, column), stream.name, transform)


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
        The arrays are not of that kind or do not fit.
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
    largest = np.iinfo(np.int64).max
    if ids.dtype == np.uint64 and ids.size and ids.max() > largest:
        raise _too_large(ids.max())
    return ids.astype(np.int64, copy=False)


def _too_large(number: Any) -> CorpusError:
    return CorpusError(
        f"the id {number} does not fit into 64 bits: expected ids from -2^63 to 2^63 - 1. Give "
        "them as text."
    )


class _Texts:
    """Strings, each cut into tokens at white space; a line feed ends a sentence as well."""

    def __init__(self, name: str, transform: Transform | None) -> None:
        self._name, self._transform = name, transform
        self._first, self._size = 0, 0
        self._texts: list[str] = []

    def add(self, pos: int, sentence: Any) -> None:
        if not isinstance(sentence, str):
            raise TypeError
        self._texts.append(sentence)
        self._size += len(sentence)

    def is_full(self) -> bool:
        return self._size >= PIECE_BYTES

    def take(self) -> Piece:
        text = _encoded("\n".join(self._texts), self._name)
        text = self._transform.text(text) if self._transform else text
        self._texts, self._size = [], 0
        return TextPiece(self._name, 0, text, ends_line=True)


class _Tokens:
    """Lists of tokens."""

    def __init__(self, name: str, transform: Transform | None) -> None:
        self._name, self._transform = name, transform
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
        joined = "\n\n".join(self._joined)
        text = _encoded(self._transform(joined) if self._transform else joined, self._name)
        sentences, name = self._sentences, self._name
        piece = JoinedPiece(
            text, self._n_tokens, len(sentences), lambda: _explain_tokens(name, sentences)
        )
        self._start()
        return piece


class _Ids:
    """Lists of whole numbers, or arrays of them."""

    def __init__(self, name: str, transform: Transform | None) -> None:
        self._sequences: list[npt.NDArray[np.int64]] = []
        self._size = 0

    def add(self, pos: int, sentence: Any) -> None:
        ids = np.asarray(sentence)
        if ids.dtype.kind in "fO":  # what NumPy makes of large whole numbers
            for number in sentence:
                if isinstance(number, int) and not -(2**63) <= number < 2**63:
                    raise _too_large(number)
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


def _batch_for(sentence: Any, name: str, transform: Transform | None) -> _Batch | None:
    """Return an empty batch for sentences of this kind; None where an empty one does not tell."""
    if isinstance(sentence, str):
        return _Texts(name, transform)
    if isinstance(sentence, (bytes, Mapping)):
        raise TypeError
    if isinstance(sentence, np.ndarray):
        return (_Ids if sentence.dtype.kind in "iu" else _Tokens)(name, transform)
    for token in sentence:
        if isinstance(token, (int, np.integer)) and not isinstance(token, bool):
            return _Ids(name, transform)
        return _Tokens(name, transform)
    return None


def _encoded(text: str, name: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        word = error.object[max(error.start - 20, 0) : error.end + 20]
        raise CorpusError(f"{name}: cannot be written in UTF-8: {word!r}") from None


def _json_rows(stream: Stream, errors: str) -> Iterator[Any]:
    for number, line in enumerate(lines(stream, errors), 1):
        if not line or line.isspace():
            continue
        try:
            yield json.loads(line.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise CorpusError(
                f"{stream.name}: line {number} is not JSON, expected a value a line: {error}."
            ) from None


def _explain_kind(name: str, pos: int, sentence: Any, batch: _Batch | None) -> str:
    """Return what is wrong with a sentence."""
    where = f"{name}: sentence {pos + 1}"
    if isinstance(batch, _Tokens) and isinstance(sentence, (list, tuple, np.ndarray)):
        for place, token in enumerate(sentence):
            if not isinstance(token, str):
                return f"{where}: token {place + 1} is {_kind(token)}, expected text."
    kinds = {_Texts: "text", _Tokens: "a list of tokens", _Ids: "a list of whole numbers"}
    expected = "text, a list of tokens or a list of ids"
    if batch is not None:
        expected = f"{kinds[type(batch)]} as those before it"
    hint = ""
    if isinstance(sentence, bytes):
        hint = " Decode bytes first."
    if isinstance(sentence, Mapping):
        hint = f" Name one of its keys as column: {', '.join(map(str, sentence))}."
    return f"{where} is {_kind(sentence)}, expected {expected}.{hint}"


def _explain_tokens(name: str, sentences: list[tuple[int, Any]]) -> CorpusError:
    """Return the error of the first token that is empty or has a line feed."""
    for pos, tokens in sentences:
        for place, token in enumerate(tokens):
            where = f"{name}: sentence {pos + 1}: token {place + 1}"
            if not token:
                return CorpusError(f"{where} is empty, expected at least one character.")
            if "\n" in token:
                return CorpusError(f"{where} has a line feed in it: {token[:50]!r}.")
    return CorpusError(f"{name}: a token that is empty or has a line feed in it.")


def _explain_column(where: str, column: str | None, names: list[str]) -> str:
    """Return what is wrong with a column's name."""
    listed = ", ".join(map(repr, names[:20]))
    if column is None:
        return f"{where} has several columns: {listed}. Name the one to train on (--column)."
    return f"{where} has no column {column!r}, but {listed}.{suggest(column, names)}"


def _kind(value: object) -> str:
    if value is None:
        return "missing (None)"
    return f"{type(value).__name__} ({str(value)[:40]!r})"
