"""``huffvec node2vec``: from a graph to vectors of its nodes, walks and training in one."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from huffvec.cli.common import AsJson, GraphFiles, ObjectiveName, Quiet, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.config import TrainingConfig
from huffvec.graphs.options import WalkOptions
from huffvec.training.progress import progress_for

# Those of the node2vec paper; every node is in the vocabulary, and none is too frequent to learn.
DEFAULTS = {"dim": 128, "window": 10}
OF_GRAPHS: dict[str, Any] = {"min_count": 1, "subsample_threshold": 0.0}


@takes(
    some(
        TrainingConfig,
        *("dim", "window", "epochs", "learning_rate", "n_threads", "seed"),
        panel="",
        defaults=DEFAULTS,
    ),
    WalkOptions,
)
def node2vec(
    graph: GraphFiles,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Model file to write.")
    ] = "nodes.hv",
    objective: ObjectiveName = "negative-sampling",
    *,
    given: Given,
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
    from huffvec.graphs.walks import random_walks
    from huffvec.objectives.naming import as_objective
    from huffvec.training.train import train

    chosen = as_objective(objective)
    config = TrainingConfig(**given[TrainingConfig], **OF_GRAPHS)
    WalkOptions(**given[WalkOptions])
    paths = expand(graph)
    check_suffix(output, "huffvec")
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        corpus = random_walks(paths, progress=sink.stage, **given[WalkOptions])
        model = train(corpus, chosen, config=config, callbacks=sink)
        sink.close()
        model.save(output, "huffvec")
    show_trained(model, sink, output, quiet=quiet, as_json=as_json)
