"""What the tests of the command line share: running commands, and watching folders."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from huffvec.cli import main


def run(*args):
    """Run a command in this process and return its exit code."""
    with pytest.raises(SystemExit) as stop:
        main([str(arg) for arg in args])
    return stop.value.code or 0


def start(*args, **options):
    """Start a command as a user does, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "huffvec", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def files_of(folder):
    """Return what is in a folder: names, and content or mode."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else path.stat().st_mode
        for path in Path(folder).rglob("*")
    }


def write_english(path, n_sentences=3000, seed=1):
    """Write sentences with structure: pets and vehicles have verbs of their own. Return path."""
    draw = random.Random(seed).choice
    groups = [
        (["cat", "dog", "horse"], ["eats", "sleeps", "runs"]),
        (["car", "truck", "train"], ["stops", "drives", "honks"]),
    ]
    with open(path, "w", encoding="utf-8") as file:
        for _ in range(n_sentences):
            nouns, verbs = draw(groups)
            words = ["the", draw(nouns), draw(verbs), "and", "the", draw(nouns), draw(verbs)]
            file.write(" ".join(words) + "\n")
    return path
