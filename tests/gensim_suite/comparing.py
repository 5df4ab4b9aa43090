"""What passes with gensim and does not with huffvec in its place, and whether that is known."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gensim_suite.running import Result

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

KNOWN_DIFFERENCES = Path(__file__).with_name("known_differences.toml")


@dataclass
class Comparison:
    """The tests of a file, by how they ended.

    Attributes
    ----------
    passed
        Those that pass with both.
    failed
        Those that pass with gensim only, and what happened with huffvec.
    not_applicable
        Those that gensim does not pass itself, and why.
    by_gensim
        Those passed in which gensim did some of the work itself, and what was said.
    """

    passed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    not_applicable: dict[str, str] = field(default_factory=dict)
    by_gensim: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of those passed among those applicable."""
        return len(self.passed) / max(len(self.passed) + len(self.failed), 1)


def compare(plain: Mapping[str, Result], substituted: Mapping[str, Result]) -> Comparison:
    """Compare how the tests of a file ended with gensim and with huffvec in its place."""
    missing = Result("failed", "did not run: the process ended before")
    comparison = Comparison()
    for name, with_gensim in plain.items():
        with_ours = substituted.get(name, missing)
        if with_gensim.outcome != "passed":
            comparison.not_applicable[name] = f"{with_gensim.outcome}: {with_gensim.reason}"
        elif with_ours.outcome != "passed":
            comparison.failed[name] = with_ours.reason or with_ours.outcome
        else:
            comparison.passed.append(name)
            fallen_back = [line for line in with_ours.said if "gensim itself" in line]
            if fallen_back:
                comparison.by_gensim[name] = "; ".join(fallen_back)
    return comparison


def known_differences(path: Path = KNOWN_DIFFERENCES) -> dict[str, str]:
    """Return the reason of each known difference, by the test's name ``file::TestCase::test``."""
    groups = tomllib.loads(path.read_text(encoding="utf-8"))["difference"]
    return {test: group["reason"] for group in groups for test in group["tests"]}


def not_as_known(
    comparisons: Mapping[str, Comparison], known: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    """Return the tests that fail without being known to, and those known that pass."""
    failed = {f"{file}::{name}" for file, c in comparisons.items() for name in c.failed}
    passed = {f"{file}::{name}" for file, c in comparisons.items() for name in c.passed}
    return sorted(failed - known.keys()), sorted(passed & known.keys())
