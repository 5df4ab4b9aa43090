"""Reliability diagrams: observed frequency against predicted probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.drawing import add_legend, set_frame, set_log_scales
from huffvec.evaluation.reliability import ReliabilityBin
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from huffvec.evaluation.calibration import Calibration

SIZE = (9.6, 4.6)


def plot_calibration(results: Mapping[str, Calibration], output: PathLike) -> None:
    """Draw the reliability diagrams of one or several models.

    On the left the most probable words, on the right all words, with logarithmic axes. Points below
    the diagonal are over-confident. Vertical bars are two standard errors to either side.

    Parameters
    ----------
    results
        Calibrations by the models' names.
    output
        The picture; its suffix says which kind: .png, .svg, .pdf.

    Raises
    ------
    ConfigError, MissingExtraError, OutputError
        As `huffvec.files.pictures.picture`.
    """
    with picture(output, SIZE) as figure:
        draw_calibration(figure, results)


def draw_calibration(figure: Figure, results: Mapping[str, Calibration]) -> None:
    """Draw them on an empty figure."""
    bins = {name: (result.top_bins, result.word_bins) for name, result in results.items()}
    draw_diagrams(figure, bins, "word", "how often it is the target")


def draw_diagrams(
    figure: Figure,
    results: Mapping[str, tuple[Sequence[ReliabilityBin], Sequence[ReliabilityBin]]],
    what: str,
    observed: str,
) -> None:
    """Draw two diagrams on an empty figure.

    Parameters
    ----------
    figure
        Where.
    results
        The bins of the most probable ones and of all, by the models' names.
    what
        What is predicted: ``"word"``.
    observed
        What the vertical axis is called.
    """
    top, every = figure.subplots(1, 2)
    handles = []
    for number, (top_bins, all_bins) in enumerate(results.values()):
        style = {"color": f"C{number % 10}", "marker": "osD^v"[number // 10 % 5]}
        draw_bins(top, top_bins, **style)
        handles.append(draw_bins(every, all_bins, **style))
    set_log_scales(every)
    top.set_title(f"Most probable {what}", fontsize=10, loc="left")
    every.set_title(f"All {what}s", fontsize=10, loc="left")
    top.set_ylabel(observed)
    for axes in (top, every):
        axes.set_xlabel("probability")
        draw_diagonal(axes)
        set_frame(axes)
    if len(results) > 1:
        add_legend(figure, handles, list(results), loc="outside lower center", ncols=3, fontsize=9)


def draw_bins(axes: Axes, bins: Sequence[ReliabilityBin], **style: Any) -> Any:
    """Draw observed against predicted, with bars of two standard errors; return the line.

    Bins where nothing came have no place on a logarithmic axis and are left out.
    """
    seen = [one for one in bins if one.observed > 0]
    observed = np.array([one.observed for one in seen])
    errors = 2 * np.array([one.std_error for one in seen])
    bars = axes.errorbar(
        [one.predicted for one in seen],
        observed,
        # Not below what a logarithmic axis can show.
        yerr=[np.minimum(errors, 0.9 * observed), errors],
        elinewidth=0.8,
        linewidth=1.2,
        **{"markersize": 4, **style},
    )
    return bars.lines[0]


def draw_diagonal(axes: Axes, color: str = "0.5") -> None:
    """Draw where predicted and observed are equal, from end to end of what is in sight."""
    low = min(axes.get_xlim()[0], axes.get_ylim()[0])
    high = max(axes.get_xlim()[1], axes.get_ylim()[1])
    axes.plot([low, high], [low, high], color=color, linewidth=0.8, linestyle="--", zorder=0)
    axes.set(xlim=(low, high), ylim=(low, high))
