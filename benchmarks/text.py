"""Text file to encoded corpus in MB/s, and to a vocabulary alone.

    python benchmarks/text.py CORPUS [--threads 2] [--repeats 3]

The file is read once before, so that the disk does not count. Each run has its own process.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import corpora
import isolated
import results

_ENCODE = """
import json, sys, time
import huffvec
from huffvec.corpus import count_words
path, how = sys.argv[1], {"n_threads": int(sys.argv[2]), "min_count": int(sys.argv[3])}
start = time.perf_counter()
n_words = len(count_words(path, **how).vocabulary)
counted = time.perf_counter()
with huffvec.encode(path, **how) as corpus:
    encoded = time.perf_counter()
    n_tokens = corpus.n_tokens
print(json.dumps({"count_seconds": counted - start, "encode_seconds": encoded - counted,
                  "n_words": n_words, "n_tokens": n_tokens}))
"""


def run(path: Path, n_threads: int, min_count: int) -> results.Run:
    """Count once and encode once; seconds of both, MB/s of encoding, peak memory."""
    command = [sys.executable, "-c", _ENCODE, str(path), str(n_threads), str(min_count)]
    measured = isolated.measure(command)
    run: results.Run = json.loads(measured.output)
    speed = path.stat().st_size / 1e6 / run["encode_seconds"]
    run |= {"mb_per_second": speed, "peak_bytes": measured.peak_bytes}
    print(f"{run['mb_per_second']:.0f} MB/s", flush=True)
    return run


def main() -> None:
    """Parse the command line, measure, print the table."""
    parser = argparse.ArgumentParser(description="Text file to encoded corpus in MB/s.")
    add = parser.add_argument
    add("corpus", type=Path, help="text file, plain or .xz/.gz/.bz2")
    add("--threads", type=int, nargs="+", default=[1, 2])
    add("--min-count", type=int, default=5)
    add("--repeats", type=int, default=3)
    add("--work", type=Path, default=results.FOLDER / "work", help="folder for decompressed text")
    add("--output", type=Path, help="result file (default: results/text.json)")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    args.resume = False
    path = corpora.decompressed(args.corpus, args.work)
    n_bytes, n_tokens = warm_up(path)
    store = results.Results.start(args, "text", corpora.Corpus(path, n_tokens, n_bytes))
    for repeat in range(args.repeats):
        for n_threads in args.threads:
            key = {"threads": n_threads, "repeat": repeat}
            store.do(key, lambda: run(path, n_threads, args.min_count))  # noqa: B023
    print(f"\n{table(store.path)}")
    store.exit()


def warm_up(path: Path) -> tuple[int, int]:
    """Read the file, so that it is in the page cache; its bytes and tokens."""
    n_bytes = n_tokens = 0
    for block in corpora.read_blocks(path, None):
        n_bytes += len(block)
        n_tokens += len(block.split())
    return n_bytes, n_tokens


def table(path: Path) -> str:
    """Return the Markdown table of a result file."""
    about, runs = results.read(path)
    rows = []
    for n_threads in dict.fromkeys(run["key"]["threads"] for run in runs):
        group = [run for run in runs if run["key"]["threads"] == n_threads]
        rows.append(
            [
                str(n_threads),
                results.mean_text((run["mb_per_second"] for run in group), digits=0),
                results.mean_text((run["count_seconds"] for run in group), digits=2),
                results.mean_text((run["encode_seconds"] for run in group), digits=2),
                results.mean_text((run["peak_bytes"] / 1e6 for run in group), digits=0),
            ]
        )
    header = ["threads", "MB/s", "counting, s", "encoding, s", "peak memory, MB"]
    return f"{results.markdown_table(header, rows)}\n\n{results.conditions(about)}"


if __name__ == "__main__":
    main()
