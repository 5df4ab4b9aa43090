"""Graphs out of sparse matrices of SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from huffvec.errors import CorpusError
from huffvec.graphs.edges import Edges, make_edges


def is_sparse(graph: object) -> bool:
    """Return whether this is a sparse matrix or array of SciPy."""
    return all(hasattr(graph, name) for name in ("tocoo", "nnz", "shape"))


def sparse_edges(matrix: Any, directed: bool | None) -> Edges:
    """Return the edges of a sparse matrix of SciPy: its numbers are weights, its rows the nodes.

    Raises
    ------
    CorpusError
        If it is not square, damaged, or has other weights one way than the other and nobody said
        that edges have directions.
    """
    if len(matrix.shape) != 2 or matrix.shape[0] != matrix.shape[1]:
        raise CorpusError(
            f"the graph: expected a square matrix, a row and a column a node, got {matrix.shape}."
        )
    try:
        if hasattr(matrix, "check_format"):
            matrix.check_format(full_check=True)
        entries = matrix.tocoo(copy=True)
    except ValueError as error:
        raise CorpusError(f"the graph: the matrix is damaged: {error}.") from None
    entries.sum_duplicates()
    entries.eliminate_zeros()
    rows, columns, weights = entries.row, entries.col, entries.data
    if directed is None and not _agrees_with_its_mirror(rows, columns, weights, matrix.shape[0]):
        raise CorpusError(
            "the graph: the matrix has other weights from one node to another than back. Say "
            "directed=True, or make it symmetric."
        )
    return make_edges(rows, columns, None if np.all(weights == 1) else weights)


def _agrees_with_its_mirror(rows: Any, columns: Any, weights: Any, n_nodes: int) -> bool:
    """Return whether every two entries on both sides of the diagonal are equal."""
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    keys = low.astype(np.int64) * n_nodes + high
    order = np.argsort(keys, kind="stable")
    is_pair = np.diff(keys[order]) == 0
    return bool(np.all(np.diff(weights[order])[is_pair] == 0))
