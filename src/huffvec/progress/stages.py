"""The stages of a work, shown as lines or bars.

:class:`StageLines` is for log files, :class:`TerminalBars` for terminals and
:class:`huffvec.progress.notebook.NotebookBars` for notebooks.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from huffvec.progress.words import format_amount, percent

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

# Columns of a terminal that a progress bar's text takes; the bar gets what is left.
TEXT_WIDTH = 74


class Stages(ABC):
    """Shows how far the stages of a work are."""

    @abstractmethod
    def stage(self, name: str, done: int, total: int) -> None:
        """Show that done of total bytes are done in a stage, "counting words", say.

        Some stages count other things (`huffvec.progress.words`).
        """

    def close(self) -> None:  # noqa: B027  (most have nothing to do)
        """Clean up after the work, however it ended; may be called twice."""


class StageLines(Stages):
    """Plain lines for logs: every few seconds, and as each stage ends.

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
        self._stream = stream
        self._every = every
        self._clock = clock
        self._next_at = clock() + every
        self._last_line = ""

    def stage(self, name: str, done: int, total: int) -> None:
        """Write a line when it is time for one or the stage is complete."""
        line = f"{name}: {percent(done, total):.0f} % of {format_amount(name, total)}"
        self._write(line, due=done >= total)

    def _write(self, line: str, *, due: bool) -> None:
        now = self._clock()
        if line == self._last_line or not (due or now >= self._next_at):
            return
        self._next_at = now + self._every
        self._last_line = line
        self._stream.write(line + "\n")
        self._stream.flush()


class StageBars(Stages):
    """One bar a stage; subclasses draw them."""

    def stage(self, name: str, done: int, total: int) -> None:
        """Show the stage's bar."""
        self._show(name, name, done, total, format_amount(name, total))

    @abstractmethod
    def _show(self, key: str, name: str, done: int, total: int, details: str) -> None:
        """Draw the bar of a key, which is named so by now."""


class TerminalBars(StageBars):
    """Bars on a terminal, by rich.

    They are redrawn by the calls they get, so they need no thread of their own.

    Parameters
    ----------
    stream
        The terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(file=stream)
        self._progress: RichProgress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=min(max(console.width - TEXT_WIDTH, 4), 30)),
            TextColumn("[progress.percentage]{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[details]}", style="dim"),
            console=console,
            auto_refresh=False,
        )
        self._tasks: dict[str, TaskID] = {}

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
