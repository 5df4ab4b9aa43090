"""How long a comparison takes: the budget of its runs, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass

from huffvec.checks import must_be
from huffvec.comparison.terms import BY, By, TuneBy
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option
from huffvec.records import Options

BUDGET = "Budget of each run"  # heading in help
TUNING = "Learning rates"


def as_by(name: str, value: object) -> tuple[By, ...]:
    """Return the comparisons that are named with commas between, or in a list.

    Raises
    ------
    ConfigError
        If there is another name.
    """
    names = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not all(one in BY for one in names):
        raise must_be(name, f"one or more of {', '.join(BY)}", value)
    return tuple(by for by in BY if by in names)


@dataclass(frozen=True)
class ComparisonOptions(Options):
    """How often and how long each objective is trained and measured.

    Attributes
    ----------
    minutes
        The time of training of each run, at most.
    by
        What is compared: runs of as many ``epochs``, of as much ``time`` (``minutes``), or of as
        many epochs as help (``convergence``). Nothing: by epochs, or by time if minutes alone are
        given.
    tune
        Whether each objective's best learning rate is searched first.
    tune_by
        What rates are searched by: the held-out loss, or the mean score on files of pairs or of
        analogies.
    tune_finer
        Whether factors of √2 are tried beside the best rate, too.
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
    by: tuple[By, ...] = option(
        (),
        metavar="|".join(BY),
        panel=BUDGET,
        convert=as_by,
        help="What to compare, with commas between: runs of as many epochs, of {minutes} each, or "
        "of as many epochs as help (doubled from {epochs} on). By default by epochs, or by time if "
        "{minutes} alone is given.",
    )
    tune: bool = option(
        False,
        panel=TUNING,
        help="Search each objective's best learning rate first, from its default up and down by "
        "factors of 2. Without it, all run at their defaults.",
    )
    tune_by: TuneBy = option(
        "held-out",
        panel=TUNING,
        only_for=("tune", True),
        help="Choose the rates by held-out loss, or by the score on files of pairs or of "
        "analogies.",
    )
    tune_finer: bool = option(
        False,
        panel=TUNING,
        only_for=("tune", True),
        help="Try factors of 1.4 beside the best rate, too.",
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

    def comparisons(self, epochs: int | None) -> tuple[By, ...]:
        """Return what is compared, also if nothing was said of it, with these epochs or without."""
        is_timed = self.minutes is not None and epochs is None
        return self.by or (("time",) if is_timed else ("epochs",))

    def check_together(self) -> None:
        """Raise ConfigError if time is to be compared by, and none is given."""
        if "time" in self.by and self.minutes is None:
            raise ConfigError(OptionName("by", "time"), " needs ", OptionName("minutes"))
