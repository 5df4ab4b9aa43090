"""Options of the commands that walk on graphs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from huffvec.corpus.file import Corpus
    from huffvec.training.progress import Silent

PANEL = "Walks"

GraphFiles = Annotated[
    list[str],
    typer.Argument(
        metavar="GRAPH",
        show_default=False,
        help="Text with one edge per line: two nodes and, optionally, a weight, separated by "
        "spaces. Several files make one graph; they may be compressed.",
    ),
]
WalksPerNode = Annotated[
    int,
    typer.Option(metavar="N", rich_help_panel=PANEL, help="How many walks begin at each node."),
]
Length = Annotated[
    int, typer.Option(metavar="NODES", rich_help_panel=PANEL, help="Nodes in a walk.")
]
P = Annotated[
    float,
    typer.Option(
        "--p",
        metavar="NUMBER",
        rich_help_panel=PANEL,
        help="node2vec's p: the larger it is, the less often a walk returns to the node before.",
    ),
]
Q = Annotated[
    float,
    typer.Option(
        "--q",
        metavar="NUMBER",
        rich_help_panel=PANEL,
        help="node2vec's q: the larger it is, the more a walk stays near the node before. "
        "With p = q = 1 walks are DeepWalk's.",
    ),
]
Directed = Annotated[
    bool,
    typer.Option(
        "--directed",
        rich_help_panel=PANEL,
        show_default=False,
        help="Follow edges in their direction only.",
    ),
]
GraphFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        rich_help_panel=PANEL,
        show_default=False,
        help="edgelist (an edge a line), adjlist (a node and its neighbours a line) or mat "
        "(DeepWalk's MATLAB files). By default: by the file's name; text is an edge list.",
    ),
]


def walk(paths: list[Path], params: Mapping[str, Any], sink: Silent) -> Corpus:
    """Return the walks that a command's options ask for; the options are those declared here.

    Raises
    ------
    ConfigError
        If an option is out of its range.
    CorpusError
        If a file is no graph.
    """
    from huffvec.graphs.walks import random_walks

    names = ("walks_per_node", "length", "p", "q", "seed", "errors", "format")
    return random_walks(
        paths,
        directed=params["directed"] or None,
        n_threads=params["threads"],
        progress=sink.stage,
        **{name: params[name] for name in names},
    )
