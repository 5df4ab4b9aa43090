"""``huffvec index``: an index of vectors, for approximate search."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huffvec.cli.common import AsJson, ModelFile, Quiet, Threads, check_output
from huffvec.cli.declared import Given, takes
from huffvec.cli.lookup import OfDocuments, load
from huffvec.cli.output import Fact, print_facts
from huffvec.progress.words import format_bytes
from huffvec.search.index_options import IndexOptions


@takes(IndexOptions)
def index(
    model: ModelFile,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", show_default=False, help="File to write."),
    ],
    *,
    given: Given,
    documents: OfDocuments = False,
    threads: Threads = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    r"""Write a search index, with which [bold]nearest[/bold] is fast among millions of words.

    Such a search is approximate: a few of the nearest words may be missing. Needs usearch:
    [bold]pip install 'huffvec\[index]'[/bold].
    """
    check_output(output, [model])
    made = load(model, documents=documents).index(**given[IndexOptions], n_threads=threads)
    made.save(output)
    if as_json or not quiet:
        size = Path(output).stat().st_size
        facts = [
            Fact("documents" if documents else "words", len(made)),
            Fact("written", output),
            Fact("bytes", size, format_bytes(size)),
        ]
        print_facts(facts, as_json=as_json)
