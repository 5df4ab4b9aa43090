"""``huffvec calibration``: whether a model's probabilities are right."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from huffvec.cli.common import AsJson, HeldOutFiles, TrainedModel, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Fact, Field, print_facts, print_json, print_rows
from huffvec.corpus.options import RECORDED, InputOptions

if TYPE_CHECKING:
    from huffvec.evaluation.calibration import Calibration


@takes(some(InputOptions, without=(*RECORDED, "vocab_memory")))
def calibration(
    model: TrainedModel,
    files: HeldOutFiles,
    *,
    given: Given,
    max_targets: Annotated[
        int,
        typer.Option(metavar="N", help="Number of tokens to look at, drawn at random."),
    ] = 10_000,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of that draw.")] = 1,
    bins: Annotated[
        bool,
        typer.Option("--bins", show_default=False, help="Print the bins of both diagrams."),
    ] = False,
    plot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Draw the reliability diagrams: .png, .svg or .pdf.",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", show_default=False, help="Show no progress.")
    ] = False,
) -> None:
    """Measure whether a model's probabilities are right, on text that it was not trained on.

    Of the most probable words: the expected calibration error (ECE). Of all words: the factor by
    which probabilities are wrong, as a mean absolute logarithm. Beside each stands what chance
    would give if the model were right. If the entropy is below the nats, it is over-confident.
    """
    from huffvec.evaluation.calibration import calibration as calibration_of
    from huffvec.evaluation.reliability_plot import SIZE, draw_calibration
    from huffvec.files.pictures import picture
    from huffvec.model import load
    from huffvec.training.progress import progress_for

    sink = progress_for(sys.stderr, quiet=quiet)
    if plot is not None:
        check_output(plot, [model, *files])
    with picture(plot, SIZE) if plot else nullcontext() as figure, stopping(sink):
        result = calibration_of(
            load(model),
            files,
            max_targets=max_targets,
            seed=seed,
            progress=sink.stage,
            **given[InputOptions],
        )
        if figure is not None:
            draw_calibration(figure, {model: result})
    if as_json:
        print_json(result.to_dict())
    elif bins:
        print_rows(_FIELDS, _rows(result))
    else:
        print_facts(_facts(result))


_FIELDS = (
    Field("words"),
    Field("from", ".3g", ".6g"),
    Field("to", ".3g", ".6g"),
    Field("events"),
    Field("predicted", ".4g", ".6g"),
    Field("observed", ".4g", ".6g"),
    Field("standard error", ".2g", ".3g"),
)


def _rows(result: Calibration) -> list[tuple[object, ...]]:
    return [
        (name, one.low, one.high, one.n_events, one.predicted, one.observed, one.std_error)
        for name, bins in (("most probable", result.top_bins), ("all", result.word_bins))
        for one in bins
    ]


def _facts(result: Calibration) -> list[Fact]:
    top = f"the most probable word is right {result.accuracy:.2%} of the time"
    return [
        Fact("accuracy", result.accuracy, top),
        Fact("confidence", result.confidence, f"its probability is {result.confidence:.2%}"),
        Fact("ece", result.ece, f"{result.ece:.2%}"),
        Fact("ece by chance", result.ece_by_chance, f"{result.ece_by_chance:.2%}"),
        Fact("log error", result.log_error, f"{result.log_error:.4f}"),
        Fact(
            "log error by chance", result.log_error_by_chance, f"{result.log_error_by_chance:.4f}"
        ),
        Fact("nats per target", result.nats, f"{result.nats:.4f}"),
        Fact("entropy", result.entropy, f"{result.entropy:.4f}, which a model that is right has"),
        Fact("standard error", result.nats_std_error, f"{result.nats_std_error:.4f}"),
        Fact("targets", result.n_targets),
    ]
