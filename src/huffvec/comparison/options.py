"""How long a comparison takes: the budget of its runs, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.options import option
from huffvec.records import Options

BUDGET = "Budget of each run"  # heading in help


@dataclass(frozen=True)
class ComparisonOptions(Options):
    """How often and how long each objective is trained and measured.

    Attributes
    ----------
    minutes
        The time of training of each run, at most.
    seeds
        Runs of each objective, with seeds from the first on.
    probe_seconds
        How long each objective's cost is measured with each size of vocabulary; 0: not at all.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "comparison option"

    minutes: float | None = option(
        None,
        above=0.0,
        high=1e6,
        metavar="MINUTES",
        panel=BUDGET,
        help="Training time of each run; with {epochs}, an upper limit. Without {minutes}, a run "
        "that would take over 10 times as long as the fastest stops at that time (1 minute at "
        "least) and is marked as partial.",
    )
    seeds: int = option(
        1,
        low=1,
        high=1_000,
        metavar="N",
        help="Runs of each objective with different seeds; the report gives their mean and spread.",
    )
    probe_seconds: float = option(
        1.0,
        low=0.0,
        high=1e4,
        metavar="SECONDS",
        help="Time to measure the cost of a training step, per objective and for each of five "
        "vocabulary sizes. 0: do not measure it.",
    )
