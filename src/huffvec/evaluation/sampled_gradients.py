"""What objectives that draw words estimate: their gradients for many draws at once, in float64.

Each objective's formula is derived in its module. Here it gives, for rows of words (a target, then
the words drawn for it), the derivatives of the loss by their scores. The scores are those at which
the objective's model has given probabilities, what training drives them to: corrected for how often
words are drawn they are log p − offset, or of negative sampling log(p / (1 − p)) − offset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.subsampling import keep_probs
from huffvec.errors import ConfigError
from huffvec.noise import floored, inclusion_probs, proposal_probs
from huffvec.objectives.target_sampling import BoundTargetSampling, n_passage_targets

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.corpus.sentences import Sentences
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.objectives import Objective

Floats = npt.NDArray[np.float64]
WordIds = npt.NDArray[np.integer[Any]]
Draws = Callable[[int, int, np.random.Generator], WordIds]


@dataclass(frozen=True)
class SampledGradient:
    """An objective with its draws, for one vocabulary.

    Attributes
    ----------
    rule
        Its formula.
    offsets
        What log-probabilities are more than corrected scores, float64 (n_words,).
    draw
        Returns word ids (n, n_drawn), for n times the target at a place in the text.
    """

    rule: Rule
    offsets: Floats
    draw: Draws

    def corrected_scores(self, log_probs: Floats) -> Floats:
        """Return those of words with these log-probabilities, float64 (n_words,)."""
        rare = floored(np.exp(log_probs))
        return log_probs - (np.log1p(-rare) if self.rule.has_odds else 0.0) - self.offsets

    def derivatives(self, log_probs: Floats, words: WordIds) -> Floats:
        """Return the loss' derivatives by the words' scores, float64 (n, 1 + n_drawn).

        The target stands in the first column of words.
        """
        z = self.corrected_scores(log_probs)[words]
        drawn = words[:, 1:]
        if self.rule.keeps_target_score:
            z[:, 0] += self.offsets[words[:, 0]]
        if self.rule.drops_target:
            z[:, 1:][drawn == words[:, :1]] = -np.inf
        if self.rule.drops_repeats:
            z[:, 1:][~_first_of_each(drawn)] = -np.inf
        return self.rule.derivatives(z)


@dataclass(frozen=True)
class Rule:
    """How an objective's loss depends on scores.

    Attributes
    ----------
    derivatives
        By corrected scores, (n, 1 + n_drawn), the target's first; −inf is what does not count.
    drops_target, drops_repeats
        Whether words that are the target, or were drawn before for it, do not count.
    keeps_target_score
        Whether the target's score is not corrected.
    has_odds
        Whether scores are logarithms of odds.
    """

    derivatives: Callable[[Floats], Floats]
    drops_target: bool = False
    drops_repeats: bool = False
    keeps_target_score: bool = False
    has_odds: bool = False


def _logistic(z: Floats) -> Floats:
    """Tell each word to be the target or noise."""
    found = np.exp(-np.logaddexp(0.0, -z))
    found[:, 0] -= 1
    return found


def _choice(z: Floats) -> Floats:
    """Choose the target among all."""
    found: Floats = np.exp(z - z.max(axis=1, keepdims=True))
    found /= found.sum(axis=1, keepdims=True)
    found[:, 0] -= 1
    return found


def _blackout(z: Floats) -> Floats:
    """Choose the target among all, and recognise every other word as noise.

    1 − P of the most probable word is the sum of the others: a difference would lose its digits.
    """
    top = z.argmax(axis=1)[:, None]
    weights = np.exp(z - np.take_along_axis(z, top, 1))
    total = weights.sum(axis=1, keepdims=True)
    others = total - weights
    np.put_along_axis(weights, top, 0.0, 1)
    np.put_along_axis(others, top, weights.sum(axis=1, keepdims=True), 1)
    np.put_along_axis(weights, top, 1.0, 1)
    odds = weights / np.maximum(others, 1e-300)
    odds[:, 0] = 0
    found: Floats = weights / total * (1 - odds.sum(axis=1, keepdims=True)) + odds
    found[:, 0] -= 1
    return found


RULES = {
    "negative-sampling": Rule(_logistic, drops_target=True, has_odds=True),
    "nce": Rule(_logistic),
    "ranking-nce": Rule(_choice),
    "sampled-softmax": Rule(_choice, drops_target=True, drops_repeats=True),
    "importance-sampling": Rule(_choice, drops_target=True, keeps_target_score=True),
    "blackout": Rule(_blackout, drops_target=True, drops_repeats=True),
    "target-sampling": Rule(_choice, drops_target=True, drops_repeats=True),
}


def sampled_gradient(
    objective: Objective,
    n_samples: int,
    vocabulary: Vocabulary,
    config: TrainingConfig,
    corpus: Sentences,
) -> SampledGradient:
    """Return an objective with so many samples besides the target, whatever it has itself.

    Raises
    ------
    ConfigError
        If it draws no words.
    """
    rule = RULES.get(objective.name)
    if rule is None:
        raise ConfigError(
            f"{objective.name} draws no words, so its gradient has no bias by their number; "
            f"expected some of {', '.join(RULES)}"
        )
    if objective.name == "target-sampling":
        more: Any = {"candidates": n_samples + 1}
        bound = replace(objective, **more).bind(vocabulary, config)
        assert isinstance(bound, BoundTargetSampling)
        draw = _passages(vocabulary, config, n_samples + 1, corpus)
        return SampledGradient(rule, bound.log_inclusion.astype(np.float64), draw)
    probs = proposal_probs(vocabulary.counts, vars(objective)["proposal"])
    expected = (
        inclusion_probs(probs, n_samples) if rule.drops_repeats else n_samples * floored(probs)
    )
    return SampledGradient(rule, np.log(expected), _independent(probs, n_samples))


def _independent(probs: Floats, n_samples: int) -> Draws:
    """Return draws that know nothing of each other and of the target."""
    sums = np.cumsum(probs)
    sums /= sums[-1]

    def draw(_place: int, n: int, rng: np.random.Generator) -> WordIds:
        return np.searchsorted(sums, rng.random((n, n_samples)), side="right")

    return draw


def _passages(
    vocabulary: Vocabulary, config: TrainingConfig, candidates: int, corpus: Sentences
) -> Draws:
    """Return draws of target sampling: passages around the target, and words drawn all alike."""
    counts = vocabulary.counts
    if candidates >= len(counts):
        return lambda _place, n, _rng: np.tile(np.arange(len(counts)), (n, 1))
    kept = counts * keep_probs(counts, config.subsample_threshold)
    n_targets = max(1, round(n_passage_targets(kept / kept.sum(), candidates)))
    chance = keep_probs(counts, config.subsample_threshold)[corpus.ids]
    places = np.flatnonzero(np.random.default_rng(1).random(len(chance)) < chance)
    text = corpus.ids[places]
    n_targets = min(n_targets, len(text))

    def draw(place: int, n: int, rng: np.random.Generator) -> WordIds:
        back = rng.integers(max(1, n_targets), size=n)  # a short text may have no passages
        starts = np.clip(np.searchsorted(places, place) - back, 0, len(text) - n_targets)
        passages = text[starts[:, None] + np.arange(n_targets)]
        others = rng.integers(len(counts), size=(n, candidates - candidates // 2))
        return np.concatenate([passages, others], axis=1)

    return draw


def _first_of_each(ids: WordIds) -> npt.NDArray[np.bool_]:
    """Return which ids of each row are the first of their value there."""
    order = np.argsort(ids, axis=1, kind="stable")
    ordered = np.take_along_axis(ids, order, 1)
    is_first = np.ones(ids.shape, bool)
    is_first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    found = np.empty_like(is_first)
    np.put_along_axis(found, order, is_first, 1)
    return found
