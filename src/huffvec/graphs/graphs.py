"""Graphs of any kind as edges: files, lists of edges, arrays, networkx, SciPy, tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers import arrow
from huffvec.corpus.readers.sources import expand, is_names
from huffvec.errors import ConfigError, CorpusError, OptionName
from huffvec.graphs.edges import Edges, make_edges, summed
from huffvec.graphs.files import file_edges
from huffvec.graphs.sparse import is_sparse, sparse_edges
from huffvec.graphs.tables import table_edges
from huffvec.progress import Progress
from huffvec.shared_options import Errors

_KINDS = (
    "file names, edges as tuples, two or three arrays of one length, a networkx graph, a SciPy "
    "sparse matrix or a table"
)


def edges_of(
    graph: Any,
    *,
    format: str | None = None,
    directed: bool | None = None,
    errors: Errors = "strict",
    progress: Progress | None = None,
) -> Edges:
    """Return the edges of a graph of any kind that `huffvec.random_walks` takes.

    Parameters
    ----------
    graph, format, errors
        As in `huffvec.random_walks`.
    directed
        What was asked for: a graph may be refused for it. That edges go both ways is not done here.
    progress
        Is told of the bytes of files.

    Raises
    ------
    ConfigError
        If a format is given for what is no file.
    CorpusError
        If it is no graph.
    """
    if is_names(graph):
        return file_edges(expand(graph), format, directed, errors, progress)
    if format is not None:
        raise ConfigError(
            OptionName("format"), f" is of files, but the graph is a {type(graph).__name__}"
        )
    if _is_networkx(graph):
        return _networkx_edges(graph, directed)
    if is_sparse(graph):
        return sparse_edges(graph, directed)
    if arrow.is_arrow(graph):
        return table_edges([arrow.open_object(graph, InputOptions())], errors)
    if hasattr(graph, "__array__"):
        return _array_edges(np.asarray(graph))
    return _listed_edges(graph)


def _is_networkx(graph: object) -> bool:
    return all(hasattr(graph, name) for name in ("is_directed", "is_multigraph", "adj", "edges"))


def _networkx_edges(graph: Any, directed: bool | None) -> Edges:
    """Return the edges of a graph of networkx; parallel ones are one, with their weights' sum.

    Its attribute ``weight`` is the weight, 1 where an edge has none, as in networkx itself.
    """
    is_directed = bool(graph.is_directed())
    if directed and not is_directed:
        raise CorpusError(
            "the graph: is undirected, so that its edges have no direction to follow: leave out "
            "directed=True, or give graph.to_directed()."
        )
    found = list(graph.edges(data="weight"))
    sources, targets, weights = zip(*found, strict=True) if found else ((), (), ())
    is_weighted = any(weight is not None for weight in weights)
    given = [1.0 if weight is None else weight for weight in weights] if is_weighted else None
    edges = make_edges(sources, targets, given, is_directed)
    if found and graph.is_multigraph():
        return summed(edges, directed=is_directed)
    return edges


def _array_edges(graph: Any) -> Edges:
    """Return the edges of an array: an edge a row, or columns, as in PyTorch Geometric."""
    are_rows = graph.ndim == 2 and graph.shape[1] in (2, 3)
    are_columns = graph.ndim == 2 and len(graph) in (2, 3)
    if are_rows and are_columns:
        raise CorpusError(
            f"the graph: an array of shape {graph.shape} may have an edge a row or be columns: "
            "give a tuple of columns, tuple(array) or tuple(array.T)."
        )
    if are_columns:
        return make_edges(*graph)
    if are_rows:
        return make_edges(*graph.T)
    hint = " A matrix of weights: scipy.sparse.coo_array(it)." if graph.ndim == 2 else ""
    raise CorpusError(
        "the graph: expected an array of shape (n_edges, 2) or (2, n_edges), with weights 3 for 2, "
        f"got the shape {graph.shape}.{hint}"
    )


def _listed_edges(graph: Any) -> Edges:
    """Return the edges of an iterable of edges, or of columns."""
    if isinstance(graph, (dict, set, frozenset, bytes)) or not isinstance(graph, Iterable):
        raise CorpusError(f"the graph: expected {_KINDS}; got {type(graph).__name__}.")
    items = list(graph)
    if not items or all(isinstance(item, tuple) for item in items):
        return _edges_of_rows(items)
    if _are_rows(graph, items):
        return _edges_of_rows(items)
    columns = [_sized(item) for item in items] if len(items) in (2, 3) else []
    if not columns or len({len(column) for column in columns}) != 1 or not len(columns[0]):
        lengths = [len(item) if hasattr(item, "__len__") else "?" for item in items[:4]]
        more = " …" if len(items) > 4 else ""
        raise CorpusError(f"the graph: expected {_KINDS}; got parts of the lengths {lengths}{more}")
    return make_edges(*columns)


def _are_rows(graph: Any, items: list[Any]) -> bool:
    """Return whether lists, which may be columns, are edges: in a tuple they are always columns."""
    if isinstance(graph, tuple) or not all(isinstance(item, list) for item in items):
        return False
    sizes = {len(item) for item in items}
    if not sizes <= {2, 3}:
        return False
    if not isinstance(graph, Iterator) and len(items) in (2, 3) and len(sizes) == 1:
        raise CorpusError(
            f"the graph: {len(items)} lists of {sizes.pop()} may be edges or columns (sources, "
            "targets, weights): give edges as tuples, or columns in a tuple."
        )
    return True


def _edges_of_rows(rows: list[Any]) -> Edges:
    sizes = set(map(len, rows))
    if not sizes:
        raise CorpusError("the graph has no edge, expected at least one.")
    if not sizes <= {2, 3}:
        wrong = min(sizes - {2, 3})
        raise CorpusError(
            f"the graph: expected edges as tuples (from, to) or (from, to, weight), got one of "
            f"length {wrong}."
        )
    if len(sizes) > 1:
        raise CorpusError("the graph: expected all edges with a weight or none.")
    columns: list[Any] = list(zip(*rows, strict=True))
    return make_edges(*columns)


def _sized(column: Any) -> Any:
    """Return a column as an array or list of one dimension; anything else has no length here."""
    if isinstance(column, (list, tuple)):
        return column
    if isinstance(column, (str, bytes, dict)) or not hasattr(column, "__len__"):
        return []
    array = np.asarray(column)
    return array if array.ndim == 1 else []
