"""Writes checkpoints while training goes on."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffvec.corpus.options import InputOptions
from huffvec.files.writing import check_writable, rotating_path
from huffvec.signals import HeldSignals
from huffvec.training.callbacks import Callback, CheckpointReport
from huffvec.training.checkpoint import Checkpoints
from huffvec.training.source import CorpusSource
from huffvec.training.weights_copy import WeightsCopy

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop

_SECONDS_AHEAD = 10.0
_logger = logging.getLogger("huffvec")


class CheckpointWriter:
    """Writes the checkpoints of one run: copies the weights, then writes in a thread of its own.

    Parameters
    ----------
    checkpoints
        Where and how often.
    source
        Where the text is.
    digest
        `huffvec.training.source.fingerprint` of the encoded text; computed with the first
        checkpoint if left out.

    Raises
    ------
    OutputError
        If no file can be written there.
    """

    def __init__(
        self, checkpoints: Checkpoints, source: CorpusSource[Any] | None = None, digest: str = ""
    ) -> None:
        if checkpoints.every is not None:
            check_writable(checkpoints.path)
        self._checkpoints = checkpoints
        self._source = source or CorpusSource(InputOptions())
        self._digest = digest
        self._next_at = time.monotonic() + (checkpoints.seconds or math.inf)
        self._thread: threading.Thread | None = None
        self._copy: WeightsCopy[Any] | None = None
        self._written: CheckpointReport | None = None

    def due(self, run: TrainingLoop[Any], callback: Callback) -> bool:
        """Return whether it is time for a checkpoint, after reporting one that was written.

        Where nothing was learned yet, there is nothing to keep.
        Some time before, memory for the copy of the weights is got ready, if they are in memory.
        """
        if self._thread is not None and not self._thread.is_alive():
            self.finish(callback)
        now = time.monotonic()
        too_early = now < self._next_at - _SECONDS_AHEAD or not run.position.targets
        if self._thread is not None or too_early:
            return False
        if self._copy is None and run.config.offload_folder is None:
            self._copy = WeightsCopy(run.model())
        return now >= self._next_at and (self._copy is None or self._copy.is_ready())

    def begin(self, run: TrainingLoop[Any]) -> None:
        """Copy the weights of a run whose threads stand still, and begin to write them.

        Without memory for the copy, and where the weights are not in memory, they themselves are
        written, and training waits.
        """
        with HeldSignals():
            start = time.perf_counter()
            self._next_at = time.monotonic() + (self._checkpoints.seconds or math.inf)
            record = self._record(run)
            model, wait = run.model(), True
            if run.config.offload_folder is None:
                with suppress(MemoryError):
                    model, wait = (self._copy or WeightsCopy(model)).of(model), False
            self._copy = None  # the memory is given back when it is written
            write = partial(self._write, model, run, record, start)
            self._thread = threading.Thread(target=write, name="huffvec-checkpoint")
            self._pause = time.perf_counter() - start
            self._thread.start()
            if wait:
                self._thread.join()
                self._pause = time.perf_counter() - start

    def finish(self, callback: Callback) -> None:
        """Wait until the checkpoint that is being written, if there is one, is on the disk."""
        if self._thread is None:
            return
        self._thread.join()
        self._thread = None
        if self._written:
            callback.checkpoint(replace(self._written, pause_seconds=self._pause))

    def _record(self, run: TrainingLoop[Any]) -> dict[str, Any]:
        return {
            "progress": asdict(run.position),
            "started": run.started.isoformat(timespec="seconds"),
            "source": self._source.to_dict(),
            "every": self._checkpoints.every,
            "keep": self._checkpoints.keep,
        }

    def _write(
        self, model: Any, run: TrainingLoop[Any], record: dict[str, Any], start: float
    ) -> None:
        path = os.fspath(self._checkpoints.path)
        error = ""
        try:
            self._digest = self._digest or run.fingerprint()
            place = partial(rotating_path, keep=self._checkpoints.keep)
            run.write(path, model, {**record, "fingerprint": self._digest}, place)
            n_bytes = Path(path).stat().st_size
        except OSError as problem:
            error, n_bytes = str(problem), 0
            _logger.warning("%s Training goes on; the checkpoints before it are kept.", error)
        self._written = CheckpointReport(
            path=path,
            tokens=int(record["progress"]["tokens"]),
            n_bytes=n_bytes,
            pause_seconds=0.0,
            seconds=time.perf_counter() - start,
            error=error,
        )
