"""``huffvec walks``: from a graph to a corpus of random walks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from huffvec.cli.common import AsJson, GraphFiles, Quiet, check_output, show_next, stopping
from huffvec.cli.declared import Given, takes
from huffvec.cli.output import Fact, print_facts
from huffvec.graphs.options import WalkOptions


@takes(WalkOptions)
def walks(
    graph: GraphFiles,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="File to write (.hvc).")
    ] = "walks.hvc",
    *,
    given: Given,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make random walks on a graph, to train vectors for its nodes.

    [dim]huffvec walks graph.edgelist -o walks.hvc && huffvec train walks.hvc -o nodes.hv[/dim]
    """
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.suffixes import check_suffix
    from huffvec.graphs.walks import random_walks
    from huffvec.progress.words import format_bytes
    from huffvec.training.progress import progress_for

    WalkOptions(**given[WalkOptions])
    paths = expand(graph)
    check_suffix(output, "huffvec-corpus")
    check_output(output, paths)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        corpus = random_walks(paths, progress=sink.stage, **given[WalkOptions])
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
