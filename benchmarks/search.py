"""Times nearest neighbours, exact and by an index, and counts what the index misses.

    python benchmarks/search.py [--rows 1000000] [--dim 300] [--vectors MODEL] [--no-index]

Exact search of one and of many queries takes turns with NumPy's products of the same table. Without
--vectors the rows are random ones about random centers, 100 each. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

import huffvec
from huffvec.search.queries import Neighbor
from huffvec.vectors import WordVectors

BLOCK = 1 << 17  # rows that NumPy's product takes at once: all scores would not fit


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """Return the seconds of the fastest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def clustered(n_rows: int, dim: int, seed: int = 1) -> WordVectors:
    """Return rows about random centers, 100 each."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((n_rows // 100 + 1, dim), dtype=np.float32)
    table = rng.standard_normal((n_rows, dim), dtype=np.float32)
    table += centers[rng.integers(0, len(centers), n_rows)]
    return WordVectors([f"w{i}" for i in range(n_rows)], table)


def exact_table(vectors: WordVectors) -> None:
    """Print the times of exact search beside those of NumPy's products."""
    table, rng = vectors.vectors, np.random.default_rng(2)
    print("| queries | NumPy's product, s | nearest, s | ratio |\n|---|---|---|---|")
    first = seconds(lambda: vectors.nearest(table[0]))
    product = seconds(lambda: table @ table[1], 5)
    print(f"| 1, the first | {product:.3f} | {first:.3f} | {first / product:.2f} |")
    for n in (1, 16, 128, 1024):
        queries = rng.standard_normal((n, vectors.dim)).astype(np.float32)
        times = 5 if n == 1 else 2

        def multiply(queries: np.ndarray = queries) -> None:
            if len(queries) == 1:
                table @ queries[0]
                return
            for start in range(0, len(table), BLOCK):
                queries @ table[start : start + BLOCK].T

        product = seconds(multiply, times)
        search = seconds(partial(vectors.nearest_batch, queries), times)
        print(f"| {n:,} | {product:.3f} | {search:.3f} | {search / product:.2f} |")


def recall(found: list[list[Neighbor]], exact: list[list[Neighbor]]) -> float:
    """Return the share of the exact neighbours that were found."""
    pairs = list(zip(found, exact, strict=True))
    hits = [len({n.word for n in a} & {n.word for n in b}) for a, b in pairs]
    return sum(hits) / sum(len(b) for _, b in pairs)


def index_table(vectors: WordVectors, n_queries: int, expansions: list[int]) -> None:
    """Print what indexes find, how fast, and how large they are."""
    rng = np.random.default_rng(3)
    words = [vectors.words[i] for i in rng.choice(len(vectors), n_queries, replace=False)]
    exact = vectors.nearest_batch(words, 10)
    single = seconds(lambda: [vectors.nearest(word) for word in words[:20]]) / 20
    print(f"\nexact: {1e3 * single:.2f} ms a word\n")
    print("| dtype | built, s | file, MB | candidates | recall of 10 | ms a word |")
    print("|---|---|---|---|---|---|")
    for dtype in ("f16", "i8"):
        start = time.perf_counter()
        index = vectors.index(dtype=dtype)
        built = time.perf_counter() - start
        with tempfile.TemporaryDirectory() as folder:
            index.save(Path(folder, "x"))
            size = Path(folder, "x").stat().st_size / 1e6
            opened = huffvec.load_index(Path(folder, "x"), vectors)
            for expansion in expansions:
                opened._graph.expansion_search = expansion
                found = [opened.nearest(word, 10) for word in words]
                each = seconds(partial(list, map(opened.nearest, words))) / len(words)
                share = recall(found, exact)
                print(
                    f"| {dtype} | {built:.0f} | {size:.0f} | {expansion} | {share:.3f} | "
                    f"{1e3 * each:.2f} |",
                    flush=True,
                )


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=300)
    parser.add_argument("--vectors", help="a file of vectors, in place of random ones")
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--expansions", type=int, nargs="+", default=[32, 128, 512])
    parser.add_argument("--no-index", action="store_true")
    args = parser.parse_args()
    given = args.vectors
    vectors = huffvec.load_vectors(given) if given else clustered(args.rows, args.dim)
    print(f"{len(vectors):,} rows of {vectors.dim} numbers\n")
    exact_table(vectors)
    if not args.no_index:
        index_table(vectors, args.queries, args.expansions)


if __name__ == "__main__":
    main()
