"""Draws quality against training time for all systems from a result file of quality.py.

    python benchmarks/plot.py [benchmarks/results/quality.json] [--output docs/images]

Each point is one system after so many epochs, the mean over its seeds, at the time
of its fastest run; a line joins the epochs.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import quality
import results
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

COLORS = {
    "huffvec": "#d1495b",
    "gensim": "#00798c",
    "fasttext": "#8a6fb0",
    "word2vec": "#b08f3c",
    "prototype": "#8d99a6",
}
LABELS = {"fasttext": "fastText (no n-grams)", "word2vec": "word2vec.c"}
STYLES: dict[str, dict[str, Any]] = {  # the objective by its marker, the architecture by its panel
    "negative-sampling": {"marker": "o", "linestyle": "-"},
    "hierarchical-softmax": {"marker": "D", "linestyle": "--"},
}
ANALOGIES = ("questions-words", "msr-analogies")


def panels(runs: list[results.Run]) -> dict[str, list[str]]:
    """Return what is drawn, one row of panels each: a title -> the scores that are averaged."""
    names = list(dict.fromkeys(name for run in runs for name in run["scores"]))
    kinds = {
        "similarity: mean Spearman × 100": [n for n in names if n not in ANALOGIES],
        "analogies: % right": [n for n in names if n in ANALOGIES],
    }
    return {title: chosen for title, chosen in kinds.items() if chosen}


def draw(ax: Axes, runs: list[results.Run], architecture: str, names: list[str]) -> None:
    """Draw one line a system and objective: seconds of training against the mean score."""
    lines: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for (of, objective, _, peer), group in quality.grouped(runs):
        if of != architecture:
            continue
        values = [statistics.fmean(run["scores"][name] for name in names) for run in group]
        mean, spread = results.mean_and_spread(values)
        seconds = quality.training_seconds(group)
        lines.setdefault((peer, objective), []).append((seconds, mean, spread))
    for (peer, objective), points in lines.items():
        ax.errorbar(
            [seconds for seconds, _, _ in points],
            [mean for _, mean, _ in points],
            yerr=[spread for _, _, spread in points],
            color=COLORS[peer],
            markersize=6,
            linewidth=1.5,
            capsize=2,
            elinewidth=1,
            **STYLES[objective],
        )


def figure_of(runs: list[results.Run]) -> Figure:
    """Return the whole picture: a column for each architecture, a row for each kind of score."""
    architectures = list(dict.fromkeys(run["key"]["architecture"] for run in runs))
    rows = panels(runs)
    figure, axes = plt.subplots(
        len(rows),
        len(architectures),
        figsize=(max(7, 5 * len(architectures)), 3.2 * len(rows) + 1),
        sharex=True,
        sharey="row",
        squeeze=False,
        layout="constrained",
    )
    for i, (title, names) in enumerate(rows.items()):
        for ax, architecture in zip(axes[i], architectures, strict=True):
            draw(ax, runs, architecture, names)
            ax.set_xscale("log")
            ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            ax.xaxis.set_major_formatter("{x:g}")
            ax.xaxis.set_minor_formatter(NullFormatter())
            ax.grid(color="#e6e6e6")
            ax.spines[["top", "right"]].set_visible(False)
        axes[i][0].set_ylabel(title)
    for ax, architecture in zip(axes[0], architectures, strict=True):
        ax.set_title({"skipgram": "skip-gram", "cbow": "CBOW"}[architecture])
    for ax in axes[-1]:
        ax.set_xlabel("seconds of training (log scale)")
    figure.legend(handles=legend(runs), loc="outside lower center", ncols=3, frameon=False)
    return figure


def legend(runs: list[results.Run]) -> list[Line2D]:
    """Return what the legend shows: a colour for each system, a marker for each objective."""
    systems = dict.fromkeys(run["key"]["peer"] for run in runs)
    objectives = dict.fromkeys(run["key"]["objective"] for run in runs)
    return [
        *(Line2D([], [], color=COLORS[n], linewidth=3, label=LABELS.get(n, n)) for n in systems),
        *(Line2D([], [], color="#444444", label=n, **STYLES[n]) for n in objectives),
    ]


def main() -> None:
    """Parse the command line and write the pictures."""
    parser = argparse.ArgumentParser(description="Draw quality against training time.")
    parser.add_argument("results", type=Path, nargs="?", default=results.FOLDER / "quality.json")
    folder = Path(__file__).parent.parent / "docs" / "images"
    parser.add_argument("--output", type=Path, default=folder, help="folder for the pictures")
    parser.add_argument("--peers", nargs="+", choices=COLORS, default=list(COLORS))
    args = parser.parse_args()
    about, runs = results.read(args.results)
    mpl.rcParams |= {"font.size": 10, "svg.hashsalt": "huffvec", "axes.axisbelow": True}
    figure = figure_of([run for run in runs if run["key"]["peer"] in args.peers])
    args.output.mkdir(parents=True, exist_ok=True)
    for suffix in ("svg", "png"):
        path = args.output / f"quality_vs_time.{suffix}"
        figure.savefig(path, dpi=150, metadata={"Date": None} if suffix == "svg" else None)
        print(path)
    print(results.conditions(about))


if __name__ == "__main__":
    main()
