"""``huffvec perplexity``: how well a model predicts a text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from huffvec.cli.common import AsJson, HeldOutFiles, TrainedModel, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Fact, print_facts, print_json
from huffvec.corpus.options import RECORDED, InputOptions


@takes(some(InputOptions, without=(*RECORDED, "vocab_memory")))
def perplexity(
    model: TrainedModel,
    files: HeldOutFiles,
    *,
    given: Given,
    as_json: AsJson = False,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", show_default=False, help="Print only the perplexity, and no progress."
        ),
    ] = False,
) -> None:
    """Measure how well a model predicts the words of a text, each from the words around it.

    The measure is exact, and the same for every objective: minus the logarithm of the probability
    (nats), on average. Words that the model does not know are left out; their number is shown.
    """
    from huffvec.evaluation.heldout import perplexity as perplexity_of
    from huffvec.model import load
    from huffvec.training.progress import progress_for

    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        result = perplexity_of(load(model), files, progress=sink.stage, **given[InputOptions])
    if as_json:
        print_json(result.to_dict())
    elif quiet:
        typer.echo(f"{result.perplexity:.6g}")
    else:
        print_facts(
            [
                Fact("perplexity", result.perplexity, f"{result.perplexity:,.2f}"),
                Fact("nats per target", result.nats, f"{result.nats:.4f}"),
                Fact("targets", result.n_targets),
                Fact("unknown", result.n_oov, f"{result.n_oov:,} tokens left out"),
                Fact(
                    "alone", result.n_alone, f"{result.n_alone:,} tokens without a context left out"
                ),
            ]
        )
