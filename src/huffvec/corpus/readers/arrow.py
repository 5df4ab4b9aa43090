"""Tables and columns of pyarrow, pandas, polars, Hugging Face datasets and Ray Data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.tables import BATCH_ROWS, Table, reading
from huffvec.errors import CorpusError
from huffvec.extras import require


def is_arrow(data: object) -> bool:
    """Return whether an object is a table or a column that Arrow can read."""
    names = ("__arrow_c_stream__", "__arrow_c_array__", "__arrow_array__", "to_batches")
    is_known = _is_hugging_face(data) or _is_pandas(data) or is_ray_dataset(data)
    return is_known or any(hasattr(data, name) for name in names)


def is_ray_dataset(data: object) -> bool:
    """Return whether an object is a dataset of Ray, or an iterator over a part of one."""
    is_ray = type(data).__module__.startswith("ray.data.")
    return is_ray and hasattr(data, "iter_batches")


@contextmanager
def open_object(
    data: Any, options: InputOptions, wanted: Sequence[str] | None = None
) -> Iterator[Table]:
    """Open a table or column of pyarrow, pandas, polars, Hugging Face datasets or Ray Data.

    Parameters
    ----------
    data
        The table or column.
    options
        How it is read.
    wanted
        The columns that are needed, if that is known: others of pandas may have any types. Those
        that the options name if left out.

    Raises
    ------
    CorpusError
        If the object cannot be read by Arrow.
    MissingExtraError
        If pyarrow is not installed.
    """
    name = f"{type(data).__module__.partition('.')[0]}.{type(data).__name__}"
    pa = require("pyarrow", f"reading {name}")
    if wanted is None and options.column is not None:
        named = (options.column, options.group_by, options.order_by)
        wanted = [column for column in named if column is not None]
    with reading(name):
        yield _open(pa, name, data, options.column or "values", wanted or ())


def _open(pa: Any, name: str, data: Any, column: str, wanted: Sequence[str]) -> Table:
    if _is_hugging_face(data):
        rows = data.with_format("arrow")
        return Table(name, data.features.arrow_schema, lambda _: rows.iter(BATCH_ROWS))
    if is_ray_dataset(data):
        return _ray_table(pa, name, data)
    if hasattr(data, "scanner"):  # pyarrow.dataset.Dataset
        return Table(
            name,
            data.schema,
            lambda columns: data.to_batches(columns=list(columns), batch_size=BATCH_ROWS),
        )
    if isinstance(data, pa.RecordBatchReader):
        return Table(name, data.schema, lambda _: data)
    table = _in_memory(pa, data, column, wanted)
    batches: Iterable[Any] = [table]
    return Table(name, table.schema, lambda _: batches)


def _ray_table(pa: Any, name: str, data: Any) -> Table:
    """Return a dataset of Ray as a table, which reads it block by block."""
    # What is materialized would get tasks, and another order, by choosing columns.
    is_lazy = hasattr(data, "select_columns") and type(data).__name__ != "MaterializedDataset"

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        chosen = data.select_columns(list(columns)) if is_lazy else data
        yield from chosen.iter_batches(batch_size=None, batch_format="pyarrow")

    schema = getattr(data.schema(), "base_schema", None)
    if not isinstance(schema, pa.Schema):  # blocks of pandas tell types when they are converted
        first = next(iter(data.iter_batches(batch_size=None, batch_format="pyarrow")), None)
        if first is None:
            raise CorpusError(f"{name}: has no rows, expected at least one.")
        schema = first.schema
    return Table(name, schema, batches)


def _in_memory(pa: Any, data: Any, column: str, wanted: Sequence[str]) -> Any:
    """Return an object as a table or a record batch of pyarrow; a column alone gets a name."""
    if isinstance(data, (pa.Table, pa.RecordBatch)):
        return data
    if _is_pandas(data) and not hasattr(data, "columns"):
        data = pa.Array.from_pandas(data)
    if hasattr(data, "columns"):
        if not _is_pandas(data):
            return pa.table(data)
        if wanted and all(name in data for name in wanted):
            data = data[list(wanted)]
        return pa.Table.from_pandas(data, preserve_index=False)
    if not isinstance(data, (pa.Array, pa.ChunkedArray)):
        data = pa.chunked_array(data) if hasattr(data, "__arrow_c_stream__") else pa.array(data)
    return pa.table({column: data})


def _is_hugging_face(data: object) -> bool:
    return hasattr(data, "with_format") and hasattr(data, "features")


def _is_pandas(data: object) -> bool:
    return type(data).__module__.partition(".")[0] == "pandas"
