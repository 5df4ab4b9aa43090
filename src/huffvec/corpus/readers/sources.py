"""What kind of input something is, and the pieces it is made of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers import arrow, csv_table, iterables, json_lines
from huffvec.corpus.readers.columns import column_pieces
from huffvec.corpus.readers.grouping import grouped_pieces
from huffvec.corpus.readers.no_text import why_no_text
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.readers.streams import (
    FEATHER,
    PARQUET,
    STDIN,
    STDIN_NAME,
    TABLES,
    Stream,
    TransformedPiece,
    open_stream,
    text_pieces,
)
from huffvec.corpus.readers.tables import Table
from huffvec.errors import ConfigError, CorpusError
from huffvec.files.compression import COMPRESSIONS, compression_of, without_compression
from huffvec.files.foreign import HEAD_BYTES
from huffvec.files.reading import PathLike
from huffvec.progress import Progress


def is_names(data: object) -> bool:
    """Return whether this is the name of a file or several."""
    if isinstance(data, (str, os.PathLike)):
        return True
    return (
        isinstance(data, (list, tuple))
        and len(data) > 0
        and all(isinstance(name, (str, os.PathLike)) for name in data)
    )


def names_of(paths: Sequence[Path]) -> str:
    """Return what to call files in messages."""
    first = STDIN_NAME if paths[0] == STDIN else os.fspath(paths[0])
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"


def is_plain_text(path: Path) -> bool:
    """Return whether a file can be read twice as it is: a regular file that is plain text."""
    if path == STDIN or not path.is_file() or _is_table_by_name(os.fspath(path)):
        return False
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return (
        compression_of(head) is None
        and not head.startswith(TABLES)
        and why_no_text(head) is None
        and not is_named_compressed(path)
    )


def is_named_compressed(path: PathLike) -> bool:
    """Return whether a file's name ends as those of compressed files do."""
    suffixes = tuple(compression.suffix for compression in COMPRESSIONS.values())
    return os.fspath(path).endswith(suffixes)


def is_text(stream: Stream, *, by_name: bool = True) -> bool:
    """Return whether a stream is no table; what else is no text, `Stream.text` refuses.

    A table by its name, too, if asked: CSV and JSON are text otherwise.
    """
    if stream.head().startswith(TABLES):
        return False
    return not (by_name and _is_table_by_name(stream.name))


def file_pieces(
    paths: Sequence[Path], options: InputOptions, progress: Progress | None
) -> Iterator[Piece]:
    """Yield the pieces of files of any kinds, and tell about it as ``("reading text", …)``.

    Raises
    ------
    CorpusError
        If a file cannot be read, is damaged or of no known kind.
    ConfigError
        If rows are to be grouped, and a file is no table.
    """
    if options.group_by is not None:
        yield from grouped_pieces(_tables(paths, options, progress), options)
        return
    for stream, tell in _streams(paths, progress):
        for piece in _stream_pieces(stream, options):
            tell()
            yield piece


def _streams(
    paths: Sequence[Path], progress: Progress | None
) -> Iterator[tuple[Stream, Callable[[], None]]]:
    """Yield the files, each open until the next one is asked for, and what tells how far it is."""
    total = sum(path.stat().st_size if path.is_file() else 0 for path in paths)
    is_known = all(path.is_file() for path in paths)
    before = 0

    def tell(done: int) -> None:
        if progress is not None:
            progress("reading text", done, total if is_known else done)

    for path in paths:
        with open_stream(path) as stream:
            yield stream, lambda: tell(before + stream.n_read)  # noqa: B023  # before the next one
        before += stream.n_bytes or stream.n_read
        tell(before)


def _tables(
    paths: Sequence[Path], options: InputOptions, progress: Progress | None
) -> Iterator[Table]:
    """Yield the files as tables, each open until the next one is asked for."""
    for stream, tell in _streams(paths, progress):
        opened = open_table(stream, options)
        if opened is None and _is_json(stream, options):
            opened = json_lines.open_json(stream, options)
        if opened is None:
            raise ConfigError(
                f"group_by is for rows of tables (Parquet, Feather, CSV, JSON lines), but "
                f"{stream.name} is text"
            )
        with opened as table:
            yield replace(table, batches=_telling(table.batches, tell))


def _telling(batches: Callable[..., Iterable[Any]], tell: Callable[[], None]) -> Callable[..., Any]:
    """Return a table's batches, with a call before each."""

    def told(columns: Sequence[str]) -> Iterator[Any]:
        for batch in batches(columns):
            tell()
            yield batch

    return told


def object_pieces(
    data: Any, offsets: npt.ArrayLike | None, options: InputOptions
) -> Iterator[Piece]:
    """Return the pieces of a Python object: a table, an array or an iterable of sentences.

    Raises
    ------
    CorpusError
        If it is none of these, or its sentences are not as they should be.
    """
    if isinstance(data, np.ndarray) and data.dtype.kind in "iu":
        return iterables.array_pieces(data, offsets)
    if offsets is not None:
        raise ConfigError(
            f"offsets belong to a NumPy array of whole numbers, not to {type(data).__name__}"
        )
    if not arrow.is_arrow(data) and (
        isinstance(data, (bytes, dict)) or not isinstance(data, Iterable)
    ):
        raise CorpusError(
            f"cannot train on {type(data).__name__}: expected file names, an iterable of sentences "
            "(text, lists of tokens or of ids), a table or an array of whole numbers."
        )
    if options.group_by is not None:
        return _grouped_object(data, options)
    if arrow.is_arrow(data):
        return _table_pieces(arrow.open_object(data, options), options)
    name = type(data).__name__
    if options.column is None:
        return iterables.sentence_pieces(_whole(data), name, options)
    values = json_lines.column_of(_numbered(data), name, options.column)
    return iterables.sentence_pieces(values, name, options)


def _grouped_object(data: Any, options: InputOptions) -> Iterator[Piece]:
    """Yield the pieces of the grouped rows of a table, or of objects with keys."""
    if arrow.is_arrow(data):
        opened = arrow.open_object(data, options)
    else:
        opened = json_lines.open_rows(type(data).__name__, _numbered(data))
    with opened as table:
        yield from grouped_pieces([table], options)


def _table_pieces(opened: AbstractContextManager[Table], options: InputOptions) -> Iterator[Piece]:
    with opened as table:
        yield from column_pieces(table, options)


def _numbered(rows: Iterable[Any]) -> json_lines.Rows:
    """Yield rows, each with its place."""
    for number, row in enumerate(rows, 1):
        yield f"row {number}", row


def _whole(data: Iterable[Any]) -> Iterator[Any]:
    """Yield the sentences, or raise CorpusError if they are paths, which an iterator may give."""
    for item in data:
        if isinstance(item, os.PathLike):
            raise CorpusError(
                f"an iterator of paths such as {os.fspath(item)!r}: give them as a list."
            )
        yield item


def _stream_pieces(stream: Stream, options: InputOptions) -> Iterator[Piece]:
    """Yield the pieces of one file by its kind."""
    opened = open_table(stream, options)
    if opened is not None:
        yield from _table_pieces(opened, options)
        stream.n_read = stream.n_bytes or stream.n_read
    elif _is_json(stream, options):
        yield from json_lines.json_pieces(stream, options)
    else:
        transform = options.transform
        for piece in text_pieces(stream):
            if transform is None:
                yield piece
            else:
                yield TransformedPiece(piece, options.errors, transform)


def open_table(stream: Stream, options: InputOptions) -> AbstractContextManager[Table] | None:
    """Return what opens a file with columns, None if it is none."""
    head = stream.head()
    for magic, opener in ((PARQUET, arrow.open_parquet), (FEATHER, arrow.open_feather)):
        if head.startswith(magic):
            if not stream.n_bytes:
                raise CorpusError(
                    f"{stream.name}: is a table, which cannot be read from a pipe. Give its file."
                )
            return opener(stream.path)
    if options.separator is not None or without_compression(stream.name).endswith(
        csv_table.SUFFIXES
    ):
        return csv_table.open_csv(stream, options)
    return None


def _is_json(stream: Stream, options: InputOptions) -> bool:
    """Return whether a file that is no table has a JSON value a line."""
    named = without_compression(stream.name).endswith(json_lines.SUFFIXES)
    return named or options.column is not None


def _is_table_by_name(name: str) -> bool:
    """Return whether a file is named as one with rows in CSV or JSON."""
    return without_compression(name).endswith((*csv_table.SUFFIXES, *json_lines.SUFFIXES))


def expand(data: PathLike | Sequence[PathLike]) -> list[Path]:
    """Return the files that names stand for, ``-`` and pipes among them.

    Raises
    ------
    CorpusError
        If a file is missing, unreadable or empty, or a pattern matches none.
    """
    from huffvec.corpus.readers.paths import expand_paths

    return expand_paths(data, once=True)
