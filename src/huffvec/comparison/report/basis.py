"""What a recommendation rests on: how many seeds, and which learning rates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from huffvec.comparison.conditions import budget_text
from huffvec.comparison.evidence import ANALOGIES, LOSS, SIMILARITY, SPEED
from huffvec.comparison.report.advice import Advice
from huffvec.comparison.report.sentences import seeds
from huffvec.comparison.results import Results
from huffvec.comparison.summary import Summary
from huffvec.comparison.terms import TITLES, TuneBy

TUNED_BY: dict[TuneBy, str] = {
    "held-out": "held-out loss",
    "pairs": "the mean score on word pairs",
    "analogies": "the mean score on analogies",
}


def which_rates(results: Results) -> list[Advice]:
    """Say at which learning rates all ran; nothing of results that do not tell."""
    question = "Learning rates"
    if not results.terms:
        return []
    tuned_by = results.terms[0].tuned_by
    if tuned_by is None:
        reason = (
            "all ran at their default rates, or at one that was given, so this compares the rates "
            "too. tune searches the best rate of each first, and answers better."
        )
        return [Advice(question, (), reason)]
    budgets = "; ".join(budget_text(one) for one in results.comparisons().values())
    reason = f"each at the best found for it by {TUNED_BY[tuned_by]}{_tried(results)} ({budgets})"
    is_one = len(results.by) == 1
    limits = [
        f"{one.label}{'' if is_one else f', {TITLES[one.by].lower()}'}: {one.note}"
        for one in results.terms
        if one.note
    ]
    return [Advice(question, (), f"{'; '.join([reason, *limits])}.")]


def _tried(results: Results) -> str:
    """Return among how many rates the best were found."""
    numbers = [len(one.rates) for one in results.terms if len(one.rates) > 1]
    if not numbers:
        return ""
    fewest, most = min(numbers), max(numbers)
    tried = f"{most}" if fewest == most else f"{fewest} to {most}"
    return f", of {tried} rates tried with one seed"


def how_sure(done: Sequence[Summary]) -> Advice:
    """Say how many seeds the numbers are of, and what counts as a tie."""
    if max(one.n_runs for one in done) > 1:
        reason = (
            f"means of {seeds(done)}. What the spread of the runs explains (95 %, Student's t) "
            "counts as a tie."
        )
    else:
        reason = (
            "every number is from one run, and one seed gives no spread. Differences up to "
            f"{LOSS.one_seed:g} nats, {SIMILARITY.one_seed:g} points of similarity, "
            f"{ANALOGIES.one_seed:g} of analogies and up to {math.exp(SPEED.one_seed):.1f} times "
            "the speed count as ties, since runs elsewhere differed by as much. With 3 seeds or "
            "more the spread is measured here."
        )
    return Advice("How sure", (), reason)
