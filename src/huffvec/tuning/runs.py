"""Training one setting, with scores on the way, and with a limit."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from huffvec.errors import ConfigError, HuffvecError
from huffvec.objectives import Objective
from huffvec.progress.words import format_seconds
from huffvec.training.callbacks import Callback, Report, StopTraining
from huffvec.training.checks import check_learned
from huffvec.tuning.scoring import Scorer
from huffvec.tuning.trials import State, Trial, is_number

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop

#: Shares of a training after which it is scored, and may be stopped. The rate falls over the whole
#: training, so that settings are compared at the same share and not after the same time.
MOMENTS = (0.25, 0.5, 0.75)
# How long a training must go on before it is guessed how long it takes: so many seconds, and such a
# share of what it may take. Where others work too, the first seconds say little.
_LEAST_SECONDS, _LEAST_SHARE = 1.0, 0.05


class _Stopped(StopTraining):
    """The training is not worth going on with, or there is no time for it."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state = state


@dataclass
class Limit:
    """How long a training may take.

    Attributes
    ----------
    seconds
        The most that it may take as it is guessed from its beginning.
    end
        By `time.monotonic`, when there is no time left at all.
    """

    seconds: float = math.inf
    end: float = math.inf


class OutOfTime(Exception):  # noqa: N818  (no error: the end of the budget)
    """The time was over before the training was."""


@dataclass
class TrialRunner:
    """Trains settings: what all trainings of a tuning have in common.

    Attributes
    ----------
    start
        Returns the training of a setting, which is to begin.
    scorer
        What scores models.
    finish
        Makes of a trained model what is scored and kept.
    callback
        Told of the trainings.
    keep
        Told of each that is complete, with the model.
    """

    start: Callable[[Objective, Any], TrainingLoop[Any]]
    scorer: Scorer
    callback: Callback
    finish: Callable[[Any], Any] = field(default=lambda model: model)
    keep: Callable[[Trial, Any], None] = field(default=lambda trial, model: None)

    def train(
        self,
        trial: Trial,
        objective: Objective,
        config: Any,
        *,
        limit: Limit | None = None,
        is_hopeless: Callable[[int, float], bool] = lambda step, score: False,
    ) -> Trial:
        """Return the trial with what came out.

        Parameters
        ----------
        trial
            Its number, its values, and the seed, which is the configuration's.
        objective, config
            The setting.
        limit
            How long it may take.
        is_hopeless
            Told the score after each of `MOMENTS`: whether to stop.

        Raises
        ------
        OutOfTime
            If the time is over first.
        """
        began = time.monotonic()
        moments: list[tuple[float, float]] = []
        watch = _Watch(self.callback, limit or Limit(), began)
        state: State = "complete"
        scores: dict[str, float] = {}
        error, model = "", None
        try:
            model = self._trained(objective, config, watch, is_hopeless, moments)
            scores = self.scorer.scores(model)
            if not is_number(self.scorer.score(scores)):
                state, error = "failed", f"the score is {self.scorer.score(scores)}"
        except _Stopped as stop:
            state, error = stop.state, str(stop)
        except ConfigError:  # what is asked for cannot be done, in no trial
            raise
        except (HuffvecError, MemoryError) as failure:
            state, error = "failed", str(failure) or "not enough memory"
        is_complete = state == "complete"
        done = replace(
            trial,
            state=state,
            objective=objective.to_dict(),
            config=config.to_dict(),
            score=self.scorer.score(scores) if is_complete else math.nan,
            scores=scores if is_complete else {},
            moments=tuple(moments),
            seconds=time.monotonic() - began,
            error=error,
        )
        if is_complete and model is not None:
            self.keep(done, model)
        return done

    def _trained(
        self,
        objective: Objective,
        config: Any,
        watch: Callback,
        is_hopeless: Callable[[int, float], bool],
        moments: list[tuple[float, float]],
    ) -> Any:
        """Return the trained model; put the scores on the way into moments."""
        run = self.start(objective, config)
        for step, (first, last) in enumerate(_sections(run.n_chunks)):
            if first < last:
                run.train_chunks(first, last, watch)
            if step < len(MOMENTS) and first < last < run.n_chunks:
                found = self.scorer.scores(run.model(), while_training=True)
                score = self.scorer.score(found)
                if is_number(score):
                    moments.append((MOMENTS[step], score))
                    if is_hopeless(step, score):
                        raise _Stopped("pruned", "")
        check_learned(run)
        return self.finish(run.model())


class _Watch(Callback):
    """Passes reports on, and stops a training that takes too long."""

    def __init__(self, callback: Callback, limit: Limit, began: float) -> None:
        self._callback, self._limit, self._began = callback, limit, began

    def report(self, report: Report) -> None:
        """Pass on; see how much time there is."""
        self._callback.report(report)
        now = time.monotonic()
        if now > self._limit.end:
            raise OutOfTime
        most = min(self._limit.seconds, self._limit.end - self._began)
        enough = max(_LEAST_SECONDS, _LEAST_SHARE * most if math.isfinite(most) else 0.0)
        if report.tokens == 0 or report.seconds < enough:
            return
        takes = report.seconds * report.total_tokens / report.tokens
        left = takes - report.seconds
        if takes > self._limit.seconds and left > self._limit.seconds / 2:  # else it is nearly done
            raise _Stopped("slow", f"it would take about {format_seconds(takes)}")
        if now + left > self._limit.end:
            raise OutOfTime


def _sections(n_chunks: int) -> list[tuple[int, int]]:
    """Return the first and the last + 1 of the chunks until each moment, and until the end."""
    ends = [0, *(math.ceil(share * n_chunks) for share in MOMENTS), n_chunks]
    return list(itertools.pairwise(ends))
