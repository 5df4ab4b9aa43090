"""Draws held-out loss and bytes a token against how much is trained between exchanges.

    python benchmarks/cluster_plot.py FILES… [--output docs/images/many_machines.png]

Of result files of cluster.py; each point is a run. The band is what one process reaches over seeds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import results
from matplotlib.axes import Axes


def draw(ax: Axes, path: Path, what: str, color: str) -> None:
    """Draw a file's runs of several workers."""
    about, runs = results.read(path)
    kind = "float16" if about["options"]["half"] == "True" else "float32"
    for workers in sorted({run["key"]["workers"] for run in runs} - {0}):
        points = sorted(
            (run["tokens_an_exchange"], run[what])
            for run in runs
            if run["key"]["workers"] == workers
        )
        label = f"{workers} workers, {kind}"
        ax.plot(*zip(*points, strict=True), "o", color=color, label=label, markersize=5)


def main() -> None:
    """Draw both panels."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, default=Path("docs/images/many_machines.png"))
    args = parser.parse_args()
    mpl.use("Agg")
    figure, (quality, traffic) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    alone = [
        run["held_out"]
        for path in args.files
        for run in results.read(path)[1]
        if run["key"]["workers"] == 0
    ]
    if alone:
        quality.axhspan(min(alone), max(alone), color="#8d99a6", alpha=0.4, label="one process")
    for path, color in zip(args.files, ("#d1495b", "#00798c", "#b08f3c"), strict=False):
        draw(quality, path, "held_out", color)
        draw(traffic, path, "bytes_a_token", color)
    quality.set_ylabel("held-out loss, nats a token")
    traffic.set_ylabel("bytes exchanged a token")
    traffic.set_yscale("log")
    for ax in (quality, traffic):
        ax.set_xscale("log")
        ax.set_xlabel("tokens that a worker trains between exchanges")
        ax.grid(alpha=0.3)
        ax.legend(frameon=False, fontsize=8)
    figure.savefig(args.output, dpi=130)


if __name__ == "__main__":
    main()
