"""What kind of input something is, and the pieces it is made of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.compression import COMPRESSIONS
from huffvec.corpus.jobs import Progress
from huffvec.corpus.sources import PathLike
from huffvec.errors import ConfigError, CorpusError
from huffvec.inputs import arrow, iterables
from huffvec.inputs.options import InputOptions
from huffvec.inputs.pieces import Piece
from huffvec.inputs.streams import (
    FEATHER,
    PARQUET,
    STDIN,
    TABLES,
    Stream,
    TransformedPiece,
    open_stream,
    text_pieces,
)

_UNREADABLE = {
    b"PK\x03\x04": "a zip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a rar archive",
    b"%PDF": "a PDF",
    b"FEA1": "a file of Feather's old version 1",
}
_JSON_SUFFIXES = (".jsonl", ".ndjson")


def is_names(data: object) -> bool:
    """Tell whether this is the name of a file or several."""
    if isinstance(data, (str, os.PathLike)):
        return True
    return (
        isinstance(data, (list, tuple))
        and len(data) > 0
        and all(isinstance(name, (str, os.PathLike)) for name in data)
    )


def is_plain_text(path: Path) -> bool:
    """Tell whether a file can be read twice as it is: a regular file that is plain text."""
    if path == STDIN or not path.is_file() or _is_json(os.fspath(path)):
        return False
    with path.open("rb") as file:
        head = file.read(16)
    magics = [compression.magic for compression in COMPRESSIONS.values()]
    return not head.startswith((*magics, *TABLES, *_UNREADABLE)) and not is_named_compressed(path)


def is_named_compressed(path: PathLike) -> bool:
    """Tell whether a file's name ends as those of compressed files do."""
    suffixes = tuple(compression.suffix for compression in COMPRESSIONS.values())
    return os.fspath(path).endswith(suffixes)


def is_text(stream: Stream) -> bool:
    """Tell whether a stream is neither a table nor of a kind that is not read."""
    return not stream.head().startswith((*TABLES, *_UNREADABLE)) and not _is_json(stream.name)


def file_pieces(
    paths: Sequence[Path], options: InputOptions, progress: Progress | None
) -> Iterator[Piece]:
    """Yield the pieces of files of any kinds, and tell about it as ``("reading text", …)``.

    Raises
    ------
    CorpusError
        A file cannot be read, is damaged or of no known kind.
    ConfigError
        A column was named, and there is none in such files.
    """
    total = sum(path.stat().st_size if path.is_file() else 0 for path in paths)
    is_known = all(path.is_file() for path in paths)
    before = 0
    for path in paths:
        with open_stream(path) as stream:
            for piece in _stream_pieces(stream, options):
                if progress is not None:
                    done = before + stream.n_read
                    progress("reading text", done, total if is_known else done)
                yield piece
        before += stream.n_bytes or stream.n_read
        if progress is not None:
            progress("reading text", before, total if is_known else before)


def object_pieces(
    data: Any, offsets: npt.ArrayLike | None, options: InputOptions
) -> Iterator[Piece]:
    """Return the pieces of a Python object: a table, an array or an iterable of sentences.

    Raises
    ------
    CorpusError
        It is none of these, or its sentences are not as they should be.
    """
    if isinstance(data, np.ndarray) and data.dtype.kind in "iu":
        return iterables.array_pieces(data, offsets)
    if offsets is not None:
        raise ConfigError(
            f"offsets belong to a NumPy array of whole numbers, not to {type(data).__name__}"
        )
    if arrow.is_arrow(data):
        return arrow.object_pieces(data, options.column, options.transform)
    if isinstance(data, (bytes, dict)) or not isinstance(data, Iterable):
        raise CorpusError(
            f"cannot train on {type(data).__name__}: expected file names, an iterable of sentences "
            "(text, lists of tokens or of ids), a table or an array of whole numbers."
        )
    name = type(data).__name__
    rows = iterables.column_of(data, name, options.column) if options.column else _whole(data)
    return iterables.sentence_pieces(rows, name, options.transform)


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
    head = stream.head()
    for magic, kind in _UNREADABLE.items():
        if head.startswith(magic):
            raise CorpusError(f"{stream.name}: is {kind}, which is not read. Unpack it first.")
    if head[8:9] == b"{" and b"\0" in head[:8]:  # as safetensors files begin
        raise CorpusError(
            f"{stream.name}: looks like an encoded corpus or a model. A corpus is read from its "
            "file alone, not from a pipe; a model is no text."
        )
    for magic, pieces in (
        (PARQUET, arrow.parquet_pieces),
        (FEATHER, arrow.feather_pieces),
    ):
        if head.startswith(magic):
            if not stream.n_bytes:
                raise CorpusError(
                    f"{stream.name}: is a table, which cannot be read from a pipe. Give its file."
                )
            yield from pieces(stream.path, options.column, options.transform)
            stream.n_read = stream.n_bytes
            return
    if _is_json(stream.name) or options.column is not None:
        yield from _json_pieces(stream, options)
    else:
        transform = options.transform
        for piece in text_pieces(stream):
            if transform is None:
                yield piece
            else:
                yield TransformedPiece(piece, options.errors, transform)


def _json_pieces(stream: Stream, options: InputOptions) -> Iterator[Piece]:
    return iterables.json_pieces(stream, options.errors, options.column, options.transform)


def _is_json(name: str) -> bool:
    """Tell whether a file's name says that it has a JSON value a line."""
    for compression in COMPRESSIONS.values():
        name = name.removesuffix(compression.suffix)
    return name.endswith(_JSON_SUFFIXES)


def expand(data: PathLike | Sequence[PathLike]) -> list[Path]:
    """Return the files that names stand for, ``-`` and pipes among them.

    Raises
    ------
    CorpusError
        A file is missing, unreadable or empty, or a pattern matches none.
    """
    from huffvec.corpus.sources import expand_paths

    return expand_paths(data, once=True)
