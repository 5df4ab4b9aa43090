"""Runs workers, notices which input ended one, and goes on behind it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from fuzz.targets import TARGETS


@dataclass(frozen=True)
class Failure:
    """An input that was not read and not refused.

    Attributes
    ----------
    target
        Whose input it is.
    number
        Which one.
    text
        What happened: a traceback, or the signal that ended the process.
    """

    target: str
    number: int
    text: str

    @property
    def cause(self) -> str:
        """What failures of one cause have in common, more or less."""
        lines = [line.strip() for line in self.text.strip().splitlines()]
        frames = [line for line in lines if line.startswith("File ") and "/huffvec/" in line]
        what = lines[-1] if not frames else lines[-1].partition(":")[0]
        return f"{self.target}: {what[:150]} {frames[-1] if frames else ''}"


def write_original(name: str, folder: Path) -> None:
    """Make the file of a target in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    TARGETS[name].write(folder / TARGETS[name].name)


def fuzz(name: str, folder: Path, first: int, last: int) -> list[Failure]:
    """Return the failures among the inputs first … last - 1 of a target."""
    failures: list[Failure] = []
    while first < last:
        command = [sys.executable, "-m", "fuzz.worker", name, str(folder), str(first), str(last)]
        done = subprocess.run(
            command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False
        )
        reached = first - 1
        for line in done.stdout.splitlines():
            found = json.loads(line)
            reached = found["number"]
            if "failure" in found:
                failures.append(Failure(name, reached, found["failure"]))
        if done.returncode == 0:
            return failures
        if reached < first:
            raise RuntimeError(f"{name}: the worker does not start: {done.stderr[-2000:]}")
        reason = done.stderr[-500:]
        if done.returncode < 0:
            reason = signal.Signals(-done.returncode).name
        failures.append(Failure(name, reached, f"the process ended: {reason}"))
        first = reached + 1
    return failures
