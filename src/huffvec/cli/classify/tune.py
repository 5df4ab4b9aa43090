"""``huffvec classify tune``: with which options texts are classified best."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from huffvec.classify.config import ClassifierConfig
from huffvec.classify.searchable import SEARCHABLE
from huffvec.cli.classify.common import label_weights_option, show_uses
from huffvec.cli.common import AsJson, Quiet, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import print_json
from huffvec.cli.tune import Plot, searching, show_tuning
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.tuning.options import TuningOptions

_SCORE = "What is best"
_FIXED = "Fixed, not searched, if given"


@takes(
    TuningOptions,
    some(ClassifierConfig, without=("n_threads", "seed"), panel=_FIXED),
    ExampleOptions,
    some(
        ClassifierConfig,
        *("n_threads", "seed"),
        helps={"seed": "Seed of the search and of all trials; the best are trained with others."},
    ),
)
def tune(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="Texts with labels, in any form that [bold]classify train[/bold] reads.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Classifier file (.hvclf) to write: that of the best trial. The trials are beside "
            "it, and the same command goes on from them.",
        ),
    ] = "classifier.hvclf",
    objectives: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[:OPTION=VALUE],...",
            show_default="full-softmax,one-vs-all",
            help="Objective, or several to search among.",
        ),
    ] = None,
    search: Annotated[str | None, searching(SEARCHABLE)] = None,
    *,
    given: Given,
    measure: Annotated[
        str,
        typer.Option(
            metavar="p@1|f1-micro|f1-macro|log-loss",
            rich_help_panel=_SCORE,
            help="p@1: the share of texts whose most probable label is right; also p@K, r@K and "
            "ndcg@K with other numbers.",
        ),
    ] = "p@1",
    validation: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_SCORE,
            show_default="a tenth of the texts, which is not trained on",
            help="Texts with labels to measure by. May be given several times.",
        ),
    ] = None,
    model_size: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE",
            rich_help_panel=_SCORE,
            show_default=False,
            help="What the file may take, e.g. 2MB: a larger classifier is quantized, and measured "
            "as such.",
        ),
    ] = None,
    label_weights: Annotated[str | None, label_weights_option(_FIXED)] = None,
    plot: Plot = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Search for the best options for a classifier, and keep the best one trained.

    The first trials have the defaults; the best are trained again with other seeds. Ctrl-C keeps
    the trials and the best so far; the same command continues from there.

    [dim]huffvec classify tune train.txt --minutes 10 -o topics.hvclf[/dim]
    """
    from huffvec.classify.tuning import tune as run_tuning
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.pictures import check_picture
    from huffvec.tuning.log import log_of
    from huffvec.tuning.plot import plot_trials
    from huffvec.tuning.progress import trials_progress_for

    config = ClassifierConfig.of(**given[ClassifierConfig])
    if not log_of(output).exists():
        check_output(output, expand(files))
    if plot is not None:
        check_picture(plot)
    sink = trials_progress_for(sys.stderr, quiet=quiet)
    with stopping(sink, "No trial was finished."):
        found = run_tuning(
            files,
            output,
            objectives,
            search=search,
            measure=measure,
            validation=validation,
            model_size=model_size,
            label_weights=label_weights,
            config=config,
            progress=sink,
            **given[TuningOptions],
            **given[ExampleOptions],
        )
    if plot is not None:
        plot_trials(found, plot)
    if as_json:
        print_json(found.to_dict())
    elif not quiet:
        show_tuning(found, "best classifier")
        show_uses(output)
