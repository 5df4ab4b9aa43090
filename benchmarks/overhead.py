"""What huffvec costs beyond its training loop: time, memory, start-up, and narrower CPUs.

    python benchmarks/overhead.py CORPUS [--repeats 3] [--isa-mb 20]

Three measurements, each in processes of its own:

* train: the command ``huffvec train`` for one epoch; its wall time beyond the training loop, and
  its peak resident memory beyond the two weight tables;
* start: seconds of ``import huffvec`` and of the whole command ``huffvec --help``;
* isa: words/s of one thread with each instruction set that this CPU has (HUFFVEC_ISA).
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import statistics
import sys
import tempfile
from pathlib import Path

import corpora
import isolated
import results
import speed

_ABOUT_MODEL = """
import json, sys, huffvec
model = huffvec.load(sys.argv[1])
tables = (model.input_vectors, model.output_vectors)
print(json.dumps({"loop_seconds": model.training["seconds"],
                  "tables_bytes": sum(4 * len(table) * table.shape[1] for table in tables)}))
"""
_IMPORT = """
import time
start = time.perf_counter()
import huffvec
print(time.perf_counter() - start)
"""
_ISAS = "import huffvec.engine; print(*huffvec.engine.available())"


def train(
    corpus: corpora.Corpus, architecture: str, objective: str, dim: int, threads: int
) -> results.Run:
    """Run the command once, for one epoch."""
    with tempfile.TemporaryDirectory(prefix="huffvec-bench-") as folder:
        model = str(Path(folder, "model.hv"))
        options = {
            "output": model,
            "architecture": architecture,
            "objective": objective,
            "dim": dim,
            "threads": threads,
            "epochs": 1,
        }
        flags = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        command = [sys.executable, "-m", "huffvec", "train", str(corpus.path), *flags, "--quiet"]
        measured = isolated.measure(command)
        run: results.Run = json.loads(
            isolated.measure([sys.executable, "-c", _ABOUT_MODEL, model]).output
        )
    run |= {"wall_seconds": measured.wall_seconds, "peak_bytes": measured.peak_bytes}
    run["overhead"] = measured.wall_seconds / run["loop_seconds"] - 1
    print(f"{100 * run['overhead']:.1f} % beyond {run['loop_seconds']:.2f} s", flush=True)
    return run


def start() -> results.Run:
    """Import the package and ask the command for help, once each."""
    help_command = [sys.executable, "-m", "huffvec", "--help"]
    run = {
        "import_seconds": float(isolated.measure([sys.executable, "-c", _IMPORT]).output),
        "help_seconds": isolated.measure(help_command).wall_seconds,
        "python_seconds": isolated.measure([sys.executable, "-c", "pass"]).wall_seconds,
    }
    print(", ".join(f"{name} {value:.3f}" for name, value in run.items()), flush=True)
    return run


def main() -> None:
    """Parse the command line, measure, print the tables."""
    parser = results.argument_parser(__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--isa-mb", type=float, default=20, help="megabytes of text for that part")
    args = parser.parse_args()
    corpus = corpora.prepare(args.corpus, args.work, args.limit_mb)
    small_mb = min(args.isa_mb, args.limit_mb or args.isa_mb)
    small = corpora.prepare(args.corpus, args.work, small_mb)
    store = results.Results.start(args, "overhead", corpus)
    isas = isolated.measure([sys.executable, "-c", _ISAS]).output.split()
    combinations = list(itertools.product(args.architectures, args.objectives))
    for repeat in range(args.repeats):
        store.do({"part": "start", "repeat": repeat}, start)
        for architecture, objective in combinations:
            key = {"architecture": architecture, "objective": objective, "repeat": repeat}
            store.do(
                {"part": "train"} | key,
                lambda: train(corpus, architecture, objective, args.dim, args.threads),  # noqa: B023
            )
            settings = results.settings(
                args, "huffvec", architecture=architecture, objective=objective, epochs=1
            )
            settings = dataclasses.replace(settings, n_threads=1)
            for isa in isas:
                store.do(
                    {"part": "isa", "isa": isa} | key,
                    lambda: speed.run("huffvec", small, settings, {"HUFFVEC_ISA": isa}),  # noqa: B023
                )
    print(f"\n{table(store.path)}")
    store.exit()


def table(path: Path) -> str:
    """Return the Markdown tables of a result file."""
    about, runs = results.read(path)
    parts = {part: [r for r in runs if r["key"]["part"] == part] for part in _TABLES}
    tables = [make(parts[part]) for part, make in _TABLES.items() if parts[part]]
    return "\n\n".join([*tables, results.conditions(about)])


def _start_table(runs: list[results.Run]) -> str:
    names = {
        "import_seconds": "`import huffvec`, within Python",
        "help_seconds": "`huffvec --help`, whole process",
        "python_seconds": "(`python -c pass`, whole process)",
    }
    rows = [
        [label, results.mean_text((run[name] for run in runs), digits=3)]
        for name, label in names.items()
    ]
    return results.markdown_table(["start-up", "seconds"], rows)


def _train_table(runs: list[results.Run]) -> str:
    rows = []
    for name, group in _by_combination(runs).items():
        beyond = [(run["peak_bytes"] - run["tables_bytes"]) / 1e6 for run in group]
        rows.append(
            [
                name,
                results.mean_text((run["wall_seconds"] for run in group), digits=2),
                results.mean_text((run["loop_seconds"] for run in group), digits=2),
                results.mean_text((100 * run["overhead"] for run in group), digits=1),
                results.mean_text((run["peak_bytes"] / 1e6 for run in group), digits=0),
                results.mean_text(beyond, digits=0),
            ]
        )
    header = [
        "`huffvec train`, 1 epoch",
        "all of it, s",
        "training loop, s",
        "beyond the loop, %",
        "peak memory, MB",
        "… beyond both tables, MB",
    ]
    return results.markdown_table(header, rows)


def _isa_table(runs: list[results.Run]) -> str:
    isas = list(dict.fromkeys(run["key"]["isa"] for run in runs))
    rows = []
    for name, group in _by_combination(runs).items():
        speeds = {
            isa: [run["words_per_second"] / 1e6 for run in group if run["key"]["isa"] == isa]
            for isa in isas
        }
        means = {isa: statistics.fmean(values) for isa, values in speeds.items() if values}
        widest = means[list(means)[-1]]
        shares = [f"{100 * means[isa] / widest:.0f} %" if isa in means else "" for isa in isas[:-1]]
        rows.append([name, *(results.mean_text(speeds[isa], digits=3) for isa in isas), *shares])
    header = ["one thread, M words/s", *isas, *(f"{isa} of {isas[-1]}" for isa in isas[:-1])]
    return results.markdown_table(header, rows)


def _by_combination(runs: list[results.Run]) -> dict[str, list[results.Run]]:
    groups: dict[str, list[results.Run]] = {}
    for run in runs:
        name = f"{run['key']['architecture']}, {run['key']['objective']}"
        groups.setdefault(name, []).append(run)
    return groups


_TABLES = {"start": _start_table, "train": _train_table, "isa": _isa_table}

if __name__ == "__main__":
    main()
