"""On what terms an objective is compared: for how long it is trained, and at which rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from huffvec.comparison.results import RunResult

By = Literal["epochs", "time", "convergence"]
TuneBy = Literal["held-out", "pairs", "analogies"]

BY: tuple[By, ...] = get_args(By)
TUNE_BY: tuple[TuneBy, ...] = get_args(TuneBy)
TITLES: dict[By, str] = {
    "epochs": "By equal epochs",
    "time": "By equal time",
    "convergence": "To convergence",
}


@dataclass(frozen=True)
class Terms:
    """How an objective is trained in one of the comparisons.

    Attributes
    ----------
    by
        Which comparison: all run as many epochs, as long, or until more epochs do not help.
    label
        The objective with its options.
    epochs
        How many; ``None`` if the time is the budget.
    learning_rate
        The rate at the start; ``None``: not known, in files of older versions.
    untuned_rate
        What the rate is without a search: that by default, or the one that was given.
    tuned_by
        What the rate was searched by; ``None``: it was not searched.
    rates
        The rates that were tried for it, in rising order.
    seed
        The seed that they were tried with.
    note
        What limits the outcome, as a sentence without its end; empty if nothing does.
    """

    by: By
    label: str
    epochs: int | None
    learning_rate: float | None
    untuned_rate: float | None = None
    tuned_by: TuneBy | None = None
    rates: tuple[float, ...] = ()
    seed: int = 0
    note: str = ""

    def fit(self, run: RunResult) -> bool:
        """Return whether a run, whatever its seed, was made on these terms."""
        epochs = None if run.timed else run.planned_epochs
        ours = (self.label, self.epochs, self.learning_rate)
        return (run.label, epochs, run.learning_rate) == ours
