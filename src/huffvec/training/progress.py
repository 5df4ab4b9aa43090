"""The progress of a long run, shown to people.

Callbacks (:mod:`huffvec.training.callbacks`) for people: :class:`ProgressBar` on a terminal,
:class:`ProgressLines` in a log file, :class:`Silent` for ``--quiet``; :func:`progress_for` picks.
Every one remembers where the run is, so that an interrupted run can say where it stopped.
"""

from __future__ import annotations

import math
import shlex
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from huffvec.progress.notebook import NotebookBars, in_notebook
from huffvec.progress.stages import StageBars, StageLines, TerminalBars
from huffvec.progress.words import format_bytes, format_count, format_seconds, percent
from huffvec.training.callbacks import Callback, CheckpointReport, Report

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop


class RunningLoss:
    """Mean loss per target over about the last ``horizon_tokens`` tokens, weighted by tokens.

    The loss of a tenth of a second jumps about; this is what a reader can follow.
    """

    def __init__(self, horizon_tokens: float) -> None:
        self._horizon = max(horizon_tokens, 1.0)
        self._tokens = 0
        self._weight = 0.0
        self._sum = 0.0

    def add(self, report: Report) -> float:
        """Take in a report and return the mean, nan while no report had a loss."""
        n_new = report.tokens - self._tokens
        self._tokens = report.tokens
        if n_new > 0 and not math.isnan(report.loss):
            keep = math.exp(-n_new / self._horizon)
            self._weight = keep * self._weight + (1 - keep)
            self._sum = keep * self._sum + (1 - keep) * report.loss
        return self.value

    @property
    def value(self) -> float:
        """The mean, nan while no report had a loss."""
        return self._sum / self._weight if self._weight else math.nan


class Silent(Callback):
    """Shows nothing, but remembers where the run is; base of those that show something.

    Attributes
    ----------
    last
        The last report, ``None`` before training began.
    saved
        The last checkpoint that was written, if there is one.
    command
        The command that can go on from it.
    placed
        Its options that say where to train.
    unit, unit_share
        What speed is told in, and how many of these there are to each token.
    """

    def __init__(self) -> None:
        self.last: Report | None = None
        self.saved: CheckpointReport | None = None
        self.command: tuple[str, ...] = ("train",)
        self.placed: tuple[str, ...] = ()
        self.unit, self.unit_share = "words", 1.0
        self._at = "before it began"
        self._loss: RunningLoss | None = None

    @property
    def loss(self) -> float:
        """Mean loss per target (nats) over about the last twentieth of training; nan without."""
        return self._loss.value if self._loss else math.nan

    @property
    def where(self) -> str:
        """Where the run is, to follow "stopped", e.g. "in epoch 2 of 5, ...": for people."""
        return self._at

    @property
    def how_to_resume(self) -> str:
        """What to do to go on from the last checkpoint: for people; empty if there is none."""
        if self.saved is None:
            return ""
        at = ""
        if self.last and self.saved.tokens < self.last.tokens:
            at = f" (at {percent(self.saved.tokens, self.last.total_tokens):.0f} %)"
        command = shlex.join(["huffvec", *self.command, "--resume", self.saved.path, *self.placed])
        return f"Checkpoint: {self.saved.path}{at}. Go on with: {command}"

    def stage(self, name: str, done: int, total: int) -> None:
        """Remember the stage."""
        self._at = f"while {name} ({percent(done, total):.0f} %)"

    def start(self, run: TrainingLoop[Any]) -> None:
        """Remember that training begins."""
        self._at = "as training began"
        self.unit, self.unit_share = run.shown, run.shown_share

    def report(self, report: Report) -> None:
        """Remember how far training is."""
        self.last = report
        if self._loss is None:
            self._loss = RunningLoss(report.total_tokens / 20)
        self._loss.add(report)
        self._at = (
            f"in epoch {report.epoch} of {report.epochs}, "
            f"{percent(report.tokens, report.total_tokens):.0f} % of training done"
        )

    def describe(self, report: Report) -> str:
        """Return how training goes, on one line."""
        return describe(report, self.loss, self.unit, self.unit_share)

    def checkpoint(self, report: CheckpointReport) -> None:
        """Remember what was written."""
        if not report.error:
            self.saved = report


class ProgressLines(Silent, StageLines):
    """Plain lines for logs: as training begins, every few seconds, and as each stage ends.

    The parameters are those of `huffvec.progress.stages.StageLines`.
    """

    def __init__(
        self, stream: TextIO, every: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        Silent.__init__(self)
        StageLines.__init__(self, stream, every, clock)

    def stage(self, name: str, done: int, total: int) -> None:
        """Write a line when it is time for one or the stage is complete."""
        Silent.stage(self, name, done, total)
        StageLines.stage(self, name, done, total)

    def start(self, run: TrainingLoop[Any]) -> None:
        """Write how large the model is."""
        super().start(run)
        self._write(describe_model(run), due=True)

    def report(self, report: Report) -> None:
        """Write a line when training begins, it is time for one or training is complete."""
        before = self.last
        super().report(report)
        # Told once, though the last rows of a cluster's workers still travel then.
        is_done = report.tokens >= report.total_tokens
        is_due = before is None or (is_done and before.tokens < before.total_tokens)
        line = (
            f"epoch {report.epoch}/{report.epochs}  "
            f"{percent(report.tokens, report.total_tokens):5.1f} %  {self.describe(report)}"
        )
        self._write(line, due=is_due)

    def checkpoint(self, report: CheckpointReport) -> None:
        """Write a line about a checkpoint that was written."""
        super().checkpoint(report)
        if not report.error:
            size = format_bytes(report.n_bytes)
            self._write(f"checkpoint {report.path}: {size}", due=True)


class Bars(Silent, StageBars):
    """Bars for stages and training, with words/s, loss, learning rate and time left."""

    def stage(self, name: str, done: int, total: int) -> None:
        """Show the stage's bar."""
        Silent.stage(self, name, done, total)
        StageBars.stage(self, name, done, total)

    def report(self, report: Report) -> None:
        """Show the training's bar."""
        super().report(report)
        name = f"epoch {report.epoch}/{report.epochs}"
        details = self.describe(report)
        self._show("training", name, report.tokens, report.total_tokens, details)


class ProgressBar(TerminalBars, Bars):
    """Bars on a terminal.

    Parameters
    ----------
    stream
        The terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        Silent.__init__(self)
        TerminalBars.__init__(self, stream)

    def start(self, run: TrainingLoop[Any]) -> None:
        """Show how large the model is."""
        super().start(run)
        self._progress.console.print(describe_model(run), highlight=False)


class NotebookBar(NotebookBars, Bars):
    """Bars below a notebook's cell."""

    def __init__(self) -> None:
        Silent.__init__(self)
        NotebookBars.__init__(self)


def progress_here() -> Silent:
    """Return what shows a run's progress here: for ``progress=True``."""
    return NotebookBar() if in_notebook() else progress_for(sys.stderr)


def progress_for(stream: TextIO, *, quiet: bool = False) -> Silent:
    """Return what suits the stream: a bar on a terminal, else lines, or nothing if quiet."""
    if quiet:
        return Silent()
    return ProgressBar(stream) if stream.isatty() else ProgressLines(stream)


def describe_model(run: TrainingLoop[Any]) -> str:
    """Return what will be trained, and the size of its file, on one line."""
    size = format_bytes(run.n_bytes)
    return f"training {run.describe()}, {run.config.dim} numbers each: a model of {size}"


def describe(report: Report, loss: float, unit: str = "words", share: float = 1.0) -> str:
    """Return speed, loss, learning rate and time left on one line; what is unknown is left out.

    Speed is told in a unit, of which there are so many to each token.
    """
    parts = [f"{format_count(report.words_per_second * share)} {unit}/s"]
    if not math.isnan(loss):
        parts.append(f"loss {loss:.3f}")
    parts.append(f"rate {report.learning_rate:.4f}")
    if math.isfinite(report.seconds_left):
        parts.append(f"{format_seconds(report.seconds_left)} left")
    return "  ".join(parts)
