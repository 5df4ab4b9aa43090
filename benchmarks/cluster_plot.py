"""Draws quality and bytes a token against how much is trained between exchanges.

    python benchmarks/cluster_plot.py FILES… [--output docs/images/many_machines.png]

Of result files of cluster.py; each point is a run. The grey band is what one process reaches over
seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import results
from matplotlib.axes import Axes

Run = dict[str, Any]
PANELS: dict[str, Callable[[Run], float | None]] = {
    "held-out loss, nats a token": lambda run: run["held_out"],
    "similarity (MEN), %": lambda run: run["scores"].get("men"),
    "analogies (questions-words), %": lambda run: run["scores"].get("questions-words"),
    "bytes exchanged a token": lambda run: run.get("bytes_a_token"),
}
COLORS = {"float32": "#d1495b", "float16": "#00798c"}
MARKERS = "os^Dv"


def draw(ax: Axes, runs: dict[str, list[Run]], value_of: Callable[[Run], float | None]) -> None:
    """Draw the runs of each kind of numbers, by how many workers there were."""
    everyone = sorted({run["key"]["workers"] for own in runs.values() for run in own})
    for kind, own in runs.items():
        for workers, marker in zip([n for n in everyone if n], MARKERS, strict=False):
            points = sorted(
                (run["tokens_an_exchange"], value_of(run))
                for run in own
                if run["key"]["workers"] == workers
            )
            style = {"marker": marker, "color": COLORS[kind], "markersize": 5, "linewidth": 1}
            label = f"{workers} workers, {kind}"
            if points:
                ax.plot(*zip(*points, strict=True), alpha=0.85, label=label, **style)
    alone = [value_of(run) for own in runs.values() for run in own if not run["key"]["workers"]]
    if alone and None not in alone:
        low, high = min(alone), max(alone)
        ax.axhspan(low, high, color="#8d99a6", alpha=0.6, linewidth=1.5, label="one process")


def main() -> None:
    """Draw all panels."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, default=Path("docs/images/many_machines.png"))
    args = parser.parse_args()
    mpl.use("Agg")
    runs: dict[str, list[Run]] = {kind: [] for kind in COLORS}
    for path in args.files:
        about, own = results.read(path)
        runs["float16" if about["options"]["half"] == "True" else "float32"] += own
    figure, grid = plt.subplots(2, 2, figsize=(9, 6.4), layout="constrained")
    for ax, (name, value_of) in zip(grid.flat, PANELS.items(), strict=True):
        draw(ax, runs, value_of)
        ax.set_ylabel(name)
        ax.set_xscale("log")
        ax.grid(alpha=0.3)
    grid[1, 1].set_yscale("log")
    for ax in grid[1]:
        ax.set_xlabel("tokens that a worker trains between exchanges")
    figure.legend(
        *grid[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=5, frameon=False
    )
    figure.savefig(args.output, dpi=130)


if __name__ == "__main__":
    main()
