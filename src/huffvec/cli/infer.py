"""``huffvec infer``: vectors of new documents, from a model of documents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, NewDocuments, Quiet, Threads, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Fact, print_facts, print_json, print_line
from huffvec.corpus.options import InputOptions

if TYPE_CHECKING:
    from huffvec.documents.inferred import Inferred

_READING = ("column", "tags", "tag_column", "separator", "header", "errors", "max_line")


@takes(some(InputOptions, *_READING))
def infer(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            show_default=False,
            help="A model of documents (.hv), as [bold]train --documents[/bold] writes it.",
        ),
    ],
    files: NewDocuments,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default="lines on standard output",
            help="File to write, in the format of its ending, as [bold]convert[/bold] does.",
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            show_default="2 to 20, the shorter the more; of dm 10",
            help="Passes over each document.",
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            show_default="by that of training",
            help="Learning rate at the start; it falls to 0.",
        ),
    ] = None,
    *,
    given: Given,
    threads: Threads = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Infer the vectors of new documents, one a line or a row of a table.

    The model stays as it is, and a text always gets the same vector. One that has no word of the
    model's gets zeros. Documents are named by their numbers, or by --tags and --tag-column.

    [dim]huffvec infer docs.hv new.txt -o new.parquet[/dim]
    """
    from huffvec.corpus.readers.sources import expand
    from huffvec.formats import format_for_writing
    from huffvec.model import load
    from huffvec.training.progress import progress_for

    paths = expand(files)
    if output is not None:
        check_output(output, [model, *paths], format_for_writing(output, None))
    documents = load(model).documents
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        found = documents.infer(
            paths,
            epochs=epochs,
            learning_rate=learning_rate,
            n_threads=threads,
            progress=sink.stage,
            **given[InputOptions],
        )
    if output is None:
        _print(found, as_json=as_json)
        return
    found.named.save(output)
    if as_json or not quiet:
        n_unknown = len(found) - int(found.known.sum())
        facts = [
            Fact("documents", len(found)),
            Fact("without known word", n_unknown),
            Fact("written", output),
        ]
        print_facts(facts, as_json=as_json)


def _print(found: Inferred, *, as_json: bool) -> None:
    """Print a document's name and its numbers a line, with as many digits as float32 needs."""
    rows = zip(found.tags.words, found.vectors.astype(str).tolist(), strict=True)
    if as_json:
        print_json([{"document": tag, "vector": list(map(float, row))} for tag, row in rows])
        return
    for tag, row in rows:
        print_line(tag, *row)
