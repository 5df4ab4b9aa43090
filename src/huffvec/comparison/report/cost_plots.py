"""What a prediction costs: two pictures."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from huffvec.comparison.depth import TreeDepth
from huffvec.comparison.report.style import (
    Labels,
    Paper,
    marks,
    new_axes,
    percent_ticks,
    plain_ticks,
)
from huffvec.comparison.results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
