"""How good the vectors and predictions of each objective are: three pictures."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from huffvec.comparison.evidence import of_test
from huffvec.comparison.report.style import (
    LABEL_CHARACTERS,
    LABEL_SIZE,
    NARROW_CHARACTERS,
    Labels,
    Paper,
    marks,
    new_axes,
    new_figure,
    plain_ticks,
    shortened,
    visible_loss,
)
from huffvec.comparison.results import Results
from huffvec.comparison.summary import Mean, Summary, summaries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

UNIGRAM = "word frequencies alone"


def quality_against_speed(results: Results, paper: Paper) -> Figure:
    """Draw each objective as a point: speed against held-out loss."""
    figure, ax = new_axes(paper)
    look = _looks(results, paper)
    points = {
        one.label: (one.words_per_second, one.nats)
        for one in summaries(results)
        if one.nats and one.words_per_second
    }
    best, worst = visible_loss([nats.value for _, nats in points.values()])
    labels = Labels()
    for label, (speed, nats) in points.items():
        style, y = look[label] | {"linestyle": ""}, min(nats.value, worst)
        ax.errorbar(
            speed.value,
            y,
            xerr=speed.spread or None,
            yerr=nats.spread or None,
            markersize=8,
            capsize=2,
            elinewidth=1,
            clip_on=False,
            **style,
        )
        text = label if y == nats.value else f"{label}  ↓ {nats.value:.2f}"
        labels.add(text, (speed.value, y), style)
    ax.set_xscale("log")
    ax.margins(x=0.1)
    ax.set_ylim(worst, best)
    _draw_unigram(ax, results.about["unigram_nats"], paper, labels)
    plain_ticks(ax, "x")
    ax.set_xlabel("words/s of training (log scale)   faster →")
    ax.set_ylabel("held-out loss, nats per target   better →")
    labels.write(ax, paper)
    return figure


def quality_against_time(results: Results, paper: Paper) -> Figure:
    """Draw the loss on the sample of the held-out text while the runs went on."""
    figure, ax = new_axes(paper)
    look = _looks(results, paper)
    curves = {label: _mean_curve(results, label) for label in results.labels}
    curves = {label: curve for label, curve in curves.items() if curve}
    best, worst = visible_loss([curve[-1][1] for curve in curves.values()])
    worst += 0.4 * (worst - best)  # to see how they improve
    labels = Labels()
    for label, curve in curves.items():
        x, y = ([point[i] for point in curve] for i in (0, 1))
        ax.plot(x, y, markersize=4, linewidth=1.6, **look[label])
        text = label if y[-1] <= worst else f"{label}  ↓ {y[-1]:.2f}"
        labels.add(text, (x[-1], min(y[-1], worst)), look[label])
    ax.set_xscale("log")
    lowest = min(y for curve in curves.values() for _, y in curve)
    ax.set_ylim(worst, min(best, lowest - 0.02))
    _draw_unigram(ax, results.about["unigram_sample_nats"], paper, labels)
    plain_ticks(ax, "x")
    ax.set_xlabel("seconds of training (log scale)   ← sooner")
    ax.set_ylabel("loss on a sample, nats per target   better →")
    labels.write(ax, paper)
    return figure


def scores(results: Results, paper: Paper) -> Figure:
    """Draw the scores of every test, one panel a test, one row an objective."""
    done = [one for one in summaries(results) if one.scores]
    names = list(dict.fromkeys(name for one in done for name, _ in one.scores))
    n_columns = 1 if paper.is_narrow else len(names) if len(names) <= 4 else 3
    n_rows = -(-len(names) // n_columns)
    look = _looks(results, paper)
    height = n_rows * (0.26 * len(done) + 0.9) + 0.2
    figure = new_figure((paper.width, height), layout="constrained")
    panels = figure.subplots(n_rows, n_columns, sharey=True, squeeze=False)
    for ax in panels.flat[len(names) :]:
        ax.set_visible(False)
    for ax, name in zip(panels.flat, names, strict=False):
        _draw_test(ax, name, done, look, paper)
    panels.flat[0].invert_yaxis()
    return figure


def _draw_test(
    ax: Axes, name: str, done: list[Summary], look: dict[str, dict[str, Any]], paper: Paper
) -> None:
    """Draw the scores in one test, with their values beside."""
    means = [dict(one.scores).get(name) for one in done]
    best = of_test(name).best([one for one, mean in zip(done, means, strict=True) if mean])
    for row, (one, mean) in enumerate(zip(done, means, strict=True)):
        if mean is None:
            continue
        mark = look[one.label] | {"linestyle": ""}
        ax.errorbar(mean.value, row, xerr=mean.spread or None, capsize=2, **mark)
        ax.annotate(
            f"{mean.value:.1f}",
            (mean.value + mean.spread, row),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=LABEL_SIZE - 1,
            fontweight="bold" if one in best else "normal",
            color=paper.ink,
        )
    ax.margins(x=0.3)
    ax.tick_params(axis="y", length=0)
    ax.set_title(f"{shortened(name, NARROW_CHARACTERS)}   better →", fontsize=10)
    most = NARROW_CHARACTERS if paper.is_narrow else LABEL_CHARACTERS
    names = [shortened(one.label, most) for one in done]
    ax.set_yticks(range(len(done)), names, fontsize=LABEL_SIZE)
    ax.grid(axis="x", visible=False)


def _looks(results: Results, paper: Paper) -> dict[str, dict[str, Any]]:
    """Return the marks of all labels, hollow where runs are partial."""
    look = marks(results.labels, paper)
    for one in summaries(results):
        if one.status == "partial":
            look[one.label]["fillstyle"] = "none"
    return look


def _draw_unigram(ax: Axes, nats: float, paper: Paper, labels: Labels) -> None:
    """Draw the loss of word frequencies alone, if it is in sight."""
    low, high = sorted(ax.get_ylim())
    if low <= nats <= high:
        ax.axhline(nats, color=paper.faint, linewidth=3, alpha=0.4, zorder=0)
        labels.add(UNIGRAM, (ax.get_xlim()[1], nats), {"color": paper.faint, "linewidth": 3})


def _mean_curve(results: Results, label: str) -> list[tuple[float, float]]:
    """Return seconds and loss of each moment, means over the seeds."""
    curves = [run.curve for run in results.of(label) if run.curve]
    points = []
    for moments in zip(*curves, strict=False):
        nats = Mean.of(moment.nats for moment in moments)
        if nats:
            points.append((statistics.fmean(m.seconds for m in moments), nats.value))
    return points
