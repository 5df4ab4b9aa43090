"""``huffvec perplexity``: how well a model predicts a text."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from huffvec.cli.common import (
    AsJson,
    Quiet,
    TextErrors,
    TrainedModel,
    facts_table,
    print_table,
    stopping,
)
from huffvec.cli.reading import Column


def perplexity(
    model: TrainedModel,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            show_default=False,
            help="Text that the model was not trained on, in any form that train reads.",
        ),
    ],
    column: Column = None,
    errors: TextErrors = "strict",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Measure how well a model predicts the words of a text, each from the words around it.

    The same for every objective, and exact: minus the logarithm of the probability (nats), on
    average. Words that the model does not know are left out and counted.
    """
    from huffvec.model import load
    from huffvec.training.progress import progress_for

    reading: dict[str, Any] = {"column": column, "errors": errors}
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        result = load(model).perplexity(files, progress=sink.stage, **reading)
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2))
        return
    rows = [
        ("perplexity", f"{result.perplexity:,.2f}"),
        ("nats per target", f"{result.nats:.4f}"),
        ("targets", f"{result.n_targets:,}"),
        ("unknown", f"{result.n_oov:,} tokens left out"),
        ("alone", f"{result.n_alone:,} tokens without a context left out"),
    ]
    print_table(facts_table(rows))
