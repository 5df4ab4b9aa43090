"""Feather (Arrow IPC) files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers import streams
from huffvec.corpus.readers.kinds import FileKind
from huffvec.corpus.readers.streams import Stream
from huffvec.corpus.readers.tables import Table, reading
from huffvec.extras import require


@contextmanager
def open_feather(stream: Stream, _options: InputOptions) -> Iterator[Table]:
    """Open a Feather (Arrow IPC) file, which is read and not mapped: it may be cut meanwhile.

    Raises
    ------
    CorpusError
        If the file is damaged, or a pipe.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = require("pyarrow", "reading Feather")
    name = stream.name

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        fields = [schema.get_field_index(column) for column in columns]
        options = pa.ipc.IpcReadOptions(included_fields=fields)
        with stream.arrow_file() as data, pa.ipc.open_file(data, options=options) as file:
            for number in range(file.num_record_batches):
                yield file.get_batch(number)

    with reading(name):
        with stream.arrow_file() as data, pa.ipc.open_file(data) as file:
            schema = file.schema
        yield Table(name, schema, batches)


FEATHER = FileKind(
    fits=lambda stream, options: stream.head().startswith(streams.FEATHER),
    open_table=open_feather,
)
