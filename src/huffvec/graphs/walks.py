"""Random walks on graphs as a corpus, without passing through text: DeepWalk and node2vec.

DeepWalk (Perozzi, Al-Rfou & Skiena 2014) goes from a node to one of its neighbours, drawn by the
weights of the edges. node2vec (Grover & Leskovec 2016) multiplies these weights by 1/p for the node
that it came from, by 1 for nodes that this one has an edge to, and by 1/q for all others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huffvec.corpus.file import Corpus, CorpusRecord
from huffvec.corpus.jobs import run_job
from huffvec.corpus.sentences import Sentences, temporary_file
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError
from huffvec.graphs.graphs import edges_of
from huffvec.graphs.options import WalkOptions
from huffvec.progress import Progress
from huffvec.progress.showing import shows_progress
from huffvec.threads import thread_count

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.graphs.options import WalkKeywords


@shows_progress
def random_walks(
    graph: Any,
    *,
    progress: Progress | bool | None = None,
    **options: Unpack[WalkKeywords],
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
        - an array or tensor with an edge a row, (n_edges, 2) or (n_edges, 3), or a column, as
          PyTorch Geometric's ``edge_index``; or two or three arrays or lists in a tuple: the nodes
          that edges go from, (n_edges,), and to, and perhaps weights;
        - a graph of networkx, with weights in the attribute ``weight``; parallel edges of its
          multigraphs are one, with their weights' sum;
        - a square sparse matrix of SciPy: its numbers are weights, its rows' numbers the nodes;
        - a table of pandas, polars or pyarrow with columns ``source``, ``target`` and perhaps
          ``weight``, or with two or three columns in this order.

        An edge that is there several times counts once, with its last weight. Nodes without an
        edge are left out: nothing could be learned about them.
    progress
        Called about ten times a second with a stage's name, the bytes done and the bytes in all;
        True shows a bar, in terminals and notebooks.
    **options
        Fields of `huffvec.graphs.options.WalkOptions`, e.g. ``length=40``.

    Raises
    ------
    ConfigError
        If an option is unknown or out of its range.
    CorpusError
        If the graph is of no kind that is read, or damaged, or has no edge.
    MissingExtraError
        If pyarrow (for tables) or SciPy (for MATLAB files) is not installed.
    OutputError
        If the temporary files cannot be written.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    from huffvec import _text

    walking = WalkOptions.of(**options)
    edges = edges_of(
        graph,
        format=walking.format,
        directed=walking.directed,
        errors=walking.errors,
        progress=progress,
    )
    names = edges.names
    if not len(edges.sources):
        raise CorpusError("the graph has no edge, expected at least one.")
    directed = bool(edges.directed if walking.directed is None else walking.directed)
    native = _text.Graph(
        names.count(b"\n") + 1, edges.sources, edges.targets, edges.weights, directed
    )
    with temporary_file() as ids_file, temporary_file() as offsets_file:
        walker = _text.Walker(
            native,
            names,
            ids_fd=ids_file.fileno(),
            offsets_fd=offsets_file.fileno(),
            walks_per_node=walking.walks_per_node,
            length=walking.length,
            p=walking.p,
            q=walking.q,
            seed=walking.seed,
            n_threads=thread_count(walking.n_threads),
        )
        run_job(walker, "walking", progress)
        sentences = Sentences.mapped(
            ids_file, offsets_file, walker.n_kept_tokens, walker.n_kept_sentences
        )
    record = CorpusRecord(walker.n_tokens, walker.n_sentences, walker.n_types, min_count=1)
    return Corpus(sentences, Vocabulary.from_bytes(walker.words(), walker.counts()), record)
