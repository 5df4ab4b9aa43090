"""Edges as the engine takes them: ids of nodes, their names, weights above 0."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.white_space import split_words
from huffvec.errors import CorpusError

_NOT_IN_NAMES = re.compile(r"[\0 \t\v\f\r]")

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Edges:
    """The edges of a graph.

    Attributes
    ----------
    names
        The nodes' names by id, in UTF-8, joined by line feeds.
    sources, targets
        Ids of the nodes that edges go from and to, (n_edges,).
    weights
        Above 0, (n_edges,), or (0,) if there are none.
    directed
        Whether edges go one way, if what they come from says so.
    """

    names: bytes
    sources: Ids
    targets: Ids
    weights: npt.NDArray[np.float32]
    directed: bool | None = None


def make_edges(
    sources: Any, targets: Any, weights: Any = None, directed: bool | None = None
) -> Edges:
    """Return the edges between nodes that are given in two columns, arrays or lists of one length.

    Raises
    ------
    CorpusError
        If nodes have no names that differ, or weights are not numbers above 0.
    """
    columns = [_column(sources), _column(targets)]
    if all(isinstance(column, np.ndarray) for column in columns):
        names, ids = _numbered(columns)
    else:
        names, ids = _indexed(columns)
    first, second = np.split(ids.astype(np.int32, copy=False), 2)
    return Edges(names, first, second, as_weights(weights), directed)


def as_weights(weights: Any) -> npt.NDArray[np.float32]:
    """Return weights as the engine takes them; raise CorpusError unless all are above 0."""
    if weights is None:
        return np.empty(0, np.float32)
    try:
        with np.errstate(over="ignore"):
            found = np.asarray(weights).astype(np.float32)
    except (TypeError, ValueError):
        raise CorpusError("the graph: expected weights above 0, got others.") from None
    if found.ndim != 1 or not np.all(np.isfinite(found) & (found > 0)):
        raise CorpusError("the graph: expected weights above 0, got others.")
    return found


def joined(names: Sequence[str]) -> bytes:
    """Return nodes' names joined by line feeds.

    Raises
    ------
    CorpusError
        If two are the same, or one is empty, or has white space in it or what UTF-8 has not.
    """
    if len(set(names)) != len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise CorpusError(f"the graph: two different nodes have the name {_short(twice)}.")
    text = "\n".join(names)
    if not all(names) or text.count("\n") >= len(names) or _NOT_IN_NAMES.search(text):
        wrong = next(name for name in names if "\0" in name or split_words(name) != [name])
        raise CorpusError(
            f"the graph: the node {_short(wrong)} is empty or has white space in its name, "
            "expected names without. Rename it, with '_' for spaces, say."
        )
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CorpusError("the graph: a node's name is no text, expected Unicode.") from None


def without_isolated(edges: Edges) -> Edges:
    """Return edges without the nodes that have none: no walk leads to them, nothing is learned."""
    names = edges.names.split(b"\n") if edges.names else []
    is_used = np.zeros(len(names), bool)
    is_used[edges.sources] = is_used[edges.targets] = True
    if is_used.all():
        return edges
    ids = (np.cumsum(is_used) - 1).astype(np.int32)
    kept = b"\n".join([name for name, used in zip(names, is_used.tolist(), strict=True) if used])
    return Edges(kept, ids[edges.sources], ids[edges.targets], edges.weights, edges.directed)


def summed(edges: Edges, *, directed: bool) -> Edges:
    """Return edges with those between the same two nodes as one, with their weights' sum."""
    n_nodes = edges.names.count(b"\n") + 1
    ends = np.stack([edges.sources, edges.targets]).astype(np.int64)
    if not directed:
        ends.sort(axis=0)
    keys, places = np.unique(ends[0] * n_nodes + ends[1], return_inverse=True)
    if len(keys) == len(places) and not len(edges.weights):
        return edges
    weights = np.bincount(places, edges.weights if len(edges.weights) else None)
    sources, targets = np.divmod(keys, n_nodes)
    return Edges(
        edges.names,
        sources.astype(np.int32),
        targets.astype(np.int32),
        as_weights(weights),
        edges.directed,
    )


def _short(name: object) -> str:
    text = repr(name)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _column(values: Any) -> Any:
    """Return nodes as an array of whole numbers if they are that, else as a list."""
    if not hasattr(values, "dtype"):
        values = list(values)
        if not all(issubclass(kind, (int, float, np.number)) for kind in set(map(type, values))):
            return values
        if (array := np.asarray(values)).dtype == object:  # very large numbers
            return values
    else:
        array = np.asarray(values)
    kind = array.dtype.kind
    if kind in "OUT":
        return list(array.tolist())
    if kind in "iu":
        return array
    if kind == "f" and np.all(array == np.floor(array)) and np.all(np.abs(array) < 2**53):
        return array.astype(np.int64)
    raise CorpusError(
        f"the graph: expected whole numbers or names as nodes, got {array.dtype} numbers."
    )


def _numbered(columns: Sequence[Any]) -> tuple[bytes, npt.NDArray[Any]]:
    """Return names and ids of nodes that are whole numbers, in their order."""
    both = np.concatenate(columns)
    if both.dtype.kind not in "iu":  # int64 and uint64 have no common type
        return _indexed([column.tolist() for column in columns])
    nodes, ids = np.unique(both, return_inverse=True)
    return "\n".join(map(str, nodes.tolist())).encode(), ids


def _indexed(columns: Sequence[Iterable[Any]]) -> tuple[bytes, npt.NDArray[Any]]:
    """Return names and ids of nodes of any kind, in the order in which they first come."""
    ids: dict[Any, int] = {}
    try:
        found = [ids.setdefault(node, len(ids)) for node in chain.from_iterable(columns)]
    except TypeError:
        raise CorpusError(
            "the graph: expected nodes that can be keys of a dict (names, numbers), got others."
        ) from None
    if None in ids:
        raise CorpusError("the graph: an edge has None for a node, expected two nodes.")
    return joined(list(map(str, ids))), np.array(found, np.int64)
