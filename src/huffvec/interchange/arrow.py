"""Vectors as Arrow tables, which polars, DuckDB, Hugging Face's datasets and many others take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huffvec.extras import require
from huffvec.formats.arrow_batches import (
    arrow_schema,
    reading,
    record_batch,
    vectors_of_batches,
)
from huffvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    import pyarrow as pa


def to_arrow(vectors: WordVectors) -> pa.Table:
    """Return vectors as a ``pyarrow.Table``; the numbers are not copied.

    Its columns are ``word`` (string; ``tag``, of documents), ``count`` (int64, 0 where not
    known) and ``vector`` (lists of dim float32).

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = require("pyarrow", "an Arrow table")
    return pa.Table.from_batches([record_batch(vectors, slice(None))], arrow_schema(vectors))


def from_arrow(table: Any) -> WordVectors:
    """Return the vectors in a table of pyarrow, polars or whatever else speaks Arrow.

    Parameters
    ----------
    table
        It has the columns ``word`` or ``tag``, text; ``vector``, lists of numbers, all of one
        length; and maybe ``count``, whole numbers. Others are left alone.

    Raises
    ------
    FormatError
        If it is no such table, a value is missing, or words are repeated or empty.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = require("pyarrow", "an Arrow table")
    where = f"{type(table).__module__.partition('.')[0]}.{type(table).__name__}"
    with reading(where):
        found = table if isinstance(table, pa.Table) else pa.table(table)
        return vectors_of_batches(where, found.schema, found.num_rows, found.to_batches())
