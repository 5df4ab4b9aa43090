"""The progress of a long run, shown to people.

Callbacks (:mod:`huffvec.training.callbacks`) for people: :class:`ProgressBar` on a terminal,
:class:`ProgressLines` in a log file, :class:`Silent` for ``--quiet``; :func:`progress_for` picks.
Every one remembers where the run is, so that an interrupted run can say where it stopped.
"""

from __future__ import annotations

import math
import shlex
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from huffvec.training.callbacks import Callback, CheckpointReport, Report

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from huffvec.training.run import TrainingRun

# Columns of a terminal that a progress bar's text takes; the bar gets what is left.
TEXT_WIDTH = 74


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
    """

    def __init__(self) -> None:
        self.last: Report | None = None
        self.saved: CheckpointReport | None = None
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
            at = f" (at {_percent(self.saved.tokens, self.last.total_tokens):.0f} %)"
        command = shlex.join(["huffvec", "train", "--resume", self.saved.path])
        return f"Checkpoint: {self.saved.path}{at}. Go on with: {command}"

    def stage(self, name: str, done: int, total: int) -> None:
        """Remember the stage."""
        self._at = f"while {name} ({_percent(done, total):.0f} %)"

    def start(self, run: TrainingRun) -> None:
        """Remember that training begins."""
        self._at = "as training began"

    def report(self, report: Report) -> None:
        """Remember how far training is."""
        self.last = report
        if self._loss is None:
            self._loss = RunningLoss(report.total_tokens / 20)
        self._loss.add(report)
        self._at = (
            f"in epoch {report.epoch} of {report.epochs}, "
            f"{_percent(report.tokens, report.total_tokens):.0f} % of training done"
        )

    def checkpoint(self, report: CheckpointReport) -> None:
        """Remember what was written."""
        if not report.error:
            self.saved = report


class ProgressLines(Silent):
    """Plain lines for logs: as training begins, every few seconds, and as each stage ends.

    Parameters
    ----------
    stream
        Where lines are written; standard error for the command line.
    every
        Seconds between lines.
    clock
        Monotonic seconds; another one in tests.
    """

    def __init__(
        self, stream: TextIO, every: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._stream = stream
        self._every = every
        self._clock = clock
        self._next_at = clock() + every
        self._last_line = ""

    def stage(self, name: str, done: int, total: int) -> None:
        """Write a line when it is time for one or the stage is complete."""
        super().stage(name, done, total)
        line = f"{name}: {_percent(done, total):.0f} % of {format_bytes(total)}"
        self._write(line, due=done >= total)

    def start(self, run: TrainingRun) -> None:
        """Write how large the model is."""
        super().start(run)
        self._write(describe_model(run), due=True)

    def report(self, report: Report) -> None:
        """Write a line when training begins, it is time for one or training is complete."""
        begins = self.last is None
        super().report(report)
        line = (
            f"epoch {report.epoch}/{report.epochs}  "
            f"{_percent(report.tokens, report.total_tokens):5.1f} %  {describe(report, self.loss)}"
        )
        self._write(line, due=begins or report.tokens >= report.total_tokens)

    def checkpoint(self, report: CheckpointReport) -> None:
        """Write a line about a checkpoint that was written."""
        super().checkpoint(report)
        if not report.error:
            size = format_bytes(report.n_bytes)
            self._write(f"checkpoint {report.path}: {size}", due=True)

    def _write(self, line: str, *, due: bool) -> None:
        now = self._clock()
        if line == self._last_line or not (due or now >= self._next_at):
            return
        self._next_at = now + self._every
        self._last_line = line
        self._stream.write(line + "\n")
        self._stream.flush()


class Bars(Silent, ABC):
    """One bar a stage, with words/s, loss, learning rate and time left; subclasses draw them."""

    def stage(self, name: str, done: int, total: int) -> None:
        """Show the stage's bar."""
        super().stage(name, done, total)
        self._show(name, name, done, total, format_bytes(total))

    def report(self, report: Report) -> None:
        """Show the training's bar."""
        super().report(report)
        name = f"epoch {report.epoch}/{report.epochs}"
        details = describe(report, self.loss)
        self._show("training", name, report.tokens, report.total_tokens, details)

    @abstractmethod
    def _show(self, key: str, name: str, done: int, total: int, details: str) -> None:
        """Draw the bar of a key, which is named so by now."""


class ProgressBar(Bars):
    """Bars on a terminal, by rich.

    It is redrawn by the calls it gets, so it needs no thread of its own.

    Parameters
    ----------
    stream
        The terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(file=stream)
        self._progress: Progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=min(max(console.width - TEXT_WIDTH, 4), 30)),
            TextColumn("[progress.percentage]{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[details]}", style="dim"),
            console=console,
            auto_refresh=False,
        )
        self._tasks: dict[str, TaskID] = {}

    def start(self, run: TrainingRun) -> None:
        """Show how large the model is."""
        super().start(run)
        self._progress.console.print(describe_model(run), highlight=False)

    def close(self) -> None:
        """Leave the bars as they are and give the terminal back."""
        if self._tasks:
            self._progress.refresh()
            self._progress.stop()

    def _show(self, key: str, name: str, done: int, total: int, details: str) -> None:
        if key not in self._tasks:
            if not self._tasks:
                self._progress.start()
            self._tasks[key] = self._progress.add_task(name, details=details)
        self._progress.update(
            self._tasks[key], description=name, completed=done, total=max(total, 1), details=details
        )
        self._progress.refresh()


def progress_for(stream: TextIO, *, quiet: bool = False) -> Silent:
    """Return what suits the stream: a bar on a terminal, else lines, or nothing if quiet."""
    if quiet:
        return Silent()
    return ProgressBar(stream) if stream.isatty() else ProgressLines(stream)


def describe_model(run: TrainingRun) -> str:
    """Return what will be trained, and the size of its file, on one line."""
    subwords = run.config.subwords
    rows = f"{len(run.vocabulary):,} words"
    if subwords is not None:
        rows += f" and {subwords.n_buckets:,} buckets of n-grams"
    if "start_vectors" in run.facts:
        frozen = ", frozen" if run.frozen is not None else ""
        rows += f" ({run.facts['start_vectors']['found']:,} with start vectors{frozen})"
    return f"training {rows}, {run.config.dim} numbers each: a model of {format_bytes(run.n_bytes)}"


def describe(report: Report, loss: float) -> str:
    """Return speed, loss, learning rate and time left on one line; what is unknown is left out."""
    parts = [f"{format_count(report.words_per_second)} words/s"]
    if not math.isnan(loss):
        parts.append(f"loss {loss:.3f}")
    parts.append(f"rate {report.learning_rate:.4f}")
    if math.isfinite(report.seconds_left):
        parts.append(f"{format_seconds(report.seconds_left)} left")
    return "  ".join(parts)


def format_count(n: float) -> str:
    """Return a count in a few characters: 950, 17.3 k, 1.25 M, 2.10 G."""
    for limit, unit, digits in ((1e9, "G", 2), (1e6, "M", 2), (1e4, "k", 1)):
        if n >= limit:
            scale = 1e3 if unit == "k" else limit
            return f"{n / scale:.{digits}f} {unit}"
    return f"{n:.0f}"


def format_bytes(n: float) -> str:
    """Return a size in a few characters: 512 B, 20.0 kB, 1.25 GB (powers of 1000)."""
    if n < 1000:
        return f"{n:.0f} B"
    for scale, unit in ((1e9, "GB"), (1e6, "MB")):
        if n >= scale:
            return f"{n / scale:.2f} {unit}"
    return f"{n / 1e3:.1f} kB"


def format_seconds(seconds: float) -> str:
    """Return a duration as a clock shows it: 0:07, 12:30, 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _percent(done: int, total: int) -> float:
    """Return done of total in percent; an empty task is complete."""
    return 100.0 * min(done / total, 1.0) if total else 100.0
