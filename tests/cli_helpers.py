"""What the tests of the command line share: running commands, and watching folders."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from huffvec.cli import main

STOPS = [
    number for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", None)) if number
]


def run(*args):
    """Run a command in this process and return its exit code."""
    with pytest.raises(SystemExit) as stop:
        main([str(arg) for arg in args])
    return stop.value.code or 0


# Where files or memory may not grow: a limit is set by the new process itself, since code between
# fork and exec in a process with threads (PyTorch's, OpenBLAS's) can wait for a lock that nobody
# gives back.
LIMITED = """
import resource, runpy, sys
name, limit = sys.argv.pop(1), int(sys.argv.pop(1))
resource.setrlimit(getattr(resource, name), (limit, limit))
runpy.run_module("huffvec", run_name="__main__", alter_sys=True)
"""


def start(*args, max_file_bytes=None, max_memory_bytes=None, **options):
    """Start a command as a user does, in a process of its own.

    Signals that are ignored here, as in a background job, would be ignored there, too.
    """
    command = ["-m", "huffvec"]
    if max_file_bytes is not None:
        command = ["-c", LIMITED, "RLIMIT_FSIZE", str(max_file_bytes)]
    elif max_memory_bytes is not None:
        command = ["-c", LIMITED, "RLIMIT_AS", str(max_memory_bytes)]
    ignored = [number for number in STOPS if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        return subprocess.Popen(
            [sys.executable, *command, *map(str, args)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **{"text": True, **options},
        )
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


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
