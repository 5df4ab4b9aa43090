"""Training by several workers beside one process: quality, bytes that travel, time spent training.

    python benchmarks/cluster.py CORPUS --pairs men.tsv --analogies questions-words.txt

For each number of workers (0: this process alone, as without a cluster), interval and seed, one
training in Ray on this machine, of one thread each (with --in-threads in threads of one process,
which saves memory and Ray's time); the last tokens of the corpus are held out.
A line is printed for each, and all are written to benchmarks/results/cluster.json, of which
cluster_plot.py draws pictures.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import json
import time
from pathlib import Path
from typing import Any

import corpora
import quality
import results

import huffvec
from huffvec.cluster.actors import Threads
from huffvec.cluster.options import Ray
from huffvec.cluster.rounds import BlocksBySpeed
from huffvec.cluster.trainer import Exchanges, spread
from huffvec.config import TrainingConfig
from huffvec.evaluation.heldout import evaluate_corpus
from huffvec.objectives import as_objective
from huffvec.training.callback_list import as_callback
from huffvec.training.run import TrainingRun

HELD_OUT = 200_000  # tokens
LINE = 1_000


def texts(
    path: Path, n_tokens: int, n_held_out: int = HELD_OUT
) -> tuple[huffvec.Corpus, huffvec.Corpus]:
    """Return so many tokens of the corpus, and those behind them to be held out."""
    n_words = n_tokens + n_held_out
    with corpora.open_text(path) as file:
        words = file.read(12 * n_words).decode().split()[:n_words]
    lines = [words[first : first + LINE] for first in range(0, len(words), LINE)]
    n_held = n_held_out // LINE
    corpus = huffvec.encode(lines[:-n_held], min_count=5)
    return corpus, huffvec.encode(lines[-n_held:], vocabulary=corpus.vocabulary)


def of_exchanges(exchanges: Exchanges, workers: int, tokens: int, wall: float) -> dict[str, Any]:
    """Return what a run's exchanges were."""
    return {
        "exchanges": exchanges.n,
        "tokens_an_exchange": tokens / exchanges.n,
        "bytes_a_token": exchanges.n_bytes / tokens,
        "seconds_an_exchange": exchanges.seconds / exchanges.n,
        "training_share": exchanges.trained / (workers * wall),
    }


def train(
    corpus: huffvec.Corpus, held_out: huffvec.Corpus, args: argparse.Namespace, key: dict[str, Any]
) -> Any:
    """Train once, and return what is measured."""
    config = TrainingConfig(
        dim=args.dim,
        epochs=args.epochs,
        architecture=args.architecture,
        subsample_threshold=args.subsample_threshold,
        n_threads=1,
        deterministic=args.deterministic,
        learning_rate=args.learning_rate,
        seed=key["seed"],
    )
    workers, interval = key["workers"], key["interval"]
    objective = as_objective(args.objective)
    run = TrainingRun(corpus, corpus.vocabulary, objective, config, replicas=max(1, workers))
    cluster = Ray(workers=workers, interval=interval, half=args.half) if workers else None
    machines = Threads() if args.in_threads else None
    blocks = BlocksBySpeed(run.n_chunks, interval, 1, 0.0) if args.free else None
    start = time.perf_counter()
    with spread(run, cluster, machines, blocks) as trainer:
        run.train(as_callback(None, False))
        wall = time.perf_counter() - start
    found: dict[str, Any] = {"seconds": wall}
    if trainer is not None:
        found |= of_exchanges(trainer.exchanges, workers, run.position.tokens, wall)
    model = run.model()
    evaluation = model.vectors.evaluate(pairs=args.pairs, analogies=args.analogies)
    found["held_out"] = evaluate_corpus(model, held_out).nats
    found["scores"] = quality.scores(evaluation.to_dict())
    return found


def options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("corpus", type=Path, help="text file, plain or .xz/.gz/.bz2")
    add("--tokens", type=int, default=10_000_000, help="how many are trained")
    add("--held-out", type=int, default=HELD_OUT, help="tokens; CBOW takes minutes for so many")
    add("--workers", type=int, nargs="+", default=[0, 2, 4])
    add("--intervals", type=float, nargs="+", default=[0.5])
    add("--half", action="store_true", help="exchange changes as float16")
    add("--deterministic", action="store_true", help="rounds that do not depend on time")
    add("--free", action="store_true", help="rounds as long as the interval, however short or long")
    add("--in-threads", action="store_true", help="workers in threads of this process")
    add("--seeds", type=int, default=2)
    add("--epochs", type=int, default=1)
    add("--dim", type=int, default=100)
    add("--architecture", default="skipgram")
    add("--objective", default="negative-sampling")
    add("--learning-rate", type=float)
    add("--subsample-threshold", type=float, default=1e-4)
    add("--pairs", type=Path, nargs="*", default=[])
    add("--analogies", type=Path, nargs="*", default=[])
    add("--output", type=Path, default=results.FOLDER / "cluster.json")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    args = options()
    corpus, held_out = texts(args.corpus, args.tokens, args.held_out)
    about = {
        "machine": results.machine(),
        "date": datetime.date.today().isoformat(),
        "options": {name: str(value) for name, value in vars(args).items()},
        "n_tokens": corpus.n_tokens,
        "n_words": len(corpus.vocabulary),
    }
    runs: list[dict[str, Any]] = []
    for seed, workers, interval in itertools.product(
        range(1, args.seeds + 1), args.workers, args.intervals
    ):
        if not workers and interval != args.intervals[0]:
            continue
        key = {"workers": workers, "interval": interval, "seed": seed}
        runs.append({"key": key} | train(corpus, held_out, args, key))
        print(json.dumps(runs[-1]), flush=True)
        args.output.parent.mkdir(parents=True, exist_ok=True)
        args.output.write_text(json.dumps({"about": about, "runs": runs}, indent=1))


if __name__ == "__main__":
    main()
