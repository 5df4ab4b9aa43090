"""The best trials, trained again with other seeds, and how sure it is which is best.

A best score of many is too good: it is partly luck, and luck does not come twice. So the finalists
are compared by seeds that had no part in choosing them, and so are the defaults, whatever their
score was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from huffvec.comparison.summary import Mean
from huffvec.tuning.scoring import Scorer
from huffvec.tuning.trials import Trial

N_BEST = 3
DEFAULTS = 0  # the number of the trial


@dataclass(frozen=True)
class Finalist:
    """One of the best trials.

    Attributes
    ----------
    trial
        The trial.
    mean
        Its score over the other seeds; that of the trial alone if there are none.
    seeds
        The other seeds.
    """

    trial: Trial
    mean: Mean
    seeds: tuple[int, ...] = ()

    def shown(self, scorer: Scorer) -> str:
        """Return the score with its spread: ``61.2 ± 0.4``."""
        spread = f" ± {scorer.text(self.mean.spread)}" if self.mean.n > 1 else ""
        return scorer.text(self.mean.value) + spread


def ranked(trials: Sequence[Trial], scorer: Scorer) -> list[Trial]:
    """Return the complete trials, the best first, each setting once."""
    complete = [one for one in trials if one.is_complete]
    sign = -1 if scorer.higher_is_better else 1
    found: list[Trial] = []
    for trial in sorted(complete, key=lambda one: (sign * one.score, one.number)):
        if all((trial.objective, trial.config) != (o.objective, o.config) for o in found):
            found.append(trial)
    return found


def finalists_of(trials: Sequence[Trial], scorer: Scorer) -> list[Trial]:
    """Return the best trials, and the defaults."""
    order = ranked(trials, scorer)
    defaults = [one for one in order[N_BEST:] if one.number == DEFAULTS]
    return order[:N_BEST] + defaults


def judged(finalists: Sequence[Trial], repeats: Sequence[Trial], scorer: Scorer) -> list[Finalist]:
    """Return the finalists, the best first, by the seeds that all of them were trained with.

    One that could not be trained with such a seed is the last.
    """
    by_number: dict[int, dict[int, Trial]] = {one.number: {} for one in finalists}
    for one in repeats:
        if one.number in by_number:
            by_number[one.number][one.seed] = one
    common = sorted(set.intersection(*map(set, by_number.values()))) if by_number else []
    found = []
    for trial in finalists:
        scores = [by_number[trial.number][seed].score for seed in common]
        is_sound = not any(map(math.isnan, scores))
        mean = Mean.of(scores) if scores and is_sound else None
        if scores and mean is None:
            mean = Mean(-math.inf if scorer.higher_is_better else math.inf)
        found.append(Finalist(trial, mean or Mean(trial.score), tuple(common)))
    sign = -1 if scorer.higher_is_better else 1
    return sorted(found, key=lambda one: (sign * one.mean.value, one.trial.number))


def ties(finalists: Sequence[Finalist], scorer: Scorer) -> list[Finalist]:
    """Return those that cannot be told apart from the first."""
    best, *others = finalists
    return [
        one
        for one in others
        if abs(one.mean.value - best.mean.value) <= scorer.quality.noise(one.mean, best.mean)
    ]


def verdict(finalists: Sequence[Finalist], scorer: Scorer) -> str:
    """Return in words which is the best, and how sure that is."""
    best, *others = finalists
    seeds = len(best.seeds)
    with_seeds = f"{seeds} other seed{'s' if seeds > 1 else ''}" if seeds else "one seed only"
    text = f"{_called(best).capitalize()}: {best.shown(scorer)} with {with_seeds}."
    alike = ties(finalists, scorer)
    if alike:
        names = " and ".join(f"{_called(one)} ({one.shown(scorer)})" for one in alike)
        text += f" It cannot be told apart from {names}."
    elif others:
        text += f" It is better than {_called(others[0])} ({others[0].shown(scorer)})."
    defaults = next((one for one in others if one.trial.number == DEFAULTS), None)
    if defaults and defaults not in alike and defaults is not others[0]:
        text += f" It is better than the default setting ({defaults.shown(scorer)})."
    if not seeds:
        text += " Part of it may be luck: not all of the best were trained with other seeds."
    return text


def _called(one: Finalist) -> str:
    return "the default setting" if one.trial.number == DEFAULTS else f"trial {one.trial.number}"
