"""``python -m gensim_suite``, from the folder ``tests``: how much of gensim's tests we pass."""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import sys
from pathlib import Path

import huffvec
from gensim_suite.comparing import Comparison, compare, known_differences, not_as_known
from gensim_suite.running import Result, results, run
from gensim_suite.source import fetch

FILES = ("test_word2vec", "test_fasttext", "test_keyedvectors", "test_doc2vec", "test_phrases")
BUILD = Path(__file__).parents[2] / "build" / "gensim-tests"


def main() -> int:
    """Run gensim's tests with gensim and with huffvec; 1 if something differs that is not known."""
    parser = argparse.ArgumentParser(prog="python -m gensim_suite", description=__doc__)
    parser.add_argument("files", nargs="*", default=FILES, help="those of gensim's files to run")
    parser.add_argument("--folder", type=Path, default=BUILD, help="for the tests and reports")
    parser.add_argument(
        "--keep-plain", action="store_true", help="take gensim's own results of the run before"
    )
    options = parser.parse_args()
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    tests = fetch(importlib.metadata.version("gensim"), folder)
    comparisons = {}
    for file in options.files:
        comparisons[f"{file}.py"] = _compare_file(tests, f"{file}.py", keep=options.keep_plain)
        print(_row(f"{file}.py", comparisons[f"{file}.py"]), flush=True)
    return _report(comparisons)


def _compare_file(tests: Path, file: str, *, keep: bool) -> Comparison:
    both: list[dict[str, Result]] = []
    for name, substituted in (("plain", False), ("huffvec", True)):
        report = tests.parent / f"{tests.name}-{file.removesuffix('.py')}-{name}.xml"
        if substituted or not (keep and report.exists()):
            run(tests, file, report, substituted=substituted)
        both.append(results(report) if report.exists() else {})
    if not both[0]:
        raise SystemExit(f"{file} does not run with gensim: see {tests.parent}")
    return compare(*both)


def _row(name: str, comparison: Comparison) -> str:
    numbers = [comparison.passed, comparison.failed, comparison.not_applicable]
    passed, failed, not_applicable = map(len, numbers)
    return (
        f"| {name:20} | {passed:4} passed ({len(comparison.by_gensim)} by gensim) "
        f"| {failed:3} failed | {not_applicable:3} not applicable | {comparison.share:6.1%} |"
    )


def _report(comparisons: dict[str, Comparison]) -> int:
    known = known_differences()
    total = Comparison()
    for file, comparison in comparisons.items():
        total.passed += comparison.passed
        for name in ("failed", "not_applicable", "by_gensim"):
            named = {f"{file}::{test}": why for test, why in getattr(comparison, name).items()}
            getattr(total, name).update(named)
    print(_row("all", total))
    for title, tests in (
        ("Not applicable, since gensim does not pass them itself", total.not_applicable),
        ("Passed by gensim itself", total.by_gensim),
        ("Failed", total.failed),
    ):
        print(f"\n{title}: {len(tests)}")
        for test, why in tests.items():
            print(f"  {test}: {why}")
    versions = {"huffvec": huffvec.__version__, "gensim": importlib.metadata.version("gensim")}
    print(f"\nPython {platform.python_version()},", *(f"{n} {v}" for n, v in versions.items()))
    unknown, mended = not_as_known(comparisons, known)
    for test in unknown:
        print(f"NOT KNOWN  {test}")
    for test in mended:
        print(f"PASSES NOW {test}: known to differ, {known[test]}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
