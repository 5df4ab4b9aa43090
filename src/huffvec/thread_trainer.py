"""A trainer in the place of the engine's, with its methods, that works in a thread of Python."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from huffvec.engine import engine

if TYPE_CHECKING:
    from huffvec._engine_base import Totals
    from huffvec.engine import Trainer


class ThreadTrainer(ABC):
    """Trains ranges of a run's chunks in a thread; members say how (`work`).

    A run does not know the difference (:mod:`huffvec.training.loop`), so that checkpoints, reports
    and the end of a run are the same. When no chunk is being trained, the run's tables are what was
    trained.

    Parameters
    ----------
    local
        The engine's trainer of the run, which knows chunks and learning rates.
    name
        The thread's.
    """

    def __init__(self, local: Trainer, name: str) -> None:
        self._local, self._name = local, name
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._error: BaseException | None = None
        self._done = engine().Totals()
        self.stopping = self.abandoned = False

    @abstractmethod
    def work(self, first: int, last: int, n_threads: int) -> None:
        """Train chunks first … last - 1, and leave the run's tables as they are then.

        Ends early if ``stopping`` or ``abandoned`` is set meanwhile; `count` tells what is done.
        """

    @property
    def n_chunks(self) -> int:
        """Chunks in all epochs."""
        return self._local.n_chunks

    def learning_rate(self, chunk: int) -> float:
        """Return the learning rate of a chunk."""
        return self._local.learning_rate(chunk)

    def begins_at(self, chunk: int) -> bool:
        """Return whether training can begin there."""
        return self._local.begins_at(chunk)

    def start(self, first: int, last: int, n_threads: int, before: Totals) -> None:
        """Begin to train chunks first … last - 1; the totals count on from those of before."""
        self.stopping = self.abandoned = False
        self._error, self._done = None, before
        self._thread = threading.Thread(
            target=self._run, args=(first, last, n_threads), name=self._name
        )
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the thread, at most so long; true when it is done. Rethrows its errors."""
        if self._thread is not None:
            self._thread.join(seconds)
            if self._thread.is_alive():
                return False
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        return True

    def stop(self) -> None:
        """Let what is begun be finished, and no more."""
        self.stopping = True

    def abandon(self) -> None:
        """Wait for nothing; what is begun cannot go on exactly."""
        self.stopping = self.abandoned = True

    def totals(self) -> Totals:
        """Return what is trained."""
        with self._lock:
            return self._done

    def count(self, chunks: int, tokens: int, targets: float, loss: float) -> None:
        """Add to what is trained; the loss is a sum, in nats."""
        done = self._done
        with self._lock:
            self._done = engine().Totals(
                done.chunks + chunks, done.tokens + tokens, done.targets + targets, done.loss + loss
            )

    def _run(self, first: int, last: int, n_threads: int) -> None:
        try:
            self.work(first, last, n_threads)
        except BaseException as error:  # raised where it is waited for
            self._error = error
