"""Documents out of tables. No token and no row becomes a Python object, but for different labels.

Buffers come from files and programs of others: they are checked as those of any table
(`huffvec.corpus.readers.columns`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huffvec.corpus.labelled.columns import Columns, Kind, choose_columns
from huffvec.corpus.labelled.label_columns import class_names, label_lines, weights
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.labelled.pieces import RowsPiece
from huffvec.corpus.readers.columns import as_bytes, flattened, joined, plain
from huffvec.corpus.readers.decoding import decoded
from huffvec.corpus.readers.pieces import PIECE_BYTES
from huffvec.corpus.readers.tables import BATCH_ROWS, Table, column_kind, value_type_of
from huffvec.errors import CorpusError


def table_pieces(table: Table, options: ExampleOptions, labelled: bool) -> Iterator[RowsPiece]:
    """Yield the documents of a table.

    Parameters
    ----------
    table
        The table.
    options
        Which columns to read.
    labelled
        Whether labels, and weights, are asked for.

    Raises
    ------
    CorpusError
        If a column is missing, damaged or of another type; or a weight is no number from 0 to
        1,000.
    """
    schema = table.schema
    kinds = {field.name: kind_of_type(field.type) for field in schema}
    try:
        columns = choose_columns(table.name, schema.names, kinds, options, labelled)
    except CorpusError as error:
        raise CorpusError(*error.parts, *table.remedy) from None
    names = None if columns.label is None else class_names(schema, columns.label)
    first_row = 1
    for batch in table.batches(columns.all):
        for rows in _small(batch, columns):
            yield _piece(table.name, rows, columns, names, options.errors, first_row)
            first_row += rows.num_rows


def _small(batch: Any, columns: Columns) -> Iterator[Any]:
    """Yield a batch, or a table, in batches of about the size of a piece."""
    import pyarrow as pa

    rows = pa.table({name: batch.column(name) for name in columns.all})
    n_bytes = max(1, rows.column(columns.text).nbytes)
    size = min(BATCH_ROWS, max(1, rows.num_rows * PIECE_BYTES // n_bytes))
    yield from (part for part in rows.to_batches(max_chunksize=size) if part.num_rows)


def _piece(
    table: str,
    rows: Any,
    columns: Columns,
    names: list[str] | None,
    errors: str,
    first_row: int,
) -> RowsPiece:
    text, label, weight = rows.column(columns.text), None, None
    if columns.label is not None:
        label = label_lines(rows.column(columns.label), f"{table}: column {columns.label!r}", names)
    if columns.weight is not None:
        where = f"{table}: column {columns.weight!r}"
        weight = weights(rows.column(columns.weight), where, first_row)
    where = f"{table}: column {columns.text!r}"
    return RowsPiece(
        decoded(where, 0, _texts(text, where), errors).encode(),
        label,
        weight,
        is_cut=column_kind(text.type) in ("tokens", "ids"),
    )


def kind_of_type(type_: Any) -> Kind:
    """Return what a column of a type of Arrow can have."""
    import pyarrow.types as is_

    kind, value = column_kind(type_), value_type_of(type_)
    is_text = kind is not None or is_.is_null(value)  # null: all are missing
    one = is_.is_integer(value) or is_.is_floating(value) or is_.is_boolean(value)
    return Kind(str(type_), is_text, is_text or one)


def _texts(array: Any, where: str) -> bytes:
    """Return the texts, a line each; those that are missing are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column_kind(array.type)
    if kind is None:
        return b"\n" * len(array)
    array = as_bytes(array)
    if kind == "text":
        array = plain(array).fill_null(b"")
    else:
        tokens, offsets = flattened(array, where)
        tokens = tokens.cast(pa.string()).cast(pa.binary()) if kind == "ids" else plain(tokens)
        lists = pa.LargeListArray.from_arrays(pa.array(offsets), tokens.cast(pa.binary()))
        array = pc.binary_join(lists, b" ")
    text = joined(array, b"\n") + b"\n"
    if text.count(b"\n") > len(array):
        text = joined(pc.replace_substring(array, b"\n", b" "), b"\n") + b"\n"
    return text
