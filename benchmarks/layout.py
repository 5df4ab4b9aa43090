"""Measures maps: huffvec's beside scikit-learn's t-SNE, openTSNE and umap-learn, where installed.

    python benchmarks/layout.py MODEL [--top 10000] [--peers huffvec umap tsne opentsne]

All get the same vectors, scaled to length 1, and a seed; other options are their defaults. Prints a
table in Markdown: trustworthiness, how many of the 15 nearest on the map are among the 15 nearest
by the vectors (of up to 10,000 points, evenly spread), and seconds of the processor and of the
clock.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import huffvec
from huffvec.arrays import evenly
from huffvec.layout import lay_out, trustworthiness
from huffvec.search.exact import nearest_rows
from huffvec.search.tables import ArrayRows
from huffvec.search.units import unit

K = 15
N_SAMPLED = 10_000

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def own(units: Floats) -> Any:
    """Return huffvec's map."""
    return lay_out(units)


def umap(units: Floats) -> Any:
    """Return umap-learn's map; with a seed it uses one thread."""
    from umap import UMAP

    return UMAP(metric="cosine", random_state=1).fit_transform(units)


def tsne(units: Floats) -> Any:
    """Return scikit-learn's map."""
    from sklearn.manifold import TSNE

    return TSNE(random_state=1, n_jobs=-1).fit_transform(units)


def opentsne(units: Floats) -> Any:
    """Return openTSNE's map."""
    from openTSNE import TSNE

    return np.asarray(TSNE(random_state=1, n_jobs=-1).fit(units))


PEERS: dict[str, Callable[[Floats], Any]] = {
    "huffvec": own,
    "umap": umap,
    "tsne": tsne,
    "opentsne": opentsne,
}


def kept(sample: Ints, nearest: Ints, positions: Floats) -> float:
    """Return which part of the nearest of some on a map are among their nearest by the vectors."""
    hits = 0
    for i, own in zip(sample, nearest, strict=True):
        squares = np.square(positions - positions[i]).sum(axis=1)
        squares[i] = np.inf
        hits += len(np.intersect1d(np.argpartition(squares, K)[:K], own))
    return hits / nearest.size


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a model, or vectors in any format")
    parser.add_argument("--top", type=int, default=10_000, help="words, the first ones")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS))
    args = parser.parse_args()
    units = unit(huffvec.load_vectors(args.model).top(args.top).vectors).astype(np.float32)
    sample = evenly(len(units), N_SAMPLED)
    itself = np.stack([np.arange(len(sample)), sample], axis=1)
    nearest, _ = nearest_rows(ArrayRows(units), units[sample].astype(np.float64), K, itself)
    print("| | trustworthiness | nearest kept | processor, s | clock, s |\n|---|---|---|---|---|")
    for name in args.peers:
        cpu, clock = time.process_time(), time.perf_counter()
        positions = PEERS[name](units).astype(np.float32)
        cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
        trusted = trustworthiness(units, positions, K)
        shared = kept(sample, nearest, positions)
        print(f"| {name} | {trusted:.4f} | {shared:.1%} | {cpu:.1f} | {clock:.1f} |", flush=True)


if __name__ == "__main__":
    main()
