"""``huffvec node2vec``: from a graph to vectors of its nodes, walks and training in one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from huffvec.cli import objective_options as method
from huffvec.cli import training_options as training
from huffvec.cli import walk_options as walking
from huffvec.cli.common import (
    AsJson,
    Quiet,
    TextErrors,
    Threads,
    check_output,
    flag_names,
    stopping,
)
from huffvec.config import TrainingConfig
from huffvec.training.progress import progress_for

_DEFAULTS = TrainingConfig()
# Those of the node2vec paper; every node is in the vocabulary, and none is too frequent to learn.
DIM, WINDOW = 128, 10
OF_GRAPHS = {"min_count": 1, "subsample_threshold": 0.0}


def node2vec(
    context: typer.Context,
    graph: walking.GraphFiles,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Model file to write.")
    ] = "nodes.hv",
    dim: training.Dim = DIM,
    window: training.Window = WINDOW,
    epochs: training.Epochs = _DEFAULTS.epochs,
    objective: method.ObjectiveName = "negative-sampling",
    learning_rate: training.LearningRate = None,
    walks_per_node: walking.WalksPerNode = 10,
    length: walking.Length = 80,
    p: walking.P = 1.0,
    q: walking.Q = 1.0,
    directed: walking.Directed = False,
    threads: Threads = _DEFAULTS.n_threads,
    seed: training.Seed = _DEFAULTS.seed,
    errors: TextErrors = "strict",
    format: walking.GraphFormat = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train vectors for the nodes of a graph, by random walks.

    The same as [bold]walks[/bold] and then [bold]train[/bold], with defaults for graphs. With
    p = q = 1 this is DeepWalk.

    [dim]huffvec node2vec graph.edgelist -o nodes.hv --p 0.25 --q 0.25[/dim]
    """
    from huffvec.cli.summary import show_trained
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.suffixes import check_suffix
    from huffvec.objectives.naming import as_objective
    from huffvec.training.train import train

    with flag_names():
        chosen = as_objective(objective)
        config = TrainingConfig(
            dim=dim,
            window=window,
            epochs=epochs,
            learning_rate=learning_rate,
            n_threads=threads,
            seed=seed,
            **OF_GRAPHS,  # type: ignore[arg-type]
        )
    paths = expand(graph)
    check_suffix(output, "huffvec")
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink), flag_names():
        corpus = walking.walk(paths, context.params, sink)
        model = train(corpus, chosen, config=config, callbacks=sink)
        sink.close()
        model.save(output, "huffvec")
    show_trained(model, sink, output, quiet=quiet, as_json=as_json)
