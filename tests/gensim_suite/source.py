"""Fetches gensim's tests, with the files that they read, from its source distribution."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

PREFIX = "gensim/test/"


def fetch(version: str, folder: Path) -> Path:
    """Return the folder with the tests of a version of gensim, fetched if it is not there."""
    tests = folder / f"gensim-{version}"
    if not tests.exists():
        archive = folder / f"gensim-{version}.tar.gz"
        if not archive.exists():
            _download(version, folder)
        unpack(archive, tests)
    return tests


def unpack(archive: Path, tests: Path) -> None:
    """Write the files of the folder of tests of a source distribution."""
    unfinished = tests.with_suffix(".unpacking")
    with tarfile.open(archive) as source:
        for member in source:
            _, _, path = member.name.partition("/")
            # Without its __init__ the tests are no package, which pytest would import as "test".
            if member.isfile() and path.startswith(PREFIX) and path != f"{PREFIX}__init__.py":
                member.name = path[len(PREFIX) :]
                source.extract(member, unfinished, filter="data")
    unfinished.rename(tests)


def _download(version: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    only_source = ["--no-deps", "--no-binary", "gensim", "--dest", str(folder)]
    subprocess.run([*command, *only_source, f"gensim=={version}"], check=True)
