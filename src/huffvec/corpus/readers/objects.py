"""The pieces of Python objects: tables, arrays and iterables of sentences."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.checks import is_several
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers import arrays, arrow, iterables, json_lines
from huffvec.corpus.readers.columns import column_pieces
from huffvec.corpus.readers.grouping import TakeGroups, grouped_pieces
from huffvec.corpus.readers.pieces import Piece
from huffvec.errors import ConfigError, CorpusError


def object_pieces(
    data: Any,
    offsets: npt.ArrayLike | None,
    options: InputOptions,
    take_groups: TakeGroups | None = None,
) -> Iterator[Piece]:
    """Return the pieces of a Python object: a table, an array or an iterable of sentences.

    The values of groups are told as by `grouped_pieces`.

    Raises
    ------
    CorpusError
        If it is none of these, or its sentences are not as they should be.
    """
    if isinstance(data, np.ndarray) and data.dtype.kind in "iu":
        return arrays.array_pieces(data, offsets)
    if offsets is not None:
        raise ConfigError(
            f"offsets belong to a NumPy array of whole numbers, not to {type(data).__name__}"
        )
    if not arrow.is_arrow(data) and (isinstance(data, dict) or not is_several(data)):
        raise CorpusError(
            f"cannot train on {type(data).__name__}: expected file names, an iterable of sentences "
            "(text, lists of tokens or of ids), a table or an array of whole numbers."
        )
    if options.group_by is not None:
        return _grouped_object(data, options, take_groups)
    if arrow.is_arrow(data):
        return _table_pieces(data, options)
    name = type(data).__name__
    if options.column is None and not options.has_documents:
        return iterables.sentence_pieces(_whole(data), name, options)
    values = json_lines.column_of(json_lines.numbered(_whole(data)), name, options)
    return iterables.sentence_pieces(values, name, options)


def _grouped_object(
    data: Any, options: InputOptions, take_groups: TakeGroups | None
) -> Iterator[Piece]:
    """Yield the pieces of the grouped rows of a table, or of objects with keys."""
    if arrow.is_arrow(data):
        opened = arrow.open_object(data, options)
    else:
        opened = json_lines.open_rows(type(data).__name__, json_lines.numbered(data))
    with opened as table:
        yield from grouped_pieces([table], options, take_groups)


def _table_pieces(data: Any, options: InputOptions) -> Iterator[Piece]:
    with arrow.open_object(data, options) as table:
        yield from column_pieces(table, options)


def _whole(data: Iterable[Any]) -> Iterator[Any]:
    """Yield the sentences, or raise CorpusError if they are paths, which an iterator may give."""
    for item in data:
        if isinstance(item, os.PathLike):
            raise CorpusError(
                f"an iterator of paths such as {os.fspath(item)!r}: give them as a list."
            )
        yield item
