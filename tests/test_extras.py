"""Optional packages: what is said when one is missing."""

import json
import re
import sys
from pathlib import Path

import pytest

from huffvec.errors import MissingExtraError
from huffvec.extras import EXTRAS, require

PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"


def test_a_package_that_is_there() -> None:
    assert require("json", "reading JSON") is json


def test_a_package_with_an_extra_is_installed_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(MissingExtraError) as raised:
        require("sklearn.cluster", "clustering")
    needed = "clustering needs the package scikit-learn: pip install 'huffvec[sklearn]'."
    assert str(raised.value) == needed
    with pytest.raises(MissingExtraError, match=r"'huffvec\[sklearn\]'\. Or do without\.$"):
        require("sklearn.cluster", "clustering", otherwise="Or do without.")


def test_a_package_without_an_extra_is_installed_by_its_name() -> None:
    with pytest.raises(MissingExtraError, match="needs the package nolib: pip install nolib"):
        require("nolib.vectors", "reading such tables")


def test_a_package_that_is_there_and_cannot_be_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "brokenlib.py").write_text("import nothing_like_it\n")
    monkeypatch.syspath_prepend(tmp_path)
    message = "package brokenlib, which cannot be imported: No module named 'nothing_like_it'.$"
    with pytest.raises(MissingExtraError, match=message):
        require("brokenlib", "a test")


def test_every_extra_stands_in_pyproject() -> None:
    text = PYPROJECT.read_text().partition("[project.optional-dependencies]")[2]
    named = set(re.findall(r"^([a-z]+) = \[", text.partition("\n[")[0], re.MULTILINE))
    assert set(EXTRAS.values()) <= named
