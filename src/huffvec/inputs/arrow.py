"""Sentences out of Arrow: Parquet and Feather files, and the tables of other libraries.

The engine reads Arrow's own buffers; no token becomes a Python object on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import CorpusError, HuffvecError, MissingExtraError, suggest
from huffvec.inputs.iterables import ids_pieces
from huffvec.inputs.pieces import (
    PIECE_BYTES,
    JoinedPiece,
    Offsets,
    Piece,
    RowsPiece,
    TextPiece,
    TokensPiece,
    split_sentences,
)
from huffvec.inputs.transform import Transform

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 1 << 16


def require_pyarrow(what: str) -> Any:
    """Return the module pyarrow, or raise MissingExtraError saying what needs it."""
    try:
        import pyarrow
        import pyarrow.compute  # the functions below find it as an attribute
    except ImportError as error:
        raise MissingExtraError(
            f"{what} needs the package pyarrow: pip install 'huffvec[tables]'"
        ) from error
    return pyarrow


def parquet_pieces(path: Path, column: str | None, transform: Transform | None) -> Iterator[Piece]:
    """Yield the pieces of a Parquet file's column.

    Raises
    ------
    CorpusError
        The file is damaged, or its column is missing or neither text nor lists.
    MissingExtraError
        pyarrow is not installed.
    """
    pa = require_pyarrow("reading Parquet")
    import pyarrow.parquet

    with _reading(pa, str(path)), pyarrow.parquet.ParquetFile(path) as file:
        name = choose_column(str(path), file.schema_arrow, column)
        batches = file.iter_batches(_BATCH_ROWS, columns=[name])
        yield from _batch_pieces(batches, name, str(path), transform)


def feather_pieces(path: Path, column: str | None, transform: Transform | None) -> Iterator[Piece]:
    """Yield the pieces of a column of a Feather (Arrow IPC) file.

    Raises
    ------
    CorpusError
        The file is damaged, or its column is missing or neither text nor lists.
    MissingExtraError
        pyarrow is not installed.
    """
    pa = require_pyarrow("reading Feather")
    with _reading(pa, str(path)), pa.memory_map(str(path)) as data, pa.ipc.open_file(data) as file:
        name = choose_column(str(path), file.schema, column)
        batches = (file.get_batch(i) for i in range(file.num_record_batches))
        yield from _batch_pieces(batches, name, str(path), transform)


def is_arrow(data: object) -> bool:
    """Tell whether an object is a table or a column that Arrow can read."""
    names = ("__arrow_c_stream__", "__arrow_c_array__", "__arrow_array__", "to_batches")
    return any(hasattr(data, name) for name in names) or _is_hugging_face(data) or _is_pandas(data)


def object_pieces(data: Any, column: str | None, transform: Transform | None) -> Iterator[Piece]:
    """Yield the pieces of a table or column of pyarrow, pandas, polars or Hugging Face datasets.

    Raises
    ------
    CorpusError
        The column is missing or neither text nor lists.
    MissingExtraError
        pyarrow is not installed.
    """
    kind = f"{type(data).__module__.partition('.')[0]}.{type(data).__name__}"
    pa = require_pyarrow(f"reading {kind}")
    with _reading(pa, kind):
        schema, batches = _open(pa, data, column)
        name = choose_column(kind, schema, column)
        yield from _batch_pieces(batches, name, kind, transform)


def choose_column(where: str, schema: pa.Schema, column: str | None) -> str:
    """Return the column to train on: the one named, or the only one that can be.

    Raises
    ------
    CorpusError
        There is no such column, it has another type, or several can be meant.
    """
    fits = [field.name for field in schema if _column_kind(field.type)]
    if column is not None:
        if column not in schema.names:
            raise CorpusError(
                f"{where} has no column {column!r}, but {', '.join(map(repr, schema.names))}."
                f"{suggest(column, schema.names)}"
            )
        if column not in fits:
            raise CorpusError(
                f"{where}: the column {column!r} has the type {schema.field(column).type}, "
                "expected text, or lists of tokens or of whole numbers."
            )
        return column
    if len(fits) != 1:
        found = f"several: {', '.join(map(repr, fits))}" if fits else f"none in {schema.names}"
        raise CorpusError(
            f"{where}: expected one column of text or of lists, found {found}. "
            "Name the one to train on (--column)."
        )
    only: str = fits[0]
    return only


@contextmanager
def _reading(pa: Any, name: str) -> Iterator[None]:
    """Turn pyarrow's errors into CorpusError."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, HuffvecError):
            raise
        reason = str(error).rstrip(".")
        raise CorpusError(f"{name}: cannot be read: {reason}.") from error


def _open(pa: Any, data: Any, column: str | None) -> tuple[pa.Schema, Iterable[Any]]:
    """Return an object's schema and its record batches."""
    if _is_hugging_face(data):
        batches = data.with_format("arrow").iter(_BATCH_ROWS)
        return data.features.arrow_schema, batches
    if hasattr(data, "scanner"):  # pyarrow.dataset.Dataset
        name = choose_column("the dataset", data.schema, column)
        return data.schema, data.to_batches(columns=[name], batch_size=_BATCH_ROWS)
    if isinstance(data, (pa.Table, pa.RecordBatch)):
        return data.schema, [data]
    if isinstance(data, pa.RecordBatchReader):
        return data.schema, data
    if _is_pandas(data) and not hasattr(data, "columns"):
        data = pa.Array.from_pandas(data)
    if hasattr(data, "columns"):
        table = pa.Table.from_pandas(data, preserve_index=False) if _is_pandas(data) else None
        table = pa.table(data) if table is None else table
        return table.schema, [table]
    if not isinstance(data, (pa.Array, pa.ChunkedArray)):
        data = pa.chunked_array(data) if hasattr(data, "__arrow_c_stream__") else pa.array(data)
    table = pa.table({column or "values": data})
    return table.schema, [table]


def _is_hugging_face(data: object) -> bool:
    return hasattr(data, "with_format") and hasattr(data, "features")


def _is_pandas(data: object) -> bool:
    return type(data).__module__.partition(".")[0] == "pandas"


def _column_kind(type_: Any) -> str | None:
    """Return "text", "tokens" or "ids", or None for types that are none of these."""
    import pyarrow.types as is_

    if is_.is_dictionary(type_):
        type_ = type_.value_type
    if _is_text(type_):
        return "text"
    if not (is_.is_list(type_) or is_.is_large_list(type_) or is_.is_fixed_size_list(type_)):
        return None
    value_type = type_.value_type
    if is_.is_dictionary(value_type):
        value_type = value_type.value_type
    if _is_text(value_type):
        return "tokens"
    return "ids" if is_.is_integer(value_type) else None


def _is_text(type_: Any) -> bool:
    import pyarrow.types as is_

    return bool(is_.is_string(type_) or is_.is_large_string(type_) or is_.is_string_view(type_))


def _batch_pieces(
    batches: Iterable[Any], column: str, name: str, transform: Transform | None
) -> Iterator[Piece]:
    """Yield the pieces of a column of record batches or tables."""
    where = f"{name}: column {column!r}"
    for batch in batches:
        values = batch.column(column)
        for array in getattr(values, "chunks", [values]):
            kind = _column_kind(array.type)
            if kind == "text":
                yield from _text_pieces(_plain_text(array).drop_null(), where, transform)
                continue
            tokens, offsets = _flattened(array, where)
            if kind == "ids":
                yield from ids_pieces(tokens.to_numpy(zero_copy_only=False), offsets)
            elif transform is None:
                yield from _token_pieces(_plain_text(tokens), offsets, where)
            else:
                yield from _joined_pieces(_plain_text(tokens), offsets, where, transform)


def _plain_text(array: Any) -> Any:
    """Return text as an array with a data buffer and offsets."""
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        words = _plain_text(array.dictionary)  # a view cannot be decoded
        array = pa.DictionaryArray.from_arrays(array.indices, words).dictionary_decode()
    return array.cast(pa.large_string()) if pa.types.is_string_view(array.type) else array


def _flattened(array: Any, where: str) -> tuple[Any, npt.NDArray[np.int64]]:
    """Return the values of lists and where each list begins; lists that are missing are empty."""
    import pyarrow.compute as pc

    lengths = pc.list_value_length(array).fill_null(0).to_numpy(zero_copy_only=False)
    values = array.flatten()
    if values.null_count:
        raise CorpusError(
            f"{where}: {values.null_count} tokens are missing (null) within lists. Leave them out."
        )
    return values, np.cumsum(np.concatenate([[0], lengths]), dtype=np.int64)


def _buffers(array: Any) -> tuple[npt.NDArray[np.uint8], Offsets]:
    """Return the bytes of an array of text and where each text begins in them."""
    import pyarrow as pa

    _, offsets, data = array.buffers()
    dtype: Any = np.int64 if pa.types.is_large_string(array.type) else np.int32
    if len(array) == 0:
        return np.empty(0, np.uint8), np.zeros(1, dtype)
    starts = np.frombuffer(offsets, dtype)[array.offset : array.offset + len(array) + 1]
    return (np.empty(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)), starts


def _text_pieces(array: Any, where: str, transform: Transform | None) -> Iterator[Piece]:
    data, offsets = _buffers(array)
    for first, last in split_sentences(offsets.astype(np.int64), PIECE_BYTES):
        if transform is None:
            yield RowsPiece(where, data, offsets[first : last + 1])
            continue
        text = transform.text(_join(array.slice(first, last - first), "\n").encode())
        yield TextPiece(where, 0, text, ends_line=True)


def _token_pieces(array: Any, offsets: npt.NDArray[np.int64], where: str) -> Iterator[Piece]:
    data, starts = _buffers(array)
    for first, last in split_sentences(offsets):
        part = offsets[first : last + 1]
        yield TokensPiece(where, data, starts[part[0] : part[-1] + 1], part - part[0])


def _joined_pieces(
    array: Any, offsets: npt.NDArray[np.int64], where: str, transform: Transform | None
) -> Iterator[Piece]:
    import pyarrow as pa
    import pyarrow.compute as pc

    assert transform is not None
    explanation = CorpusError(
        f"{where}: a token that is empty or has a line feed in it, expected neither."
    )
    offsets = np.unique(offsets)  # without sentences that are empty
    for first, last in split_sentences(offsets) if len(offsets) > 1 else []:
        part = offsets[first : last + 1]
        tokens = array.slice(part[0], part[-1] - part[0]).cast(pa.string())
        sentences = pa.LargeListArray.from_arrays(pa.array(part - part[0]), tokens)
        text = transform(_join(pc.binary_join(sentences, "\n"), "\n\n")).encode()
        yield JoinedPiece(text, len(tokens), last - first, lambda: explanation)


def _join(texts: Any, separator: str) -> str:
    import pyarrow as pa
    import pyarrow.compute as pc

    one_list = pa.LargeListArray.from_arrays(pa.array([0, len(texts)]), texts.cast(pa.string()))
    joined: str = pc.binary_join(one_list, separator)[0].as_py()
    return joined
