"""The summary of every objective's runs: means over the seeds, and their spread."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from huffvec.comparison.results import Memory, Results, RunResult, Status


@dataclass(frozen=True)
class Mean:
    """A mean over n runs, and their standard deviation; 0 if there is one."""

    value: float
    spread: float = 0.0
    n: int = 1

    @classmethod
    def of(cls, values: Iterable[float]) -> Mean | None:
        """Return the mean of the numbers that are finite; ``None`` if there is none."""
        finite = [value for value in values if math.isfinite(value)]
        if not finite:
            return None
        spread = statistics.stdev(finite) if len(finite) > 1 else 0.0
        return cls(statistics.fmean(finite), spread, len(finite))


@dataclass(frozen=True)
class Summary:
    """An objective over all its seeds.

    Attributes
    ----------
    label
        The objective with its options.
    status
        ``"complete"``: all runs that did not fail; ``"partial"``; ``"failed"``: all failed.
    message
        What share of the text it saw if partial, how many runs failed and why.
    n_runs
        Runs that did not fail; the means are theirs.
    words_per_second, seconds, seconds_per_target, epochs
        Speed, time of a run, wall time of a prediction, times through the text.
    nats
        Held-out loss per target; ``None`` if all failed, like the others.
    scores
        Means by the name of the test.
    similarity, analogies
        Means over the tests of a kind (the spread is that of the runs' means); ``None`` without.
    memory
        That of the first run.
    learning_rate
        The rate at the start.
    """

    label: str
    status: Status
    message: str = ""
    n_runs: int = 0
    words_per_second: Mean | None = None
    seconds: Mean | None = None
    seconds_per_target: Mean | None = None
    epochs: Mean | None = None
    nats: Mean | None = None
    scores: tuple[tuple[str, Mean], ...] = ()
    similarity: Mean | None = None
    analogies: Mean | None = None
    memory: Memory | None = None
    learning_rate: float | None = None


def summaries(results: Results) -> list[Summary]:
    """Return a summary of every objective that has a run, in the order asked for."""
    return [summary(label, runs) for label in results.labels if (runs := results.of(label))]


def summary(label: str, runs: list[RunResult]) -> Summary:
    """Return what the runs of one objective come to."""
    done = [run for run in runs if run.status != "failed"]
    problems = dict.fromkeys(run.message for run in runs if run.message)
    if not done:
        return Summary(label, "failed", "; ".join(problems))
    n_failed = len(runs) - len(done)
    message = f"{n_failed} of {len(runs)} runs failed: {'; '.join(problems)}" if n_failed else ""
    partial = [run for run in done if run.status == "partial"]
    if partial:
        share = statistics.fmean(run.epochs / run.planned_epochs for run in partial)
        text = f"trained on {100 * share:.2g} % of the text planned, all that the time allowed"
        message = f"{text}; {message}" if message else text
    names = dict.fromkeys(score.name for run in done for score in run.scores)
    return Summary(
        label=label,
        status="partial" if partial else "complete",
        message=message,
        n_runs=len(done),
        words_per_second=Mean.of(run.words_per_second for run in done),
        seconds=Mean.of(run.seconds for run in done),
        seconds_per_target=Mean.of(run.seconds_per_target for run in done),
        epochs=Mean.of(run.epochs for run in done),
        nats=Mean.of(run.nats for run in done),
        scores=tuple(
            (name, mean)
            for name in names
            if (mean := Mean.of(s.value for run in done for s in run.scores if s.name == name))
        ),
        similarity=_kind(done, "pairs"),
        analogies=_kind(done, "analogies"),
        memory=done[0].memory,
        learning_rate=done[0].learning_rate,
    )


def _kind(runs: list[RunResult], kind: str) -> Mean | None:
    """Return the mean over runs of their mean score in the tests of a kind."""
    means = (Mean.of(s.value for s in run.scores if s.kind == kind) for run in runs)
    return Mean.of(mean.value for mean in means if mean)
