"""Words per second of every system, for every architecture and objective.

    python benchmarks/speed.py CORPUS [--peers huffvec gensim fasttext] [--repeats 3]

Words per second = all tokens of the corpus x epochs / wall seconds of the training loop alone, for
all systems. The systems take turns (huffvec, gensim, ..., huffvec, gensim, ...), each run in a
process of its own on the same cores, so that a change of the machine's speed hits all of them;
quote ratios rather than absolute numbers.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Mapping
from pathlib import Path

import corpora
import isolated
import peers
import results


def run(
    name: str,
    corpus: corpora.Corpus,
    settings: peers.Settings,
    environment: Mapping[str, str] | None = None,
) -> results.Run:
    """Train once; words per second and all that was measured, without keeping the vectors."""
    with tempfile.TemporaryDirectory(prefix="huffvec-bench-") as folder:
        run = isolated.run_peer(name, corpus.path, settings, Path(folder), environment)
    run["words_per_second"] = corpus.n_tokens * settings.epochs / run["seconds"]
    print(f"{run['words_per_second'] / 1e6:.3f} M words/s", flush=True)
    return run


def main() -> None:
    """Parse the command line, measure, print the table."""
    parser = results.argument_parser(__doc__.splitlines()[0] if __doc__ else None)
    results.add_peer_options(parser)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=1)
    args = parser.parse_args()
    names = results.available_peers(args)
    corpus = corpora.prepare(args.corpus, args.work, args.limit_mb)
    store = results.Results.start(args, "speed", corpus)
    for repeat, architecture, objective, name in itertools.product(
        range(args.repeats), args.architectures, args.objectives, names
    ):
        key = {"peer": name, "architecture": architecture, "objective": objective, "repeat": repeat}
        settings = results.settings(
            args,
            name,
            architecture=architecture,
            objective=objective,
            epochs=args.epochs,
            seed=repeat + 1,
            save=False,
        )
        store.do(key, lambda: run(name, corpus, settings))  # noqa: B023 (called at once)
    print(f"\n{table(store.path)}")
    store.exit()


def table(path: Path) -> str:
    """Return the Markdown table of a result file: speeds and huffvec's ratio to each peer."""
    about, runs = results.read(path)
    names = list(dict.fromkeys(run["key"]["peer"] for run in runs))
    others = [name for name in names if name != "huffvec"] if "huffvec" in names else []
    rows = []
    for architecture, objective in itertools.product(peers.ARCHITECTURES, peers.OBJECTIVES):
        speeds = {
            name: [
                run["words_per_second"]
                for run in runs
                if (run["key"]["peer"], run["key"]["architecture"], run["key"]["objective"])
                == (name, architecture, objective)
            ]
            for name in names
        }
        if not any(speeds.values()):
            continue
        # Other work on a machine only ever makes a run slower: the fastest tells most.
        fastest = {name: max(v) for name, v in speeds.items() if v}
        row = [f"{architecture}, {objective}"]
        row += [
            f"{fastest[name] / 1e6:.3f} ({len(speeds[name])})" if name in fastest else ""
            for name in names
        ]
        for name in others:
            known = name in fastest and "huffvec" in fastest
            row.append(f"{fastest['huffvec'] / fastest[name]:.2f}" if known else "")
        rows.append(row)
    header = [
        "M words/s, fastest (of runs)",
        *names,
        *(f"huffvec / {name}" for name in others),
    ]
    return f"{results.markdown_table(header, rows)}\n\n{results.conditions(about)}"


if __name__ == "__main__":
    main()
