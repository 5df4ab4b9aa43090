"""The progress of a tuning: a bar on a terminal, lines in a log, or nothing."""

from __future__ import annotations

import math
from typing import TextIO

from huffvec.progress.words import format_seconds
from huffvec.training.callbacks import Report
from huffvec.training.progress import ProgressBar, ProgressLines, Silent, describe
from huffvec.tuning.trials import Trial


class SilentTrials(Silent):
    """Shows nothing, but remembers where the tuning is; base of those that show something.

    A tuning calls `begin` and `finished` beside what every training calls.

    Attributes
    ----------
    n_kept
        Trials that are finished.
    """

    n_kept = 0
    _trial = ""
    _best = ""

    @property
    def how_to_resume(self) -> str:
        """What is kept when the tuning is stopped: for people; empty if nothing is."""
        if self.n_kept == 0:
            return ""
        trials = "1 trial is" if self.n_kept == 1 else f"{self.n_kept} trials are"
        best = f" {self._best.capitalize()}." if self._best else ""
        return f"{trials} kept; the same command goes on from there.{best}"

    def begin(self, name: str, best: str) -> None:
        """Handle the start of a training; so much is the best."""
        self._trial, self._best = name, best
        self._at = f"in {name}"
        self._loss = None  # of the training before

    def report(self, report: Report) -> None:
        """Remember how far the training is."""
        Silent.report(self, report)
        self._at = f"in {self._trial}"

    def finished(self, trial: Trial, outcome: str, share: float) -> None:
        """Handle a finished training, which is kept; share of the budget is used."""
        self.n_kept += 1


class TrialLines(SilentTrials, ProgressLines):
    """Lines for logs: one for each training, and every few seconds meanwhile."""

    def report(self, report: Report) -> None:
        """Write a line when it is time for one."""
        SilentTrials.report(self, report)
        self._write(f"{self._trial}: {describe(report, math.nan)}", due=False)

    def finished(self, trial: Trial, outcome: str, share: float) -> None:
        """Write what came out."""
        super().finished(trial, outcome, share)
        self._write(f"{100 * share:3.0f} %  {self._trial}: {outcome}", due=True)


class TrialBar(SilentTrials, ProgressBar):
    """A bar for the training that goes on, and above it a line for each that is finished."""

    def begin(self, name: str, best: str) -> None:
        """Show the training's bar in place of what was there."""
        super().begin(name, best)
        for task in self._tasks.values():
            self._progress.remove_task(task)
        self._tasks.clear()
        self._show("trial", self._name, 0, 1, self._best)

    def report(self, report: Report) -> None:
        """Show how far the training is."""
        SilentTrials.report(self, report)
        details = "  ".join(filter(None, [self._best, describe(report, math.nan)]))
        self._show("trial", self._name, report.tokens, report.total_tokens, details)

    def finished(self, trial: Trial, outcome: str, share: float) -> None:
        """Write what came out above the bar."""
        super().finished(trial, outcome, share)
        text = f"{100 * share:3.0f} %  {self._trial}: {outcome}"
        self._progress.console.print(text, highlight=False)

    @property
    def _name(self) -> str:
        return self._trial.partition(" (")[0]


def trials_progress_for(stream: TextIO, *, quiet: bool = False) -> SilentTrials:
    """Return the sink that suits the stream: bars on a terminal, else lines, or none if quiet."""
    if quiet:
        return SilentTrials()
    return TrialBar(stream) if stream.isatty() else TrialLines(stream)


def outcome_of(trial: Trial, score: str) -> str:
    """Return in words what came of a training."""
    took = format_seconds(trial.seconds)
    if trial.state == "failed":
        return f"failed after {took}: {trial.error}"
    if trial.state == "slow":
        return f"stopped after {took}: {trial.error}"
    if trial.state == "pruned":
        share, _ = trial.moments[-1]
        return f"stopped after {took}, at {100 * share:.0f} %, worse than half of the others"
    return f"{score} in {took}"
