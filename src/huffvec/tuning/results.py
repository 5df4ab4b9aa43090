"""What a tuning has found."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffvec._version import __version__
from huffvec.corpus.options import InputOptions
from huffvec.files.json_values import finite
from huffvec.files.writing import atomic_path
from huffvec.html import html_table
from huffvec.training.config_file import config_text, read_config
from huffvec.tuning.finalists import (
    Finalist,
    finalists_of,
    judged,
    ranked,
    verdict,
)
from huffvec.tuning.search_space import one_line, written
from huffvec.tuning.trials import Trial

if TYPE_CHECKING:
    from huffvec.tuning.log import TrialLog
    from huffvec.tuning.scoring import Scorer


@dataclass
class Tuning:
    """What a tuning has found, and where it was written.

    Attributes
    ----------
    trials
        All trials, in their order.
    finalists
        The best of them and the defaults, trained again with other seeds, the best first.
    names
        The options that were searched.
    score
        What a score is.
    path
        The configuration file with the best options.
    log
        The log of all trials.
    text
        What was trained on.
    scorer
        What gave the scores.
    n_kept
        Trials and repetitions that were there already.
    unused
        Why a part of the time was not used, in words; empty if it was.
    """

    trials: Sequence[Trial]
    finalists: Sequence[Finalist]
    names: Sequence[str]
    path: Path
    log: Path
    text: str
    scorer: Scorer
    n_kept: int = 0
    unused: str = ""

    @classmethod
    def of(
        cls, log: TrialLog, names: Sequence[str], path: Path, text: str, scorer: Scorer, n_kept: int
    ) -> Tuning:
        """Return what the trials of a log come to."""
        finalists = judged(finalists_of(log.trials, scorer), log.repeats, scorer)
        return cls(log.trials, finalists, names, path, log.path, text, scorer, n_kept)

    def __repr__(self) -> str:
        return f"Tuning({len(self.trials)} trials; {os.fspath(self.path)!r})"

    def _repr_html_(self) -> str:
        head = ("trial", "score", *self.names, "seconds")
        rows = [
            (
                one.number,
                self.scorer.text(one.score),
                *self.values(one).values(),
                f"{one.seconds:.1f}",
            )
            for one in self.ranked()[:10]
        ]
        return html_table(head, rows, f"{self.verdict} {self.score}")

    @property
    def score(self) -> str:
        """What a score is, for people."""
        return self.scorer.unit

    @property
    def best(self) -> Finalist:
        """The best setting."""
        return self.finalists[0]

    @property
    def verdict(self) -> str:
        """Which is the best, and how sure that is."""
        return verdict(self.finalists, self.scorer)

    @property
    def options(self) -> dict[str, Any]:
        """The best options as keyword arguments of `huffvec.train`."""
        return read_config(self.path)

    def ranked(self) -> list[Trial]:
        """Return the complete trials, the best first by their own scores."""
        return ranked(self.trials, self.scorer)

    def values(self, trial: Trial) -> dict[str, Any]:
        """Return the values of the searched options that a trial had; ``None`` if it has none."""
        found = written(*trial.setting(), self.names, trial.values)
        return {name: found.get(name) for name in self.names}

    def to_dict(self) -> dict[str, Any]:
        """Return the results as JSON values; nan is still in them."""
        return {
            "score": self.score,
            "verdict": self.verdict,
            "unused": self.unused,
            "best": {"number": self.best.trial.number, **self.values(self.best.trial)},
            "finalists": [
                {
                    "number": one.trial.number,
                    "mean": one.mean.value,
                    "spread": one.mean.spread if one.mean.n > 1 else None,
                    "seeds": list(one.seeds),
                    **self.values(one.trial),
                }
                for one in self.finalists
            ],
            "trials": [finite(one.to_dict()) for one in self.trials],
            "config": os.fspath(self.path),
            "log": os.fspath(self.log),
        }

    def write(self, reading: InputOptions) -> None:
        """Write the best options as a configuration file.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        objective, config = self.best.trial.setting()
        comment = "\n".join(self._comment())
        with atomic_path(self.path) as temporary:
            temporary.write_text(config_text(objective, config, reading, comment), "utf-8")

    def _comment(self) -> list[str]:
        """Return what a configuration file says of where it comes from."""
        n_complete = sum(one.is_complete for one in self.trials)
        seeds = ", ".join(map(str, self.best.seeds)) or str(self.best.trial.seed)
        shown = one_line(self.values(self.best.trial))
        return [
            f"The best of {len(self.trials)} trials ({n_complete} complete) of huffvec tune, "
            f"huffvec {__version__}.",
            f"text: {self.text}",
            f"score: {self.best.shown(self.scorer)}, {self.score}; seeds {seeds}",
            f"searched: {shown}",
            self.verdict,
        ]


def without_values(trial: Trial, seed: int) -> Trial:
    """Return what a trial is repeated as with another seed."""
    return replace(
        trial, seed=seed, values={}, score=math.nan, scores={}, moments=(), seconds=0.0, error=""
    )
