"""Kill workers and owners of runs at random, and compare what is learned with undisturbed runs.

Needs the extra ``ray``::

    python benchmarks/cluster_kills.py TEXT --kills 100 --seeds 1 2
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import ray

import huffvec
from huffvec.cluster.options import Ray
from huffvec.cluster.trainer import ClusterTrainer, spread
from huffvec.config import TrainingConfig
from huffvec.corpus.options import InputOptions
from huffvec.evaluation.heldout import open_heldout
from huffvec.objectives import as_objective
from huffvec.training.callback_list import as_callback
from huffvec.training.run import TrainingRun

HELDOUT_WORDS = 100_000


def kill_at_random(
    trainer: ClusterTrainer, args: argparse.Namespace, seed: int, killed: dict[str, int]
) -> None:
    """Kill processes until there were enough of them or the run has ended.

    One has to be left that has trained: if all workers and an owner die at once, the run ends.
    """
    rng = random.Random(seed)
    while sum(killed.values()) < args.kills:
        time.sleep(rng.expovariate(1 / args.every))
        crew = trainer._crew
        if trainer.totals().chunks >= trainer.n_chunks:
            return
        if sum(one.speed > 0 for one in crew.members) < 2:
            continue
        kind = "owners" if rng.random() < args.owners else "workers"
        actors: list[Any] = (
            crew._owners if kind == "owners" else [one.actor for one in crew.members]
        )
        try:
            handle = rng.choice(actors).handle
            os.kill(ray.get(handle.__ray_call__.remote(lambda _: os.getpid())), signal.SIGKILL)
            killed[kind] += 1
        except (ray.exceptions.RayError, ProcessLookupError):
            continue  # it was killed just before


def train(
    corpus: huffvec.Corpus, args: argparse.Namespace, seed: int, *, kill: bool
) -> tuple[TrainingRun, dict[str, int]]:
    """Train once; return the run, and how many processes were killed."""
    config = TrainingConfig(dim=args.dim, epochs=args.epochs, n_threads=1, seed=seed)
    objective = as_objective("negative-sampling")
    run = TrainingRun(corpus, corpus.vocabulary, objective, config, replicas=args.workers)
    killed = {"workers": 0, "owners": 0}
    with spread(run, Ray(workers=args.workers, interval=args.interval)) as trainer:
        if kill:
            threading.Thread(
                target=kill_at_random, args=(trainer, args, seed, killed), daemon=True
            ).start()
        run.train(as_callback(None))
    assert run.position.tokens == args.epochs * corpus.n_tokens
    return run, killed


def main() -> None:
    """Print a line for every run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=50)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--interval", type=float, default=0.5)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between kills, mean")
    parser.add_argument("--owners", type=float, default=0.1, help="share of kills that hit owners")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    args = parser.parse_args()
    with args.text.open(encoding="utf-8") as file:
        words = file.read(10 * args.words).split()[: args.words + HELDOUT_WORDS]
    lines = [words[i : i + 1000] for i in range(0, len(words), 1000)]
    n_heldout = HELDOUT_WORDS // 1000
    corpus = huffvec.encode(lines[n_heldout:], min_count=5)
    ray.init(
        num_cpus=max(4, args.workers),
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    for seed in args.seeds:
        for kill in (False, True):
            run, killed = train(corpus, args, seed, kill=kill)
            with open_heldout(lines[:n_heldout], corpus.vocabulary, InputOptions()) as heldout:
                nats = run.measure(heldout)
            print(
                f"seed {seed}: killed {killed}; {run.position.seconds:.0f} s, "
                f"loss {run.position.loss / run.position.targets:.4f}, held out {nats:.4f} nats",
                flush=True,
            )


if __name__ == "__main__":
    main()
