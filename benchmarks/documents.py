"""Vectors of documents: huffvec's three ways, gensim's Doc2Vec, means of word vectors and TF-IDF.

``python benchmarks/documents.py TRAIN TEST UNLABELLED``

Files have a document a line, in TRAIN and TEST after a label with ``__label__``. All documents are
trained on without labels; then logistic regression learns those of TRAIN from its documents'
vectors, and its errors on the vectors of TEST are counted: the trained ones, those that inference
gives the same texts, and the means of both. The systems take turns, every run in a process of its
own on the same cores, with other seeds. Words are counted a second of training, without reading.
``--tune`` counts the errors on a fifth of TRAIN instead, for choosing options such as
``--dbow learning_rate=0.05``; ``--speed`` trains only.
"""

from __future__ import annotations

import argparse
import datetime
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import isolated
from classify import option
from results import FOLDER, Results, Run, machine, markdown_table, mean_text, read

SYSTEMS = (
    "dbow",
    "dbow-words",
    "dm",
    "both",
    "mean",
    "sif",
    "tfidf",
    "gensim-dbow",
    "gensim-dm",
)
COLUMNS = {
    "held-out error, %": ("held_out_error", 2),
    "error, %": ("error", 2),
    "error, inferred, %": ("inferred_error", 2),
    "error, mean of both, %": ("mean_error", 2),
    "train s": ("train_seconds", 0),
    "processor s": ("train_cpu_seconds", 0),
    "k words/s": ("words_per_second", 0),
    "k words/s a core": ("words_per_cpu_second", 0),
    "inferred texts/s": ("texts_per_second", 0),
    "texts/s a core": ("texts_per_cpu_second", 0),
}
IN_THOUSANDS = ("words_per_second", "words_per_cpu_second")


def measure(system: str, seed: int, args: argparse.Namespace) -> Run:
    """Return what one run in a process of its own measures."""
    options = dict(getattr(args, system.replace("-", "_")))
    names = ("threads", "dim", "window", "epochs", "min_count", "infers")
    with tempfile.TemporaryDirectory(prefix="huffvec-bench-") as folder:
        job: dict[str, Any] = {
            "system": system,
            "seed": seed,
            "options": options,
            "tunes": args.tune,
            "classifies": not args.speed,
            **{name: str(getattr(args, name).resolve()) for name in ("train", "test")},
            "unlabelled": str(args.unlabelled.resolve()),
            **{name: getattr(args, name) for name in names},
        }
        result: Run = isolated.run_job("embedding", job, Path(folder))
    error = result.get("error", result.get("held_out_error"))
    print(f"error {error}, {result['train_seconds']:.1f} s", flush=True)
    return result | {"options": options}


def rows(runs: list[Run]) -> Iterator[list[str]]:
    """Yield a row of the table for each system and its options."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        options = " ".join(f"{name}={value}" for name, value in run["options"].items())
        groups.setdefault((run["key"]["system"], options), []).append(run)
    for (system, options), group in groups.items():
        cells = []
        for name, digits in COLUMNS.values():
            unit = 1000 if name in IN_THOUSANDS else 1
            values = [run[name] / unit for run in group if name in run]
            cells.append(mean_text(values, digits))
        yield [f"{system} {options}".strip(), str(len(group)), *cells]


def parse() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    for name in ("train", "test", "unlabelled"):
        add(name, type=Path, metavar=name.upper())
    add("--systems", nargs="+", choices=SYSTEMS, default=SYSTEMS)
    add("--seeds", type=int, default=3)
    add("--threads", type=int, default=2)
    add("--dim", type=int, default=100)
    add("--window", type=int, default=5)
    add("--epochs", type=int, default=20)
    add("--min-count", type=int, default=2)
    add(
        "--infers", type=int, default=25_000, metavar="N", help="about N texts of TEST are inferred"
    )
    add("--tune", action="store_true", help="do not look at TEST")
    add("--speed", action="store_true", help="train only")
    add("--resume", action="store_true", help="keep the runs of the result file")
    add("--output", type=Path, default=FOLDER / "documents.json")
    for system in SYSTEMS:
        add(f"--{system}", nargs="+", type=option, default=[], metavar="NAME=VALUE")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    args = parse()
    about = {"machine": machine(), "date": datetime.date.today().isoformat()}
    args.output.parent.mkdir(parents=True, exist_ok=True)
    before = read(args.output)[1] if args.resume and args.output.exists() else []
    results = Results(args.output, about, before)
    for seed in range(1, args.seeds + 1):
        for system in args.systems:
            options = dict(getattr(args, system.replace("-", "_")))
            key = {"system": system, "seed": seed, **options}
            results.do(key, lambda: measure(system, seed, args))  # noqa: B023
    print(markdown_table(["system", "seeds", *COLUMNS], rows(results.runs)))
    results.exit()


if __name__ == "__main__":
    main()
