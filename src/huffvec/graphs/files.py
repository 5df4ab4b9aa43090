"""Graphs out of files: lists of edges, adjacency lists, tables, and DeepWalk's MATLAB files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.csv_table import is_named_csv
from huffvec.corpus.readers.files import is_text, kind_of
from huffvec.corpus.readers.sources import STDIN
from huffvec.corpus.readers.streams import TABLES, Stream, open_stream
from huffvec.corpus.readers.tables import Table, reading
from huffvec.corpus.readers.text import text_pieces
from huffvec.corpus.readers.transformed import checked
from huffvec.errors import CorpusError
from huffvec.extras import require
from huffvec.graphs.edges import Edges, without_isolated
from huffvec.graphs.sparse import is_sparse, sparse_edges
from huffvec.graphs.tables import table_edges
from huffvec.progress import Progress
from huffvec.shared_options import Errors

_NETWORK = "network"


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
        If a file cannot be read, or is none of the format, or they are of several.
    MissingExtraError
        If pyarrow or SciPy is not installed, and a file needs it.
    """
    kinds = {format or _kind(path) for path in paths}
    if len(kinds) > 1:
        raise CorpusError(
            "the graph: expected files of one kind, found " + " and ".join(sorted(kinds)) + "."
        )
    if kinds == {"table"}:
        return table_edges((_open_table(path, errors, progress) for path in paths), errors)
    if kinds == {"mat"}:
        return _matlab_edges(paths, directed)
    return _text_edges(paths, format, errors, progress)


def _kind(path: Path) -> str:
    """Return the format of a file, by its name and its first bytes. A pipe is text."""
    if is_named_csv(os.fspath(path)):
        return "table"
    if path.suffix == ".mat":
        return "mat"
    if path != STDIN and path.is_file():
        with open_stream(path) as stream:
            if stream.head().startswith(TABLES):
                return "table"
    return "edgelist"


@contextmanager
def _open_table(path: Path, errors: Errors, progress: Progress | None) -> Iterator[Table]:
    options = InputOptions(errors=errors)
    with open_stream(path) as stream:
        kind = kind_of(stream, options)
        assert kind.open_table is not None  # _kind has seen to it
        with kind.open_table(stream, options) as table:
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

    is_adjacency = format == "adjlist"
    reader = _text.EdgeReader(is_adjacency)
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
    edges = Edges(reader.names(), reader.sources(), reader.targets(), reader.weights())
    return without_isolated(edges) if is_adjacency else edges


def _matlab_edges(paths: list[Path], directed: bool | None) -> Edges:
    """Return the edges of DeepWalk's MATLAB files: a sparse matrix `network`, or the only one."""
    if len(paths) != 1:
        raise CorpusError(f"the graph: expected one MATLAB file, found {len(paths)}.")
    scipy_io = require("scipy.io", "reading MATLAB files")
    name = os.fspath(paths[0])
    with reading(name), paths[0].open("rb") as file:
        variables = scipy_io.loadmat(file)
    matrices = {key: value for key, value in variables.items() if is_sparse(value)}
    if _NETWORK not in matrices and len(matrices) != 1:
        found = ", ".join(map(repr, [key for key in variables if key[:2] != "__"][:6])) or "nothing"
        raise CorpusError(f"{name}: expected a sparse matrix {_NETWORK!r}, found {found}.")
    matrix = matrices.get(_NETWORK)
    return sparse_edges(next(iter(matrices.values())) if matrix is None else matrix, directed)
