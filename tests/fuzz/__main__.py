"""``python -m fuzz --minutes 10``, from the folder ``tests``."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fuzz.running import Failure, fuzz, write_original
from fuzz.targets import TARGETS
from fuzz.worker import mutated

FOUND = Path(__file__).with_name("found")


def main() -> int:
    """Fuzz all targets in turns until the time is over; 1 if something failed."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--inputs", type=int, default=100, help="inputs of a target in a turn")
    parser.add_argument("--only", default="", help="targets whose names have this in them")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    names = [name for name in TARGETS if options.only in name]
    end = time.monotonic() + 60 * options.minutes
    failures: list[Failure] = []
    n_inputs, first = 0, options.first
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        folders = {name: Path(folder, name.replace(" ", "-")) for name in names}
        for name in names:
            write_original(name, folders[name])

        def run(name: str, first: int) -> list[Failure]:
            if time.monotonic() > end:
                return []
            nonlocal n_inputs
            n_inputs += options.inputs
            return fuzz(name, folders[name], first, first + options.inputs)

        while time.monotonic() < end:
            turn = pool.map(run, names, [first] * len(names))
            for found in turn:
                failures += found
            first += options.inputs
        for failure in failures:
            _keep(failure, folders[failure.target])
    causes = Counter(failure.cause for failure in failures)
    for cause, n in causes.most_common():
        example = next(failure for failure in failures if failure.cause == cause)
        print(f"{n} x {cause} (e.g. input {example.number})")
    print(f"{n_inputs} inputs, {len(failures)} failures of {len(causes)} causes, up to {first}")
    return 1 if failures else 0


def _keep(failure: Failure, folder: Path) -> None:
    """Put an input and what happened where they can be looked at."""
    kept = FOUND / f"{failure.target.replace(' ', '-')}-{failure.number}"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir(parents=True)
    mutated(failure.target, folder / TARGETS[failure.target].name, kept, failure.number)
    (kept / "failure.txt").write_text(failure.text)


if __name__ == "__main__":
    sys.exit(main())
