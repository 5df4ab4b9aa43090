"""Which runs have learned anything: predictions better than frequencies, vectors not random."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from huffvec.comparison.evidence import LOSS, VECTORS, Quality
from huffvec.comparison.results import Results, Score
from huffvec.comparison.summary import Mean, Summary


@dataclass(frozen=True)
class Learned:
    """The complete ones, and which of them have learned what.

    Attributes
    ----------
    done
        All of them.
    qualities
        What was measured: the loss, and what there are tests of.
    predicting, vectors
        Those that predict better than word frequencies alone; whose vectors tests show something.
    unigram
        The loss of word frequencies alone.
    """

    done: list[Summary]
    qualities: list[Quality]
    predicting: list[Summary]
    vectors: list[Summary]
    unigram: float

    @classmethod
    def of(cls, results: Results, done: list[Summary]) -> Learned:
        """Return what the complete ones have learned."""
        unigram = results.about["unigram_nats"]
        return cls(
            done,
            [q for q in (LOSS, *VECTORS) if any(q.of(one) is not None for one in done)],
            [one for one in done if predicts(one, unigram)],
            [one for one in done if has_vectors(results, one.label)],
            unigram,
        )

    @property
    def tests(self) -> list[Quality]:
        """What there are tests of."""
        return [q for q in self.qualities if q is not LOSS]

    @property
    def everything(self) -> list[Summary]:
        """Those that have learned in all that was measured."""
        return [one for one in self.predicting if one in self.vectors or not self.tests]

    @property
    def anything(self) -> list[Summary]:
        """Those that have learned something."""
        return [one for one in self.done if one in self.predicting or one in self.vectors]


def predicts(one: Summary, unigram: float) -> bool:
    """Return whether the held-out loss is below that of word frequencies alone, beyond noise."""
    if one.nats is None:
        return False
    noise = LOSS.noise(one.nats, one.nats) / math.sqrt(2)  # of one mean, not of a difference
    return one.nats.value < unigram - noise


def has_vectors(results: Results, label: str) -> bool:
    """Return whether a test shows that vectors know more than random ones, over all seeds."""
    scores: dict[str, list[Score]] = {}
    for run in results.of(label):
        for score in run.scores:
            scores.setdefault(score.name, []).append(score)
    n_words = results.settings.get("words", 0)
    return any(_shows(some, n_words) for some in scores.values())


def _shows(scores: Sequence[Score], n_words: int) -> bool:
    """Return whether a test's scores are more than three standard deviations over chance."""
    mean, n = Mean.of(score.value for score in scores), min(score.n for score in scores)
    if mean is None or n < 2:
        return False
    if scores[0].kind == "pairs":  # a rank correlation of n random pairs: 1/√(n - 1)
        return mean.value / 100 > 3 / math.sqrt(n - 1)
    by_chance = n / max(n_words, 1)  # any word may be the answer
    return mean.value / 100 * n > by_chance + 3 * math.sqrt(by_chance) + 3
