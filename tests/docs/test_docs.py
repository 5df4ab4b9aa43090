"""Every Python block and every command of the README and the documentation runs."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from blocks import PAGES, ROOT, blocks_of
from stock import fill, names_given

import huffvec
from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES

# What is written about checkpoints supposes that a run was cut short: then they are there.
ONLY_WHERE_GIVEN = ["wiki.hv.ckpt"]


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    """A folder with the files that readers are supposed to have."""
    folder = tmp_path_factory.mktemp("stock")
    fill(folder)
    return folder


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Variables of a shell whose `huffvec` and `python` are those that run the tests."""
    programs = tmp_path_factory.mktemp("programs")
    for name, arguments in [("huffvec", "-m huffvec"), ("python", "")]:
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        program.chmod(0o755)
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)], ids=lambda p: p.stem)
def test_page(page, stock, environment, tmp_path, monkeypatch):
    folder = tmp_path / "reader"
    shutil.copytree(stock, folder, ignore=lambda *_: ONLY_WHERE_GIVEN)
    (folder / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(folder)
    names = names_given()
    for block in blocks_of(page):
        if block.not_run or block.missing:
            continue
        for name in block.given:
            shutil.copy(stock / name, name)
        if block.language == "python":
            run_python(block, names)
        else:
            run_shell(block, environment)


def run_python(block, names):
    """Run a block; tracebacks show its lines in the page."""
    lines_before = "\n" * (block.line - 1)
    exec(compile(lines_before + block.code, block.page, "exec"), names)


def run_shell(block, environment):
    shell = ["bash", "-euo", "pipefail", "-x", "-c", block.code]
    done = subprocess.run(shell, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{block.place}:\n{done.stderr}"


def test_few_blocks_are_not_run():
    blocks = [block for page in PAGES for block in blocks_of(page)]
    not_run = [f"{block.place}: {block.not_run}" for block in blocks if block.not_run]
    assert len(not_run) <= 8, "\n".join(not_run)
    assert len(blocks) >= 70


def test_the_version_to_cite_is_this_one():
    for name in ("CITATION.cff", "docs/faq.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        found = re.search(r"^ *version(?:: | = \{)(.*?)\}?$", text, re.MULTILINE)
        assert found[1] == huffvec.__version__


def test_the_reference_has_every_public_name():
    reference = "\n".join(page.read_text("utf-8") for page in (ROOT / "docs/python").iterdir())
    assert "<!-- reference: objectives -->" in reference  # all of them, by docs/hooks.py
    objectives = (OBJECTIVES | LABEL_OBJECTIVES).values()
    listed = {"__version__", "HuffvecError"} | {cls.__name__ for cls in objectives}
    for name in set(huffvec.__all__) - listed:  # errors: all of a module
        assert f"::: huffvec.{name}\n" in reference, name
    for name in huffvec.classify.__all__:
        assert f"::: huffvec.classify.{name}\n" in reference, name
    concepts = (ROOT / "docs/concepts.md").read_text("utf-8")
    for objective in objectives:
        assert f"::: {objective.__module__}\n" in concepts, objective
