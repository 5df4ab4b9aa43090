"""A fixed number of mutated files for every reader, and all inputs that once failed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

for package in ("matplotlib", "pyarrow", "usearch"):
    pytest.importorskip(package)

from fuzz.running import fuzz, write_original
from fuzz.targets import TARGETS
from fuzz.worker import failure

N_INPUTS = 40
INPUTS = Path(__file__).with_name("inputs")


def dashed(name: str) -> str:
    return name.replace(" ", "-")


@pytest.mark.skipif(sys.platform == "win32", reason="memory and time are limited as on Unix")
@pytest.mark.parametrize("name", TARGETS)
def test_mutated_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    write_original(name, tmp_path)
    assert fuzz(name, tmp_path, 0, N_INPUTS) == []


@pytest.mark.parametrize(
    "path", sorted(INPUTS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_inputs_that_once_failed(path: Path) -> None:
    (name,) = (name for name in TARGETS if dashed(name) == path.parent.name)
    assert failure(TARGETS[name].read, path) == ""
