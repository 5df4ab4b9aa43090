"""Runs a file of tests in a process of its own and reads how they ended."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from gensim_suite.plugin import SAID

Outcome = Literal["passed", "failed", "skipped"]
_TAGS: dict[str, Outcome] = {"failure": "failed", "error": "failed", "skipped": "skipped"}
_SECONDS = 600  # for a test; what hangs fails


@dataclass(frozen=True)
class Result:
    """How a test ended.

    Attributes
    ----------
    outcome
        How.
    reason
        The first line of why it failed or was skipped.
    said
        What was said of work that gensim did itself and of arguments without effect.
    """

    outcome: Outcome
    reason: str = ""
    said: tuple[str, ...] = ()


def run(tests: Path, file: str, report: Path, *, substituted: bool) -> None:
    """Run a file of the tests; write pytest's report, which is none if the process dies."""
    report.unlink(missing_ok=True)
    options = ["-q", "-c", os.devnull, "--rootdir", str(tests), "-p", "no:cacheprovider"]
    plugin = ["-p", "gensim_suite.plugin", *(["--substituted"] if substituted else [])]
    ends = ["--timeout", str(_SECONDS), "--junitxml", str(report), "--tb=short"]
    search = [str(Path(__file__).parents[1]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    paths = [os.path.abspath(path) for path in search if path]
    with report.with_suffix(".log").open("w", encoding="utf-8") as log:
        subprocess.run(
            [sys.executable, "-m", "pytest", *options, *plugin, *ends, str(tests / file)],
            cwd=report.parent,  # where some tests leave files
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )


def results(report: Path) -> dict[str, Result]:
    """Return how each test of a report ended, by its name ``TestCase::test``."""
    found: dict[str, Result] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        class_name = case.get("classname", "").rpartition(".")[2]
        said = tuple(p.get("value", "") for p in case.iter("property") if p.get("name") == SAID)
        endings = [child for child in case if child.tag in _TAGS]
        name = f"{class_name}::{case.get('name')}"
        if endings:
            reason = (endings[0].get("message") or "").strip().partition("\n")[0]
            found[name] = Result(_TAGS[endings[0].tag], reason, said)
        else:
            found[name] = Result("passed", said=said)
    return found
