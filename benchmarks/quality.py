"""Quality of every system's vectors: word similarity and analogies, several seeds, spread given.

    python benchmarks/quality.py CORPUS --pairs wordsim353.tsv men.tsv simlex999.tsv
        --analogies questions-words.txt [--seeds 3] [--epochs 3]

The vectors of all systems are evaluated by huffvec's own evaluation: Spearman's rank correlation
for word pairs, accuracy among the most frequent words for analogies. The training seconds are
kept too, so with several --epochs the result file draws quality against time (plot.py).
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path

import corpora
import isolated
import peers
import results


def run(
    name: str, corpus: corpora.Corpus, settings: peers.Settings, args: argparse.Namespace
) -> results.Run:
    """Train once and evaluate; the scores in percent, by the names of the evaluation files."""
    with tempfile.TemporaryDirectory(prefix="huffvec-bench-") as folder:
        run = isolated.run_peer(name, corpus.path, settings, Path(folder))
        evaluation = isolated.evaluate(
            run["vectors"], run["vectors_format"], args.pairs, args.analogies, args.top
        )
    run |= {"evaluation": evaluation, "scores": scores(evaluation)}
    listed = ", ".join(f"{name} {value:.1f}" for name, value in run["scores"].items())
    print(f"{run['seconds']:.1f} s, {listed}", flush=True)
    return run


def scores(evaluation: results.Run) -> dict[str, float]:
    """Return the percentage of each evaluation file; files without a known word are left out."""
    found = {e["name"]: e["spearman"] for e in evaluation["pairs"]}
    found |= {e["name"]: e["accuracy"] for e in evaluation["analogies"]}
    return {name: 100 * value for name, value in found.items() if value is not None}


def add_evaluation_options(parser: argparse.ArgumentParser) -> None:
    """Add the choice of files to evaluate on."""
    add = parser.add_argument
    add("--pairs", nargs="+", default=[], help="files of word pairs with human scores (TSV)")
    add("--analogies", nargs="+", default=[], help="files in questions-words.txt's format")
    add("--top", type=int, default=30_000, help="analogies among so many most frequent words")


def check_evaluation(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """End the command if there is nothing to evaluate on."""
    if not args.pairs and not args.analogies:
        parser.error("give files to evaluate on with --pairs and/or --analogies")


def parse() -> argparse.Namespace:
    """Parse the command line."""
    parser = results.argument_parser(__doc__.splitlines()[0] if __doc__ else None)
    results.add_peer_options(parser)
    add_evaluation_options(parser)
    add = parser.add_argument
    add("--seeds", type=int, default=3)
    add("--epochs", type=int, nargs="+", default=[3], help="one run for each of these")
    args = parser.parse_args()
    check_evaluation(parser, args)
    return args


def main() -> None:
    """Train, evaluate, print the table."""
    args = parse()
    names = results.available_peers(args)
    corpus = corpora.prepare(args.corpus, args.work, args.limit_mb)
    store = results.Results.start(args, "quality", corpus)
    for seed, epochs, architecture, objective, name in itertools.product(
        range(1, args.seeds + 1), args.epochs, args.architectures, args.objectives, names
    ):
        key = {
            "peer": name,
            "architecture": architecture,
            "objective": objective,
            "epochs": epochs,
            "seed": seed,
        }
        settings = results.settings(args, name, **{k: v for k, v in key.items() if k != "peer"})
        store.do(key, lambda: run(name, corpus, settings, args))  # noqa: B023 (called at once)
    print(f"\n{table(store.path)}")
    store.exit()


def table(path: Path) -> str:
    """Return the Markdown table of a result file: mean and half the range over the seeds."""
    about, runs = results.read(path)
    names = list(dict.fromkeys(name for run in runs for name in run["scores"]))
    rows = []
    for (architecture, objective, epochs, peer), group in grouped(runs):
        values = [
            results.mean_text(run["scores"][name] for run in group if name in run["scores"])
            for name in names
        ]
        speed = f"{about['n_tokens'] * epochs / training_seconds(group) / 1e6:.2f}"
        row = [f"{architecture}, {objective}", peer, str(epochs), str(len(group)), speed, *values]
        rows.append(row)
    header = ["", "system", "epochs", "seeds", "M words/s (fastest)", *names]
    return f"{results.markdown_table(header, rows)}\n\n{results.conditions(about)}"


def training_seconds(runs: Sequence[results.Run]) -> float:
    """Return the least seconds of training: other work on the machine can only slow a run."""
    return min(run["seconds"] for run in runs)


def grouped(
    runs: Sequence[results.Run],
) -> list[tuple[tuple[str, str, int, str], list[results.Run]]]:
    """Return the runs that differ in their seed only, together; sorted by what they share."""
    groups: dict[tuple[str, str, int, str], list[results.Run]] = {}
    for run in runs:
        key = run["key"]
        shared = (key["architecture"], key["objective"], key["epochs"], key["peer"])
        groups.setdefault(shared, []).append(run)

    def order(group: tuple[tuple[str, str, int, str], list[results.Run]]) -> tuple[int, ...]:
        architecture, objective, epochs, peer = group[0]
        return (
            peers.ARCHITECTURES.index(architecture),
            peers.OBJECTIVES.index(objective),
            epochs,
            list(peers.MODULES).index(peer),
        )

    return sorted(groups.items(), key=order)


if __name__ == "__main__":
    main()
