"""Recommendations in words: which objective for which purpose, and why.

The rules, in the order in which they speak:

1. *First choice*: only of those that have learned in all that was measured: they predict better
   than word frequencies alone and, if there are tests of the vectors, one shows something. Of those
   that are within `Quality.good` of the best in everything the fastest; if none is, the best
   vectors.
2. *Probabilities*: the lowest held-out loss. *Vectors*: the highest mean of similarity and
   analogies. *Speed*: the most words/s. In each, only of those that have learned what is asked for.
3. *Little time*: the lowest loss on the sample at the time when the fastest run was over.
4. *Large vocabularies*: whose steps become slower nearly as fast as the vocabulary grows.
5. *Not worth it here*: slower than another and in nothing better.
6. What has not learned, what is not complete, and why.
7. What is best by equal time and to convergence, if these were compared too.
8. Which learning rates and how many seeds that rests on, and what counts as a tie.

What differs by no more than noise (:mod:`huffvec.comparison.evidence`) is a tie: speed decides
between ties, and if it cannot, all of them are named. Only complete runs are recommended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from huffvec.comparison.evidence import LOSS, SPEED, Quality
from huffvec.comparison.learned import Learned, predicts
from huffvec.comparison.report.advice import FIRST_CHOICE, Advice
from huffvec.comparison.report.basis import how_sure, which_rates
from huffvec.comparison.report.sentences import (
    labels,
    listed,
    seeds,
    slower_with_more_words,
    values,
    values_of_each,
)
from huffvec.comparison.results import Results
from huffvec.comparison.summary import Mean, Summary, summaries
from huffvec.comparison.terms import TITLES

TO_LEARN_MORE = (
    "More text, more epochs or a higher learning rate may help, and for probabilities a "
    "subsample_threshold of 0, since words that are skipped in training seem less probable"
)


def recommend(results: Results) -> list[Advice]:
    """Return what the results say, the first choice first; empty if there is no run.

    Of several comparisons, the first says most; of the others follows what is best.
    """
    first, *others = results.comparisons().values() or [results]
    everything = summaries(first)
    done = [one for one in everything if one.status == "complete"]
    advice = []
    if done:
        learned = Learned.of(first, done)
        advice += [_first_choice(learned), _probabilities(learned)]
        advice += [*_vectors(learned), _speed(learned), *_little_time(first, learned)]
        advice += [*_slow_with_words(results), *_not_worth(learned)]
        advice += _not_learned(learned)
    advice += _incomplete(everything)
    for other in others:
        advice += _the_best(other)
    return advice + ([*which_rates(results), how_sure(done)] if done else [])


def _the_best(results: Results) -> list[Advice]:
    """Return what is best in another comparison than the first."""
    done = [one for one in summaries(results) if one.status == "complete"]
    if not done:
        return []
    learned, title = Learned.of(results, done), TITLES[results.by[0]]
    found = [_probabilities(learned), *_vectors(learned)]
    return [replace(one, question=f"{title}: {one.question.lower()}") for one in found]


def _unbeaten(some: Sequence[Summary], qualities: Sequence[Quality]) -> list[Summary]:
    """Return those that no other is better than in something and as good as in the rest."""

    def beats(other: Summary, one: Summary) -> bool:
        better = any(q.is_better(other, one) for q in qualities)
        return better and not any(q.is_better(one, other) for q in qualities)

    return [one for one in some if not any(beats(other, one) for other in some)]


def _first_choice(learned: Learned) -> Advice:
    qualities, some = learned.qualities, learned.everything
    if not some:
        return Advice(FIRST_CHOICE, (), _nothing_to_choose(learned))
    tops = {q.name: max(q.value(one) for one in some) for q in qualities}
    good = [one for one in some if all(q.value(one) >= tops[q.name] - q.good for q in qualities)]
    measured = listed([q.name for q in qualities])
    if good:
        chosen = _unbeaten(SPEED.best(good), qualities)
        reason = f"the only one near the best in {measured}"
        if len(chosen) < len(good):
            reason = f"the fastest of the {len(good)} that are near the best in {measured}"
        elif len(learned.done) == 1:
            reason = "the only one"
        elif len(some) == 1:
            reason = f"the only one that has learned in all that was measured: {measured}"
    else:
        chosen = _best_of(some, learned.tests)
        reason = f"none is near the best in {measured}; these vectors are the best"
    if len(chosen) > 1 and all(q.is_tie(chosen[0], one) for q in qualities for one in chosen):
        reason = f"a tie: noise explains how they differ in speed and {measured}"
    elif len(chosen) > 1:
        reason = f"about as fast as each other, and each is better in something of {measured}"
    numbers = values_of_each(chosen, [SPEED, *qualities])
    return Advice(FIRST_CHOICE, labels(chosen), f"{reason}. {numbers} ({seeds(chosen)}).")


def _nothing_to_choose(learned: Learned) -> str:
    """Say why nothing is recommended."""
    frequencies = f"word frequencies alone ({learned.unigram:.3f} nats per target)"
    what = f"No objective predicts better than {frequencies}"
    if learned.predicting:
        what = (
            f"No objective both predicts better than {frequencies} and has vectors that the tests "
            "tell from random ones"
        )
    elif learned.vectors:
        what += "; for vectors alone, see below"
    return f"none. {what} ({seeds(learned.done)}). {TO_LEARN_MORE}."


def _best_of(some: Sequence[Summary], qualities: Sequence[Quality]) -> list[Summary]:
    """Return the best in the mean of qualities; of what is a tie in each, the fastest."""

    def score(one: Summary) -> float:
        return sum(q.value(one) for q in qualities)

    best = max(some, key=score)
    return SPEED.best([one for one in some if all(q.is_tie(one, best) for q in qualities)])


def _best(
    question: str, some: Sequence[Summary], qualities: Sequence[Quality], what: str
) -> Advice:
    """Return which of some are the best, and by what numbers."""
    chosen = _best_of(some, qualities)
    others = [one for one in some if one not in chosen]
    tied = [one for one in others if all(q.is_tie(one, chosen[0]) for q in qualities)]
    reason = f"{what}: {values_of_each(chosen, qualities)}"
    if len(chosen) > 1:
        reason = f"a tie, also in speed: {values_of_each(chosen, [*qualities, SPEED])}"
    elif tied:
        reason = (
            f"as good as {listed(labels(tied))} and faster: "
            f"{values_of_each([*chosen, *tied], [*qualities, SPEED])}"
        )
    elif others:
        second = max(others, key=lambda one: sum(q.value(one) for q in qualities))
        reason += f"; next {second.label}: {values(second, qualities)}"
    return Advice(question, labels(chosen), f"{reason} ({seeds(some)}).")


def _probabilities(learned: Learned) -> Advice:
    question = "For probabilities"
    if not learned.predicting:
        return Advice(question, (), "none predicts better than word frequencies alone.")
    return _best(question, learned.predicting, [LOSS], "the lowest loss")


def _vectors(learned: Learned) -> list[Advice]:
    question = "For word vectors"
    if not learned.tests:
        return []
    if not learned.vectors:
        reason = "none: the tests show no more of any than of random vectors."
        return [Advice(question, (), reason)]
    return [_best(question, learned.vectors, learned.tests, "the best vectors")]


def _speed(learned: Learned) -> Advice:
    some = learned.anything
    if not some:
        return Advice("For speed", (), "none: a fast one that has learned nothing is no use.")
    chosen = SPEED.best(some)
    if len(chosen) == 1:
        reason = f"the fastest: {values_of_each(chosen, [SPEED, LOSS])}"
    else:
        reason = f"a tie: {values_of_each(chosen, [SPEED, LOSS])}"
    return Advice("For speed", labels(chosen), f"{reason} ({seeds(some)}).")


def _little_time(results: Results, learned: Learned) -> list[Advice]:
    """Compare the losses on the sample when the fastest run was over."""
    times = [one.seconds.value for one in learned.done if one.seconds]
    if len(learned.done) < 2 or not times:
        return []
    seconds, reached = min(times), []
    for one in learned.done:
        curves = [run.curve for run in results.of(one.label)]
        losses = [
            min(before)
            for curve in curves
            if (before := [m.nats for m in curve if m.seconds <= seconds * 1.001])
        ]
        nats = Mean.of(losses)
        if nats:
            reached.append(Summary(one.label, "complete", n_runs=nats.n, nats=nats))
    some = [one for one in reached if predicts(one, results.about["unigram_sample_nats"])]
    if not some or len(reached) < 2:
        return []
    chosen = LOSS.best(some)
    tie = "a tie, " if len(chosen) > 1 else ""
    reason = (
        f"after {seconds:.3g} s, when the fastest run was over, on the sample of the held-out "
        f"text: {tie}{values_of_each(chosen, [LOSS])} ({seeds(reached)}). The learning rate of "
        "slower ones was still high then."
    )
    return [Advice("With little time", labels(chosen), reason)]


def _slow_with_words(results: Results) -> list[Advice]:
    """Name those that become slow as the vocabulary grows."""
    reason = slower_with_more_words(results)
    return [Advice("With a large vocabulary", (), reason)] if reason else []


def _not_worth(learned: Learned) -> list[Advice]:
    found = []
    for one in learned.done:
        better = [
            other
            for other in learned.anything
            if SPEED.is_better(other, one)
            and not any(q.is_better(one, other) for q in learned.qualities)
        ]
        if better:
            by = max(better, key=LOSS.value)
            found.append(f"{one.label} ({by.label} is faster and at least as good)")
    if not found:
        return []
    return [Advice("Not worth it here", (), f"in nothing the best: {'; '.join(found)}.")]


def _not_learned(learned: Learned) -> list[Advice]:
    """Name those that predict no better than word frequencies alone, or have random vectors."""
    reasons = []
    idle = [one.label for one in learned.done if one not in learned.predicting]
    if idle:
        useful = " Such vectors may be useful, such probabilities are not." if learned.tests else ""
        reasons.append(
            f"{listed(idle)}: no better at predicting than word frequencies alone "
            f"({learned.unigram:.3f} nats per target).{useful}"
        )
    random = [one.label for one in learned.done if learned.tests and one not in learned.vectors]
    if random:
        reasons.append(f"{listed(random)}: the tests show no more than of random vectors.")
    if not reasons:
        return []
    return [Advice("Not learned", (), " ".join([*reasons, f"{TO_LEARN_MORE}."]))]


def _incomplete(everything: Sequence[Summary]) -> list[Advice]:
    return [
        Advice("Not finished" if one.status == "partial" else "Failed", (), text)
        for one in everything
        if one.status != "complete"
        for text in [f"{one.label}: {one.message.rstrip('.')}."]
    ]
