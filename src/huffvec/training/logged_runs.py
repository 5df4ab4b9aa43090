"""Runs read from training logs: their losses and learning rates, by tokens trained."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.training.log_records import read_log

Record = dict[str, Any]
MAX_TOKENS, MAX_VALUE = 10**18, 1e9
_NAMES = ("loss", "learning_rate", "heldout")
_COUNTED = ("tokens", "labels")


@dataclass(frozen=True)
class LoggedPoint:
    """Where a run was: tokens trained, and losses and learning rate then, nan if not known."""

    tokens: int
    loss: float
    learning_rate: float
    heldout: float


@dataclass(frozen=True)
class LoggedRun:
    """What a log says of one run, and of its resumptions.

    Attributes
    ----------
    path
        The log.
    number
        Its place among the runs of the log, from 1.
    objective
        The objective's name.
    options
        All that the log says of the objective, as JSON. The losses of others cannot be compared.
    counted
        What its tokens are: ``"tokens"`` of a text, or ``"labels"`` of examples.
    reports, epochs
        Where the run was at the events of these names, in the order of tokens trained.
    """

    path: Path
    number: int
    objective: str
    options: str
    counted: str = "tokens"
    reports: list[LoggedPoint] = field(default_factory=list)
    epochs: list[LoggedPoint] = field(default_factory=list)

    @property
    def heldout(self) -> list[LoggedPoint]:
        """The epochs after which the loss on held-out text was measured."""
        return [point for point in self.epochs if not math.isnan(point.heldout)]


def logged_runs(path: PathLike) -> list[LoggedRun]:
    """Return the runs in a log; what a resumed run did again counts once.

    Raises
    ------
    FormatError
        If the log cannot be read, says what no run could, or has no report with a loss.
    """
    runs: list[LoggedRun] = []
    try:
        for record in read_log(path):
            event = record["event"]
            if event == "start":
                _start(runs, record, Path(path))
            elif event in ("report", "epoch"):
                point = _point(record)
                if not runs:
                    raise ValueError("there is no start before it")
                (runs[-1].reports if event == "report" else runs[-1].epochs).append(point)
    except ValueError as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(
            f"{str(path)!r} is not a log of huffvec: a record cannot be used: {error}."
        ) from None
    runs = [run for run in runs if run.reports]
    if not runs:
        raise FormatError(f"{str(path)!r} has no losses yet: training has not begun or was short.")
    return runs


def run_names(runs: Sequence[LoggedRun]) -> list[str]:
    """Return a name for each run that no other has: as much of its path and number as is needed."""
    paths = {run.path for run in runs}
    names = []
    for run in runs:
        alike = [path for path in paths if path.stem == run.path.stem]
        name = run.path.stem if len(alike) == 1 else str(run.path.with_suffix(""))
        if sum(other.path == run.path for other in runs) > 1:
            name += f" ({run.number})"
        names.append(name if run.objective == run.path.stem else f"{name}: {run.objective}")
    return names


def _start(runs: list[LoggedRun], record: Record, path: Path) -> None:
    """Begin a run, or go back to where a resumed one begins."""
    tokens = _tokens(record)
    if tokens > 0 and runs:
        for points in (runs[-1].reports, runs[-1].epochs):
            points[:] = [point for point in points if point.tokens <= tokens]
        return
    objective = record.get("objective")
    name = objective.get("name") if isinstance(objective, dict) else None
    if not isinstance(name, str):
        raise ValueError("the objective of a start has no name")
    try:
        options = json.dumps(objective, sort_keys=True)
    except RecursionError:
        raise ValueError("the objective of a start has lists in lists in lists …") from None
    counted = record.get("counted", "tokens")  # logs of before did not say it
    if counted not in _COUNTED:
        raise ValueError(f"counted must be one of {', '.join(_COUNTED)}, not {counted!r:.40}")
    runs.append(LoggedRun(path, len(runs) + 1, name, options, counted))


def _point(record: Record) -> LoggedPoint:
    return LoggedPoint(_tokens(record), *(_number(record, name) for name in _NAMES))


def _tokens(record: Record) -> int:
    tokens = record.get("tokens")
    if not isinstance(tokens, int) or isinstance(tokens, bool) or not 0 <= tokens <= MAX_TOKENS:
        raise ValueError(f"tokens must be a whole number from 0 to 10¹⁸, not {tokens!r:.40}")
    return tokens


def _number(record: Record, name: str) -> float:
    value = record.get(name)
    if value is None:
        return math.nan
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= MAX_VALUE:
        raise ValueError(f"{name} must be a number up to {MAX_VALUE:g}, not {value!r:.40}")
    return float(value)
