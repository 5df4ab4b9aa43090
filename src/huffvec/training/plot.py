"""A picture of how training went, from its logs."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffvec.errors import ConfigError, FormatError, MissingExtraError
from huffvec.files import atomic_path
from huffvec.training.logs import read_log

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Record = dict[str, Any]
DRAWN = ("tokens", "loss", "learning_rate", "heldout")


@dataclass(frozen=True)
class LoggedRun:
    """What a log says of one run, and of its resumptions.

    Attributes
    ----------
    name
        The log's file and the objective.
    reports, epochs
        The records of these events, in the order of tokens trained.
    """

    name: str
    reports: list[Record]
    epochs: list[Record]


def plot_logs(paths: Sequence[str | os.PathLike[str]], output: str | os.PathLike[str]) -> None:
    """Draw loss and learning rate against tokens trained, one line a run.

    Parameters
    ----------
    paths
        Logs of JSON lines (`huffvec.training.logs`).
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    FormatError
        If a log cannot be read, or has nothing to draw.
    ConfigError
        If there is no such kind of picture.
    OutputError
        If the picture cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError(
            "Plots need the package matplotlib: pip install 'huffvec[plot]'."
        ) from error
    runs = [run for path in paths for run in logged_runs(path)]
    figure = Figure(figsize=(8, 5), dpi=150, layout="constrained")
    kind, kinds = Path(output).suffix.lower()[1:], FigureCanvasAgg(figure).get_supported_filetypes()
    if kind not in kinds:
        raise ConfigError(
            f"the picture's name must end in .png, .svg, .pdf or another that matplotlib writes, "
            f"not {os.fspath(output)!r}"
        )
    loss, rate = figure.subplots(2, 1, sharex=True, height_ratios=[5, 1])
    for number, run in enumerate(runs):
        _draw(run, loss, rate, f"C{number}")
    loss.set_ylabel("loss, nats per target")
    loss.legend(frameon=False)
    loss.grid(alpha=0.3)
    rate.set_ylabel("learning\nrate")
    rate.set_xlabel("tokens trained, millions")
    rate.set_ylim(bottom=0)
    rate.grid(alpha=0.3)
    for axes in (loss, rate):
        axes.spines[["top", "right"]].set_visible(False)
    with atomic_path(output) as temporary:
        figure.savefig(temporary, format=kind)


def logged_runs(path: str | os.PathLike[str]) -> list[LoggedRun]:
    """Return the runs in a log; what a resumed run did again counts once.

    Raises
    ------
    FormatError
        If the log cannot be read or has no report with a loss.
    """
    runs: list[LoggedRun] = []
    try:
        for record in read_log(path):
            event, tokens = record["event"], _number(record.get("tokens"))
            if event == "start" and (tokens == 0 or not runs):
                runs.append(LoggedRun(f"{Path(path).stem}, {record['objective']['name']}", [], []))
            elif event == "start":
                for records in (runs[-1].reports, runs[-1].epochs):
                    records[:] = [old for old in records if old["tokens"] <= tokens]
            elif event in ("report", "epoch"):
                kept = runs[-1].reports if event == "report" else runs[-1].epochs
                kept.append(
                    record | {name: _number(record[name]) for name in DRAWN if name in record}
                )
    except (KeyError, TypeError, IndexError, OverflowError) as error:
        raise FormatError(
            f"{str(path)!r} is not a log of huffvec: a record cannot be used ({error!r})."
        ) from None
    runs = [run for run in runs if run.reports]
    if not runs:
        raise FormatError(f"{str(path)!r} has no losses yet: training has not begun or was short.")
    return runs


def _number(value: float | None) -> float:
    return math.nan if value is None else value + 0.0


def _draw(run: LoggedRun, loss: Axes, rate: Axes, color: str) -> None:
    tokens, losses = _columns(run.reports, "loss")
    loss.plot(tokens, losses, color=color, alpha=0.35, linewidth=1)
    loss.plot(*_columns(run.epochs, "loss"), "o-", color=color, label=f"{run.name}: mean of epochs")
    heldout = [record for record in run.epochs if not math.isnan(record["heldout"])]
    if heldout:
        loss.plot(
            *_columns(heldout, "heldout"), "s--", color=color, label=f"{run.name}: held-out text"
        )
    rate.plot(*_columns(run.reports, "learning_rate"), color=color)


def _columns(records: Sequence[Record], name: str) -> tuple[list[float], list[float]]:
    """Return tokens in millions, and the values of this name."""
    return [record["tokens"] / 1e6 for record in records], [record[name] for record in records]
