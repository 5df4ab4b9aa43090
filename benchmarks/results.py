"""Result files (JSON in benchmarks/results/) and the options that all commands share."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import corpora
import isolated
import peers

FOLDER = Path(__file__).parent / "results"
Run = dict[str, Any]
_NOT_RECORDED = ("corpus", "work", "resume", "output", *peers.BINARIES)  # paths of one machine


def machine() -> dict[str, Any]:
    """Describe the machine and the source that ran."""
    about = {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "commit": "unknown",
    }
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        about["processor"] = next(
            (line.split(":")[1].strip() for line in lines if line.startswith("model name")),
            about["processor"],
        )
    try:
        command = ["git", "describe", "--always", "--dirty"]
        about["commit"] = subprocess.run(
            command, cwd=FOLDER.parent, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        pass
    return about


@dataclass
class Results:
    """The runs of one command, written to disk after each run so that a stop loses nothing."""

    path: Path
    about: dict[str, Any]
    runs: list[Run] = field(default_factory=list)

    failures: int = 0

    @classmethod
    def start(cls, args: argparse.Namespace, command: str, corpus: corpora.Corpus) -> Results:
        """Begin the command's result file, or with --resume go on with the existing one."""
        about = {
            "machine": machine(),
            "date": datetime.date.today().isoformat(),
            "corpus": args.corpus.name,
            "n_tokens": corpus.n_tokens,
            "n_bytes": corpus.n_bytes,
            "options": {k: v for k, v in vars(args).items() if k not in _NOT_RECORDED},
        }
        results = cls(args.output or FOLDER / f"{command}.json", about)
        results.path.parent.mkdir(parents=True, exist_ok=True)
        if args.resume and results.path.exists():
            before, results.runs = read(results.path)
            for name in ("corpus", "n_tokens"):
                if before[name] != about[name]:
                    raise SystemExit(f"{results.path} has runs with another {name}; no --resume")
        return results

    def do(self, key: Run, action: Callable[[], Run]) -> None:
        """Make the run with this key unless it is there; a failure is printed, not recorded."""
        if any(run["key"] == key for run in self.runs):
            return
        print(" ".join(str(value) for value in key.values()), end=" ... ", flush=True)
        try:
            self.runs.append({"key": key} | action())
        except RuntimeError as error:
            self.failures += 1
            print(f"failed\n{error}", flush=True)
        self.write()

    def exit(self) -> None:
        """End the command, with exit code 1 if a run failed."""
        if self.failures:
            raise SystemExit(f"{self.failures} runs failed; --resume tries them again")

    def write(self) -> None:
        """Write the file, all or nothing."""
        partial = self.path.with_name(self.path.name + ".part")
        partial.write_text(
            json.dumps({"about": self.about, "runs": self.runs}, indent=1, default=str)
        )
        partial.replace(self.path)


def read(path: Path) -> tuple[dict[str, Any], list[Run]]:
    """Return what a result file says about its conditions, and its runs."""
    data = json.loads(path.read_text())
    return data["about"], data["runs"]


def mean_and_spread(values: Iterable[float]) -> tuple[float, float]:
    """Return the mean and half the range."""
    numbers = list(values)
    return statistics.fmean(numbers), (max(numbers) - min(numbers)) / 2


def mean_text(values: Iterable[float], digits: int = 1) -> str:
    """Return "mean ± half the range", without the latter for one value, nothing for none."""
    numbers = list(values)
    if not numbers:
        return ""
    mean, spread = mean_and_spread(numbers)
    return f"{mean:.{digits}f}" + (f" ± {spread:.{digits}f}" if len(numbers) > 1 else "")


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table: first column to the left, all others to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def conditions(about: dict[str, Any]) -> str:
    """Return one line that says on what the numbers were measured."""
    where = about["machine"]
    when = about["date"]
    commit = where["commit"]
    return f"{about['corpus']}; {where['processor']}, {where['cores']} cores; {commit}, {when}\n"


def argument_parser(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options of every command that trains."""
    default = peers.Settings()
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    add("corpus", type=Path, help="text file, plain or .xz/.gz/.bz2")
    add("--limit-mb", type=float, help="use only the first megabytes of it")
    add("--work", type=Path, default=FOLDER / "work", help="folder for prepared corpora")
    add("--resume", action="store_true", help="keep the runs that the result file already has")
    add("--output", type=Path, help="result file (default: results/COMMAND.json)")
    add("--architectures", nargs="+", choices=peers.ARCHITECTURES, default=peers.ARCHITECTURES)
    add("--objectives", nargs="+", choices=peers.OBJECTIVES, default=peers.OBJECTIVES)
    add("--dim", type=int, default=default.dim)
    add("--window", type=int, default=default.window)
    add("--negatives", type=int, default=default.negatives)
    add("--threads", type=int, default=default.n_threads, help="fastText always gets at least 10")
    add("--subsample-threshold", type=float, default=default.subsample_threshold)
    add("--min-count", type=int, default=default.min_count)
    add("--subwords", type=subwords, metavar="MIN-MAX", help="n-grams of such lengths, as 3-6")
    add("--buckets", type=int, default=default.buckets, help="rows that n-grams are hashed to")
    add(
        "--learning-rate",
        type=float,
        help="of all systems; else huffvec's own default and, for "
        "the peers, 0.025 (skip-gram) and 0.05 (CBOW; with subwords both)",
    )
    return parser


def subwords(text: str) -> tuple[int, int]:
    """Return the two lengths of "MIN-MAX"."""
    min_n, max_n = map(int, text.split("-"))
    return min_n, max_n


def add_peer_options(parser: argparse.ArgumentParser) -> None:
    """Add the choice of systems."""
    parser.add_argument("--peers", nargs="+", choices=peers.MODULES, default=list(peers.MODULES))
    for name in peers.BINARIES:
        parser.add_argument(f"--{name}", metavar="BINARY", help=f"path of {name}'s program")


def settings(args: argparse.Namespace, peer: str, **changes: Any) -> peers.Settings:
    """Return the settings of one run: those of the command line, with changes."""
    min_n, max_n = args.subwords or (0, 0)
    return peers.Settings(
        min_n=min_n,
        max_n=max_n,
        buckets=args.buckets,
        binary=getattr(args, peer) if peer in peers.BINARIES else None,
        dim=args.dim,
        window=args.window,
        negatives=args.negatives,
        n_threads=args.threads,
        subsample_threshold=args.subsample_threshold,
        min_count=args.min_count,
        learning_rate=args.learning_rate,
        **changes,
    )


def available_peers(args: argparse.Namespace) -> list[str]:
    """Return the chosen systems that can run here."""
    return isolated.available(args.peers, {name: getattr(args, name) for name in peers.BINARIES})
