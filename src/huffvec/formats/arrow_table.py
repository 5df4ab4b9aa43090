"""Parquet and Feather (Arrow IPC) files, for data frames and databases.

A row for each word: ``word`` string (of documents ``tag``), ``count`` int64 (0: not known),
``vector``, a list of dim float32 or float16 (:mod:`huffvec.formats.arrow_batches`). Parquet is
compressed (snappy), and is written and read in groups of rows: of its numbers never more than a few
groups are in memory besides the table. Its pages have checksums, which are verified in files that
have them. Feather is not compressed: its numbers are opened as a memory map.
"""

from __future__ import annotations

from pathlib import Path

from huffvec.extras import require
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.writing import atomic_path
from huffvec.formats.arrow_batches import (
    COUNT,
    VECTOR,
    arrow_schema,
    name_column,
    reading,
    record_batch,
    vectors_of_batches,
)
from huffvec.vectors.word_vectors import WordVectors

# Numbers in a group of rows: 16 MB.
GROUP_FLOATS = 1 << 22
# Rows that are read at once.
BATCH_ROWS = 1 << 12


def is_parquet(path: Path) -> bool:
    """Return whether the file starts as Parquet files do."""
    with open_content(path) as content:
        return content.file.read(4) == b"PAR1"


def is_feather(path: Path) -> bool:
    """Return whether the file starts as Arrow's IPC files do."""
    with open_content(path) as content:
        return content.file.read(6) == b"ARROW1"


def read_parquet(path: PathLike) -> WordVectors:
    """Return the vectors in a Parquet file, and the counts if it has them.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged, or its columns are other ones.
    MissingExtraError
        If pyarrow is not installed.
    """
    found = check_readable(path)
    require("pyarrow", "reading Parquet")
    import pyarrow.parquet as pq

    where = repr(str(path))
    with reading(where), pq.ParquetFile(found, page_checksum_verification=True) as file:
        there = file.schema_arrow.names
        names = [name for name in (name_column(there), COUNT, VECTOR) if name in there]
        batches = file.iter_batches(BATCH_ROWS, columns=names)
        return vectors_of_batches(where, file.schema_arrow, file.metadata.num_rows, batches)


def write_parquet(path: PathLike, vectors: WordVectors, dtype: str = "float32") -> None:
    """Write words, counts and vectors as a Parquet file.

    The vectors are float32 or float16.

    Raises
    ------
    FormatError
        If the dtype cannot hold a number.
    OutputError
        If the file cannot be written.
    MissingExtraError
        If pyarrow is not installed.
    """
    require("pyarrow", "writing Parquet")
    import pyarrow.parquet as pq

    n_rows = max(1, GROUP_FLOATS // vectors.dim)
    with (
        atomic_path(path) as temporary,
        pq.ParquetWriter(
            temporary,
            arrow_schema(vectors, dtype),
            use_dictionary=False,
            write_statistics=[vectors.row_name, COUNT],
            write_page_checksum=True,
        ) as file,
    ):
        for start in range(0, len(vectors), n_rows):
            file.write_batch(record_batch(vectors, slice(start, start + n_rows), dtype))


def read_feather(path: PathLike) -> WordVectors:
    """Return the vectors in a Feather file, memory-mapped if they are in one piece.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged, or its columns are other ones.
    MissingExtraError
        If pyarrow is not installed.
    """
    found = check_readable(path)
    pa = require("pyarrow", "reading Feather")
    where = repr(str(path))
    with reading(where), pa.memory_map(str(found)) as data, pa.ipc.open_file(data) as file:
        batches = [file.get_batch(i) for i in range(file.num_record_batches)]
        return vectors_of_batches(where, file.schema, sum(map(len, batches)), batches)


def write_feather(path: PathLike, vectors: WordVectors, dtype: str = "float32") -> None:
    """Write words, counts and vectors as a Feather file, in one piece and not compressed.

    The vectors are float32 or float16.

    Raises
    ------
    FormatError
        If the dtype cannot hold a number.
    OutputError
        If the file cannot be written.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = require("pyarrow", "writing Feather")
    with (
        atomic_path(path) as temporary,
        pa.OSFile(str(temporary), "wb") as data,
        pa.ipc.new_file(data, arrow_schema(vectors, dtype)) as file,
    ):
        file.write_batch(record_batch(vectors, slice(None), dtype))
