"""``huffvec walks``: from a graph to a corpus of random walks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from huffvec.cli import walk_options as walking
from huffvec.cli.common import (
    AsJson,
    Quiet,
    TextErrors,
    Threads,
    check_output,
    flag_names,
    show_next,
    stopping,
)
from huffvec.cli.output import Fact, print_facts
from huffvec.config import TrainingConfig

_DEFAULTS = TrainingConfig()


def walks(
    context: typer.Context,
    graph: walking.GraphFiles,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="File to write (.hvc).")
    ] = "walks.hvc",
    walks_per_node: walking.WalksPerNode = 10,
    length: walking.Length = 80,
    p: walking.P = 1.0,
    q: walking.Q = 1.0,
    directed: walking.Directed = False,
    threads: Threads = _DEFAULTS.n_threads,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Seed of the random numbers.")
    ] = _DEFAULTS.seed,
    errors: TextErrors = "strict",
    format: walking.GraphFormat = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make random walks on a graph, to train vectors for its nodes.

    [dim]huffvec walks graph.edgelist -o walks.hvc && huffvec train walks.hvc -o nodes.hv[/dim]
    """
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.suffixes import check_suffix
    from huffvec.progress.words import format_bytes
    from huffvec.training.progress import progress_for

    paths = expand(graph)
    check_suffix(output, "huffvec-corpus")
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink), flag_names():
        corpus = walking.walk(paths, context.params, sink)
        sink.close()
        corpus.save(output)
    if as_json or not quiet:
        size = Path(output).stat().st_size
        facts = [
            Fact("nodes", len(corpus.vocabulary)),
            Fact("walks", corpus.n_sentences),
            Fact("nodes in all walks", corpus.n_tokens),
            Fact("written", output),
            Fact("bytes", size, format_bytes(size)),
        ]
        print_facts(facts, as_json=as_json)
    if not (quiet or as_json):
        model = f"{Path(output).stem}.hv"
        show_next(["train", output, "-o", model, "--subsample-threshold", "0", "--window", "10"])
