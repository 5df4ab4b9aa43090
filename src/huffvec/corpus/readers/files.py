"""Which kinds of files there are, and the pieces of files of any kinds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.csv_table import CSV
from huffvec.corpus.readers.feather import FEATHER
from huffvec.corpus.readers.grouping import TakeGroups, grouped_pieces
from huffvec.corpus.readers.json_lines import JSON_LINES
from huffvec.corpus.readers.kinds import FileKind
from huffvec.corpus.readers.no_text import why_no_text
from huffvec.corpus.readers.parquet import PARQUET
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.readers.sources import STDIN
from huffvec.corpus.readers.streams import TABLES, Stream, open_stream
from huffvec.corpus.readers.tables import Table
from huffvec.corpus.readers.text import TEXT
from huffvec.errors import ConfigError, OptionName
from huffvec.files.addresses import Address
from huffvec.files.compression import COMPRESSIONS, compression_of
from huffvec.files.foreign import HEAD_BYTES
from huffvec.files.paths import PathLike
from huffvec.progress import Progress

KINDS: tuple[FileKind, ...] = (PARQUET, FEATHER, CSV, JSON_LINES, TEXT)
"""All kinds of files; a file is of the first one that fits."""


def kind_of(stream: Stream, options: InputOptions) -> FileKind:
    """Return the kind of a file, which is text if it is no other."""
    return next(kind for kind in KINDS if kind.fits(stream, options))


def is_text(stream: Stream, *, by_name: bool = True) -> bool:
    """Return whether a stream is no table; what else is no text, `Stream.text` refuses.

    A table by its name, too, if asked: CSV and JSON are text otherwise.
    """
    if by_name:
        return kind_of(stream, InputOptions()) is TEXT
    return not stream.head().startswith(TABLES)


def is_plain_text(path: Path) -> bool:
    """Return whether a file can be read twice as it is: a regular file, here, of plain text."""
    if (
        path == STDIN
        or isinstance(path, Address)
        or not path.is_file()
        or is_named_compressed(path)
    ):
        return False
    with open_stream(path) as stream:
        head = stream.head()[:HEAD_BYTES]
        return is_text(stream) and compression_of(head) is None and why_no_text(head) is None


def is_named_compressed(path: PathLike) -> bool:
    """Return whether a file's name ends as those of compressed files do."""
    suffixes = tuple(compression.suffix for compression in COMPRESSIONS.values())
    return os.fspath(path).endswith(suffixes)


def file_pieces(
    paths: Sequence[Path],
    options: InputOptions,
    progress: Progress | None,
    take_groups: TakeGroups | None = None,
) -> Iterator[Piece]:
    """Yield the pieces of files of any kinds, and tell about it as ``("reading text", …)``.

    The values of groups are told as by `grouped_pieces`.

    Raises
    ------
    CorpusError
        If a file cannot be read, is damaged or of no known kind.
    ConfigError
        If rows are to be grouped, and a file is no table.
    """
    if options.group_by is not None:
        yield from grouped_pieces(_tables(paths, options, progress), options, take_groups)
        return
    for stream, tell in open_streams(paths, progress):
        for piece in kind_of(stream, options).read(stream, options):
            tell()
            yield piece


def open_streams(
    paths: Sequence[Path], progress: Progress | None, *, is_live: bool = False
) -> Iterator[tuple[Stream, Callable[[], None]]]:
    """Yield the files, each open until the next one is asked for, and what tells how far it is.

    Standard input may be live (see `Stream`).
    """
    total = sum(path.stat().st_size if path.is_file() else 0 for path in paths)
    is_known = all(path.is_file() for path in paths)
    before = 0

    def tell(done: int) -> None:
        if progress is not None:
            progress("reading text", done, total if is_known else done)

    for path in paths:
        with open_stream(path, is_live=is_live) as stream:
            yield stream, lambda: tell(before + stream.n_read)  # noqa: B023  # before the next one
        before += stream.n_bytes or stream.n_read
        tell(before)


def _tables(
    paths: Sequence[Path], options: InputOptions, progress: Progress | None
) -> Iterator[Table]:
    """Yield the files as tables, each open until the next one is asked for."""
    for stream, tell in open_streams(paths, progress):
        kind = kind_of(stream, options)
        if kind.open_table is None:
            raise ConfigError(
                OptionName("group_by"),
                " is for rows of tables (Parquet, Feather, CSV, JSON lines), but "
                f"{stream.name} is text",
            )
        with kind.open_table(stream, options) as table:
            yield replace(table, batches=_telling(table.batches, tell))


def _telling(batches: Callable[..., Iterable[Any]], tell: Callable[[], None]) -> Callable[..., Any]:
    """Return a table's batches, with a call before each."""

    def told(columns: Sequence[str]) -> Iterator[Any]:
        for batch in batches(columns):
            tell()
            yield batch

    return told
