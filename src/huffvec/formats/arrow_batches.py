"""A table of vectors in Arrow's batches of rows: what Parquet, Feather and other libraries share.

A table has the columns ``word`` (string; ``tag`` where the rows are documents), ``count`` (int64, 0
where it is not known; may be missing where tables are read) and ``vector`` (a list of dim float32
or float16).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError, HuffvecError, suggest
from huffvec.extras import require
from huffvec.formats.dtypes import narrowed
from huffvec.formats.rows import vectors_of_rows
from huffvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    import pyarrow as pa

WORD, TAG, COUNT, VECTOR = "word", "tag", "count", "vector"


def arrow_schema(vectors: WordVectors, dtype: str = "float32") -> pa.Schema:
    """Return the columns of the table of vectors, whose numbers are float32 or float16."""
    pa = require("pyarrow", "an Arrow table")
    vector = pa.list_(pa.float16() if dtype == "float16" else pa.float32(), vectors.dim)
    return pa.schema([(vectors.row_name, pa.string()), (COUNT, pa.int64()), (VECTOR, vector)])


def record_batch(vectors: WordVectors, rows: slice, dtype: str = "float32") -> pa.RecordBatch:
    """Return some rows as a record batch; float32 rows without gaps are not copied.

    Raises
    ------
    FormatError
        If the dtype cannot hold a number.
    """
    pa = require("pyarrow", "an Arrow table")
    numbers, _ = narrowed(vectors.vectors[rows], dtype)
    floats = np.ascontiguousarray(numbers).reshape(-1)
    columns = [
        pa.array(vectors.words[rows], pa.string()),
        pa.array(vectors.vocabulary.counts[rows]),
        pa.FixedSizeListArray.from_arrays(pa.array(floats), vectors.dim),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=arrow_schema(vectors, dtype))


def vectors_of_batches(
    where: str, schema: pa.Schema, n_rows: int, batches: Iterable[pa.RecordBatch]
) -> WordVectors:
    """Return the vectors of a table that comes in pieces; one piece alone is not copied.

    Raises
    ------
    FormatError
        If columns are missing or of other types, or their content is not as it should be.
    """
    names = name_column(schema.names)
    for name in (names, VECTOR):
        if schema.names.count(name) != 1:
            raise FormatError(
                f"{where} should have one column {name!r}; its columns are "
                f"{', '.join(map(repr, schema.names)) or 'none'}.{suggest(name, schema.names)}"
            )
    words: list[str] = []
    counts = np.zeros(n_rows, np.int64)
    vectors = np.empty((0, 0), np.float32)
    for batch in batches:
        batch.validate(full=True)
        rows = slice(len(words), len(words) + len(batch))
        words += _without_nulls(where, names, batch[names]).cast("string").to_pylist()
        if COUNT in schema.names:
            counts[rows] = _numbers(where, COUNT, batch[COUNT], "int64")
        block = _rows(where, batch[VECTOR])
        if rows.start == 0 and len(block) == n_rows:
            vectors = block
            continue
        if rows.start == 0:
            vectors = np.empty((n_rows, block.shape[1]), np.float32)
        if block.shape[1] != vectors.shape[1]:
            raise _uneven(where)
        vectors[rows] = block
    if len(words) != n_rows or n_rows == 0:
        raise FormatError(f"{where} must have {max(n_rows, 1):,} rows, not {len(words):,}.")
    return vectors_of_rows(where, words, counts, vectors)


def name_column(columns: Sequence[str]) -> str:
    """Return which of a table's columns has the words, or the tags of documents."""
    return TAG if TAG in columns and WORD not in columns else WORD


@contextmanager
def reading(where: str) -> Iterator[None]:
    """Turn what pyarrow raises, which are many kinds of errors, into FormatError."""
    try:
        yield
    except HuffvecError:
        raise
    except Exception as error:
        reason = str(error).rstrip(".")
        raise FormatError(f"{where} cannot be read as a table of vectors: {reason}.") from error


def _rows(where: str, column: Any) -> npt.NDArray[np.float32]:
    """Return a column of lists as float32 (n_rows, dim); a copy only if it has another type."""
    import pyarrow as pa

    column = _without_nulls(where, VECTOR, column)
    if pa.types.is_fixed_size_list(column.type):
        dim = column.type.list_size
    elif pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        lengths = np.unique(column.value_lengths().to_numpy(zero_copy_only=False))
        if len(lengths) > 1:
            raise _uneven(where)
        dim = int(lengths[0]) if len(lengths) else 0
    else:
        raise FormatError(
            f"{where}: the column {VECTOR!r} must be lists of numbers, not {column.type}."
        )
    if dim == 0:
        raise FormatError(f"{where}: the column {VECTOR!r} has no numbers.")
    return _numbers(where, VECTOR, column.flatten(), "float32").reshape(-1, dim)


def _numbers(where: str, name: str, array: Any, kind: str) -> npt.NDArray[Any]:
    """Return a column of numbers as an array of the kind; a copy only if it is of another."""
    import pyarrow as pa

    types = pa.types
    fits = types.is_integer(array.type) or (kind == "float32" and types.is_floating(array.type))
    if not fits:
        wanted = "whole numbers" if kind == "int64" else "lists of numbers"
        raise FormatError(f"{where}: the column {name!r} must be {wanted}, not {array.type}.")
    numbers: npt.NDArray[Any] = (
        _without_nulls(where, name, array).cast(kind, safe=kind == "int64").to_numpy()
    )
    return numbers


def _without_nulls(where: str, name: str, array: Any) -> Any:
    """Return a column; raise FormatError if a value is missing."""
    if array.null_count:
        raise FormatError(f"{where}: {array.null_count:,} values of {name!r} are missing.")
    return array


def _uneven(where: str) -> FormatError:
    return FormatError(f"{where}: the lists of {VECTOR!r} have different lengths.")
