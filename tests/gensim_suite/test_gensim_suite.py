"""How gensim's own tests are unpacked, run and compared, on small ones that are written here."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

pytest.importorskip("gensim")

from gensim_suite.comparing import Comparison, compare, known_differences, not_as_known
from gensim_suite.running import Result, results, run
from gensim_suite.source import unpack

TESTS = """
import logging
import unittest

import gensim.models.word2vec
import gensim.test.utils


class TestA(unittest.TestCase):
    def test_passes(self):
        self.assertTrue(gensim.test.utils.HERE)

    def test_fails(self):
        self.assertLess(17, 6)

    @unittest.skip("not today")
    def test_skipped(self):
        pass

    def test_speaks(self):
        for _ in range(2):
            logging.getLogger("huffvec.gensim").warning("gensim itself trains")

    def test_is_gensims(self):
        self.assertTrue(gensim.models.word2vec.Word2Vec.__module__.startswith("gensim."))
"""


def write_archive(path: Path) -> None:
    """Write a source distribution with a test, a module of tests' and one that is no test."""
    with tarfile.open(path, "w:gz") as archive:
        for name, text in (
            ("gensim/test/__init__.py", ""),
            ("gensim/test/test_a.py", TESTS),
            ("gensim/test/utils.py", "HERE = True\n"),
            ("gensim/test/test_data/words.txt", "one\n"),
            ("gensim/models/word2vec.py", ""),
        ):
            member = tarfile.TarInfo(f"gensim-4.0.0/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))


@pytest.fixture(scope="module")
def tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("suite")
    write_archive(folder / "gensim.tar.gz")
    unpack(folder / "gensim.tar.gz", folder / "tests")
    return folder / "tests"


def test_unpacked_are_the_tests_and_their_files_only(tests: Path) -> None:
    found = {str(path.relative_to(tests)) for path in tests.rglob("*") if path.is_file()}
    assert {"test_a.py", "utils.py", "test_data/words.txt"} == {
        path for path in found if "__pycache__" not in path
    }


def test_run_with_gensim_and_with_huffvec(tests: Path) -> None:
    reports = tests.parent / "plain.xml", tests.parent / "ours.xml"
    run(tests, "test_a.py", reports[0], substituted=False)
    run(tests, "test_a.py", reports[1], substituted=True)
    plain, ours = map(results, reports)
    assert plain["TestA::test_passes"] == Result("passed")
    assert plain["TestA::test_fails"] == Result("failed", "AssertionError: 17 not less than 6")
    assert plain["TestA::test_skipped"] == Result("skipped", "not today")
    assert plain["TestA::test_speaks"] == Result("passed", said=("gensim itself trains",))
    assert compare(plain, ours) == Comparison(
        passed=["TestA::test_passes", "TestA::test_speaks"],
        failed={"TestA::test_is_gensims": "AssertionError: False is not true"},
        not_applicable={
            "TestA::test_fails": "failed: AssertionError: 17 not less than 6",
            "TestA::test_skipped": "skipped: not today",
        },
        by_gensim={"TestA::test_speaks": "gensim itself trains"},
    )


def test_a_process_that_dies_fails_its_tests() -> None:
    comparison = compare({"T::test": Result("passed")}, {})
    assert comparison.failed == {"T::test": "did not run: the process ended before"}
    assert comparison.share == 0


def test_share_of_those_applicable() -> None:
    comparison = Comparison(["a", "b", "c"], {"d": ""}, {"e": "", "f": ""})
    assert comparison.share == 0.75


def test_differences_that_are_not_known_and_known_ones_that_pass() -> None:
    comparisons = {"a.py": Comparison(["T::ours"], {"T::new": "", "T::old": ""})}
    known = {"a.py::T::old": "why", "a.py::T::ours": "why", "b.py::T::not_run": "why"}
    assert not_as_known(comparisons, known) == (["a.py::T::new"], ["a.py::T::ours"])


def test_known_differences_are_read_by_test(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text('[[difference]]\nreason = "why"\ntests = ["a::T::x", "a::T::y"]\n')
    assert known_differences(path) == {"a::T::x": "why", "a::T::y": "why"}


def test_every_known_difference_is_named_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "gensim.md").read_text(encoding="utf-8")
    for test in known_differences():
        assert f"`{test.rpartition('::')[2]}`" in page
