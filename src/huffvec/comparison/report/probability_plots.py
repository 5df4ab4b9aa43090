"""Whether probabilities are right, and what sampled gradients are worth: pictures and a table."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from huffvec.comparison.report.style import (
    LABEL_SIZE,
    Labels,
    Paper,
    marks,
    new_axes,
    new_figure,
    plain_ticks,
)
from huffvec.comparison.results import Results
from huffvec.drawing import add_legend
from huffvec.evaluation.gradient_bias_plot import PANELS, by_objective, draw_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from huffvec.evaluation.calibration import Calibration

MOST = 30.0  # by which factor frequencies may differ from probabilities, to be in sight


def calibrations(results: Results) -> dict[str, Calibration]:
    """Return the calibration of each objective's first run that has one."""
    return {
        run.label: run.calibration for run in reversed(results.runs) if run.calibration is not None
    }


def reliability(results: Results, paper: Paper) -> Figure:
    """Draw by how much words come more often than predicted, against the probability."""
    found, look = calibrations(results), marks(results.labels, paper)
    figure, ax = new_axes(paper)
    ax.set(xscale="log", yscale="log")
    ax.axhline(1.0, color=paper.faint, linewidth=1)
    labels = Labels()
    for label in results.labels:
        bins = found[label].word_bins if label in found else ()
        points = [
            (one.predicted, min(max(one.observed / one.predicted, 1 / MOST), MOST)) for one in bins
        ]
        if points:
            ax.plot(*zip(*points, strict=True), markersize=4, linewidth=1.4, **look[label])
            labels.add(label, points[-1], look[label])
    ax.set_xlabel("probability that the model gives a word (log scale)")
    ax.set_ylabel("how often it comes, relative to that")
    plain_ticks(ax, "y")
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    labels.write(ax, paper)
    return figure


def gradient_bias(results: Results, paper: Paper) -> Figure:
    """Draw bias and drift of the gradients against the number of samples."""
    assert results.gradients is not None
    lines = by_objective(results.gradients.biases)
    look = marks(list(lines), paper)
    shape = (2, 1) if paper.is_narrow else (1, 2)
    figure = new_figure((paper.width, 7.6 if paper.is_narrow else 4.6), layout="constrained")
    panels = figure.subplots(*shape, sharex=True, sharey=True).flat
    for ax, (field, title) in zip(panels, PANELS, strict=True):
        ax.set(xscale="log", yscale="log", xlabel="samples (log scale)")
        ax.set_title(title.partition(":")[0].lower(), fontsize=LABEL_SIZE)
        ax.set_ylabel("relative to the full softmax's gradient")
        drawn = [draw_line(ax, line, field, **look[name]) for name, line in lines.items()]
        plain_ticks(ax, "xy")
    add_legend(
        figure, drawn, list(lines), loc="outside lower center",
        ncols=2 if paper.is_narrow else 4, fontsize=LABEL_SIZE,
    )  # fmt: skip
    return figure


def calibration_table(results: Results) -> str:
    """Return how far the probabilities of each objective are right, in HTML; nothing without."""
    found = calibrations(results)
    if not found:
        return ""
    heads = ("top-1 right", "its probability", "ECE", "by chance", "factor", "by chance", "surplus")
    rows = "".join(
        f"<tr><th>{escape(label)}</th>{_cells(found[label], heads)}</tr>"
        for label in results.labels
        if label in found
    )
    head = "".join(f"<th>{text}</th>" for text in heads)
    n_targets = max(one.n_targets for one in found.values())
    return (
        f'<div class="scroll"><table><thead><tr><th>objective</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f'<p class="notes">On {n_targets:,} held-out targets. Top-1: the most probable word; ECE: '
        "the mean distance of its probability from how often it is right. Factor: by which the "
        "probabilities of words that come are wrong, on average. By chance: what a model that is "
        "right would have. Surplus: nats more than predictions that are right would have; more "
        "than 0 is over-confident.</p>"
    )


def _cells(one: Calibration, heads: tuple[str, ...]) -> str:
    cells = (
        f"{one.accuracy:.1%}",
        f"{one.confidence:.1%}",
        f"{one.ece:.2%}",
        f"{one.ece_by_chance:.2%}",
        f"{_factor(one.log_error):.2f}",
        f"{_factor(one.log_error_by_chance):.2f}",
        f"{one.nats - one.entropy:+.3f} <small>± {one.nats_std_error:.3f}</small>",
    )
    return "".join(
        f'<td data-head="{head}">{cell}</td>' for head, cell in zip(heads, cells, strict=True)
    )


def _factor(log_error: float) -> float:
    """Return the factor that is this far from 1; there is an end to what can be shown."""
    return math.exp(min(log_error, 700.0))
