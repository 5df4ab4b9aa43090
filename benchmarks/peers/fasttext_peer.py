"""fastText's unsupervised mode, with character n-grams if asked for.

* fastText since 0.9.2 fills only threads/10 of the start matrix (densematrix.cc, uniformThread),
  the rest stays zero. It therefore gets at least 10 threads; the worker has pinned the process to
  as many cores as every other peer has.
* Timed: from its first report of progress, which it prints to stderr at most a tenth of a second
  after training begins, to the end of training. Filling its tables comes before.
* Not settable: the noise exponent is 0.5; ``</s>`` is trained as a word.
"""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path
from types import TracebackType

from word2vec_file import write_word2vec_binary

from peers import Result, Settings

MIN_THREADS = 10


def version() -> str:
    """Return the version of whichever package provides the module fasttext."""
    from importlib.metadata import PackageNotFoundError, version

    import fasttext  # noqa: F401

    for package in ("fasttext", "fasttext-wheel"):
        try:
            return f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
    return "fasttext (unknown version)"


class StderrClock:
    """Notes when a text first appears on the process's stderr (file descriptor 2)."""

    def __init__(self, marker: bytes) -> None:
        self.marker = marker
        self.seen_at: float | None = None
        self.text = b""

    def __enter__(self) -> StderrClock:
        self._saved = os.dup(2)
        self._reader, writer = os.pipe()
        os.dup2(writer, 2)
        os.close(writer)
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        return self

    def _read(self) -> None:
        while part := os.read(self._reader, 4096):
            self.text += part
            if self.seen_at is None and self.marker in self.text:
                self.seen_at = time.perf_counter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.dup2(self._saved, 2)  # closes the pipe's last writing end, which ends the thread
        os.close(self._saved)
        self._thread.join()
        os.close(self._reader)


def train(corpus: Path, settings: Settings, folder: Path) -> Result:
    """Train with at least 10 threads; vectors as word2vec binary, with subwords as its .bin."""
    import fasttext
    import numpy as np

    # train_unsupervised takes no seed, but passes on its table of defaults, which has one.
    fasttext.FastText.unsupervised_default["seed"] = settings.seed
    n_threads = max(MIN_THREADS, settings.n_threads)
    with StderrClock(b"Progress:") as clock:
        model = fasttext.train_unsupervised(
            str(corpus),
            model=settings.architecture,
            loss="hs" if settings.is_hierarchical else "ns",
            dim=settings.dim,
            ws=settings.window,
            neg=settings.negatives,
            epoch=settings.epochs,
            t=settings.subsample_threshold,
            minCount=settings.min_count,
            lr=settings.peer_learning_rate,
            thread=n_threads,
            minn=settings.min_n,
            maxn=settings.max_n,
            bucket=settings.buckets if settings.subwords else 0,
            verbose=2,
        )
        end = time.perf_counter()
    if clock.seen_at is None:
        raise RuntimeError(f"fastText did not report its progress: {clock.text!r}")
    words = model.get_words(on_unicode_error="replace")
    rate = re.findall(rb"words/sec/thread:\s*(\d+)", clock.text)
    details = {
        "n_words": len(words),
        "threads": n_threads,
        "own_words_per_second_per_thread": int(rate[-1]) if rate else None,
    }
    seconds, vectors = end - clock.seen_at, folder / "fasttext.bin"
    if not settings.save:
        return Result(seconds, details=details)
    if settings.subwords:
        model.save_model(str(vectors))
        return Result(seconds, vectors, "fasttext", details)
    matrix = np.asarray(model.get_input_matrix(), dtype=np.float32)[: len(words)]
    write_word2vec_binary(vectors, words, matrix.shape[1], (row.tobytes() for row in matrix))
    return Result(seconds, vectors, "word2vec-binary", details)
