"""The picture of a tuning: scores in their order, and by the value of every searched option."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from huffvec.drawing import add_legend, set_frame
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture
from huffvec.options import value_text
from huffvec.tuning.finalists import DEFAULTS
from huffvec.tuning.trials import Trial, is_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from huffvec.tuning.results import Tuning

_COLUMNS = 3
_TRIAL, _STOPPED, _DEFAULT, _BEST = "#4f6d7a", "#b4a596", "#f09600", "#d24b5a"


def plot_trials(tuning: Tuning, output: PathLike) -> None:
    """Draw the score of every trial, in their order and against each searched option.

    Trials that were stopped early have the score that they had then, and are at the edge if it is
    far from the others; failed and slow ones have none.

    Parameters
    ----------
    tuning
        What `huffvec.tune` has found.
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    n_rows = 1 + -(-len(tuning.names) // _COLUMNS)
    with picture(output, (9, 2.6 * n_rows + 0.6)) as figure:
        grid = figure.add_gridspec(n_rows, _COLUMNS)
        history = figure.add_subplot(grid[0, :])
        _draw_history(history, tuning)
        for place, name in enumerate(tuning.names):
            axes = figure.add_subplot(grid[1 + place // _COLUMNS, place % _COLUMNS], sharey=history)
            _draw_option(axes, tuning, name)
        for axes in figure.axes:
            set_frame(axes)
        figure.suptitle(f"Score: {tuning.score}", fontsize=10, x=0.01, ha="left")
        handles, names = history.get_legend_handles_labels()
        add_legend(figure, handles, names, loc="outside lower left", fontsize=9, ncols=3)


def _draw_history(axes: Axes, tuning: Tuning) -> None:
    """Draw scores by the number of the trial, and the best until then."""
    best: list[float] = []
    for trial in tuning.trials:
        before = best[-1] if best else math.nan
        best.append(trial.score if tuning.scorer.is_better(trial.score, before) else before)
    axes.step(range(len(best)), best, where="post", color=_BEST, alpha=0.6, label="best so far")
    _draw_points(axes, tuning, [float(one.number) for one in tuning.trials])
    for one in tuning.finalists:
        if one.mean.n > 1 and math.isfinite(one.mean.value):
            axes.errorbar(
                one.trial.number, one.mean.value, one.mean.spread, fmt="_", color="black",
                capsize=3, label="with other seeds, ± spread" if one is tuning.best else None,
            )  # fmt: skip
    axes.set_xlabel("trial")
    axes.set_ylabel("score")
    axes.set_ylim(*_limits(tuning, 0.1))


def _draw_option(axes: Axes, tuning: Tuning, name: str) -> None:
    """Draw scores by the value of an option."""
    values = [tuning.values(trial)[name] for trial in tuning.trials]
    if all(value is None or is_number(value) for value in values):
        numbers = [math.nan if value is None else float(value) for value in values]
        if all(number > 0 for number in numbers if not math.isnan(number)):
            _set_log(axes, numbers)
    else:
        kinds = list(dict.fromkeys(map(value_text, values)))
        numbers = [float(kinds.index(value_text(value))) for value in values]
        axes.set_xticks(range(len(kinds)), kinds, rotation=20, ha="right", fontsize=8)
    _draw_points(axes, tuning, numbers)
    axes.set_xlabel(name)


def _set_log(axes: Axes, numbers: Sequence[float]) -> None:
    """Give an axis a log scale, with ticks that are written in full."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.set_xscale("log")
    known = [number for number in numbers if not math.isnan(number)] or [1.0]
    wide = max(known) > 30 * min(known)
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0,) if wide else (1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(min(known) / 1.2, max(known) * 1.2)


def _draw_points(axes: Axes, tuning: Tuning, places: Sequence[float]) -> None:
    """Draw a point for each trial, by what became of it."""
    best = tuning.best.trial.number
    groups: dict[str, tuple[dict[str, Any], list[tuple[float, float]]]] = {
        "stopped early": ({"marker": "x", "color": _STOPPED}, []),
        "trial": ({"marker": "o", "color": _TRIAL}, []),
        "defaults": ({"marker": "D", "color": _DEFAULT}, []),
        "best": ({"marker": "*", "color": _BEST, "s": 120}, []),
    }
    low, high = _limits(tuning, 0.07)
    for trial, place in zip(tuning.trials, places, strict=True):
        name = "trial" if trial.is_complete else "stopped early"
        name = "defaults" if trial.number == DEFAULTS else name
        groups["best" if trial.number == best else name][1].append(
            (place, min(max(_height(trial), low), high))
        )
    for name, (style, points) in groups.items():
        if points:
            axes.scatter(*zip(*points, strict=True), label=name, **{"s": 28, **style}, zorder=3)


def _limits(tuning: Tuning, margin: float) -> tuple[float, float]:
    """Return between which scores all but the stopped trials are, with a margin."""
    shown = [one.score for one in tuning.trials if one.is_complete]
    for mean in (one.mean for one in tuning.finalists):
        if math.isfinite(mean.value):
            shown += [mean.value - mean.spread, mean.value + mean.spread]
    spread = margin * ((max(shown) - min(shown)) or 1.0)
    return min(shown) - spread, max(shown) + spread


def _height(trial: Trial) -> float:
    """Return the score, or the last there was."""
    return trial.moments[-1][1] if trial.moments and not trial.is_complete else trial.score
