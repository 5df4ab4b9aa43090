"""What the numbers say: which objective for what, and why, in words.

The rules, in the order in which they speak:

1. *First choice*: the fastest of those that are good at everything that was measured, that is
   within `GOOD_NATS` of the lowest held-out loss and `GOOD_SCORE` points of the best similarity and
   analogies. If none is, the vectors decide, or without tests of them the loss.
2. *Probabilities*: the lowest held-out loss. *Vectors*: the highest mean of similarity and
   analogies. *Speed*: the most words/s. Of those that are close to the best the fastest is
   chosen: differences under `CLOSE_NATS`, `CLOSE_SCORE`, or the spread of the seeds, are noise.
3. *Little time*: the lowest loss on the sample at the time when the fastest run was over.
4. *Large vocabularies*: whose steps become slower nearly as fast as the vocabulary grows.
5. *Not worth it here*: slower than another and in nothing better.
6. What predicts no better than word frequencies alone, and what is not complete, and why.

Only complete runs are recommended.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huffvec.comparison.results import Results
from huffvec.comparison.summary import Mean, Summary, summaries

CLOSE_NATS, CLOSE_SCORE = 0.02, 1.0
GOOD_NATS, GOOD_SCORE = 0.1, 3.0
GROWTH = 0.5  # power of V from which on the cost counts as growing with the vocabulary


@dataclass(frozen=True)
class Advice:
    """An answer to a question.

    Attributes
    ----------
    question
        What the user may want.
    choice
        The label of what to take; empty for remarks.
    reason
        The numbers that say so, as a sentence.
    """

    question: str
    choice: str
    reason: str


@dataclass(frozen=True)
class Quality:
    """Something measured of which more is better.

    Attributes
    ----------
    name
        What it is, for a sentence.
    of
        Returns it for a summary; ``None`` if it was not measured.
    close, good
        Differences that are noise, and that are small.
    text
        How a value is written.
    """

    name: str
    of: Callable[[Summary], Mean | None]
    close: float
    good: float
    text: Callable[[float], str]

    def value(self, one: Summary) -> float:
        """Return the mean, -inf if it was not measured."""
        mean = self.of(one)
        return mean.value if mean else -math.inf

    def is_close(self, one: Summary, best: Summary) -> bool:
        """Tell whether the difference is within noise."""
        spread = math.hypot(*(mean.spread for x in (one, best) if (mean := self.of(x))))
        return self.value(best) - self.value(one) <= max(self.close, spread)


def _negative_nats(one: Summary) -> Mean | None:
    return Mean(-one.nats.value, one.nats.spread) if one.nats else None


LOSS = Quality(
    "held-out loss", _negative_nats, CLOSE_NATS, GOOD_NATS, lambda x: f"{-x:.3f} nats per target"
)
SIMILARITY = Quality(
    "similarity", lambda s: s.similarity, CLOSE_SCORE, GOOD_SCORE, lambda x: f"{x:.1f}"
)
ANALOGIES = Quality(
    "analogies", lambda s: s.analogies, CLOSE_SCORE, GOOD_SCORE, lambda x: f"{x:.1f} %"
)


def recommend(results: Results) -> list[Advice]:
    """Return what the results say, the first choice first; empty if no run is complete."""
    everything = summaries(results)
    nothing = _nothing_learned(everything, results.about["unigram_nats"])
    done = [one for one in everything if one.status == "complete"]
    advice = []
    if done:
        qualities = [
            q for q in (LOSS, SIMILARITY, ANALOGIES) if any(q.of(one) is not None for one in done)
        ]
        advice += [_first_choice(done, qualities), _probabilities(done)]
        advice += _vectors(done, [q for q in qualities if q is not LOSS])
        advice += [_speed(done), *_little_time(results, done)]
        advice += [*_large_vocabularies(results), *_not_worth(done, qualities)]
    return advice + nothing + _incomplete(everything)


def _speed_of(one: Summary) -> float:
    return one.words_per_second.value if one.words_per_second else 0.0


def _fastest(some: Sequence[Summary]) -> Summary:
    return max(some, key=_speed_of)


def _times(faster: Summary, slower: Summary) -> str:
    ratio = _speed_of(faster) / max(_speed_of(slower), 1e-9)
    if ratio < 1.05:
        return "about as fast"
    return f"{ratio:.1f} times as fast" if ratio < 10 else f"{ratio:.0f} times as fast"


def _first_choice(done: Sequence[Summary], qualities: Sequence[Quality]) -> Advice:
    tops = {q.name: max(q.value(one) for one in done) for q in qualities}
    good = [one for one in done if all(q.value(one) >= tops[q.name] - q.good for q in qualities)]
    measured = _and([q.name for q in qualities])
    if len(good) > 1:
        chosen = _fastest(good)
        reason = f"the fastest of the {len(good)} that are near the best in {measured}"
    elif good:
        chosen = good[0]
        reason = f"the only one near the best in {measured}" if len(done) > 1 else "the only one"
    else:
        qualities = [q for q in qualities if q is not LOSS]
        chosen = max(done, key=lambda one: sum(q.value(one) for q in qualities))
        reason = f"none is near the best in {measured}; this one's vectors are the best"
    values = ", ".join(f"{q.name} {q.text(q.value(chosen))}" for q in qualities)
    return Advice("First choice", chosen.label, f"{reason}: {_words(chosen)}, {values}.")


def _and(names: Sequence[str]) -> str:
    """Return names as a sentence lists them."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _nothing_learned(everything: Sequence[Summary], unigram: float) -> list[Advice]:
    """Name those that predict no better than word frequencies alone."""
    labels = [one.label for one in everything if one.nats and one.nats.value >= unigram]
    if not labels:
        return []
    reason = (
        f"{_and(labels)}: no better at predicting than word frequencies alone "
        f"({unigram:.3f} nats per target). Such vectors may be useful, such probabilities are not; "
        "more text, more epochs or a higher learning rate may help, and so does a "
        "subsample_threshold of 0, since words that are skipped in training seem less probable."
    )
    return [Advice("Not learned", "", reason)]


def _probabilities(done: Sequence[Summary]) -> Advice:
    best = max(done, key=LOSS.value)
    chosen = _fastest([one for one in done if LOSS.is_close(one, best)])
    value = LOSS.text(LOSS.value(chosen))
    if chosen is best:
        reason = f"it has the lowest held-out loss, {value}"
        others = [one for one in done if one is not best]
        if others:
            second = max(others, key=LOSS.value)
            reason += f" (next: {second.label}, {-LOSS.value(second):.3f})"
    else:
        reason = (
            f"its held-out loss, {value}, is as good as the lowest ({best.label}, "
            f"{-LOSS.value(best):.3f}), and it trains {_times(chosen, best)}"
        )
    return Advice("For probabilities", chosen.label, f"{reason}.")


def _vectors(done: Sequence[Summary], qualities: Sequence[Quality]) -> list[Advice]:
    if not qualities:
        return []

    def score(one: Summary) -> float:
        return sum(q.value(one) for q in qualities) / len(qualities)

    best = max(done, key=score)
    close = [one for one in done if all(q.is_close(one, best) for q in qualities)]
    chosen = _fastest(close)
    values = " and ".join(f"{q.name} {q.text(q.value(chosen))}" for q in qualities)
    if chosen is best:
        reason = f"its vectors are the best: {values}"
    else:
        them = " and ".join(q.text(q.value(best)) for q in qualities)
        reason = (
            f"its vectors ({values}) are as good as the best ({best.label}: {them}), and it "
            f"trains {_times(chosen, best)}"
        )
    return [Advice("For word vectors", chosen.label, f"{reason}.")]


def _speed(done: Sequence[Summary]) -> Advice:
    chosen = _fastest(done)
    reason = f"{_words(chosen)}, the most"
    best = max(done, key=LOSS.value)
    if best is not chosen:
        more = LOSS.value(best) - LOSS.value(chosen)
        reason += (
            f"; {_times(chosen, best)} as {best.label}, whose held-out loss is {more:.3f} nats "
            "lower"
        )
    return Advice("For speed", chosen.label, f"{reason}.")


def _little_time(results: Results, done: Sequence[Summary]) -> list[Advice]:
    """Compare the losses on the sample when the fastest run was over."""
    times = [one.seconds.value for one in done if one.seconds]
    if len(done) < 2 or not times:
        return []
    seconds = min(times)
    losses = {}
    for one in done:
        curves = [run.curve for run in results.of(one.label)]
        reached = [
            min(before)
            for curve in curves
            if (before := [m.nats for m in curve if m.seconds <= seconds * 1.001])
        ]
        mean = Mean.of(reached)
        if mean:
            losses[one.label] = mean.value
    learned = any(nats < results.about["unigram_sample_nats"] for nats in losses.values())
    if len(losses) < 2 or not learned:
        return []
    chosen, *others = sorted(losses, key=lambda label: losses[label])
    reason = (
        f"after {seconds:.3g} s, when the fastest run was over, it had the lowest loss on the "
        f"sample of the held-out text, {losses[chosen]:.3f} nats (next {others[0]}, "
        f"{losses[others[0]]:.3f}); the learning rate of slower ones was still high then."
    )
    return [Advice("With little time", chosen, reason)]


def growth_power(results: Results, label: str) -> float | None:
    """Return p if the time for a prediction grows like V to the power p; ``None`` if unknown."""
    costs = results.costs.get(label, [])
    if len(costs) < 2 or costs[0].n_words == costs[-1].n_words:
        return None
    ratio = costs[-1].seconds_per_target / costs[0].seconds_per_target
    return math.log(ratio) / math.log(costs[-1].n_words / costs[0].n_words)


def _large_vocabularies(results: Results) -> list[Advice]:
    powers = {
        label: power
        for label in results.costs
        if (power := growth_power(results, label)) is not None
    }
    growing = [label for label, power in powers.items() if power > GROWTH]
    if not growing or len(growing) == len(powers):
        return []
    parts = []
    for label in growing:
        first, last = results.costs[label][0], results.costs[label][-1]
        ratio = last.seconds_per_target / first.seconds_per_target
        parts.append(f"{label} {ratio:.0f} times")
    reason = (
        f"from {first.n_words:,} to {last.n_words:,} words a prediction becomes slower: "
        f"{', '.join(parts)}; all others at most "
    )
    most = max(
        results.costs[label][-1].seconds_per_target / results.costs[label][0].seconds_per_target
        for label in powers
        if label not in growing
    )
    return [Advice("With a large vocabulary", "", f"{reason}{most:.1f} times.")]


def _not_worth(done: Sequence[Summary], qualities: Sequence[Quality]) -> list[Advice]:
    found = []
    for one in done:
        better = [
            other
            for other in done
            if _speed_of(other) > _speed_of(one)
            and all(q.value(other) >= q.value(one) for q in qualities)
        ]
        if better:
            by = max(better, key=LOSS.value)
            found.append(f"{one.label} ({by.label} is faster and better)")
    if not found:
        return []
    return [Advice("Not worth it here", "", f"in nothing the best: {'; '.join(found)}.")]


def _incomplete(everything: Sequence[Summary]) -> list[Advice]:
    return [
        Advice("Not finished" if one.status == "partial" else "Failed", "", text)
        for one in everything
        if one.status != "complete"
        for text in [f"{one.label}: {one.message.rstrip('.')}."]
    ]


def _words(one: Summary) -> str:
    return f"{_speed_of(one):,.0f} words/s"
