"""How long a tuning takes, and how often it repeats the best."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.options import option
from huffvec.records import Options

BUDGET = "Budget"  # heading in help
DEFAULT_MINUTES = 10.0


@dataclass(frozen=True)
class TuningOptions(Options):
    """How long options are searched for.

    Attributes
    ----------
    minutes
        The time for all of it, from when the text is read: trials, and training the best again.
        ``None``: as long as the trials take, or 10 if their number is not given.
    trials
        The number of trials, at most.
    seeds
        With how many other seeds the best are trained again; 0: not at all. Within the minutes it
        may be fewer.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "tuning option"

    minutes: float | None = option(
        None,
        above=0.0,
        high=1e6,
        metavar="MINUTES",
        panel=BUDGET,
        when_none=f"{DEFAULT_MINUTES:g}, or what {{trials}} take",
        help="Time for all of it: trials, and training the best again.",
    )
    trials: int | None = option(
        None, low=1, high=10_000, metavar="N", panel=BUDGET, help="Number of trials, at most."
    )
    seeds: int = option(
        3,
        low=0,
        high=100,
        metavar="N",
        panel=BUDGET,
        help="Number of other seeds that the best are trained again with, to tell luck from merit.",
    )

    def check_together(self) -> None:
        """Set the minutes where there is no other budget."""
        if self.minutes is None and self.trials is None:
            self._set("minutes", DEFAULT_MINUTES)
