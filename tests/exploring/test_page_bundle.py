"""The script and the styles that are shipped, and the sources that they were made of."""

import hashlib
import re

import pytest
from code_shape import PACKAGE, ROOT

ASSETS = PACKAGE / "exploring" / "assets"
WEB = ROOT / "web"


def test_the_bundle_was_made_of_these_sources() -> None:
    if not WEB.exists():
        pytest.skip("the page's sources are not here")
    found = {
        path.relative_to(WEB).as_posix(): path
        for path in WEB.rglob("*")
        if path.is_file() and "node_modules" not in path.parts
    }
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name}\n".encode())
        digest.update(found[name].read_bytes())
    recorded = re.match(r"/\* sources (\w+) \*/", ASSETS.joinpath("explore.js").read_text("utf-8"))
    assert recorded is not None
    assert recorded[1] == digest.hexdigest(), "web/ has changed: run 'make page'"


def test_licences_are_shipped() -> None:
    text = ASSETS.joinpath("LICENSES.txt").read_text("utf-8")
    for name in ("preact", "@preact/signals", "d3-zoom"):
        assert re.search(rf"^{name} \d+\.\d+\.\d+$", text, re.MULTILINE)
    assert "Permission is hereby granted" in text
