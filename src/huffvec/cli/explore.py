"""``huffvec explore``: a page to look at vectors, trees and probabilities."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from huffvec.cli.common import Quiet, check_output, stopping
from huffvec.cli.declared import Given, takes
from huffvec.errors import ConfigError
from huffvec.exploring.options import ExploreOptions


@takes(ExploreOptions)
def explore(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            show_default=False,
            help="A model (.hv), or vectors in any format that [bold]convert[/bold] knows; or two, "
            "to compare.",
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Page to write.")
    ] = "explore.html",
    *,
    given: Given,
    parquet: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Write the map as a table, too, for embedding-atlas.",
        ),
    ] = None,
    open_it: Annotated[
        bool, typer.Option("--open", show_default=False, help="Open the page in a browser.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    r"""Make a page to look at vectors: a map, the tree, probabilities, and another model beside.

    It is one file that opens in any browser, without network. Clusters need scikit-learn:
    [bold]pip install 'huffvec\[sklearn]'[/bold].

    [dim]huffvec explore wiki.hv -o wiki.html --open[/dim]
    """
    from huffvec.exploring.exploration import explore as explore_models
    from huffvec.training.progress import progress_for

    check_output(output, models)
    if parquet is not None:
        check_output(parquet, models)
        if Path(parquet).absolute() == Path(output).absolute():
            raise ConfigError(f"--parquet must be another file than the page, {output!r}")
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        page = explore_models(*models, progress=sink.stage, **given[ExploreOptions])
        page.save(output)
        if parquet is not None:
            page.save_parquet(parquet)
    if not quiet:
        typer.echo(f"{output} written.")
    if open_it:
        typer.launch(Path(output).resolve().as_uri())
