"""Pictures of training, from its logs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from huffvec.drawing import add_legend, set_frame
from huffvec.errors import ConfigError
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture
from huffvec.training.logged_runs import LoggedPoint, LoggedRun, logged_runs, run_names

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_RUNS = 50
_MAX_POINTS = 2_000  # more than a picture has pixels
_logger = logging.getLogger("huffvec")


def plot_logs(paths: Sequence[PathLike], output: PathLike) -> None:
    """Draw losses and learning rate against tokens or labels trained, one colour a run.

    The loss on held-out text, which is comparable between objectives, and that of training, which
    is not, have an axis each. With several objectives the picture says so, and a warning too.

    Parameters
    ----------
    paths
        Logs of JSON lines (`huffvec.training.logs`).
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    FormatError
        If a log cannot be read, or has nothing to draw.
    ConfigError
        If there are more than `MAX_RUNS` runs.
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    runs = [run for path in paths for run in logged_runs(path)]
    if len(runs) > MAX_RUNS:
        raise ConfigError(f"the logs have {len(runs):,} runs; a picture can show {MAX_RUNS}")
    with picture(output, (8, 6)) as figure:
        _draw(figure, runs)


def _draw(figure: Figure, runs: Sequence[LoggedRun]) -> None:
    """Draw a panel for each kind of loss that there is, and one for the learning rate."""
    titles = [_training_title(runs)]
    if any(run.heldout for run in runs):
        titles.insert(0, "Held-out loss, comparable between objectives (down is better)")
    ratios = [5] * len(titles) + [1.2]
    panels = figure.subplots(len(ratios), 1, sharex=True, squeeze=False, height_ratios=ratios)
    *losses, rate = panels[:, 0]
    for axes, title in zip(losses, titles, strict=True):
        axes.set_title(title, fontsize=10, loc="left")
        axes.set_ylabel("nats per target")
    handles = []
    for number, run in enumerate(runs):
        color = f"C{number % 10}"
        mark: dict[str, Any] = {"color": color, "marker": "osD^v"[number // 10]}
        losses[-1].plot(*_columns(run.reports, "loss"), color=color, alpha=0.4, linewidth=1)
        handles += losses[-1].plot(*_columns(run.epochs, "loss"), markersize=5, **mark)
        if run.heldout:
            losses[0].plot(*_columns(run.heldout, "heldout"), markersize=5, **mark)
        rate.plot(*_columns(run.reports, "learning_rate"), color=color)
    rate.set_ylabel("learning\nrate")
    counted = " or ".join(sorted({run.counted for run in runs}))
    rate.set_xlabel(f"{counted} trained, millions")
    rate.set_ylim(bottom=0)
    for axes in (*losses, rate):
        set_frame(axes)
    figure.align_ylabels()
    names = [name[:100] for name in run_names(runs)]
    n_columns = 1 if max(map(len, names)) > 40 else 2
    add_legend(figure, handles, names, loc="outside lower left", fontsize=9, ncols=n_columns)


def _training_title(runs: Sequence[LoggedRun]) -> str:
    """Return what to know of the losses of training, after a warning if it is easily missed."""
    if all(run.options == runs[0].options for run in runs):
        return "Training loss: thin lines, and means of epochs (down is better)"
    names = ", ".join(sorted({run.objective for run in runs}))
    _logger.warning(
        "The training losses of different objectives or options (%s) cannot be compared with each "
        "other; those on held-out text can.",
        names,
    )
    return "Training loss: NOT comparable between these objectives"


def _columns(points: Sequence[LoggedPoint], name: str) -> tuple[list[float], list[float]]:
    """Return tokens in millions, and the values of this name; of very many, some."""
    some = points[:: 1 + len(points) // _MAX_POINTS]
    return [point.tokens / 1e6 for point in some], [getattr(point, name) for point in some]
