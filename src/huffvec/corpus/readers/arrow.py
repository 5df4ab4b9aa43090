"""Tables in Arrow's memory: Parquet and Feather files, and the tables of other libraries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.tables import BATCH_ROWS, Table, reading
from huffvec.extras import require


@contextmanager
def open_parquet(path: Path) -> Iterator[Table]:
    """Open a Parquet file.

    Raises
    ------
    CorpusError
        If the file is damaged.
    MissingExtraError
        If pyarrow is not installed.
    """
    require("pyarrow", "reading Parquet")
    name = str(path)
    with reading(name):
        import pyarrow.parquet

        with pyarrow.parquet.ParquetFile(path) as file:
            yield Table(
                name,
                file.schema_arrow,
                lambda columns: file.iter_batches(BATCH_ROWS, columns=list(columns)),
            )


@contextmanager
def open_feather(path: Path) -> Iterator[Table]:
    """Open a Feather (Arrow IPC) file, which is read and not mapped: it may be cut meanwhile.

    Raises
    ------
    CorpusError
        If the file is damaged.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = require("pyarrow", "reading Feather")
    name = str(path)

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        fields = [schema.get_field_index(column) for column in columns]
        options = pa.ipc.IpcReadOptions(included_fields=fields)
        with pa.OSFile(name) as data, pa.ipc.open_file(data, options=options) as file:
            for number in range(file.num_record_batches):
                yield file.get_batch(number)

    with reading(name):
        with pa.OSFile(name) as data, pa.ipc.open_file(data) as file:
            schema = file.schema
        yield Table(name, schema, batches)


def is_arrow(data: object) -> bool:
    """Return whether an object is a table or a column that Arrow can read."""
    names = ("__arrow_c_stream__", "__arrow_c_array__", "__arrow_array__", "to_batches")
    return any(hasattr(data, name) for name in names) or _is_hugging_face(data) or _is_pandas(data)


@contextmanager
def open_object(data: Any, options: InputOptions) -> Iterator[Table]:
    """Open a table or column of pyarrow, pandas, polars or Hugging Face datasets.

    Raises
    ------
    CorpusError
        If the object cannot be read by Arrow.
    MissingExtraError
        If pyarrow is not installed.
    """
    name = f"{type(data).__module__.partition('.')[0]}.{type(data).__name__}"
    pa = require("pyarrow", f"reading {name}")
    with reading(name):
        yield _open(pa, name, data, options)


def _open(pa: Any, name: str, data: Any, options: InputOptions) -> Table:
    if _is_hugging_face(data):
        rows = data.with_format("arrow")
        return Table(name, data.features.arrow_schema, lambda _: rows.iter(BATCH_ROWS))
    if hasattr(data, "scanner"):  # pyarrow.dataset.Dataset
        return Table(
            name,
            data.schema,
            lambda columns: data.to_batches(columns=list(columns), batch_size=BATCH_ROWS),
        )
    if isinstance(data, pa.RecordBatchReader):
        return Table(name, data.schema, lambda _: data)
    table = _in_memory(pa, data, options)
    batches: Iterable[Any] = [table]
    return Table(name, table.schema, lambda _: batches)


def _in_memory(pa: Any, data: Any, options: InputOptions) -> Any:
    """Return an object as a table or a record batch of pyarrow."""
    if isinstance(data, (pa.Table, pa.RecordBatch)):
        return data
    if _is_pandas(data) and not hasattr(data, "columns"):
        data = pa.Array.from_pandas(data)
    if hasattr(data, "columns"):
        if not _is_pandas(data):
            return pa.table(data)
        wanted = [options.column, options.group_by, options.order_by]
        if options.column is not None and all(name in data for name in wanted if name is not None):
            data = data[[name for name in wanted if name is not None]]  # others may have any types
        return pa.Table.from_pandas(data, preserve_index=False)
    if not isinstance(data, (pa.Array, pa.ChunkedArray)):
        data = pa.chunked_array(data) if hasattr(data, "__arrow_c_stream__") else pa.array(data)
    return pa.table({options.column or "values": data})


def _is_hugging_face(data: object) -> bool:
    return hasattr(data, "with_format") and hasattr(data, "features")


def _is_pandas(data: object) -> bool:
    return type(data).__module__.partition(".")[0] == "pandas"
