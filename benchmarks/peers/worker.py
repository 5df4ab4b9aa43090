"""One run in a process of its own: ``python -m peers.worker JOB.json`` (see isolated.py)."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path

import peers


def pin(n_cores: int) -> list[int]:
    """Keep this process on n_cores of its cores, so that every peer has the same ones."""
    if not hasattr(os, "sched_setaffinity"):
        return []
    cores = sorted(os.sched_getaffinity(0))[:n_cores]
    os.sched_setaffinity(0, cores)
    return cores


def main() -> None:
    """Do the job described by the JSON file and write its result beside it."""
    job_path = Path(sys.argv[1])
    job = json.loads(job_path.read_text())
    settings = peers.Settings(**job["settings"])
    cores = pin(settings.n_threads)
    peer = peers.load(job["peer"])
    result = peer.train(Path(job["corpus"]), settings, job_path.parent)
    report = dataclasses.asdict(result) | {"version": peer.version(), "cores": cores}
    job_path.with_name("result.json").write_text(json.dumps(report, default=str))


if __name__ == "__main__":
    main()
