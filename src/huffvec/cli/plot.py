"""``huffvec plot``: how training went, and what models look like."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated

import typer

from huffvec.cli.common import Quiet, check_output, stopping
from huffvec.cli.declared import Given, some, takes
from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.exploring.options import ExploreOptions

_MAP = "Maps"  # heading in help


@takes(some(ExploreOptions, without=("titles", "n_threads"), panel=_MAP))
def plot(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            show_default=False,
            help="Logs that [bold]train --log[/bold] wrote, or models.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Picture to write: .png, .svg or .pdf."
        ),
    ] = "loss.png",
    *,
    tree: Annotated[
        bool,
        typer.Option(
            "--tree", show_default=False, help="Draw how deep words are in the models' trees."
        ),
    ] = False,
    calibration: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            show_default=False,
            help="Draw whether the models' probabilities are right, on text not trained on.",
        ),
    ] = None,
    given: Given,
    quiet: Quiet = False,
) -> None:
    """Plot the loss and the learning rate of training runs, or the map of a model.

    [dim]huffvec plot run.jsonl -o loss.png[/dim]
    [dim]huffvec plot wiki.hv -o map.png[/dim]
    """
    check_output(output, files)
    if tree and calibration is not None:
        raise ConfigError("--tree and --calibration are two pictures: ask for one at a time")
    is_map = not (tree or calibration is not None) and _are_vectors(files)
    for name in () if is_map else given[ExploreOptions]:
        raise ConfigError(OptionName(name), " is for maps, which this picture is not")
    if is_map:
        _plot_map(files, output, given, quiet=quiet)
    elif tree:
        _plot_trees(files, output)
    elif calibration is not None:
        _plot_calibration(files, calibration, output, quiet=quiet)
    else:
        from huffvec.training.plot import plot_logs

        plot_logs(files, output)
    if not quiet:
        typer.echo(f"{output} written.")


def _are_vectors(files: list[str]) -> bool:
    """Return whether files are models or have vectors; they are logs if not."""
    kinds = {_is_vectors(path): path for path in files}
    if len(kinds) == 2:
        raise ConfigError(
            f"{kinds[True]!r} has vectors and {kinds[False]!r} does not: draw models and logs in "
            "pictures of their own"
        )
    return True in kinds


def _is_vectors(path: str) -> bool:
    """Return whether a file is a model or has vectors."""
    from huffvec.files.opening import on_disk
    from huffvec.formats import detect

    with suppress(FormatError), on_disk(path) as file:
        detect(file)
        return True
    return False


def _plot_map(files: list[str], output: str, given: Given, *, quiet: bool) -> None:
    from huffvec.exploring.exploration import explore
    from huffvec.exploring.map_plot import plot_map
    from huffvec.files.pictures import check_picture
    from huffvec.training.progress import progress_for

    if len(files) > 1:
        raise ConfigError(f"a map is of one model, not {len(files)}")
    check_picture(output)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        page = explore(files[0], progress=sink.stage, **given[ExploreOptions])
        plot_map(page.scenes[0], output)


def _plot_trees(files: list[str], output: str) -> None:
    from huffvec.model import load
    from huffvec.model.turns import tree_of
    from huffvec.trees.depth_plot import Depths, plot_depths

    models = {path: load(path) for path in files}
    trees = {
        path: Depths(tree_of(model).depths(), model.vocabulary.counts)
        for path, model in models.items()
    }
    plot_depths(trees, output)


def _plot_calibration(files: list[str], text: str, output: str, *, quiet: bool) -> None:
    from huffvec.evaluation.calibration import calibration
    from huffvec.evaluation.reliability_plot import plot_calibration
    from huffvec.files.pictures import check_picture
    from huffvec.model import load
    from huffvec.training.progress import progress_for

    check_picture(output)
    sink = progress_for(sys.stderr, quiet=quiet)
    with stopping(sink):
        results = {path: calibration(load(path), text, progress=sink.stage) for path in files}
        plot_calibration(results, output)
