"""How soon each system's vectors are as good as word2vec.c's after three epochs.

    python benchmarks/time_to_quality.py CORPUS --pairs men.tsv --analogies questions-words.txt
        --word2vec PATH [--epochs 1 2 3 5] [--learning-rate 0.05 --resume]

The goal is what word2vec.c's skip-gram with negative sampling reaches in --goal-epochs: all of its
scores at once. Without its program, give the goal by --goal. Every other system is trained with
more and more epochs, each run whole and planned for its epochs, so that its learning rate falls to
the end, until the goal is reached; nothing is interpolated. Once more with --learning-rate and
--resume adds runs at another rate: the best rate counts.

Seconds are those of the training loop; processor seconds are those of the whole process, with
reading the text and writing the vectors, and hardly depend on other work of the machine.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpora
import quality
import results

GOAL_KEY = {"peer": "word2vec", "architecture": "skipgram", "objective": "negative-sampling"}
_SETTING = ("peer", "architecture", "objective", "learning_rate")


@dataclass(frozen=True)
class Step:
    """The runs that differ in their seed only: the mean of each score, the least seconds."""

    runs: Sequence[results.Run]

    @property
    def scores(self) -> dict[str, float]:
        """The mean of each score over the seeds, in percent."""
        names = self.runs[0]["scores"]
        return {name: statistics.fmean(run["scores"][name] for run in self.runs) for name in names}

    def least(self, name: str) -> float:
        """Return the least of a measured number: other work on the machine can only add to it."""
        return min(run[name] for run in self.runs)

    def reaches(self, goal: dict[str, float]) -> bool:
        """Whether every score is at least the goal's."""
        return all(self.scores[name] >= value for name, value in goal.items())


def steps(runs: Sequence[results.Run], **setting: object) -> dict[int, Step]:
    """Return the runs of one setting by their numbers of epochs, the fewest first."""
    chosen = [run for run in runs if setting.items() <= run["key"].items()]
    epochs = sorted({run["key"]["epochs"] for run in chosen})
    return {n: Step([run for run in chosen if run["key"]["epochs"] == n]) for n in epochs}


def goal_of(options: Mapping[str, Any], runs: Sequence[results.Run]) -> dict[str, float]:
    """Return the scores to be reached: those given, or word2vec.c's."""
    if options["goal"]:
        return dict(options["goal"])
    found = steps(runs, **GOAL_KEY).get(options["goal_epochs"])
    if found is None:
        raise SystemExit("word2vec.c did not run: give --word2vec PATH or the scores by --goal")
    return found.scores


def climb(
    args: argparse.Namespace,
    store: results.Results,
    corpus: corpora.Corpus,
    setting: dict[str, str],
) -> None:
    """Train the setting with more and more epochs until the goal is reached."""
    goal = goal_of(vars(args), store.runs)
    for epochs in args.epochs:
        train(args, store, corpus, setting, epochs)
        step = steps(store.runs, **setting, learning_rate=args.learning_rate).get(epochs)
        if step is None or step.reaches(goal):
            return


def train(
    args: argparse.Namespace,
    store: results.Results,
    corpus: corpora.Corpus,
    setting: dict[str, str],
    epochs: int,
) -> None:
    """Train with every seed, unless the runs are there."""
    for seed in range(1, args.seeds + 1):
        key = setting | {"learning_rate": args.learning_rate, "epochs": epochs, "seed": seed}
        changes = {"architecture": setting["architecture"], "objective": setting["objective"]}
        settings = results.settings(args, setting["peer"], **changes, epochs=epochs, seed=seed)
        store.do(key, lambda: quality.run(setting["peer"], corpus, settings, args))  # noqa: B023


def score(text: str) -> tuple[str, float]:
    """Return name and number of "NAME=NUMBER"."""
    name, _, value = text.partition("=")
    return name, float(value)


def parse() -> argparse.Namespace:
    """Parse the command line."""
    parser = results.argument_parser(__doc__.splitlines()[0] if __doc__ else None)
    results.add_peer_options(parser)
    quality.add_evaluation_options(parser)
    add = parser.add_argument
    add("--seeds", type=int, default=1)
    add("--epochs", type=int, nargs="+", default=[1, 2, 3, 5], help="tried one after another")
    add("--goal-epochs", type=int, default=3, help="of word2vec.c")
    add("--goal", type=score, nargs="+", metavar="NAME=PERCENT", help="instead of word2vec.c's")
    args = parser.parse_args()
    quality.check_evaluation(parser, args)
    return args


def main() -> None:
    """Train, evaluate, print the table."""
    args = parse()
    names = results.available_peers(args)
    corpus = corpora.prepare(args.corpus, args.work, args.limit_mb)
    store = results.Results.start(args, "time_to_quality", corpus)
    if "word2vec" in names and not args.goal:
        train(args, store, corpus, GOAL_KEY, args.goal_epochs)
    for name, architecture, objective in itertools.product(
        names, args.architectures, args.objectives
    ):
        setting = {"peer": name, "architecture": architecture, "objective": objective}
        if setting != GOAL_KEY:
            climb(args, store, corpus, setting)
    print(f"\n{table(store.path)}")
    store.exit()


def table(path: Path) -> str:
    """Return the Markdown table of a result file: the fewest seconds of each system to the goal."""
    about, runs = results.read(path)
    goal = goal_of(about["options"], runs)
    reference = steps(runs, **GOAL_KEY).get(about["options"]["goal_epochs"])
    rows = [["goal", "", "", *(f"{value:.1f}" for value in goal.values()), *[""] * 4]]
    settings = dict.fromkeys(tuple(run["key"][name] for name in _SETTING) for run in runs)
    for setting in settings:
        peer, architecture, objective, rate = setting
        by_epochs = steps(runs, **dict(zip(_SETTING, setting, strict=True)))
        epochs = next((n for n, step in by_epochs.items() if step.reaches(goal)), max(by_epochs))
        step = by_epochs[epochs]
        row = [f"{peer}, {architecture}, {objective}", f"{rate or 'default'}", str(epochs)]
        row += [f"{step.scores[name]:.1f}" for name in goal]
        for name in ("seconds", "cpu_seconds"):
            reached = step.reaches(goal)
            row.append(f"{step.least(name):.1f}" if reached else "not reached")
            known = reached and reference
            row.append(f"{reference.least(name) / step.least(name):.1f}" if known else "")
        rows.append(row)
    header = ["", "rate", "epochs", *goal, "seconds", "× word2vec.c", "processor s", "× word2vec.c"]
    return f"{results.markdown_table(header, rows)}\n\n{results.conditions(about)}"


if __name__ == "__main__":
    main()
