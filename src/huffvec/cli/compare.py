"""``huffvec compare``: which objective suits a text best."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huffvec.cli.common import AsJson, Quiet, TextFiles, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.cli.output import print_json, print_table
from huffvec.cli.subwords import SUBWORDS, subwords_of
from huffvec.comparison.options import BUDGET, ComparisonOptions
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.errors import TrainingError

if TYPE_CHECKING:
    from rich.table import Table

    from huffvec.comparison import Comparison
    from huffvec.comparison.results import Results
    from huffvec.comparison.summary import Mean, Summary

_METHOD = "How all of them learn"


@takes(
    some(TrainingConfig, "epochs", panel=BUDGET, when_none="1, or what {minutes} allows"),
    ComparisonOptions,
    some(
        TrainingConfig,
        *("architecture", "dim", "window", "learning_rate"),
        *("subsample_threshold", "min_count", "seed"),
        panel=_METHOD,
        helps={
            "subsample_threshold": "As in train. Use 0 to compare probabilities: words that were "
            "skipped get too low ones.",
            "seed": "The first seed.",
        },
    ),
    *SUBWORDS,
    some(InputOptions, without=("vocab_memory",)),
    some(TrainingConfig, "n_threads"),
)
def compare(
    files: TextFiles,
    objectives: Annotated[
        str,
        typer.Option(
            metavar="all|NAME[:OPTION=VALUE],...",
            help="Objectives to compare, with their options if you like: "
            "nce,negative-sampling:samples=10,share=2. learning_rate is given in the same way.",
        ),
    ] = "all",
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Folder for the report. Finished runs of the same comparison that it already "
            "holds are not repeated.",
        ),
    ] = "report",
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Word pairs to evaluate the vectors with, as in [bold]evaluate[/bold]. May be "
            "given several times.",
        ),
    ] = None,
    analogies: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            show_default=False,
            help="Analogies, as in [bold]evaluate[/bold]. May be given several times.",
        ),
    ] = None,
    *,
    given: Given,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Train every objective under the same budget, and report each one's cost and quality.

    Part of the text is held out, and every model is tested on it. Ctrl-C keeps the finished runs;
    the same command continues from there.

    [dim]huffvec compare corpus.txt --objectives all --epochs 1 --seeds 3 -o report/[/dim]
    """
    from huffvec.comparison import compare as run_comparison
    from huffvec.comparison.progress import runs_progress_for
    from huffvec.comparison.results import FILE_NAME

    training, asked = given[TrainingConfig], given[ComparisonOptions]
    by_time_alone = ComparisonOptions(**asked).comparisons(training.get("epochs")) == ("time",)
    epochs = training.pop("epochs", None if by_time_alone else 1)
    config = TrainingConfig(**training, subwords=subwords_of(given))
    InputOptions(**given[InputOptions])
    options: dict[str, Any] = {**given[InputOptions]}
    if "min_count" in training:
        options["min_count"] = training["min_count"]
    if epochs is not None:
        options["epochs"] = epochs
    sink = runs_progress_for(sys.stderr, quiet=quiet)
    with stopping(sink, "No run was finished."):
        found = run_comparison(
            files,
            objectives,
            output,
            pairs=pairs or (),
            analogies=analogies or (),
            config=config,
            progress=sink,
            **asked,
            **options,
        )
    if as_json:
        print_json(json.loads((Path(output) / FILE_NAME).read_bytes()))
    elif not quiet:
        _show(found)
    if all(one.status == "failed" for one in found.summaries()):
        raise TrainingError(f"no run finished. {found.summaries()[0].message}")


def _show(found: Comparison) -> None:
    """Print the results, the recommendation, and where the report is."""
    from huffvec.comparison.conditions import budget_text
    from huffvec.comparison.terms import TITLES

    if found.n_reused:
        typer.echo(f"Finished runs found there and not repeated: {found.n_reused}\n")
    results = found.results
    for one in results.comparisons().values():
        if len(results.by) > 1:
            typer.secho(f"{TITLES[one.by[0]]}: {budget_text(one)}", bold=True)
        print_table(_table(one))
    for advice in found.recommendation():
        choice = f"{advice.choice}: " if advice.choice else ""
        typer.secho(f"{advice.question}: ", nl=False, dim=True)
        typer.secho(choice, nl=False, bold=True)
        typer.echo(advice.reason)
    typer.echo(f"\nThe report: {found.page}")


def _table(results: Results) -> Table:
    """Return a line for each objective of one comparison."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from huffvec.comparison.learned import predicts
    from huffvec.comparison.summary import Mean
    from huffvec.comparison.summary import summaries as summaries_of
    from huffvec.progress.words import format_count, format_seconds

    summaries = summaries_of(results)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("objective", overflow="fold")
    columns: dict[str, tuple[Callable[[Summary], Mean | None], Callable[[float], str]]] = {
        "rate": (lambda s: Mean(s.learning_rate) if s.learning_rate else None, "{:g}".format),
        "epochs": (lambda s: s.epochs if results.by != ["epochs"] else None, "{:.3g}".format),
        "words/s": (lambda s: s.words_per_second, format_count),
        "time": (lambda s: s.seconds, format_seconds),
        "nats": (lambda s: s.nats, "{:.3f}".format),
        "similarity": (lambda s: s.similarity, "{:.1f}".format),
        "analogies": (lambda s: s.analogies, "{:.1f}".format),
    }
    cells = {
        name: [text(mean.value) if (mean := of(one)) else "-" for one in summaries]
        for name, (of, text) in columns.items()
    }
    shown = {name: column for name, column in cells.items() if set(column) != {"-"}}
    for name in shown:
        table.add_column(name, justify="right")
    table.add_column("", style="dim")
    for row, one in enumerate(summaries):
        note: str = one.status
        if one.status == "complete":
            note = "" if predicts(one, results.about["unigram_nats"]) else "not learned"
        table.add_row(Text(one.label), *(column[row] for column in shown.values()), note)
    return table
