"""Edges out of tables: columns source, target and perhaps weight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.readers.columns import as_bytes, chunks, plain
from huffvec.corpus.readers.decoding import decoded
from huffvec.corpus.readers.tables import Table, is_text_type, value_type_of
from huffvec.errors import CorpusError
from huffvec.graphs.edges import Edges, as_weights, joined, make_edges

NAMES = ("source", "target", "weight")


def table_edges(tables: Iterable[AbstractContextManager[Table]], errors: str) -> Edges:
    """Return the edges of tables, which are one graph.

    Raises
    ------
    CorpusError
        If a table is damaged, has other columns, or values are missing or of another type.
    """
    ends: tuple[list[Any], list[Any]] = [], []
    weights: list[Any] = []
    name, sizes = "", set()
    for opened in tables:
        with opened as table:
            name, columns = table.name, edge_columns(table)
            sizes.add(len(columns))
            places = [f"{name}: column {column!r}" for column in columns]
            for batch in table.batches(columns):
                found = [
                    [_whole(array, place) for array in chunks(batch.column(column))]
                    for column, place in zip(columns, places, strict=True)
                ]
                for end, arrays in zip(ends, found, strict=False):
                    end.extend(arrays)
                for arrays in found[2:]:
                    weights.extend(_numbers(array, places[2]) for array in arrays)
    if len(sizes) > 1:
        raise CorpusError("the graph: expected all edges with a weight or none.")
    if not sum(map(len, ends[0])):
        raise CorpusError(f"{name}: has no row, expected an edge a row.")
    return _edges(ends, weights, name, errors)


def edge_columns(table: Table) -> list[str]:
    """Return the columns with the edges: by their names, else all if there are two or three."""
    names = table.schema.names
    if set(NAMES[:2]) <= set(names):
        columns = [name for name in NAMES if name in names]
    elif len(names) in (2, 3):
        columns = list(names)
    else:
        shown = ", ".join(map(repr, names[:6])) + (" …" if len(names) > 6 else "")
        raise CorpusError(
            f"{table.name}: expected the columns 'source', 'target' and perhaps 'weight', or two "
            f"or three columns in this order, found {len(names)}: {shown}"
        )
    if len(set(names)) != len(names):
        raise CorpusError(f"{table.name}: has two columns of one name, expected names that differ.")
    return columns


def _whole(array: Any, where: str) -> Any:
    """Return an array whose buffers were checked, text as bytes, without dictionary or null."""
    import pyarrow as pa

    is_text = is_text_type(value_type_of(array.type))
    array = as_bytes(array)
    if is_text:
        array = plain(array).cast(pa.large_binary())
    elif pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if array.null_count:
        raise CorpusError(
            f"{where}: {array.null_count:,} values are missing (null). Leave these edges out."
        )
    return array


def _numbers(array: Any, where: str) -> npt.NDArray[np.float64]:
    """Return weights, which may be written as text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        if pa.types.is_large_binary(array.type):
            array = pc.utf8_trim_whitespace(array.cast(pa.large_string()))
        numbers: npt.NDArray[np.float64] = array.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        reason = str(error).splitlines()[0][:100]
        raise CorpusError(f"{where}: expected weights above 0, found others ({reason}).") from None
    return numbers


def _edges(ends: Sequence[list[Any]], weights: list[Any], name: str, errors: str) -> Edges:
    """Return the edges of arrays of sources and targets, each in the parts that were read."""
    import pyarrow as pa

    parts = [*ends[0], *ends[1]]
    are_text = [pa.types.is_large_binary(part.type) for part in parts]
    given = np.concatenate(weights) if weights else None
    if not any(are_text):
        arrays = [
            np.concatenate([part.to_numpy(zero_copy_only=False) for part in column])
            for column in ends
        ]
        return make_edges(arrays[0], arrays[1], given)
    for part in parts:
        if not (pa.types.is_large_binary(part.type) or pa.types.is_integer(part.type)):
            raise CorpusError(f"{name}: nodes are {part.type}, expected text or whole numbers.")
    texts = [
        part if is_text else part.cast(pa.large_string()).cast(pa.large_binary())
        for part, is_text in zip(parts, are_text, strict=True)
    ]
    nodes = pa.chunked_array(texts).dictionary_encode().combine_chunks()
    if isinstance(nodes, pa.ChunkedArray):
        nodes = nodes.chunk(0)
    names = joined([decoded(name, 0, node, errors) for node in nodes.dictionary.to_pylist()])
    sources, targets = np.split(nodes.indices.to_numpy().astype(np.int32), 2)
    return Edges(names, sources, targets, as_weights(given))
