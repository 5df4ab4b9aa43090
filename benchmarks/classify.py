"""Text classification with huffvec's defaults, fastText, and scikit-learn's TF-IDF and LinearSVC.

``python benchmarks/classify.py TRAIN TEST [TRAIN TEST ...]``

Files are in fastText's format. The systems take turns on each pair of files, every run in a process
of its own on the same cores, with other seeds. Seconds of training are from the file to the model
in memory, reading included; the fastest run counts. Texts, with five labels each, are counted per
second of processor time. ``--fasttext minn=2 maxn=4`` and the like change a system's options.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import isolated
from results import FOLDER, Results, Run, machine, markdown_table, mean_text, read

SYSTEMS = ("huffvec", "fasttext", "linear-svc")
HEADER = [
    "",
    "system",
    "seeds",
    "P@1",
    "P@3",
    "P@5",
    "train s",
    "processor s",
    "texts/s a core",
    "MB",
]


def option(text: str) -> tuple[str, Any]:
    """Return the name and the value of NAME=VALUE."""
    name, _, value = text.partition("=")
    try:
        return name, ast.literal_eval(value)
    except (SyntaxError, ValueError):
        return name, value


def measure(system: str, train: Path, test: Path, seed: int, args: argparse.Namespace) -> Run:
    """Return what one run in a process of its own measures."""
    options = dict(getattr(args, system.replace("-", "_")))
    with tempfile.TemporaryDirectory(prefix="huffvec-bench-") as folder:
        job = {
            "system": system,
            "train": str(train.resolve()),
            "test": str(test.resolve()),
            "threads": args.threads,
            "seed": seed,
            "options": options,
        }
        result: Run = isolated.run_job("classifiers", job, Path(folder))
    print(f"P@1 {100 * result['p1']:.1f}, {result['train_seconds']:.1f} s", flush=True)
    return result | {"options": options}


def rows(runs: list[Run]) -> Iterator[list[str]]:
    """Yield a row of the table for each file and system."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run["key"]["train"], run["key"]["system"]), []).append(run)
    for (train, system), group in groups.items():
        yield [
            train,
            system,
            str(len(group)),
            *(mean_text(100 * run[f"p{k}"] for run in group) for k in (1, 3, 5)),
            f"{min(run['train_seconds'] for run in group):.1f}",
            f"{min(run['train_cpu_seconds'] for run in group):.1f}",
            f"{max(run['texts_per_core_second'] for run in group):,.0f}",
            f"{statistics.median(run['n_bytes'] for run in group) / 1e6:.1f}",
        ]


def parse() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, help="TRAIN TEST, one or several times")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="fastText always gets at least 10")
    parser.add_argument("--resume", action="store_true", help="keep the runs of the result file")
    parser.add_argument("--output", type=Path, default=FOLDER / "classify.json")
    for system in SYSTEMS:
        parser.add_argument(f"--{system}", nargs="+", type=option, default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    if len(args.files) % 2:
        parser.error("every file to train on needs one to test on")
    return args


def main() -> None:
    """Measure and print."""
    args = parse()
    about = {"machine": machine(), "date": datetime.date.today().isoformat()}
    args.output.parent.mkdir(parents=True, exist_ok=True)
    before = read(args.output)[1] if args.resume and args.output.exists() else []
    results = Results(args.output, about, before)
    for seed in range(1, args.seeds + 1):
        for train, test in zip(args.files[::2], args.files[1::2], strict=True):
            for system in args.systems:
                key = {"train": train.name, "system": system, "seed": seed}
                results.do(key, lambda: measure(system, train, test, seed, args))  # noqa: B023
    print(markdown_table(HEADER, rows(results.runs)))
    results.exit()


if __name__ == "__main__":
    main()
