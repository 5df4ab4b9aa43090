"""huffvec.gensim beside gensim, from lists of words in memory, as people call both.

    python benchmarks/word_lists.py CORPUS [--words 3000000] [--repeats 2]

The first words of a text, in lists of 1,000, by ``Word2Vec(lists, …)`` and ``FastText(lists, …)``
of each, in turns and in processes of their own: skip-gram and CBOW with 100 numbers a word, 5
epochs, 5 noise words and 2 threads; ``hs=1`` trains the tree beside the noise words. Printed are
words per second of the processor's time, and of the clock's, that the whole call takes: counting,
encoding and training.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys

_TRAIN = """
import importlib, json, sys, time
module, path, n_words, name, options = json.loads(sys.argv[1])
with open(path, encoding="utf-8") as file:
    words = file.read(12 * n_words).split()[:n_words]
lists = [words[begin : begin + 1000] for begin in range(0, len(words), 1000)]
Model = getattr(importlib.import_module(module), name)
cpu, wall = time.process_time(), time.perf_counter()
Model(lists, **options, vector_size=100, epochs=5, negative=5, workers=2)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps([5 * len(words) / cpu, 5 * len(words) / wall]))
"""
MODULES = ("huffvec.gensim", "gensim.models")
MODELS = {
    f"{name} {architecture}{' hs=1' * hs}": (name, {"sg": sg, "hs": hs})
    for name, hs in (("Word2Vec", 0), ("Word2Vec", 1), ("FastText", 0))
    for architecture, sg in (("skip-gram", 1), ("CBOW", 0))
}


def speeds(module: str, path: str, n_words: int, name: str, options: dict[str, int]) -> list[float]:
    """Return words per second of the processor's time, and of the clock's, of one training."""
    job = json.dumps([module, path, n_words, name, options])
    ended = subprocess.run(
        [sys.executable, "-c", _TRAIN, job], capture_output=True, text=True, check=True
    )
    return list(json.loads(ended.stdout))


def main() -> None:
    """Print a line for each model and program."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", help="a text with at least so many words")
    parser.add_argument("--words", type=int, default=3_000_000, help="words of the text to take")
    parser.add_argument("--repeats", type=int, default=2, help="trainings of each")
    given = parser.parse_args()
    for title, (name, options) in MODELS.items():
        found: dict[str, list[list[float]]] = {module: [] for module in MODULES}
        for _ in range(given.repeats):
            for module in MODULES:
                found[module].append(speeds(module, given.corpus, given.words, name, options))
        for module, runs in found.items():
            cpu, wall = (statistics.median(column) for column in zip(*runs, strict=True))
            print(f"{title:24} {module:15} {cpu:12,.0f}/s CPU {wall:12,.0f}/s wall", flush=True)


if __name__ == "__main__":
    main()
