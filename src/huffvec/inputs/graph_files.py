"""Graphs out of files: lists of edges, adjacency lists, tables, and DeepWalk's MATLAB files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huffvec.compression import without_compression
from huffvec.corpus.jobs import Progress
from huffvec.errors import CorpusError
from huffvec.inputs import csv_table
from huffvec.inputs.graph_edges import Edges
from huffvec.inputs.graph_tables import table_edges
from huffvec.inputs.options import Errors, InputOptions
from huffvec.inputs.sources import is_text, open_table
from huffvec.inputs.streams import (
    STDIN,
    TABLES,
    Stream,
    checked,
    open_stream,
    text_pieces,
)
from huffvec.inputs.tables import Table


def file_edges(
    paths: list[Path],
    format: str | None,
    directed: bool | None,
    errors: Errors,
    progress: Progress | None,
) -> Edges:
    """Return the edges of files, which are one graph: see `huffvec.random_walks`.

    Raises
    ------
    CorpusError
        A file cannot be read, or is none of the format, or they are of several.
    MissingExtraError
        pyarrow or SciPy is not installed, and a file needs it.
    """
    kinds = {format or _kind(path) for path in paths}
    if len(kinds) > 1:
        raise CorpusError(
            "the graph: expected files of one kind, found " + " and ".join(sorted(kinds)) + "."
        )
    if kinds == {"table"}:
        return table_edges((_open_table(path, errors, progress) for path in paths), errors)
    return _text_edges(paths, format, errors, progress)


def _kind(path: Path) -> str:
    """Return the format of a file, by its name and its first bytes. A pipe is text."""
    if without_compression(os.fspath(path)).endswith(csv_table.SUFFIXES):
        return "table"
    if path != STDIN and path.is_file():
        with open_stream(path) as stream:
            if stream.head().startswith(TABLES):
                return "table"
    return "edgelist"


@contextmanager
def _open_table(path: Path, errors: Errors, progress: Progress | None) -> Iterator[Table]:
    with open_stream(path) as stream:
        opened = open_table(stream, InputOptions(errors=errors))
        assert opened is not None  # _kind has seen to it
        with opened as table:
            yield table
        _tell(stream, progress)


def _tell(stream: Stream, progress: Progress | None) -> None:
    if progress is not None:
        progress("reading edges", stream.n_read, stream.n_bytes or stream.n_read)


def _text_edges(
    paths: list[Path], format: str | None, errors: str, progress: Progress | None
) -> Edges:
    """Return the edges of text with an edge a line."""
    from huffvec import _text

    reader = _text.EdgeReader()
    for path in paths:
        with open_stream(path) as stream:
            if not is_text(stream, by_name=format is None):
                raise CorpusError(f"{stream.name}: is not text, expected an edge a line.")
            for piece in text_pieces(stream):
                text = piece.text  # by itself the reader is strict
                if errors == "replace":
                    text = checked(piece, errors)
                reader.add(stream.name.encode(), piece.offset, text, piece.ends_line)
                _tell(stream, progress)
    return Edges(reader.names(), reader.sources(), reader.targets(), reader.weights())
