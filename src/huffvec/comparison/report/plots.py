"""The pictures of a comparison, each a function from results to a figure of matplotlib."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from huffvec.comparison.depth import TreeDepth
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
    percent_ticks,
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


class Plot(NamedTuple):
    """A picture of the report: its file's name, title, what it shows, and how it is drawn."""

    name: str
    title: str
    caption: str
    draw: Callable[[Results, Paper], Figure]


def available_plots(results: Results) -> list[Plot]:
    """Return the pictures that there are numbers for."""
    done = [one for one in summaries(results) if one.status != "failed"]
    found = []
    if done:
        found += [_QUALITY_SPEED, _QUALITY_TIME]
    if any(one.scores for one in done):
        found.append(_SCORES)
    if any(len(costs) > 1 for costs in results.costs.values()):
        found.append(_COST)
    if results.trees:
        found.append(_DEPTH)
    return found


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


def cost_against_vocabulary(results: Results, paper: Paper) -> Figure:
    """Draw the time of a prediction against the size of the vocabulary, with the three laws."""
    figure, ax = new_axes(paper)
    look = marks(results.labels, paper)
    lines = {
        label: [(cost.n_words, 1e6 * cost.seconds_per_target) for cost in results.costs[label]]
        for label in results.labels
        if len(results.costs.get(label, ())) > 1
    }
    sizes = sorted({n for points in lines.values() for n, _ in points})
    start = float(np.exp(statistics.fmean(np.log(points[0][1]) for points in lines.values())))
    laws: dict[str, Callable[[float], float]] = {
        "O(V)": lambda n: n / sizes[0],
        "O(log₂ V)": lambda n: float(np.log2(n) / np.log2(sizes[0])),
        "O(K)": lambda n: 1.0,
    }
    labels = Labels()
    for label, points in lines.items():
        x, y = ([point[i] for point in points] for i in (0, 1))
        labels.add(label, (x[-1], y[-1]), look[label])
        ax.plot(x, y, markersize=5, linewidth=1.8, **look[label])
    for law, grows in laws.items():
        y = [start * grows(n) for n in sizes]
        ax.plot(sizes, y, color=paper.faint, linewidth=3, alpha=0.35, zorder=0)
        labels.add(law, (sizes[-1], y[-1]), {"color": paper.faint, "linewidth": 3})
    ax.set_xscale("log")
    ax.set_yscale("log")
    plain_ticks(ax, "xy")
    ax.set_xlabel("words in the vocabulary, V (log scale)")
    ax.set_ylabel("µs for a prediction (log scale)   ← better")
    labels.write(ax, paper)
    return figure


def depth_against_frequency(results: Results, paper: Paper) -> Figure:
    """Draw how deep words lie in each tree against how frequent they are."""
    figure, ax = new_axes(paper)
    look = marks(results.labels, paper)
    labels, shares = Labels(), list[float]()
    for label, tree in _trees(results).items():
        x = [one.share for one in tree.bins]
        shares += x
        color = look[label]["color"]
        lowest, highest = [b.lowest for b in tree.bins], [b.highest for b in tree.bins]
        ax.fill_between(x, lowest, highest, color=color, alpha=0.15, linewidth=0)
        y = [one.mean for one in tree.bins]
        ax.plot(x, y, markersize=3, linewidth=1.6, **look[label])
        labels.add(f"{label}  {tree.mean:.2f}", (x[-1], y[-1]), look[label])
    x = sorted(shares)
    ax.plot(x, -np.log2(x), color=paper.faint, linewidth=3, alpha=0.5, zorder=0)
    entropy = next(iter(results.trees.values())).entropy
    ideal = f"−log₂ frequency  {entropy:.2f}"
    labels.add(ideal, (x[0], float(-np.log2(x[0]))), {"color": paper.faint, "linewidth": 3})
    ax.set_xscale("log")
    ax.invert_xaxis()
    ax.set_ylim(bottom=0)
    percent_ticks(ax)
    ax.set_xlabel("share of the text that is this word (log scale)   rarer →")
    ax.set_ylabel("depth: output rows of a prediction   ← better")
    labels.write(ax, paper)
    return figure


def _trees(results: Results) -> dict[str, TreeDepth]:
    """Return the trees in the order of the labels."""
    trees = results.trees
    return {label: trees[label] for label in results.labels if label in trees}


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


_QUALITY_SPEED = Plot(
    "quality-speed",
    "Quality against speed",
    "Each point is an objective after all of its training: up is better, right is faster. Bars are "
    "the spread of the seeds; hollow points did not see all of the text in the time allowed. A "
    "grey line, if in sight, is what word frequencies alone reach, without looking at the context.",
    quality_against_speed,
)
_QUALITY_TIME = Plot(
    "quality-time",
    "Quality against time",
    "How the loss on a sample of the held-out text improved with the seconds of training (the time "
    "for measuring is not counted), means over the seeds: up is better, left is sooner. The "
    "learning rate falls to its end with each run, which is why all lines rise at last. Hollow "
    "marks are runs that did not see all of the text. The sample is a part of the held-out text, "
    "so its loss differs a little from that in the table. A grey line, if in sight, is the loss of "
    "word frequencies alone.",
    quality_against_time,
)
_SCORES = Plot(
    "scores",
    "Vectors against human judgement",
    "Word pairs: rank correlation × 100. Analogies: % answered right. Right is better. Bars are "
    "the spread of the seeds; bold is the best and what differs from it by no more than noise; "
    "hollow marks are runs that did not see all of the text.",
    scores,
)
_COST = Plot(
    "cost",
    "Cost of a step as the vocabulary grows",
    "Wall time for a prediction with only the V most frequent words of the text left: down is "
    "faster. The grey "
    "lines show how V, its logarithm and a constant grow, all from one point: compare slopes. "
    "Tables that no longer fit into the processor's caches make every step slower too.",
    cost_against_vocabulary,
)
_DEPTH = Plot(
    "depth",
    "Depth of the tree against word frequency",
    "How many decisions lead to words of a frequency: the mean, and shaded from the least to the "
    "most; fewer are faster. The grey line is −log₂ of the frequency, the depth of an ideal code. "
    "Numbers are means over the text; the grey one is the entropy, which no binary tree can beat.",
    depth_against_frequency,
)
