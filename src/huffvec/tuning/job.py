"""The long steps of a tuning: trials, and the best again with other seeds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huffvec.errors import TrainingError
from huffvec.progress.words import format_seconds
from huffvec.tuning.finalists import DEFAULTS, finalists_of, ranked
from huffvec.tuning.log import TrialLog
from huffvec.tuning.models import KeptModels
from huffvec.tuning.progress import SilentTrials, outcome_of
from huffvec.tuning.results import Tuning, without_values
from huffvec.tuning.runs import Limit, OutOfTime, TrialRunner
from huffvec.tuning.search_space import Space, one_line, written
from huffvec.tuning.study import Study
from huffvec.tuning.trials import Trial

#: The share of the time that is kept for other seeds, at most; what they do not need is for trials.
REPEAT_SHARE = 1 / 3
#: How much more than the best trials took is kept to repeat them.
_MARGIN = 1.2
#: From which share of the time on it is said why it was not used.
_UNUSED_SHARE = 0.1
#: A trial that would take more than this share of the time is not worth it, unless the defaults do.
TRIAL_SHARE = 1 / 8
_DEFAULTS_TIMES = 2.0


@dataclass(frozen=True)
class Budget:
    """What may be spent, on all sessions together: `huffvec.tuning.options.TuningOptions`."""

    minutes: float | None
    trials: int | None
    seeds: int

    @property
    def seconds(self) -> float:
        """The time."""
        return math.inf if self.minutes is None else 60 * self.minutes


@dataclass
class Job:
    """A tuning that goes on.

    Attributes
    ----------
    runner
        Trains settings.
    space
        What is searched.
    log
        The trials so far.
    output
        Where the best goes.
    text, fingerprint
        What is trained on, for people, and a hash of it.
    write
        Writes what was found so far, whenever it is better than before.
    models
        Where models are kept, if they are.
    kind
        What was found.
    """

    runner: TrialRunner
    space: Space
    log: TrialLog
    output: Path
    text: str
    fingerprint: str
    write: Callable[[Any], None]
    models: KeptModels | None = None
    kind: type[Tuning] = Tuning
    _began: float = field(default=0.0)
    _spent: float = field(default=0.0)
    _n_kept: int = field(default=0)

    def run(self, budget: Budget) -> Tuning:
        """Do what is left to do, and return what was found.

        Raises
        ------
        HuffvecError
            As `huffvec.tune`.
        """
        scorer, sink = self.runner.scorer, self.sink
        self.log = TrialLog.open(self.log.path, self._settings(), self.space.kind)
        self._spent, self._began = self.log.seconds, time.monotonic()
        self._n_kept = sink.n_kept = len(self.log.trials) + len(self.log.repeats)
        self.runner.keep = self._keep
        study = Study(
            self.space,
            higher_is_better=scorer.higher_is_better,
            seed=self.space.config.seed,
            kept=self.log.trials,
        )
        is_over = False
        try:
            self._search(study, budget)
            self._check_any(budget)
            self._repeat(budget)
            self._keep_best()
            is_over = True
        finally:
            if ranked(self.log.trials, scorer):
                found = self.found()
                self.write(found)
                if self.models:
                    self.models.finish(found.best.trial.number, is_last=is_over)
        found.unused = self._unused(budget)
        return found

    @property
    def sink(self) -> SilentTrials:
        """What is told of the work."""
        assert isinstance(self.runner.callback, SilentTrials)
        return self.runner.callback

    def found(self) -> Tuning:
        """Return what the trials so far come to."""
        names, scorer = self.space.names, self.runner.scorer
        return self.kind.of(self.log, names, self.output, self.text, scorer, self._n_kept)

    def _settings(self) -> dict[str, object]:
        """Return what must be the same for trials to be comparable."""
        config = {k: v for k, v in self.space.config.to_dict().items() if k != "n_threads"}
        return {
            "text": self.fingerprint,
            "score": self.runner.scorer.unit,
            "search": self.space.to_dict(),
            "config": config,
        }

    def _elapsed(self) -> float:
        """Return the seconds spent, also before the tuning went on."""
        return self._spent + time.monotonic() - self._began

    def _search(self, study: Study, budget: Budget) -> None:
        """Make trials until there is no budget for more."""
        scorer = self.runner.scorer
        while len(self.log.trials) < (budget.trials or math.inf):
            if self._search_seconds(budget) <= self._elapsed():
                return
            trial = study.ask()
            objective, config = self.space.setting(trial.values)
            self._begin(f"trial {trial.number}", trial)
            try:
                done = self.runner.train(
                    trial,
                    objective,
                    config,
                    limit=self._limit(trial.number, budget),
                    is_hopeless=study.is_hopeless,
                )
            except OutOfTime:
                return
            study.tell(done)
            before = ranked(self.log.trials, scorer)
            self.log.add(done)
            outcome = outcome_of(done, scorer.text(done.score))
            self.sink.finished(done, outcome, self._share(budget))
            if ranked(self.log.trials, scorer)[:1] != before[:1]:
                self.write(self.found())

    def _limit(self, number: int, budget: Budget) -> Limit:
        """Return how long a trial may take."""
        now, elapsed = time.monotonic(), self._elapsed()
        if number == DEFAULTS:
            return Limit(math.inf, now + budget.seconds - elapsed)
        defaults = self.log.trials[DEFAULTS].seconds
        seconds = max(TRIAL_SHARE * budget.seconds, _DEFAULTS_TIMES * defaults)
        return Limit(seconds, now + self._search_seconds(budget) - elapsed)

    def _search_seconds(self, budget: Budget) -> float:
        """Return the time for trials: all that it will not take to repeat the best of them.

        The next one may be among these, and as slow as the slowest.
        """
        takes = [trial.seconds for _, trial in self._to_repeat(budget)]
        needed = sum(takes) + budget.seeds * max(takes, default=0.0)
        return budget.seconds - min(REPEAT_SHARE * budget.seconds, _MARGIN * needed)

    def _to_repeat(self, budget: Budget) -> list[tuple[int, Trial]]:
        """Return the best and the defaults, all with one other seed before the next."""
        first = self.space.config.seed
        finalists = finalists_of(self.log.trials, self.runner.scorer)
        made = {(one.seed, one.number) for one in self.log.repeats}
        seeds = range(first + 1, first + 1 + budget.seeds)
        return [(s, one) for s in seeds for one in finalists if (s, one.number) not in made]

    def _check_any(self, budget: Budget) -> None:
        """Raise TrainingError if no trial came to anything."""
        if ranked(self.log.trials, self.runner.scorer):
            return
        if self.log.trials:
            raise TrainingError(f"no trial was finished. The first: {self.log.trials[0].error}")
        raise TrainingError(
            f"the defaults cannot be trained in {format_seconds(budget.seconds)}: give more "
            "minutes, or less text."
        )

    def _repeat(self, budget: Budget) -> None:
        """Train the best and the defaults again, with other seeds, as far as the time goes."""
        scorer = self.runner.scorer
        end = time.monotonic() + budget.seconds - self._elapsed()
        for seed, trial in self._to_repeat(budget):
            if self._elapsed() + trial.seconds > budget.seconds:
                return
            objective, config = trial.setting()
            self._begin(f"trial {trial.number} with seed {seed}", trial)
            again = without_values(trial, seed)
            try:
                done = self.runner.train(
                    again, objective, config.but(seed=seed), limit=Limit(end=end)
                )
            except OutOfTime:
                return
            self.log.add_repeat(done)
            outcome = outcome_of(done, scorer.text(done.score))
            self.sink.finished(done, outcome, self._share(budget))

    def _keep_best(self) -> None:
        """Train the best once more if its model is to be kept and is not.

        So it is where models were not kept from the beginning.
        """
        best = self.found().best.trial
        n_made = len(self.log.trials) + len(self.log.repeats) - self._n_kept
        if self.models is None or self.models.has(best.number):
            return
        if n_made or not self.models.path.exists():
            self.runner.train(best, *best.setting())

    def _begin(self, name: str, trial: Trial) -> None:
        """Tell that a training begins."""
        scorer, names = self.runner.scorer, self.space.names
        setting = trial.setting() if trial.config else self.space.setting(trial.values)
        order = ranked(self.log.trials, scorer)
        best = f"best: {scorer.text(order[0].score)}" if order else ""
        self.sink.begin(f"{name} ({one_line(written(*setting, names, trial.values))})", best)

    def _unused(self, budget: Budget) -> str:
        """Return why a part of the time was not used; nothing if it was, or it has no end."""
        left = budget.seconds - self._elapsed()
        if math.isinf(left) or left < _UNUSED_SHARE * budget.seconds:
            return ""
        is_done = budget.trials is not None and len(self.log.trials) >= budget.trials
        why = (
            f"all {budget.trials} trials are made"
            if is_done
            else "another trial, and its repetitions, would have taken longer"
        )
        return f"{format_seconds(left)} of {format_seconds(budget.seconds)} are left: {why}."

    def _share(self, budget: Budget) -> float:
        """Return the share of the budget that is used."""
        shares = [self._elapsed() / budget.seconds]
        if budget.trials:
            finalists = finalists_of(self.log.trials, self.runner.scorer)
            n_repeats = budget.seeds * len(finalists or [None])
            n_done = len(self.log.trials) + len(self.log.repeats)
            shares.append(n_done / (budget.trials + n_repeats))
        return max(shares)

    def _keep(self, trial: Trial, model: Any) -> None:
        """Keep the model of a trial that is one of the best so far."""
        if self.models is None or trial.seed != self.space.config.seed:
            return
        numbers = [
            one.number for one in finalists_of([*self.log.trials, trial], self.runner.scorer)
        ]
        if trial.number in numbers:
            self.models.save(trial.number, model)
        self.models.keep_only(numbers)
