"""gensim's lines in its log, on the progress of an epoch."""

from __future__ import annotations

import time
from queue import Queue
from typing import Any, TypedDict

from huffvec.gensim.epochs import Epochs, Trained
from huffvec.training.callbacks import Callback, Report


class Expected(TypedDict):
    """What is to be gone through in an epoch, as given to ``train``."""

    total_examples: int | None
    total_words: int | None


class EpochLog(Callback):
    """Writes how far an epoch has come, at gensim's intervals and in its words.

    Parameters
    ----------
    model, epochs, epoch
        The model, what trains it, and the number of the epoch.
    expected
        What was given to ``train``.
    delay
        Seconds from one line to the next.
    """

    def __init__(
        self, model: Any, epochs: Epochs, epoch: int, expected: Expected, delay: float
    ) -> None:
        self._model, self._epochs, self._epoch = model, epochs, epoch
        self._expected, self._delay = expected, delay
        self._began = time.perf_counter() - 1e-5
        self._next = 1.0
        self._tokens_before: int | None = None

    @property
    def seconds(self) -> float:
        """Seconds since the epoch began."""
        return time.perf_counter() - self._began

    def report(self, report: Report) -> None:
        """Write a line if it is time for one."""
        if self._tokens_before is None:
            self._tokens_before = report.tokens
        if self.seconds < self._next:
            return
        text = self._epochs.text
        share = min(1.0, (report.tokens - self._tokens_before) / self._epochs.n_tokens)
        self._model._log_progress(
            None,
            Queue(),
            self._epoch,
            round(share * text.n_sentences),
            self._expected["total_examples"],
            round(share * text.n_tokens),
            self._expected["total_words"],
            round(share * self._epochs.n_words),
            self.seconds,
        )
        self._next = self.seconds + self._delay

    def ended(self, trained: Trained, *, from_file: bool) -> None:
        """Write the line on the whole epoch, with gensim's warnings about what was expected."""
        self._model._log_epoch_end(
            self._epoch,
            self._epochs.text.n_sentences,
            self._expected["total_examples"],
            trained.raw_words,
            self._expected["total_words"],
            trained.words,
            self.seconds,
            from_file,
        )
        self._model.total_train_time += self.seconds
