"""Which differences between results are real, and which are noise.

Two objectives with several seeds each differ if Student's t says so (95 %, pooled standard
deviation of the runs). One seed gives no spread; then a difference counts if it is more than 2.8
standard deviations (1.96 · √2) of what runs with different seeds were measured to differ by: 4
objectives, 4 seeds each, 2 million tokens of English, gave at most 0.005 nats, 1.8 points of
WordSim-353, 1.1 of MEN and 0.2 of analogies (0.7 where more are answered). The margin for speeds is
a judgement: shared machines halve their speed now and then. Differences too small to matter are
ties in any case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huffvec.comparison.summary import Mean, Summary

# Two-sided 95 % points of Student's t with 2, 3 … 10 degrees of freedom, and with more.
STUDENT_T = (4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23)
STUDENT_T_MORE = 2.20


@dataclass(frozen=True)
class Quality:
    """A measured quantity; more is better.

    Attributes
    ----------
    name
        What it is, for a sentence.
    of
        Returns it for a summary; ``None`` if it was not measured.
    text
        How a value is written.
    one_seed
        The largest difference of two single runs that counts as noise.
    least
        The largest difference that never matters.
    good
        A value within this distance of the best is good enough for a first choice.
    """

    name: str
    of: Callable[[Summary], Mean | None]
    text: Callable[[float], str]
    one_seed: float
    least: float
    good: float = 0.0

    def value(self, one: Summary) -> float:
        """Return the mean, -inf if it was not measured."""
        mean = self.of(one)
        return mean.value if mean else -math.inf

    def shown(self, one: Summary) -> str:
        """Return the mean as text."""
        return self.text(self.value(one))

    def noise(self, a: Mean, b: Mean) -> float:
        """Return the largest difference between two means that noise explains."""
        if min(a.n, b.n) < 2:
            return self.one_seed
        freedom = a.n + b.n - 2
        pooled = ((a.n - 1) * a.spread**2 + (b.n - 1) * b.spread**2) / freedom
        return max(self.least, _student_t(freedom) * math.sqrt(pooled * (1 / a.n + 1 / b.n)))

    def is_tie(self, one: Summary, other: Summary) -> bool:
        """Return whether noise explains the difference, or neither was measured."""
        a, b = self.of(one), self.of(other)
        if a is None or b is None:
            return a is b
        return abs(a.value - b.value) <= self.noise(a, b)

    def is_better(self, one: Summary, other: Summary) -> bool:
        """Return whether one is better than the other beyond noise."""
        return self.value(one) > self.value(other) and not self.is_tie(one, other)

    def best(self, some: Sequence[Summary]) -> list[Summary]:
        """Return the best of some, which are not none, and what is a tie with it."""
        top = max(some, key=self.value)
        return [one for one in some if one is top or self.is_tie(one, top)]


def _student_t(freedom: int) -> float:
    place = freedom - 2
    return STUDENT_T[place] if place < len(STUDENT_T) else STUDENT_T_MORE


def _minus(mean: Mean | None) -> Mean | None:
    return Mean(-mean.value, mean.spread, mean.n) if mean else None


def _log(mean: Mean | None) -> Mean | None:
    """Return the logarithm, whose differences are ratios."""
    if mean is None or mean.value <= 0:
        return None
    return Mean(math.log(mean.value), mean.spread / mean.value, mean.n)


LOSS = Quality(
    "held-out loss", lambda s: _minus(s.nats), lambda x: f"{-x:.3f} nats per target",
    one_seed=0.02, least=0.005, good=0.1,
)  # fmt: skip
SIMILARITY = Quality(
    "similarity", lambda s: s.similarity, "{:.1f}".format, one_seed=4.0, least=0.5, good=3.0
)
ANALOGIES = Quality(
    "analogies", lambda s: s.analogies, "{:.1f} %".format, one_seed=2.0, least=0.5, good=3.0
)
SPEED = Quality(
    "speed", lambda s: _log(s.words_per_second), lambda x: f"{math.exp(x):,.0f} words/s",
    one_seed=math.log(1.5), least=math.log(1.05),
)  # fmt: skip
TARGET_TIME = Quality(
    "time of a prediction", lambda s: _minus(_log(s.seconds_per_target)), "{:.3g}".format,
    one_seed=SPEED.one_seed, least=SPEED.least,
)  # fmt: skip
VECTORS = (SIMILARITY, ANALOGIES)


def of_test(name: str) -> Quality:
    """Return the quality that one test measures."""
    return Quality(
        name, lambda s: dict(s.scores).get(name), "{:.1f}".format,
        one_seed=SIMILARITY.one_seed, least=SIMILARITY.least,
    )  # fmt: skip
