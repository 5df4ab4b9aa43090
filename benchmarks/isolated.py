"""Runs each training in a subprocess and measures it from outside.

This module and the scripts that use it import the standard library only: on Linux a process's peak
memory includes what its parent held when it was started, so the parent has to stay small.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peers

HERE = Path(__file__).parent
_EVALUATE = """
import json, sys, huffvec
job = json.loads(sys.argv[1])
vectors = huffvec.load_vectors(job["vectors"], format=job["format"])
evaluation = vectors.evaluate(pairs=job["pairs"], analogies=job["analogies"], top=job["top"])
print(json.dumps(evaluation.to_dict()))
"""


@dataclass(frozen=True)
class Measured:
    """A finished process: wall seconds, processor seconds, peak resident bytes, its stdout.

    Processor seconds and bytes are those of its children too.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run the command; RuntimeError with its stderr when it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=out, stderr=err, env=os.environ | dict(environment or {})
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            process.kill()
            raise
        wall_seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
        out.seek(0)
        err.seek(0)
        if process.returncode:
            tail = err.read().decode("utf-8", "replace")[-3000:]
            raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
        unit = 1 if sys.platform == "darwin" else 1024
        cpu_seconds = usage.ru_utime + usage.ru_stime
        return Measured(wall_seconds, cpu_seconds, usage.ru_maxrss * unit, out.read().decode())


def available(names: Sequence[str], binaries: Mapping[str, str | None]) -> list[str]:
    """Return those of the peers that can run here, saying on stderr which cannot.

    binaries: paths of those that are external programs.
    """
    found = []
    for name in names:
        if name in binaries:
            usable, hint = binaries[name] is not None, f"give the path of its binary with --{name}"
        else:
            usable, hint = importlib.util.find_spec(name) is not None, "pip install '.[bench]'"
        if usable:
            found.append(name)
        else:
            print(f"{name} is left out: {hint}", file=sys.stderr)
    return found


def run_peer(
    peer: str,
    corpus: Path,
    settings: peers.Settings,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Train one peer in a process of its own; the result as JSON values, with memory and times.

    The vectors lie in folder, which the caller owns.
    """
    job = {"peer": peer, "corpus": str(corpus), "settings": dataclasses.asdict(settings)}
    return run_job("peers.worker", job, folder, environment)


def run_job(
    module: str,
    job: Mapping[str, Any],
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Have a module do a job (`peers.worker.work`) in a process of its own.

    Returns its result, JSON values, with memory and times. What it writes is in folder.
    """
    job_path = folder / "job.json"
    job_path.write_text(json.dumps(job))
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    measured = measure(
        [sys.executable, "-m", module, str(job_path)],
        {"PYTHONPATH": os.pathsep.join(paths), **(environment or {})},
    )
    result: dict[str, Any] = json.loads((folder / "result.json").read_text())
    result |= {
        "wall_seconds": measured.wall_seconds,
        "cpu_seconds": measured.cpu_seconds,
        "peak_bytes": measured.peak_bytes,
    }
    return result


def evaluate(
    vectors: str, vectors_format: str, pairs: Sequence[str], analogies: Sequence[str], top: int
) -> dict[str, Any]:
    """Evaluate a file of vectors with huffvec's own evaluation, whoever trained them."""
    job = {
        "vectors": vectors,
        "format": vectors_format,
        "pairs": list(pairs),
        "analogies": list(analogies),
        "top": top,
    }
    output = measure([sys.executable, "-c", _EVALUATE, json.dumps(job)]).output
    evaluation: dict[str, Any] = json.loads(output)
    return evaluation
