"""Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers import streams
from huffvec.corpus.readers.kinds import FileKind
from huffvec.corpus.readers.streams import Stream
from huffvec.corpus.readers.tables import BATCH_ROWS, Table, reading
from huffvec.extras import require


@contextmanager
def open_parquet(stream: Stream, _options: InputOptions) -> Iterator[Table]:
    """Open a Parquet file.

    Raises
    ------
    CorpusError
        If the file is damaged, or a pipe.
    MissingExtraError
        If pyarrow is not installed.
    """
    parquet = require("pyarrow.parquet", "reading Parquet")
    name = stream.name
    with stream.arrow_file() as data, reading(name), parquet.ParquetFile(data) as file:
        yield Table(
            name,
            file.schema_arrow,
            lambda columns: file.iter_batches(BATCH_ROWS, columns=list(columns)),
        )


PARQUET = FileKind(
    fits=lambda stream, options: stream.head().startswith(streams.PARQUET),
    open_table=open_parquet,
)
