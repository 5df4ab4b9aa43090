"""Random walks on graphs as a corpus, without passing through text: DeepWalk and node2vec.

DeepWalk (Perozzi, Al-Rfou & Skiena 2014) goes from a node to one of its neighbours, drawn by the
weights of the edges. node2vec (Grover & Leskovec 2016) multiplies these weights by 1/p for the node
that it came from, by 1 for nodes that this one has an edge to, and by 1/q for all others.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np

from huffvec.checks import check_bool, check_choice, check_float, check_int
from huffvec.config import TrainingConfig
from huffvec.corpus.file import Corpus, CorpusRecord
from huffvec.corpus.jobs import run_job
from huffvec.corpus.options import Errors, check_errors
from huffvec.corpus.sentences import Sentences, temporary_file
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError
from huffvec.graphs.graphs import edges_of
from huffvec.progress import Progress
from huffvec.progress.showing import shows_progress

GraphFormat = Literal["edgelist", "adjlist", "mat"]


@shows_progress
def random_walks(
    graph: Any,
    *,
    walks_per_node: int = 10,
    length: int = 80,
    p: float = 1.0,
    q: float = 1.0,
    directed: bool | None = None,
    seed: int = 1,
    n_threads: int = 0,
    errors: Errors = "strict",
    format: GraphFormat | None = None,
    progress: Progress | bool | None = None,
) -> Corpus:
    """Return random walks on a graph, from each node as often as asked for, to be trained on.

    With ``p = q = 1`` these are DeepWalk's walks, else node2vec's. Walks do not depend on the
    number of threads.

    Parameters
    ----------
    graph
        One of:

        - names of files: text with an edge a line, two nodes and perhaps a weight, separated by
          white space (what networkx writes with ``write_edgelist`` is read, too), or see format;
          CSV, Parquet and Feather as tables;
        - edges as tuples ``(from, to)`` or ``(from, to, weight)``, in a list or any iterable; nodes
          are whole numbers, text or anything hashable, and get the names that ``str`` gives them;
        - an array with an edge a row, (n_edges, 2) or (n_edges, 3); or two or three arrays or lists
          in a tuple: the nodes that edges go from, (n_edges,), and to, and perhaps weights;
        - a graph of networkx, with weights in the attribute ``weight``; parallel edges of its
          multigraphs are one, with their weights' sum;
        - a square sparse matrix of SciPy: its numbers are weights, its rows' numbers the nodes;
        - a table of pandas, polars or pyarrow with columns ``source``, ``target`` and perhaps
          ``weight``, or with two or three columns in this order.

        An edge that is there several times counts once, with its last weight. Nodes without an
        edge are left out: nothing could be learned about them.
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
    progress
        Called about ten times a second with a stage's name, the bytes done and the bytes in all;
        True shows a bar, in terminals and notebooks.

    Raises
    ------
    ConfigError
        If an option is out of its range.
    CorpusError
        If the graph is of no kind that is read, or damaged, or has no edge.
    MissingExtraError
        If pyarrow (for tables) or SciPy (for MATLAB files) is not installed.
    OutputError
        If the temporary files cannot be written.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    from huffvec import _text

    walks_per_node = check_int("walks_per_node", walks_per_node, 1, 2**31 - 1)
    length = check_int("length", length, 1, 2**31 - 1)
    p = check_float("p", p, 0.0, 1e9, open_low=True)
    q = check_float("q", q, 0.0, 1e9, open_low=True)
    if directed is not None:
        directed = check_bool("directed", directed)
    if format is not None:
        check_choice("format", format, get_args(GraphFormat))
    check_errors(errors)
    config = TrainingConfig(n_threads=n_threads, seed=seed)
    edges = edges_of(graph, format=format, directed=directed, errors=errors, progress=progress)
    names = edges.names
    if not len(edges.sources):
        raise CorpusError("the graph has no edge, expected at least one.")
    if directed is None:
        directed = bool(edges.directed)
    native = _text.Graph(
        names.count(b"\n") + 1, edges.sources, edges.targets, edges.weights, directed
    )
    with temporary_file(None) as ids_file, temporary_file(None) as offsets_file:
        walker = _text.Walker(
            native,
            names,
            ids_fd=ids_file.fileno(),
            offsets_fd=offsets_file.fileno(),
            walks_per_node=walks_per_node,
            length=length,
            p=p,
            q=q,
            seed=config.seed,
            n_threads=config.threads(),
        )
        run_job(walker, "walking", progress)
        encoded = Sentences(
            np.memmap(ids_file, np.int32, "r", shape=(walker.n_kept_tokens,)),
            np.memmap(offsets_file, np.int64, "r", shape=(walker.n_kept_sentences + 1,)),
        )
    record = CorpusRecord(walker.n_tokens, walker.n_sentences, walker.n_types, min_count=1)
    return Corpus(encoded, Vocabulary.from_bytes(walker.words(), walker.counts()), record)
