"""Logs of training for programs: JSON lines, and TensorBoard.

A log of JSON lines has one JSON object a line, ``"event"`` being what it is about:

============== ===================================================================================
``start``      ``time`` (UTC), ``tokens`` trained before (over 0 when a run is resumed), ``config``,
               ``objective`` with its options, ``n_words``, ``corpus_tokens``, ``huffvec``,
               ``counted``: what tokens are, ``"tokens"`` of a text or ``"labels"`` of examples
``report``     the fields of `huffvec.training.callbacks.Report`; ``loss`` since the last report
``epoch``      the same at the end of an epoch; ``loss`` of the epoch
``checkpoint`` the fields of `huffvec.training.callbacks.CheckpointReport`
``end``        as ``report``; ``loss`` of the whole training; ``stopped``: why, if before its time
============== ===================================================================================

A number that is not known is null. A log that exists is continued, so that a run and its
resumptions are in one file.
"""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from huffvec._version import __version__
from huffvec.errors import OutputError
from huffvec.extras import require
from huffvec.files.json_values import finite
from huffvec.files.paths import PathLike
from huffvec.training.callbacks import Callback, CheckpointReport, Report
from huffvec.training.log_records import event_of

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop

_LONGEST_LINE = 1 << 20  # of a log, in bytes: a start has some thousand
_logger = logging.getLogger("huffvec")


class _Thinned(Callback):
    """Passes a report on every few seconds, with the mean loss over all reports between."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._next_at = -math.inf
        self._targets = 0.0
        self._sum = self._weight = 0.0

    def start(self, run: TrainingLoop[Any]) -> None:
        self._targets = run.position.targets

    def report(self, report: Report) -> None:
        n_new = report.targets - self._targets
        if n_new > 0 and not math.isnan(report.loss):
            self._sum += report.loss * n_new
            self._weight += n_new
        self._targets = report.targets
        now = time.monotonic()
        if self._weight and (now >= self._next_at or report.tokens >= report.total_tokens):
            self._next_at = now + self._every
            self.thinned(replace(report, loss=self._sum / self._weight))
            self._sum = self._weight = 0.0

    def thinned(self, report: Report) -> None:
        raise NotImplementedError


class JsonLines(_Thinned):
    """Writes a log of JSON lines.

    Parameters
    ----------
    path
        The file; what is in it stays.
    every
        Seconds between reports.

    Raises
    ------
    OutputError
        If the file cannot be opened, or is something else than such a log. When writing fails later
        (a full disk), training goes on without a log, after a warning.
    """

    def __init__(self, path: PathLike, every: float = 1.0) -> None:
        super().__init__(every)
        self._path = os.fspath(path)
        self._file: IO[bytes] | None = None
        self._run: TrainingLoop[Any] | None = None
        is_new = not os.path.lexists(path)
        _check_is_log(path)
        self._open().close()  # a wrong name is found before the work; a new file waits for it
        if is_new:
            Path(path).unlink()

    def start(self, run: TrainingLoop[Any]) -> None:
        """Write how training is done."""
        super().start(run)
        self._run = run
        self._write(
            "start",
            {
                "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "tokens": run.position.tokens,
                "config": run.config.to_dict(),
                "objective": run.bound.objective.to_dict(),
                "n_words": len(run.vocabulary),
                "corpus_tokens": run.corpus.n_tokens,
                "counted": run.counted,
                "huffvec": __version__,
            },
        )

    def thinned(self, report: Report) -> None:
        """Write where training is."""
        self._write("report", asdict(report))

    def epoch(self, report: Report) -> None:
        """Write how the epoch was."""
        self._write("epoch", asdict(report))

    def checkpoint(self, report: CheckpointReport) -> None:
        """Write what became of the checkpoint."""
        self._write("checkpoint", asdict(report))

    def end(self, report: Report) -> None:
        """Write how it ended."""
        self._write("end", {**asdict(report), "stopped": self._run.stopped if self._run else ""})

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def _open(self) -> IO[bytes]:
        try:
            return open(self._path, "a+b", buffering=0)
        except OSError as error:
            raise OutputError(
                f"Cannot write the log {self._path!r}: {error.strerror}. Give another name."
            ) from error

    def _continue_after_cut_line(self, file: IO[bytes]) -> None:
        """Begin a new line if the process that wrote the last one was killed meanwhile."""
        if file.seekable() and file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                self._write_bytes(b"\n")

    def _write(self, event: str, values: Mapping[str, Any]) -> None:
        record = finite({"event": event, **values})
        self._write_bytes((json.dumps(record) + "\n").encode())

    def _write_bytes(self, line: bytes) -> None:
        if self._file is None:
            self._file = self._open()
            self._continue_after_cut_line(self._file)
        if self._file.closed:
            return
        try:
            self._file.write(line)
        except OSError as error:
            self._file.close()
            _logger.warning(
                "The log %r cannot be written any more: %s. Training goes on without it.",
                self._path,
                error.strerror,
            )


def _check_is_log(path: PathLike) -> None:
    """Raise OutputError if there is a file with content that does not begin as a log does."""
    if not os.path.isfile(path):  # not there, or a pipe
        return
    try:
        with open(path, "rb") as file:
            line = file.readline(_LONGEST_LINE)
    except OSError:  # opening it to write says why
        return
    if line and event_of(line) is None:
        raise OutputError(
            f"{os.fspath(path)!r} is no log of huffvec, and a log would be written to its end; "
            "give another name for the log."
        )


class TensorBoard(_Thinned):
    """Writes loss, learning rate, speed and held-out loss for TensorBoard; a step is a token.

    Parameters
    ----------
    folder
        Where TensorBoard looks for runs; made if it does not exist.
    every
        Seconds between reports.

    Raises
    ------
    MissingExtraError
        If tensorboard is not installed.
    OutputError
        If nothing can be written to the folder.
    """

    def __init__(self, folder: PathLike, every: float = 1.0) -> None:
        super().__init__(every)
        require("tensorboard", "writing for TensorBoard")
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        self._make_event, self._make_summary = Event, Summary
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._writer = EventFileWriter(os.fspath(folder))
        except OSError as error:
            raise OutputError(
                f"Cannot write to the folder {os.fspath(folder)!r}: {error.strerror}. Give another."
            ) from error

    def thinned(self, report: Report) -> None:
        """Write loss, learning rate and speed."""
        self._add(
            report,
            {
                f"loss/{report.objective}": report.loss,
                "learning_rate": report.learning_rate,
                "words_per_second": report.words_per_second,
            },
        )

    def epoch(self, report: Report) -> None:
        """Write the losses of the epoch."""
        self._add(
            report, {f"epoch_loss/{report.objective}": report.loss, "heldout": report.heldout}
        )

    def close(self) -> None:
        """Write what is not written yet."""
        self._writer.close()

    def _add(self, report: Report, values: Mapping[str, float]) -> None:
        scalars = [
            self._make_summary.Value(tag=name, simple_value=value)
            for name, value in values.items()
            if math.isfinite(value)
        ]
        summary = self._make_summary(value=scalars)
        self._writer.add_event(
            self._make_event(wall_time=time.time(), step=report.tokens, summary=summary)
        )
