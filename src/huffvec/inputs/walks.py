"""Random walks on graphs as a corpus, without passing through text: DeepWalk and node2vec.

DeepWalk (Perozzi, Al-Rfou & Skiena 2014) goes from a node to one of its neighbours, drawn by the
weights of the edges. node2vec (Grover & Leskovec 2016) multiplies these weights by 1/p for the node
that it came from, by 1 for nodes that this one has an edge to, and by 1/q for all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_bool, check_float, check_int
from huffvec.config import TrainingConfig
from huffvec.corpus.encoded import EncodedCorpus, temporary_file
from huffvec.corpus.jobs import Progress, run_job
from huffvec.corpus.sources import PathLike
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError
from huffvec.inputs.corpus import Corpus, CorpusRecord
from huffvec.inputs.options import Errors, check_errors
from huffvec.inputs.sources import expand, is_names, is_text
from huffvec.inputs.streams import checked, open_stream, text_pieces
from huffvec.training.showing import shows_progress


@shows_progress
def random_walks(
    graph: PathLike | Sequence[PathLike] | Sequence[npt.ArrayLike],
    *,
    walks_per_node: int = 10,
    length: int = 80,
    p: float = 1.0,
    q: float = 1.0,
    directed: bool = False,
    seed: int = 1,
    n_threads: int = 0,
    errors: Errors = "strict",
    progress: Progress | bool | None = None,
) -> Corpus:
    """Return random walks on a graph, from each node as often as asked for, to be trained on.

    With ``p = q = 1`` these are DeepWalk's walks, else node2vec's. Walks do not depend on the
    number of threads.

    Parameters
    ----------
    graph
        Names of files with an edge a line, two nodes and perhaps a weight, separated by white space
        (compressed files are read as they are); or a list of tuples ``(from, to)`` or
        ``(from, to, weight)`` of whole numbers; or an array with an edge a row; or two or three
        arrays: whole numbers of the nodes that edges go from, (n_edges,), and to, and perhaps
        weights. An edge that is there several times counts once, with its last weight.
    walks_per_node
        How many walks begin at each node.
    length
        Nodes in a walk; fewer where a node has no edge to follow.
    p
        The larger, the more rarely a walk goes back to the node that it came from.
    q
        The larger, the more a walk stays near where it came from.
    directed
        Follow edges in their direction only.
    seed
        Start of the random numbers.
    n_threads
        0: all processors that the process may use.
    errors
        What to do with bytes that are not UTF-8: ``"strict"`` or ``"replace"`` (by U+FFFD; nodes
        that differ in nothing else become one).
    progress
        Called about ten times a second with a stage's name, the bytes done and the bytes in all;
        True shows a bar, in terminals and notebooks.

    Raises
    ------
    ConfigError
        If an option is out of its range.
    CorpusError
        If a file is no list of edges, or the arrays do not fit.
    OutputError
        If the temporary files cannot be written.
    """
    assert not isinstance(progress, bool)  # `shows_progress` has seen to it
    from huffvec import _text

    walks_per_node = check_int("walks_per_node", walks_per_node, 1, 2**31 - 1)
    length = check_int("length", length, 1, 2**31 - 1)
    p = check_float("p", p, 0.0, 1e9, open_low=True)
    q = check_float("q", q, 0.0, 1e9, open_low=True)
    directed = check_bool("directed", directed)
    check_errors(errors)
    config = TrainingConfig(n_threads=n_threads, seed=seed)
    names, sources, targets, weights = _edges(graph, errors, progress)
    n_nodes = names.count(b"\n") + 1 if names else 0
    if n_nodes == 0:
        raise CorpusError("the graph has no edge, expected at least one.")
    native = _text.Graph(n_nodes, sources, targets, weights, directed)
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
        encoded = EncodedCorpus(
            np.memmap(ids_file, np.int32, "r", shape=(walker.n_kept_tokens,)),
            np.memmap(offsets_file, np.int64, "r", shape=(walker.n_kept_sentences + 1,)),
        )
    record = CorpusRecord(walker.n_tokens, walker.n_sentences, walker.n_types, min_count=1)
    return Corpus(encoded, Vocabulary.from_bytes(walker.words(), walker.counts()), record)


def _edges(
    graph: Any, errors: str, progress: Progress | None
) -> tuple[bytes, npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return the names of the nodes, joined by line feeds, and the edges."""
    if is_names(graph):
        return _read_edges(expand(graph), errors, progress)
    if isinstance(graph, (list, tuple)) and all(isinstance(edge, tuple) for edge in graph):
        if len({len(edge) for edge in graph}) > 1:
            raise CorpusError("the graph: expected all edges with a weight or none.")
        graph = list(zip(*graph, strict=True))
    if isinstance(graph, np.ndarray) and graph.ndim == 2 and graph.shape[1] in (2, 3):
        if len(graph) in (2, 3):
            raise CorpusError(
                f"the graph: an array of shape {graph.shape} may have an edge a row or be columns: "
                "give a tuple of columns, tuple(array) or tuple(array.T)."
            )
        graph = graph.T
    arrays = [np.asarray(array) for array in graph]
    shapes = {array.shape for array in arrays}
    if len(arrays) not in (2, 3) or len(shapes) != 1 or arrays[0].ndim != 1:
        raise CorpusError(
            "the graph: expected file names, edges as tuples, or two or three arrays of one length "
            f"(sources, targets, weights), got shapes {[array.shape for array in arrays[:4]]}"
        )
    if any(array.dtype.kind not in "iu" for array in arrays[:2]):
        raise CorpusError(
            f"the graph: expected whole numbers as nodes, got {[str(a.dtype) for a in arrays[:2]]}"
        )
    weights = arrays[2].astype(np.float32) if len(arrays) == 3 else np.empty(0, np.float32)
    if not np.all(np.isfinite(weights) & (weights > 0)):
        raise CorpusError("the graph: expected weights above 0, got others.")
    nodes, ids = np.unique(np.concatenate(arrays[:2]), return_inverse=True)
    names = "\n".join(map(str, nodes.tolist())).encode()
    sources, targets = np.split(ids.astype(np.int32), 2)
    return names, sources, targets, weights


def _read_edges(
    paths: list[Path], errors: str, progress: Progress | None
) -> tuple[bytes, npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return the same of files."""
    from huffvec import _text

    reader = _text.EdgeReader()
    for path in paths:
        with open_stream(path) as stream:
            if not is_text(stream):
                raise CorpusError(f"{stream.name}: is not text, expected an edge a line.")
            for piece in text_pieces(stream):
                text = piece.text  # the reader is strict by default
                if errors == "replace":
                    text = checked(piece, errors)
                reader.add(stream.name.encode(), piece.offset, text, piece.ends_line)
                if progress is not None:
                    progress("reading edges", stream.n_read, stream.n_bytes or stream.n_read)
    return reader.names(), reader.sources(), reader.targets(), reader.weights()
