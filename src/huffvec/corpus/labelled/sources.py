"""Everything that documents can come from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from huffvec.checks import is_several
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.labelled.pieces import LinesPiece, Piece, RawPiece
from huffvec.corpus.labelled.rows import row_pieces
from huffvec.corpus.labelled.tables import table_pieces
from huffvec.corpus.readers import arrow
from huffvec.corpus.readers.decoding import whole_lines
from huffvec.corpus.readers.files import kind_of, open_streams
from huffvec.corpus.readers.json_lines import JSON_LINES, json_rows, numbered
from huffvec.corpus.readers.sources import expand, is_names
from huffvec.corpus.readers.streams import Stream
from huffvec.corpus.readers.tables import choose_column
from huffvec.errors import ConfigError, CorpusError, OptionName
from huffvec.progress import Progress
from huffvec.threads import in_order

_GIVEN = "text", "label", "weight"  # what rows have that are given apart


def example_pieces(
    data: Any,
    options: ExampleOptions,
    *,
    labels: Any = None,
    weights: Any = None,
    n_threads: int = 1,
    progress: Progress | None = None,
) -> Iterator[Piece]:
    """Yield the documents that `huffvec.corpus.labelled.read_examples` reads, piece by piece.

    Parameters and errors are its own, but that there may be no label.
    """
    if labels is not None:
        if isinstance(data, (str, os.PathLike)):
            raise ConfigError(
                OptionName("labels"), f" belong to texts, not to a file such as {data!r:.80}"
            )
        rows = numbered(_zipped(_texts_of(data, options), labels, weights))
        raws = row_pieces(rows, "the texts", options, labelled=True)
    elif weights is not None:
        raise ConfigError(
            OptionName("weights"), " need ", OptionName("labels"), "; of a table, name a column (",
            OptionName("weight_column"), ")",
        )  # fmt: skip
    else:
        raws = _raw_pieces(data, options, progress, labelled=True)
    yield from _finished(raws, options, n_threads)


def text_pieces(
    data: Any,
    options: ExampleOptions | None = None,
    *,
    n_threads: int = 1,
    progress: Progress | None = None,
) -> Iterator[Piece]:
    """Yield documents without their labels, in pieces, all of them and in their order.

    Parameters
    ----------
    data
        As for `read_examples`: file names, a table, or an iterable of texts, of lists of tokens or
        of dicts. A list of strings is one of file names; for texts give ``iter(texts)``.
    options, n_threads, progress
        As for `read_examples`.

    Raises
    ------
    CorpusError
        If the input cannot be read, or is not as it should be.
    MissingExtraError
        If a package that this kind of input needs is not installed.
    """
    options = options or ExampleOptions()
    yield from _finished(_raw_pieces(data, options, progress, labelled=False), options, n_threads)


def _finished(raws: Iterable[RawPiece], options: ExampleOptions, n_threads: int) -> Iterator[Piece]:
    """Yield pieces in their order, prepared by threads."""
    transform = options.transform
    yield from in_order(lambda raw: raw.finish(transform), raws, n_threads)


def _raw_pieces(
    data: Any, options: ExampleOptions, progress: Progress | None, *, labelled: bool
) -> Iterator[RawPiece]:
    """Yield the documents of any input as they are."""
    if is_names(data):
        for stream, tell in open_streams(expand(data), progress, is_live=not labelled):
            for piece in _file_pieces(stream, options, labelled):
                tell()
                yield piece
    elif arrow.is_arrow(data):
        named = [options.column, options.label_column, options.weight_column]
        known = options.column is not None and (options.label_column is not None or not labelled)
        wanted = [name for name in named if name is not None] if known else []
        with arrow.open_object(data, options.reading, wanted) as table:
            yield from table_pieces(table, options, labelled)
    elif isinstance(data, Mapping) or not is_several(data):
        raise CorpusError(
            f"cannot read examples from {type(data).__name__}: expected file names, a table, or an "
            "iterable of texts with their labels."
        )
    else:
        yield from row_pieces(numbered(data), type(data).__name__, options, labelled)


def _file_pieces(stream: Stream, options: ExampleOptions, labelled: bool) -> Iterator[RawPiece]:
    """Yield the documents of a file of any kind."""
    reading = options.reading
    kind = kind_of(stream, reading.but(column=options.column or options.label_column))
    if kind is JSON_LINES:
        rows = json_rows(stream, reading)
        yield from row_pieces(rows, stream.name, options, labelled, lambda: stream.is_drained)
    elif kind.open_table is None:
        first_line = 1
        for lines in whole_lines(stream, options.errors, reading.max_line_bytes):
            yield LinesPiece(stream.name, first_line, lines, options.label_prefix, labelled)
            first_line += lines.count(b"\n")
    else:
        with kind.open_table(stream, reading) as table:
            yield from table_pieces(table, options, labelled)


def _texts_of(data: Any, options: ExampleOptions) -> Iterable[Any]:
    """Return the texts of what has nothing else: an iterable, a column or a table."""
    if not arrow.is_arrow(data):
        return data  # type: ignore[no-any-return]
    with arrow.open_object(data, options.reading) as table:
        column = choose_column(table, options.column)
        return [text for batch in table.batches([column]) for text in _values(batch[column])]


def _values(values: Any) -> Iterable[Any]:
    """Return the values of a column of any library, or of an array, as plain objects."""
    for method in ("to_pylist", "tolist", "to_list"):
        if hasattr(values, method):
            return getattr(values, method)()  # type: ignore[no-any-return]
    return values  # type: ignore[no-any-return]


def _zipped(texts: Iterable[Any], labels: Any, weights: Any) -> Iterator[tuple[Any, ...]]:
    """Yield texts with their labels, and with their weights if there are any."""
    columns = [texts, _values(labels), *([] if weights is None else [_values(weights)])]
    for name, column in zip(_GIVEN, columns, strict=False):
        if not is_several(column):
            raise CorpusError(f"{name}s must be a list, one for each text, not {column!r:.80}.")
    missing = object()
    for number, row in enumerate(zip_longest(*columns, fillvalue=missing), 1):
        lacking = [name for name, value in zip(_GIVEN, row, strict=False) if value is missing]
        if lacking:
            raise CorpusError(
                f"there is no {lacking[0]} {number}, expected as many texts, labels and weights."
            )
        yield row
