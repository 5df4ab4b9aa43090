"""Training on a device beside the engine on the same machine: speed, the memory's bound, quality.

    python benchmarks/device.py CORPUS --device cuda --pairs men.tsv --analogies questions-words.txt

Three parts, all of them by default (--parts):

speed    words/s of the device and of the engine, for dims, architectures and objectives, on the
         corpus and on a made-up text with a large vocabulary; for the device, how much of the
         memory's measured bandwidth the rows alone take, 8 d (K + 2) bytes a kept center
quality  held-out loss, word pairs and analogies after --epochs, of both
threads  the engine with 1, 2, 4 ... threads: words/s, efficiency and quality

Whatever is compiled at its first use is compiled before a run is timed. A line is printed for each
run, tables in Markdown at the end, and all is written to benchmarks/results/device.json.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import peers
import quality
import results
import torch
from cluster import texts

import huffvec
from huffvec.engine import engine
from huffvec.evaluation.heldout import evaluate_corpus

WINDOW, NEGATIVES, SUBSAMPLE = 5, 5, 1e-3
PARTS = ("speed", "quality", "threads")
ENGINE = "engine"
Key = dict[str, Any]


def made_up(n_words: int, n_tokens: int) -> huffvec.Corpus:
    """Return tokens drawn from Zipf's law, all words in the vocabulary, in lines of 1,000."""
    draw = np.random.default_rng(1)
    shares = np.cumsum(1 / np.arange(1, n_words + 1))
    ids = np.searchsorted(shares, draw.random(n_tokens) * shares[-1]).astype(np.int64)
    ids[:n_words] = np.arange(n_words)
    return huffvec.encode(list(draw.permutation(ids).reshape(-1, 1000)), min_count=1)


def bandwidth(device: str) -> float:
    """Return the bytes a second that a device's memory reads and writes when it copies."""
    source = torch.zeros(1 << 26, device=device)
    target = torch.empty_like(source)
    seconds = []
    for _ in range(5):
        synchronize(device)
        start = time.perf_counter()
        target.copy_(source)
        synchronize(device)
        seconds.append(time.perf_counter() - start)
    return 2 * source.nbytes / min(seconds)


def synchronize(device: str) -> None:
    """Wait until a device has done its work."""
    if device != "cpu":
        getattr(torch, device.partition(":")[0]).synchronize()


def kept_share(corpus: huffvec.Corpus) -> float:
    """Return the expected share of tokens that subsampling keeps."""
    frequency = corpus.vocabulary.counts / corpus.vocabulary.counts.sum()
    ratio = SUBSAMPLE / frequency
    return float((frequency * np.minimum(np.sqrt(ratio) + ratio, 1)).sum())


def rows_a_center(corpus: huffvec.Corpus, objective: str) -> float:
    """Return how many rows a kept center reads and writes at least: its own and its outputs'."""
    if objective == "negative-sampling":
        return NEGATIVES + 2
    counts = corpus.vocabulary.counts
    offsets = engine().huffman_paths(counts)[0]
    return 1 + float(np.average(np.diff(offsets), weights=counts))


def train(corpus: huffvec.Corpus, key: Key, **changes: Any) -> huffvec.Model:
    """Train as a run's key says."""
    device = None if key["on"] == ENGINE else key["on"]
    return huffvec.train(
        corpus,
        objective=key["objective"],
        architecture=key["architecture"],
        dim=key["dim"],
        window=WINDOW,
        subsample_threshold=SUBSAMPLE,
        n_threads=key["threads"],
        **({"device": device} if device else {}),
        **changes,
    )


class Runs:
    """All that is measured, printed and written as it comes."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._args = args
        self.about: dict[str, Any] = {
            "machine": results.machine(),
            "date": datetime.date.today().isoformat(),
            "options": {name: str(value) for name, value in vars(args).items()},
        }
        if args.device != "cpu":
            module = getattr(torch, args.device.partition(":")[0])
            self.about["device"] = module.get_device_name(args.device)
        self.runs: list[dict[str, Any]] = []

    def add(self, key: Key, measured: dict[str, Any]) -> None:
        """Print and keep a run."""
        self.runs.append({"key": key} | measured)
        print(" ".join(map(str, key.values())), json.dumps(measured), flush=True)
        self._args.output.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"about": self.about, "runs": self.runs}, indent=1)
        self._args.output.write_text(text)

    def of(self, part: str) -> list[dict[str, Any]]:
        """Return the runs of a part."""
        return [run for run in self.runs if run["key"]["part"] == part]


def keys(args: argparse.Namespace, part: str, dims: list[int]) -> Iterator[Key]:
    """Yield what is run, of both the device and the engine in turns."""
    for dim, architecture, objective, on in itertools.product(
        dims, args.architectures, args.objectives, (args.device, ENGINE)
    ):
        yield {
            "part": part,
            "on": on,
            "architecture": architecture,
            "objective": objective,
            "dim": dim,
            "threads": args.threads,
        }


def measure_speed(args: argparse.Namespace, runs: Runs, corpora: dict[str, huffvec.Corpus]) -> None:
    """Words/s of an epoch, and the bytes a second that rows take."""
    small = huffvec.encode([[i % 90 for i in range(1000)]] * 20, min_count=1)
    for (name, corpus), key in itertools.product(corpora.items(), keys(args, "speed", args.dims)):
        train(small, key, epochs=1, min_count=1)  # what is compiled now need not be later
        model = train(corpus, key, epochs=1)
        speed = corpus.n_tokens / model.training["seconds"]
        centers = speed * kept_share(corpus)
        n_bytes = 8 * key["dim"] * rows_a_center(corpus, key["objective"]) * centers
        runs.add(key | {"text": name}, {"words_per_second": speed, "row_bytes_per_second": n_bytes})


def judged(model: huffvec.Model, held_out: huffvec.Corpus, args: argparse.Namespace) -> Key:
    """Return a model's speed and quality."""
    evaluation = model.vectors.evaluate(pairs=args.pairs, analogies=args.analogies)
    return {
        "seconds": model.training["seconds"],
        "held_out": evaluate_corpus(model, held_out).nats,
        **quality.scores(evaluation.to_dict()),
    }


def measure_quality(args: argparse.Namespace, runs: Runs, corpus: Any, held_out: Any) -> None:
    """Quality after the same epochs, of the device and of the engine."""
    for key, seed in itertools.product(keys(args, "quality", [args.dims[0]]), range(args.seeds)):
        model = train(corpus, key, epochs=args.epochs, seed=seed + 1)
        runs.add(key | {"seed": seed + 1}, judged(model, held_out, args))


def measure_threads(args: argparse.Namespace, runs: Runs, corpus: Any, held_out: Any) -> None:
    """Train by the engine with more and more threads; see how busy they are."""
    counts = [1 << i for i in range(10) if 1 << i <= (os.cpu_count() or 1)]
    for key, n in itertools.product(keys(args, "threads", [args.dims[0]]), counts):
        if key["on"] == ENGINE:
            before = sum(os.times()[:2])
            model = train(corpus, key | {"threads": n}, epochs=1)
            busy = sum(os.times()[:2]) - before
            measured = judged(model, held_out, args)
            measured["busy"] = busy / n / measured["seconds"]
            measured["words_per_second"] = corpus.n_tokens / measured["seconds"]
            runs.add(key | {"threads": n}, measured)


def speed_table(runs: Runs, device: str, bytes_per_second: float) -> str:
    """Return the speeds of both, and the device's share of its memory's bandwidth."""
    rows = []
    found = {tuple(run["key"].values()): run for run in runs.of("speed")}
    for run in found.values():
        if run["key"]["on"] != device:
            continue
        key = run["key"] | {"on": ENGINE}
        other = found[tuple(key.values())]["words_per_second"]
        speed = run["words_per_second"]
        rows.append([
            f"{key['text']}, {key['architecture']}, {key['objective']}, {key['dim']}",
            f"{speed / 1e6:.2f}",
            f"{other / 1e6:.2f}",
            f"{speed / other:.1f}",
            f"{100 * run['row_bytes_per_second'] / bytes_per_second:.0f} %",
        ])  # fmt: skip
    header = ["M words/s", device, "engine", "ratio", "of the bandwidth"]
    return results.markdown_table(header, rows)


def quality_table(runs: Runs) -> str:
    """Return the means over the seeds."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for run in runs.of("quality"):
        key = run["key"]
        groups.setdefault((key["architecture"], key["objective"], key["on"]), []).append(run)
    names = [name for name in runs.of("quality")[0] if name not in ("key", "seconds")]
    rows = [
        [", ".join(group), *(results.mean_text([run[name] for run in of], 2) for name in names)]
        for group, of in groups.items()
    ]
    return results.markdown_table(["", *names], rows)


def threads_table(runs: Runs) -> str:
    """Return the engine's speed and efficiency by threads."""
    rows, alone = [], 0.0
    for run in runs.of("threads"):
        key, speed = run["key"], run["words_per_second"]
        alone = speed if key["threads"] == 1 else alone
        rows.append([
            f"{key['architecture']}, {key['objective']}, {key['threads']} threads",
            f"{speed / 1e6:.2f}",
            f"{100 * speed / alone / key['threads']:.0f} %",
            f"{100 * run['busy']:.0f} %",
            f"{run['held_out']:.3f}",
        ])  # fmt: skip
    return results.markdown_table(["engine", "M words/s", "efficiency", "busy", "held-out"], rows)


def options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("corpus", type=Path, help="text file, plain or .xz/.gz/.bz2")
    add("--device", default="cuda")
    add("--parts", nargs="+", choices=PARTS, default=PARTS)
    add("--tokens", type=int, default=16_000_000, help="how many are trained")
    add("--large-vocabulary", type=int, default=1_000_000, help="words of the made-up text")
    add("--large-tokens", type=int, default=30_000_000)
    add("--architectures", nargs="+", choices=peers.ARCHITECTURES, default=peers.ARCHITECTURES)
    add("--objectives", nargs="+", choices=peers.OBJECTIVES, default=peers.OBJECTIVES)
    add("--dims", type=int, nargs="+", default=[100, 200, 300], help="quality is of the first")
    add("--epochs", type=int, default=3, help="for quality")
    add("--seeds", type=int, default=1)
    add("--threads", type=int, default=os.cpu_count(), help="of the engine")
    add("--pairs", type=Path, nargs="*", default=[])
    add("--analogies", type=Path, nargs="*", default=[])
    add("--output", type=Path, default=results.FOLDER / "device.json")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    args = options()
    corpus, held_out = texts(args.corpus, args.tokens)
    runs = Runs(args)
    tables = []
    if "speed" in args.parts:
        large = made_up(args.large_vocabulary, args.large_tokens)
        measure_speed(args, runs, {args.corpus.name: corpus, "large vocabulary": large})
        bytes_per_second = bandwidth(args.device)
        print(f"\nMemory of {args.device}: {bytes_per_second / 1e9:.0f} GB/s measured by a copy.")
        tables.append(speed_table(runs, args.device, bytes_per_second))
    if "quality" in args.parts:
        measure_quality(args, runs, corpus, held_out)
        tables.append(quality_table(runs))
    if "threads" in args.parts:
        measure_threads(args, runs, corpus, held_out)
        tables.append(threads_table(runs))
    print("\n" + "\n\n".join(tables))
    about = runs.about["machine"]
    print(
        f"\n{runs.about.get('device', args.device)}; {about['processor']}, {about['cores']} cores"
    )


if __name__ == "__main__":
    main()
