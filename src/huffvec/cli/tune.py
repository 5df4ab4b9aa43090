"""``huffvec tune``: with which options a text is learned best."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.common import AsJson, Quiet, TextFiles, check_output, show_next, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import Field, print_json, print_rows
from huffvec.cli.subwords import SUBWORDS, subwords_of
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.tuning.choices import WORDS, Searchable
from huffvec.tuning.options import TuningOptions

if TYPE_CHECKING:
    from huffvec.tuning import Tuning

_SCORE = "What is best"
_FIXED = "Fixed, not searched, if given"
_SHOWN = 10

Plot = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", show_default=False, help="Picture of the trials: .png, .svg or .pdf."
    ),
]


def searching(searchable: Searchable) -> Any:
    """Return the option that says what to search."""
    not_without = f", but not {', '.join(searchable.if_asked)}" if searchable.if_asked else ""
    return typer.Option(
        metavar="NAME[=LOW..HIGH],...",
        show_default=False,
        help=f"What to search: {', '.join(searchable.names)}. Default: those that are not given"
        f"{not_without}.",
    )


@takes(
    TuningOptions,
    some(TrainingConfig, without=("n_threads", "seed", "subwords"), panel=_FIXED),
    *SUBWORDS,
    some(InputOptions, without=("vocab_memory",)),
    some(
        TrainingConfig,
        *("n_threads", "seed"),
        helps={"seed": "Seed of the search and of all trials; the best are trained with others."},
    ),
)
def tune(
    files: TextFiles,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Configuration file to write, for [bold]train --config[/bold]. The trials are "
            "beside it, and the same command goes on from them.",
        ),
    ] = "best.toml",
    objectives: Annotated[
        str,
        typer.Option(
            metavar="NAME[:OPTION=VALUE],...",
            help="Objective, or several to search among, as in [bold]compare[/bold].",
        ),
    ] = "negative-sampling",
    search: Annotated[str | None, searching(WORDS)] = None,
    *,
    given: Given,
    score: Annotated[
        str | None,
        typer.Option(
            metavar="held-out|pairs|analogies|FILE.py:FUNCTION",
            rich_help_panel=_SCORE,
            show_default="pairs and analogies if there are files, else held-out",
            help="held-out: the loss of a part of the text; pairs, analogies: the mean over files; "
            "a function: what it returns of a model, more being better.",
        ),
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_SCORE,
            show_default=False,
            help="Word pairs, as in [bold]evaluate[/bold]. May be given several times.",
        ),
    ] = None,
    analogies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_SCORE,
            show_default=False,
            help="Analogies, as in [bold]evaluate[/bold]. May be given several times.",
        ),
    ] = None,
    save_model: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Write the model of the best trial (.hv), without training it again.",
        ),
    ] = None,
    plot: Plot = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Search for the best training options for a text.

    The first trial has the defaults; the best are trained again with other seeds. Ctrl-C keeps the
    trials and the best so far; the same command continues from there.

    [dim]huffvec tune corpus.txt --minutes 10 --pairs men.tsv -o best.toml[/dim]
    """
    from huffvec.corpus.readers.sources import expand
    from huffvec.files.pictures import check_picture
    from huffvec.tuning import tune as run_tuning
    from huffvec.tuning.log import log_of
    from huffvec.tuning.plot import plot_trials
    from huffvec.tuning.progress import trials_progress_for

    config = TrainingConfig(**given[TrainingConfig], subwords=subwords_of(given))
    if not log_of(output).exists():
        check_output(output, expand(files))
    if plot is not None:
        check_picture(plot)
    sink = trials_progress_for(sys.stderr, quiet=quiet)
    with stopping(sink, "No trial was finished."):
        found = run_tuning(
            files,
            objectives,
            output,
            search=search,
            score=score,
            pairs=pairs or (),
            analogies=analogies or (),
            config=config,
            save_model=save_model,
            progress=sink,
            **given[TuningOptions],
            **given[InputOptions],
        )
    if plot is not None:
        plot_trials(found, plot)
    if as_json:
        print_json(found.to_dict())
    elif not quiet:
        show_tuning(found, "best options")
        if not save_model:
            show_next(["train", *files, "--config", output, "-o", f"{Path(output).stem}.hv"])


def show_tuning(found: Tuning, written: str) -> None:
    """Print the best trials, what they come to, and where what was written is."""
    means = {one.trial.number: one.mean for one in found.finalists if one.seeds}
    fields = [Field("trial"), Field("score", ".4g"), Field("other seeds", ".4g")]
    fields += [Field("±", ".2g"), *(Field(name) for name in found.names), Field("seconds", ".1f")]
    rows = []
    for trial in found.ranked()[:_SHOWN]:
        mean = means.get(trial.number)
        spread = mean.spread if mean and mean.n > 1 else None
        seen = (mean.value if mean else None, spread)
        values = found.values(trial).values()
        rows.append((trial.number, trial.score, *seen, *values, trial.seconds))
    print_rows(fields, rows, title=f"Score: {found.score}")
    if found.n_kept:
        typer.echo(f"Trainings found there and not repeated: {found.n_kept}", err=True)
    typer.echo(found.verdict, err=True)
    if found.unused:
        typer.echo(found.unused, err=True)
    typer.echo(f"The {written}: {found.path}. All trials: {found.log}", err=True)
