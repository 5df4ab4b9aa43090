"""One run in a process of its own: ``python -m peers.worker JOB.json`` (see isolated.py)."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import peers


def pin(n_cores: int) -> list[int]:
    """Keep this process on n_cores of its cores, so that every peer has the same ones."""
    if not hasattr(os, "sched_setaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0))[:n_cores]
    os.sched_setaffinity(0, cores)
    return cores


def work(run: Callable[[dict[str, Any], Path], dict[str, Any]]) -> None:
    """Do the job described by a JSON file, the program's argument; write its result beside it."""
    job_path = Path(sys.argv[1])
    result = run(json.loads(job_path.read_text()), job_path.parent)
    job_path.with_name("result.json").write_text(json.dumps(result, default=str))


def train(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Train a peer; its vectors lie in folder."""
    settings = peers.Settings(**job["settings"])
    cores = pin(settings.n_threads)
    peer = peers.load(job["peer"])
    result = peer.train(Path(job["corpus"]), settings, folder)
    return dataclasses.asdict(result) | {"version": peer.version(), "cores": cores}


if __name__ == "__main__":
    work(train)
