"""The progress of a comparison: bars on a terminal, lines in a log, or nothing."""

from __future__ import annotations

import math
from typing import TextIO

from huffvec.comparison.results import RunResult
from huffvec.progress.words import format_count, format_seconds
from huffvec.training.callbacks import Report
from huffvec.training.progress import ProgressBar, ProgressLines, Silent, describe


class SilentRuns(Silent):
    """Shows nothing, but remembers where the comparison is; base of those that show something.

    A comparison calls `probe`, `begin` and `finished` beside what every training run calls.

    Attributes
    ----------
    n_kept
        Runs that are finished.
    """

    n_kept = 0
    _run = ""

    @property
    def how_to_resume(self) -> str:
        """What is kept when the comparison is stopped: for people; empty if nothing is."""
        if self.n_kept == 0:
            return ""
        runs = "1 run is" if self.n_kept == 1 else f"{self.n_kept} runs are"
        return f"{runs} kept; the same command goes on from there."

    def probe(self, label: str, n_words: int, done: int, total: int) -> None:
        """Handle progress in measuring the cost of a step."""
        self._run = f"{label}, {n_words:,} words"
        self._at = f"while measuring the cost of a step ({done} of {total} done)"

    def begin(self, name: str, count: str) -> None:
        """Handle the start of a run: its name, and which one it is, such as ``2/9``."""
        self._run = f"{name} ({count})"
        self._loss = None  # of the run before

    def report(self, report: Report) -> None:
        """Remember how far the run is."""
        Silent.report(self, report)
        self._at = f"in {self._run}"

    def finished(self, result: RunResult, count: str) -> None:
        """Handle a finished run, whose results are kept."""
        self.n_kept += 1

    def reused(self, result: RunResult, count: str) -> None:
        """Handle a run that was already there."""
        self.n_kept += 1


class RunLines(SilentRuns, ProgressLines):
    """Lines for logs: one for each run, and every few seconds meanwhile."""

    def probe(self, label: str, n_words: int, done: int, total: int) -> None:
        """Write a line when it is time for one."""
        super().probe(label, n_words, done, total)
        self._write(f"cost of a step: {self._run} ({done}/{total})", due=done == 0)

    def report(self, report: Report) -> None:
        """Write a line when it is time for one."""
        SilentRuns.report(self, report)
        self._write(f"{self._run}: {describe(report, math.nan)}", due=False)

    def finished(self, result: RunResult, count: str) -> None:
        """Write what came out."""
        super().finished(result, count)
        self._write(f"{count}  {outcome(result)}", due=True)

    def reused(self, result: RunResult, count: str) -> None:
        """Write that it was there already."""
        super().reused(result, count)
        self._write(f"{count}  {outcome(result)}  (kept from before)", due=True)


class RunBar(SilentRuns, ProgressBar):
    """A bar for the run that goes on, and above it a line for each that is finished."""

    def probe(self, label: str, n_words: int, done: int, total: int) -> None:
        """Show how many measurements are done."""
        super().probe(label, n_words, done, total)
        self._show("probe", "cost of a step", done, total, self._run)

    def begin(self, name: str, count: str) -> None:
        """Show the run's bar in place of what was there."""
        super().begin(name, count)
        for task in self._tasks.values():
            self._progress.remove_task(task)
        self._tasks.clear()
        self._show("run", self._run, 0, 1, "")

    def report(self, report: Report) -> None:
        """Show how far the run is."""
        SilentRuns.report(self, report)
        details = describe(report, math.nan)
        self._show("run", self._run, report.tokens, report.total_tokens, details)

    def finished(self, result: RunResult, count: str) -> None:
        """Write what came out above the bar."""
        super().finished(result, count)
        self._progress.console.print(f"{count}  {outcome(result)}", highlight=False)

    def reused(self, result: RunResult, count: str) -> None:
        """Write that it was there already."""
        super().reused(result, count)
        text = f"{count}  {outcome(result)}  (kept from before)"
        self._progress.console.print(text, highlight=False)


def runs_progress_for(stream: TextIO, *, quiet: bool = False) -> SilentRuns:
    """Return the sink that suits the stream: bars on a terminal, else lines, or none if quiet."""
    if quiet:
        return SilentRuns()
    return RunBar(stream) if stream.isatty() else RunLines(stream)


def outcome(result: RunResult) -> str:
    """Return on one line what a run came to."""
    if result.status == "failed":
        return f"{result.label}, seed {result.seed}: failed: {result.message}"
    rate = f", rate {result.learning_rate:g}" if result.learning_rate else ""
    text = (
        f"{result.label}, seed {result.seed}: {format_count(result.words_per_second)} words/s, "
        f"{format_seconds(result.seconds)}, {result.nats:.3f} nats per target{rate}"
    )
    if result.status == "partial":
        text += f" (time ran out after {100 * result.epochs / result.planned_epochs:.2g} %)"
    return text
