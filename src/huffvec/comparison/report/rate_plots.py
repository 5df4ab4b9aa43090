"""What a search for the best learning rates has found: a picture and a table."""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from huffvec.comparison.report.style import (
    LABEL_SIZE,
    NARROW_CHARACTERS,
    Paper,
    marks,
    new_figure,
    plain_ticks,
    shortened,
    visible_loss,
)
from huffvec.comparison.results import Results, RunResult
from huffvec.comparison.terms import TITLES, By, Terms, TuneBy
from huffvec.comparison.tuning import score
from huffvec.drawing import add_legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL_HEIGHT = 1.9
LINES: dict[By, str] = {"epochs": "-", "time": "--", "convergence": ":"}
AXES: dict[TuneBy, str] = {
    "held-out": "held-out loss   better →",
    "pairs": "similarity   better →",
    "analogies": "analogies   better →",
}
OVERFLOWED = "#c62828"


def searched(results: Results) -> list[Terms]:
    """Return the terms whose rate was found among several, if there is something to show."""
    by = results.terms[0].tuned_by if results.terms else None
    some = [one for one in results.terms if one.tuned_by == by and len(one.rates) > 1]
    return [one for one in some if _points(results, one)] if by else []


def rungs(results: Results, terms: Terms) -> list[RunResult]:
    """Return the runs that a rate was found by, in the order of their rates."""
    runs = (results.find(replace(terms, learning_rate=r), terms.seed) for r in terms.rates)
    return [run for run in runs if run]


def quality_against_rate(results: Results, paper: Paper) -> Figure:
    """Draw a panel for each objective: the loss, or score, at each rate that was tried."""
    terms = searched(results)
    labels = [label for label in results.labels if any(one.label == label for one in terms)]
    n_columns = min(len(labels), 2 if paper.is_narrow else 4)
    n_rows = -(-len(labels) // n_columns)
    figure = new_figure((paper.width, PANEL_HEIGHT * n_rows + 0.9), layout="constrained")
    panels = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    limits = _limits(results, terms)
    for ax, label in zip(panels.flat, labels, strict=False):
        ax.set_xscale("log")
        ax.set_ylim(*limits)
        ax.set_title(shortened(label, NARROW_CHARACTERS), fontsize=LABEL_SIZE)
        for one in terms:
            if one.label == label:
                _draw_ladder(ax, results, one, paper)
    for ax in panels.flat[len(labels) :]:
        ax.set_visible(False)
    plain_ticks(panels.flat[0], "x")
    by = terms[0].tuned_by
    assert by is not None
    figure.supxlabel("learning rate at the start (log scale)", fontsize=10)
    figure.supylabel(AXES[by], fontsize=10)
    _add_key(figure, terms, paper)
    return figure


def _value(run: RunResult, terms: Terms) -> float:
    """Return what is drawn of a run: its loss, or its score."""
    assert terms.tuned_by is not None
    value = score(run, terms.tuned_by)
    return -value if terms.tuned_by == "held-out" else value


def _points(results: Results, terms: Terms) -> list[tuple[float, float]]:
    """Return the rates that came to something, and what is drawn of them."""
    points = [(run.learning_rate, _value(run, terms)) for run in rungs(results, terms)]
    return [(rate, value) for rate, value in points if rate and math.isfinite(value)]


def _limits(results: Results, terms: list[Terms]) -> tuple[float, float]:
    """Return the ends of the vertical axis: the better one on top."""
    values = [value for one in terms for _, value in _points(results, one)]
    if terms[0].tuned_by == "held-out":
        best, worst = visible_loss(values)
        return worst, best
    margin = 0.07 * max(max(values) - min(values), 1.0)
    return min(values) - margin, max(values) + margin


def _draw_ladder(ax: Axes, results: Results, terms: Terms, paper: Paper) -> None:
    """Draw the rates tried, the best, that without a search, and those that overflowed."""
    style = marks(results.labels, paper)[terms.label] | {"linestyle": LINES[terms.by]}
    bottom, top = ax.get_ylim()
    points = _points(results, terms)
    shown = [(x, max(y, bottom) if bottom < top else min(y, bottom)) for x, y in points]
    ax.plot(*zip(*shown, strict=True), markersize=4, linewidth=1.4, **style)
    for (x, y), (_, real) in zip(shown, points, strict=True):
        if y != real:
            ax.annotate(f"↓ {real:.2f}", (x, y), xytext=(0, 4), textcoords="offset points",
                        ha="center", fontsize=7, color=paper.ink)  # fmt: skip
        if x == terms.learning_rate:
            ax.plot([x], [y], "o", markersize=11, fillstyle="none", color=paper.ink, clip_on=False)
    if terms.untuned_rate is not None:
        ax.axvline(terms.untuned_rate, color=paper.faint, linewidth=1, linestyle=LINES[terms.by])
    for run in rungs(results, terms):
        if run.diverged and run.learning_rate:
            ax.plot([run.learning_rate], [bottom], "x", color=OVERFLOWED, markersize=8,
                    markeredgewidth=2, clip_on=False)  # fmt: skip


def _add_key(figure: Figure, terms: list[Terms], paper: Paper) -> None:
    """Add what the marks and lines mean."""
    from matplotlib.lines import Line2D

    lines = {
        TITLES[by].lower(): Line2D([], [], color=paper.ink, linestyle=LINES[by])
        for by in dict.fromkeys(one.by for one in terms)
    }
    handles = lines if len(lines) > 1 else {}
    circle = {"marker": "o", "markersize": 10, "fillstyle": "none", "linestyle": ""}
    cross = {"marker": "x", "markersize": 7, "markeredgewidth": 2, "linestyle": ""}
    handles |= {
        "the best": Line2D([], [], color=paper.ink, **circle),
        "without a search": Line2D([], [], color=paper.faint, linewidth=1),
        "overflowed": Line2D([], [], color=OVERFLOWED, **cross),
    }
    add_legend(
        figure, list(handles.values()), list(handles), loc="outside upper left",
        ncols=2 if paper.is_narrow else len(handles), fontsize=LABEL_SIZE,
    )  # fmt: skip


def rates_table(results: Results) -> str:
    """Return what each search has found, in HTML; nothing if there was none."""
    terms = searched(results)
    if not terms:
        return ""
    heads = ("without a search", "the best", "rates tried", "overflowed at")
    rows = "".join(_row(results, one, heads, len(results.by) > 1) for one in terms)
    head = "".join(f"<th>{text}</th>" for text in heads)
    return (
        f'<div class="scroll"><table><thead><tr><th>objective</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(results: Results, terms: Terms, heads: tuple[str, ...], is_named: bool) -> str:
    found = {run.learning_rate: run for run in rungs(results, terms)}
    overflowed = [f"{rate:g}" for rate, run in found.items() if rate and run.diverged]
    cells = (
        _at(terms, terms.untuned_rate, found),
        _at(terms, terms.learning_rate, found),
        ", ".join(f"{rate:g}" for rate in terms.rates),
        ", ".join(overflowed),
    )
    name = f"{terms.label}, {TITLES[terms.by].lower()}" if is_named else terms.label
    if terms.by == "convergence":
        name += f", {terms.epochs} {'epoch' if terms.epochs == 1 else 'epochs'}"
    columns = "".join(
        f'<td data-head="{head}">{cell}</td>' for head, cell in zip(heads, cells, strict=True)
    )
    return f"<tr><th>{escape(name)}</th>{columns}</tr>"


def _at(terms: Terms, rate: float | None, found: dict[float | None, RunResult]) -> str:
    """Return a rate and what was reached at it, if it was tried."""
    if rate is None:
        return "–"
    if rate not in found:
        return f"{rate:g}"
    run = found[rate]
    if run.status == "failed":
        return f"{rate:g}: failed"
    return f"{rate:g}: {_value(run, terms):.{3 if terms.tuned_by == 'held-out' else 1}f}"
