"""Which setting is tried next, and which trial is hopeless: by Optuna.

Settings are drawn by the multivariate tree-structured Parzen estimator, after the defaults and some
random ones. A trial is stopped early when its score is worse than half of the trials' scores after
the same share of the training. Draws depend on the seed, the number of the trial and the trials
before alone, so that a tuning that goes on later draws what it would have drawn at once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from huffvec.errors import FormatError
from huffvec.extras import require
from huffvec.tuning.runs import MOMENTS
from huffvec.tuning.search_space import Space
from huffvec.tuning.trials import Trial

_RANDOM_TRIALS = 8  # with the defaults, before anything is concluded
_TRIALS_TO_COMPARE = 4  # that must be complete before one is stopped early


class Study:
    """The search of a space.

    Parameters
    ----------
    space
        What is searched.
    higher_is_better
        Whether a greater score is better.
    seed
        Seed of the draws.
    kept
        The trials that were made before.

    Raises
    ------
    FormatError
        If a kept trial has a value that cannot be drawn.
    MissingExtraError
        If Optuna is not installed.
    """

    def __init__(
        self, space: Space, *, higher_is_better: bool, seed: int, kept: Sequence[Trial] = ()
    ) -> None:
        self._optuna = require("optuna", "tuning")
        self._space, self._seed = space, seed
        direction = "maximize" if higher_is_better else "minimize"
        pruner = self._optuna.pruners.MedianPruner(n_startup_trials=_TRIALS_TO_COMPARE)
        with self._quiet():
            self._study = self._optuna.create_study(direction=direction, pruner=pruner)
            for trial in kept:
                self._add(trial)
            for values in space.defaults()[len(kept) :]:
                self._study.enqueue_trial(values)
        self._trial: Any = None

    @property
    def n_trials(self) -> int:
        """Trials that are kept or told."""
        waiting = self._optuna.trial.TrialState.WAITING
        return sum(trial.state != waiting for trial in self._study.get_trials(deepcopy=False))

    def ask(self) -> Trial:
        """Return the next trial, not trained yet."""
        number = self.n_trials
        seed = int(np.random.SeedSequence([self._seed, number]).generate_state(1)[0])
        with self._quiet():
            self._study.sampler = self._optuna.samplers.TPESampler(
                n_startup_trials=_RANDOM_TRIALS, multivariate=True, group=True, seed=seed
            )
            self._trial = self._study.ask()
            values = self._space.draw(self._trial)
        return self._space.kind(number, self._space.config.seed, values=values)

    def is_hopeless(self, step: int, score: float) -> bool:
        """Take in the score after a share of the training; return whether to stop."""
        self._trial.report(score, step)
        is_first = self._trial.number < len(self._space.candidates)
        return not is_first and bool(self._trial.should_prune())

    def tell(self, trial: Trial) -> None:
        """Take in what came out of the trial that was asked for last."""
        with self._quiet():
            if trial.is_complete:
                self._study.tell(self._trial, trial.score)
            else:
                self._study.tell(self._trial, state=self._state(trial))

    def _state(self, trial: Trial) -> Any:
        # The slow and the failed, too: so their like is not drawn again. Optuna forgets failures.
        states = self._optuna.trial.TrialState
        return states.COMPLETE if trial.is_complete else states.PRUNED

    def _add(self, trial: Trial) -> None:
        """Add a trial that was made before."""
        drawn = _Kept(trial, self._optuna.distributions)
        steps = {share: step for step, share in enumerate(MOMENTS)}
        try:
            self._space.draw(drawn)
            self._study.add_trial(
                self._optuna.trial.create_trial(
                    state=self._state(trial),
                    params=trial.values,
                    distributions=drawn.distributions,
                    value=trial.score if trial.is_complete else None,
                    intermediate_values={steps[share]: score for share, score in trial.moments},
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            raise FormatError(
                f"trial {trial.number} of the log cannot be one of this search: {error}"
            ) from None

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Let Optuna say nothing; what it calls experimental is what is wanted."""
        before = self._optuna.logging.get_verbosity()
        self._optuna.logging.set_verbosity(self._optuna.logging.ERROR)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield
        finally:
            self._optuna.logging.set_verbosity(before)


class _Kept:
    """Gives the values that a trial has, and remembers what they were drawn from."""

    def __init__(self, trial: Trial, distributions: Any) -> None:
        self._values, self._kinds = trial.values, distributions
        self.distributions: dict[str, Any] = {}

    def suggest_float(self, name: str, low: float, high: float, *, log: bool) -> float:
        """Return the number."""
        self.distributions[name] = self._kinds.FloatDistribution(low, high, log=log)
        return float(self._values[name])

    def suggest_categorical(self, name: str, choices: Sequence[str]) -> str:
        """Return the choice."""
        self.distributions[name] = self._kinds.CategoricalDistribution(choices)
        if self._values[name] not in choices:
            raise ValueError(f"{self._values[name]!r} is none of {', '.join(choices)}")
        return str(self._values[name])
