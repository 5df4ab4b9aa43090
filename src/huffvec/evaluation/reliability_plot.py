"""Reliability diagrams: observed frequency against predicted probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.drawing import add_legend, set_frame, set_log_scales
from huffvec.evaluation.calibration import Calibration
from huffvec.evaluation.reliability import ReliabilityBin
from huffvec.files.paths import PathLike
from huffvec.files.pictures import picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
    MissingExtraError
        If matplotlib is not installed.
    ConfigError
        If there is no such kind of picture.
    OutputError
        If the picture cannot be written.
    """
    with picture(output, SIZE) as figure:
        draw_calibration(figure, results)


def draw_calibration(figure: Figure, results: Mapping[str, Calibration]) -> None:
    """Draw them on an empty figure."""
    top, words = figure.subplots(1, 2)
    handles = []
    for number, result in enumerate(results.values()):
        style = {"color": f"C{number % 10}", "marker": "osD^v"[number // 10 % 5]}
        draw_bins(top, result.top_bins, **style)
        handles.append(draw_bins(words, result.word_bins, **style))
    set_log_scales(words)
    top.set_title("Most probable word", fontsize=10, loc="left")
    words.set_title("All words", fontsize=10, loc="left")
    top.set_xlabel("probability")
    words.set_xlabel("probability")
    top.set_ylabel("how often it is the target")
    for axes in (top, words):
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
