"""Sentences out of a table's column: text, lists of tokens or lists of ids.

The engine reads Arrow's own buffers; no token becomes a Python object on the way. Buffers come from
files and programs of others, so that offsets are checked before they are used. Whether text is
UTF-8 the engine finds out, word by word; here text is bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.arrays import ids_pieces
from huffvec.corpus.readers.decoding import decoded
from huffvec.corpus.readers.pieces import (
    PIECE_BYTES,
    JoinedPiece,
    Offsets,
    Piece,
    RowsPiece,
    TextPiece,
    TokensPiece,
    split_sentences,
)
from huffvec.corpus.readers.tables import Table, choose_column, column_kind, is_text_type
from huffvec.corpus.readers.transformed import TransformedPiece
from huffvec.errors import CorpusError


def column_pieces(table: Table, options: InputOptions) -> Iterator[Piece]:
    """Yield the pieces of the column of a table that is to be trained on.

    Raises
    ------
    CorpusError
        If the column is missing, damaged, or neither text nor lists.
    """
    column = choose_column(table, options.column)
    where = f"{table.name}: column {column!r}"
    for batch in table.batches([column]):
        for array in chunks(batch.column(column)):
            yield from column_array_pieces(array, where, options)


def chunks(column: Any) -> list[Any]:
    """Return the arrays that a column of a record batch or table consists of."""
    return list(getattr(column, "chunks", [column]))


def column_array_pieces(array: Any, where: str, options: InputOptions) -> Iterator[Piece]:
    """Yield the pieces of an array of a column; errors are those of `column_pieces`."""
    kind = column_kind(array.type)
    array = as_bytes(array)
    if kind == "text":
        array = plain(array)
        array = _one_line_each(array) if options.has_documents else array.drop_null()
        yield from _text_pieces(array, where, options)
        return
    tokens, offsets = flattened(array, where)
    if kind == "ids":
        yield from ids_pieces(tokens.to_numpy(zero_copy_only=False), offsets)
    elif options.transform is None:
        yield from token_pieces(plain(tokens), offsets, where)
    else:
        yield from _joined_pieces(plain(tokens), offsets, where, options)


def as_bytes(array: Any) -> Any:
    """Return an array with its text as bytes, which costs nothing, its buffers checked.

    Raises
    ------
    pyarrow.ArrowInvalid
        If offsets or indices lead out of the buffers.
    """
    array = array.view(_bytes_type(array.type))
    array.validate(full=True)
    return array


def plain(array: Any) -> Any:
    """Return bytes as an array with a data buffer and offsets."""
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        words = plain(array.dictionary)  # a view cannot be decoded
        array = pa.DictionaryArray.from_arrays(array.indices, words).dictionary_decode()
    return array.cast(pa.large_binary()) if pa.types.is_binary_view(array.type) else array


def token_pieces(array: Any, offsets: npt.NDArray[np.int64], where: str) -> Iterator[Piece]:
    """Yield the pieces of tokens, an array of bytes, in sentences that begin where offsets say."""
    data, starts = _buffers(array)
    for first, last in split_sentences(offsets):
        part = offsets[first : last + 1]
        yield TokensPiece(where, data, starts[part[0] : part[-1] + 1], part - part[0])


def _bytes_type(type_: Any) -> Any:
    """Return a type with bytes in the place of text."""
    import pyarrow as pa

    is_ = pa.types
    if is_text_type(type_):
        if is_.is_string_view(type_):
            return pa.binary_view()
        return pa.large_binary() if is_.is_large_string(type_) else pa.binary()
    if is_.is_dictionary(type_):
        return pa.dictionary(type_.index_type, _bytes_type(type_.value_type), type_.ordered)
    if is_.is_fixed_size_list(type_):
        return pa.list_(_bytes_type(type_.value_type), type_.list_size)
    if is_.is_large_list(type_):
        return pa.large_list(_bytes_type(type_.value_type))
    return pa.list_(_bytes_type(type_.value_type)) if is_.is_list(type_) else type_


def flattened(array: Any, where: str) -> tuple[Any, npt.NDArray[np.int64]]:
    """Return the values of lists and where each list begins; lists that are missing are empty."""
    import pyarrow.compute as pc
    import pyarrow.types as is_

    if is_.is_dictionary(array.type):
        array = array.dictionary_decode()
    lengths = pc.list_value_length(array).fill_null(0).to_numpy(zero_copy_only=False)
    values = array.flatten()
    if values.null_count:
        raise CorpusError(
            f"{where}: {values.null_count} tokens are missing (null) within lists. Leave them out."
        )
    return values, np.cumsum(np.concatenate([[0], lengths]), dtype=np.int64)


def _buffers(array: Any) -> tuple[npt.NDArray[np.uint8], Offsets]:
    """Return the data of an array of bytes and where each value begins in it."""
    import pyarrow as pa

    _, offsets, data = array.buffers()
    dtype: Any = np.int64 if pa.types.is_large_binary(array.type) else np.int32
    if len(array) == 0:
        return np.empty(0, np.uint8), np.zeros(1, dtype)
    starts = np.frombuffer(offsets, dtype)[array.offset : array.offset + len(array) + 1]
    return (np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)), starts


def _one_line_each(array: Any) -> Any:
    """Return texts, bytes, without line feeds; those that are missing are empty."""
    import pyarrow.compute as pc

    array = array.fill_null(b"")
    return pc.replace_substring(array, b"\n", b" ")


def _text_pieces(array: Any, where: str, options: InputOptions) -> Iterator[Piece]:
    data, offsets = _buffers(array)
    for first, last in split_sentences(offsets.astype(np.int64), PIECE_BYTES):
        if options.transform is None:
            yield RowsPiece(where, data, offsets[first : last + 1])
            continue
        piece = TextPiece(where, 0, joined(array.slice(first, last - first), b"\n"), ends_line=True)
        yield TransformedPiece(piece, options.errors, options.transform)


def _joined_pieces(
    array: Any, offsets: npt.NDArray[np.int64], where: str, options: InputOptions
) -> Iterator[Piece]:
    import pyarrow as pa
    import pyarrow.compute as pc

    assert options.transform is not None
    explanation = CorpusError(
        f"{where}: a token that is empty or has a line feed in it, expected neither."
    )
    if not options.has_documents:
        offsets = np.unique(offsets)  # without sentences that are empty
    for first, last in split_sentences(offsets) if len(offsets) > 1 else []:
        part = offsets[first : last + 1]
        tokens = array.slice(part[0], part[-1] - part[0]).cast(pa.binary())
        sentences = pa.LargeListArray.from_arrays(pa.array(part - part[0]), tokens)
        texts = pc.binary_join(sentences, b"\n")
        ended = pc.binary_join_element_wise(texts, b"", b"\n")
        ended = pc.if_else(pa.array(np.diff(part) > 0), ended, pa.scalar(b"", ended.type))
        text = joined(ended, b"\n").removesuffix(b"\n")
        text = options.transform(decoded(where, 0, text, options.errors)).encode()
        yield JoinedPiece(text, len(tokens), last - first, lambda: explanation)


def joined(texts: Any, separator: bytes) -> bytes:
    """Return the values of an array of bytes with a separator between them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    one_list = pa.LargeListArray.from_arrays(pa.array([0, len(texts)]), texts.cast(pa.binary()))
    text: bytes = pc.binary_join(one_list, separator)[0].as_py()
    return text
