"""Tables bigger than memory: speed with half the memory of the tables, against tables in memory.

    python benchmarks/offloading.py GROUP FOLDER [--words 3000000] [--dim 100] [--tokens 2000000]
        [--objective hierarchical-softmax] [--buckets 0] [--threads 2 8]

GROUP is an empty control group of memory (version 1 or 2, ``mkdir /sys/fs/cgroup/memory/half``),
FOLDER where the tables lie: each run is a process of its own, and has as much memory as it takes
before it has tables, and half of theirs. Words and tokens follow Zipf's law, tokens in sentences of
20; counts are those of a text in which the last word stands five times, of which the tokens are a
part. With --buckets, words are made of syllables, and have n-grams.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import results

import huffvec
from huffvec.corpus import Sentences
from huffvec.objectives.naming import as_objective
from huffvec.training.callbacks import Callback
from huffvec.training.run import TrainingRun

_SYLLABLES = [c + v for c in "bcdfghjklmnprstvwz" for v in "aeiou"]


def text(n_words: int, n_tokens: int) -> tuple[Sentences, np.ndarray]:
    """Return sentences of a part of a text, and the counts of all of it."""
    probs = 1 / (np.arange(n_words) + 2.7)
    sums = np.cumsum(probs / probs.sum())
    ids = np.searchsorted(sums, np.random.default_rng(1).random(n_tokens)).astype(np.int32)
    offsets = np.append(np.arange(0, n_tokens, 20), n_tokens)
    return Sentences.from_arrays(ids, offsets), (5 * probs / probs[-1]).astype(np.int64)


def word(number: int) -> str:
    """Return a word of syllables, another one for each number."""
    syllables = ""
    while number or not syllables:
        number, rest = divmod(number, len(_SYLLABLES))
        syllables += _SYLLABLES[rest]
    return syllables


def limit(group: Path, n_bytes: int) -> None:
    """Let this process have no more memory than that."""
    names = ("memory.max", "memory.limit_in_bytes")
    next(group / name for name in names if (group / name).exists()).write_text(str(n_bytes))
    (group / "cgroup.procs").write_text(str(os.getpid()))


def resident() -> int:
    """Return the bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def run(args: argparse.Namespace, n_threads: int, offload: bool) -> str:
    """Train, and return a row of the table."""
    sentences, counts = text(args.words, args.tokens)
    vocabulary = huffvec.Vocabulary(list(map(word, range(args.words))), counts)
    subwords = huffvec.Subwords(buckets=args.buckets) if args.buckets else None
    config = huffvec.TrainingConfig(
        dim=args.dim,
        epochs=1,
        subsample_threshold=1e-4,
        n_threads=n_threads,
        subwords=subwords,
        offload_folder=args.folder if offload else None,
    )
    objective = as_objective(args.objective)
    outputs = objective.bind(vocabulary, config).n_outputs
    n_rows = outputs + (subwords.n_rows(args.words) if subwords else args.words)
    if offload:
        limit(args.group, resident() + 4 * n_rows * config.stride // 2)
    training = TrainingRun(sentences, vocabulary, objective, config)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    training.train(Callback())
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    cells = [
        args.objective,
        f"{'half in memory' if offload else 'in memory'}, {n_threads} threads",
        f"{4 * n_rows * config.stride / 1e9:.1f}",
        f"{args.tokens / seconds:,.0f}",
        f"{(after.ru_majflt - before.ru_majflt) / args.tokens:.2f}",
        f"{(after.ru_utime - before.ru_utime) / args.tokens * 1e6:.1f}",
        f"{(after.ru_stime - before.ru_stime) / args.tokens * 1e6:.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Start a process for each row, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("group", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--words", type=int, default=3_000_000)
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=2_000_000)
    parser.add_argument("--objective", default="hierarchical-softmax")
    parser.add_argument("--buckets", type=int, default=0)
    parser.add_argument("--threads", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(run(args, args.threads[0], args.one == "offload"))
        return
    header = ["objective", "tables", "GB", "tokens/s", "reads/token", "user, µs", "system, µs"]
    print(results.markdown_table(header, []), flush=True)
    for n_threads, where in [(args.threads[0], "memory"), *((n, "offload") for n in args.threads)]:
        options = [*sys.argv[1:], "--threads", str(n_threads), "--one", where]
        subprocess.run([sys.executable, __file__, *options], check=True)


if __name__ == "__main__":
    main()
