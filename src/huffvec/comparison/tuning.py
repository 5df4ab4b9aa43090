"""All runs of a comparison: at which rate and for how many epochs, then with every seed.

With the option ``tune``, each objective climbs a ladder of rates (:mod:`huffvec.comparison.ladder`)
with the first seed, within the same budget as all others, and is compared at the best of them. A
run whose time is over too soon ends its ladder: it says nothing about the rate.

*To convergence*: the epochs are doubled until the held-out loss is less by no more than
`CONVERGED_NATS`; the epochs before that count, and the rate is searched anew after each doubling,
from the best before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from huffvec.comparison.candidates import Candidate
from huffvec.comparison.evidence import LOSS
from huffvec.comparison.job import Job
from huffvec.comparison.ladder import best_step, bounds, next_step, rate_at
from huffvec.comparison.results import RunResult
from huffvec.comparison.terms import By, Terms, TuneBy
from huffvec.progress.words import format_seconds

CONVERGED_NATS = LOSS.least
MOST_DOUBLINGS = 6


def make_runs(job: Job, seeds: Sequence[int]) -> None:
    """Make the runs that are missing: all candidates with a seed before the next seed."""
    for by in job.by:
        terms = [_terms(job, candidate, by) for candidate in job.candidates]
        job.results.agree(terms)
        for seed in seeds:
            for candidate, one in zip(job.candidates, terms, strict=True):
                if seed == seeds[0] or not _is_hopeless(job, one):
                    job.run(candidate, one, seed)


def _is_hopeless(job: Job, terms: Terms) -> bool:
    """Return whether the first run shows that those with other seeds are not worth their time."""
    first = job.results.find(terms, terms.seed)
    return job.asked.tune and first is not None and first.status == "partial"


def _terms(job: Job, candidate: Candidate, by: By) -> Terms:
    """Return the terms of a candidate; find them by training if they must be searched."""
    epochs = None if by == "time" else job.budget.epochs
    if by != "convergence":
        return _searched(job, candidate, job.untuned(candidate, by, epochs))
    assert epochs is not None
    return _converged(job, candidate, epochs)


def _searched(job: Job, candidate: Candidate, terms: Terms, start: float | None = None) -> Terms:
    """Return terms with the best rate, if it is to be searched, from a start other than untuned."""
    if not job.asked.tune:
        return terms
    terms = replace(terms, tuned_by=job.asked.tune_by)
    if candidate.learning_rate is not None:
        return replace(terms, rates=(candidate.learning_rate,), note="its rate was given")
    start = start or terms.learning_rate
    assert start is not None
    low, high = bounds(start, job.config.min_learning_rate or 0.0)
    tried: dict[float, RunResult] = {}
    scores: dict[float, float] = {}
    while (step := _next_step(job, tried, scores, low, high)) is not None:
        one = replace(terms, learning_rate=rate_at(start, step))
        tried[step] = job.run(candidate, one, terms.seed)
        scores[step] = score(tried[step], job.asked.tune_by)
        if tried[step].status == "partial" or _is_broken(tried[step]):
            break
    best = best_step(scores)
    return replace(
        terms,
        learning_rate=rate_at(start, best),
        rates=tuple(rate_at(start, step) for step in sorted(tried)),
        note=_limit(tried, best, low, high),
    )


def _next_step(
    job: Job, tried: dict[float, RunResult], scores: dict[float, float], low: int, high: int
) -> float | None:
    """Return the next step, with more caution as long as nothing has been learned."""
    learned = any(run.nats < job.results.about["unigram_nats"] for run in tried.values())
    n_above = 1 if learned or not tried else 2
    return next_step(scores, low, high, finer=job.asked.tune_finer, n_above=n_above)


def _is_broken(run: RunResult) -> bool:
    """Return whether a run failed for a reason that no other rate mends."""
    return run.status == "failed" and not run.diverged


def score(run: RunResult, tuned_by: TuneBy) -> float:
    """Return how good a run is, more is better; -inf if it failed or was not measured."""
    if run.status == "failed":
        return -math.inf
    if tuned_by == "held-out":
        return -run.nats
    values = [one.value for one in run.scores if one.kind == tuned_by and one.value == one.value]
    return sum(values) / len(values) if values else -math.inf


def _limit(tried: dict[float, RunResult], best: float, low: int, high: int) -> str:
    """Return what speaks against the best of the steps tried being the best there is."""
    partial = [run for run in tried.values() if run.status == "partial"]
    if partial:
        time = format_seconds(partial[0].seconds)
        return f"the search for its rate ended early: a run did not end within {time}"
    if any(map(_is_broken, tried.values())):
        return "no rate was searched: the first run failed"
    if tried[best].status == "failed":
        return "every rate overflowed"
    if best in (low, high):
        return f"the best rate is the {'lowest' if best == low else 'highest'} that was tried"
    return ""


def _converged(job: Job, candidate: Candidate, epochs: int) -> Terms:
    """Return the terms after which twice the epochs do not help."""
    terms = _searched(job, candidate, job.untuned(candidate, "convergence", epochs))
    run = job.run(candidate, terms, terms.seed)
    if run.status != "complete":
        return replace(terms, note=terms.note or _unfinished(run, epochs))
    for _ in range(MOST_DOUBLINGS):
        epochs *= 2
        untuned = job.untuned(candidate, "convergence", epochs)
        start = terms.learning_rate if job.asked.tune else None
        longer = _searched(job, candidate, untuned, start)
        longer_run = job.run(candidate, longer, longer.seed)
        if longer_run.status != "complete":
            return replace(terms, note=_unfinished(longer_run, epochs))
        if longer_run.nats > run.nats - CONVERGED_NATS:
            return terms
        terms, run = longer, longer_run
    return replace(terms, note=f"not converged after {epochs} epochs, the most that are tried")


def _unfinished(run: RunResult, epochs: int) -> str:
    """Return why more epochs were not tried."""
    why = "failed" if run.status == "failed" else "did not end in the time allowed"
    return f"not converged: a run of {epochs} {'epoch' if epochs == 1 else 'epochs'} {why}"
