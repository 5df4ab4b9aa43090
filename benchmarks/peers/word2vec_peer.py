"""word2vec.c, the original, given by the path of its program (``--word2vec``).

Its source is public, e.g. in PyPI's source package ``word2vec``; built with
``gcc -O3 -march=native -pthread word2vec.c -o word2vec -lm`` it takes the options used here.

* Timed: from its first report of progress, after 10,000 words of a thread, to its end; writing the
  vectors counts, its vocabulary does not.
* Not settable: the seed. Runs differ by the turns that threads take.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from peers import Result, Settings


def version() -> str:
    """Return a fixed name: the program tells no version."""
    return "word2vec.c"


def train(corpus: Path, settings: Settings, folder: Path) -> Result:
    """Train with settings.n_threads threads; vectors as word2vec binary."""
    if settings.binary is None:
        raise ValueError("word2vec needs the path of its binary (--word2vec)")
    if settings.subwords:
        raise ValueError("word2vec has no subwords")
    # It has room for paths of 99 bytes only.
    (folder / "text").symlink_to(corpus.resolve())
    options = {
        "train": "text",
        "output": "word2vec.bin",
        "binary": 1,
        "cbow": int(settings.architecture == "cbow"),
        "hs": int(settings.is_hierarchical),
        "negative": 0 if settings.is_hierarchical else settings.negatives,
        "size": settings.dim,
        "window": settings.window,
        "iter": settings.epochs,
        "sample": settings.subsample_threshold,
        "min-count": settings.min_count,
        "alpha": settings.peer_learning_rate,
        "threads": settings.n_threads,
    }
    words = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    command = [str(Path(settings.binary).resolve()), *words]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdout is not None
        start, text = None, b""
        while part := process.stdout.read(4096):
            text = text[-100:] + part
            if start is None and b"Alpha:" in text:
                start = time.perf_counter()
    seconds = time.perf_counter() - (start or 0.0)
    if process.returncode or start is None:
        raise RuntimeError(f"word2vec ended with {process.returncode}: {text!r}")
    return Result(seconds, folder / "word2vec.bin", "word2vec-binary")
