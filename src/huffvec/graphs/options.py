"""How random walks are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from huffvec.options import option
from huffvec.records import Options
from huffvec.shared_options import Errors, errors_option, seed_option, threads_option

GraphFormat = Literal["edgelist", "adjlist", "mat"]
PANEL = "Walks"  # heading of these options, in help


class WalkKeywords(TypedDict, total=False):
    """The fields of `WalkOptions` as keyword arguments, for type checkers."""

    walks_per_node: int
    length: int
    p: float
    q: float
    directed: bool | None
    seed: int
    n_threads: int
    errors: Errors
    format: GraphFormat | None


@dataclass(frozen=True)
class WalkOptions(Options):
    """How walks are made.

    Attributes
    ----------
    walks_per_node
        How many walks begin at each node.
    length
        Nodes in a walk; fewer where a node has no edge to follow.
    p
        The larger, the more rarely a walk goes back to the node that it came from.
    q
        The larger, the more a walk stays near where it came from.
    directed
        Whether to follow edges in their direction only. ``None``: as a graph of networkx says;
        others are undirected.
    seed
        Start of the random numbers.
    n_threads
        0: all processors that the process may use.
    errors
        What to do with bytes that are not UTF-8: ``"strict"`` or ``"replace"`` (by U+FFFD; nodes
        that differ in nothing else become one).
    format
        How files are read: ``"edgelist"``; ``"adjlist"``, a node and its neighbours a line; or
        ``"mat"``, DeepWalk's MATLAB files with a sparse matrix ``network``. ``None``: by their
        names and first bytes, as tables, ``.mat`` or lists of edges.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "walk option"

    walks_per_node: int = option(
        10,
        low=1,
        high=2**31 - 1,
        metavar="N",
        panel=PANEL,
        help="How many walks begin at each node.",
    )
    length: int = option(
        80, low=2, high=2**31 - 1, metavar="NODES", panel=PANEL, help="Nodes in a walk."
    )
    p: float = option(
        1.0,
        above=0.0,
        high=1e9,
        metavar="NUMBER",
        panel=PANEL,
        help="node2vec's p: the larger it is, the less often a walk returns to the node before.",
    )
    q: float = option(
        1.0,
        above=0.0,
        high=1e9,
        metavar="NUMBER",
        panel=PANEL,
        help="node2vec's q: the larger it is, the more a walk stays near the node before. With "
        "p = q = 1 walks are DeepWalk's.",
    )
    directed: bool | None = option(None, panel=PANEL, help="Follow edges in their direction only.")
    seed: int = seed_option()
    n_threads: int = threads_option()
    errors: Errors = errors_option()
    format: GraphFormat | None = option(
        None,
        panel=PANEL,
        when_none="by the file's name; text is an edge list",
        help="edgelist (an edge a line), adjlist (a node and its neighbours a line) or mat "
        "(DeepWalk's MATLAB files).",
    )
