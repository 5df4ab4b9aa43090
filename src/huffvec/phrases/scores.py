"""The scores of pairs of words.

In a pass over N tokens, with n(a) the count of a and n(a b) that of the pair, the score of a pair
is

* ``"npmi"``: ln(p(a b) / (p(a) · p(b))) / −ln p(a b) with p = n / N, the pointwise mutual
  information over its maximum: from −1 to 1, and 1 for two that never occur apart (Bouma 2009,
  "Normalized (Pointwise) Mutual Information in Collocation Extraction"). It is multiplied by
  n(a b) / (n(a b) + delta), a discount for rare pairs (Pantel and Lin 2002, "Discovering Word
  Senses from Text", whose delta is 1): otherwise names that occur five times come before new_york;
* ``"word2phrase"``: N · (n(a b) − delta) / (n(a) · n(b)), that of word2phrase (Mikolov et al. 2013,
  "Distributed Representations of Words and Phrases and their Compositionality", section 4);
* or what a function of the same counts returns.

A pair whose score is over the threshold is a phrase.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import ConfigError
from huffvec.phrases.config import PhraseConfig, Scorer


def pair_scores(
    config: PhraseConfig,
    pair_counts: npt.NDArray[np.int64],
    left_counts: npt.NDArray[np.int64],
    right_counts: npt.NDArray[np.int64],
    n_tokens: int,
) -> npt.NDArray[np.float64]:
    """Return the score of each pair, float64 (n_pairs,), from the counts of its parts.

    Raises
    ------
    ConfigError
        If a function is the score and returns something else.
    """
    if callable(config.score):
        return _own_scores(config.score, pair_counts, left_counts, right_counts, n_tokens)
    expected = left_counts.astype(np.float64) * right_counts
    if config.score == "word2phrase":
        return (pair_counts - config.discount) / expected * n_tokens
    # Of a text that is one pair alone the probability is 1 and the score 0/0; it is no phrase.
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.log(pair_counts * (n_tokens / expected)) / -np.log(pair_counts / n_tokens)
    scores *= pair_counts / (pair_counts + config.discount)
    return np.where(pair_counts < n_tokens, scores, -1.0)


def count_bound(
    config: PhraseConfig, level: int, counts: npt.NDArray[np.int64], n_tokens: int
) -> tuple[npt.NDArray[np.float64], float]:
    """Return weights w, float64 (n_units,), and an offset.

    In a pass (level, from 1 on) a pair of units a, b is a phrase only if it occurs more often than
    offset + w[a] · w[b]: the inequality "score > threshold" solved for the pair's count. For npmi
    with threshold t: n > (n(a) · n(b))^(1 / (1 + t)) · N^((t − 1) / (1 + t)). With a discount, no
    score is further from 0 than without, and a pair has at least min_count.
    """
    floats = counts.astype(np.float64)
    least = config.least_score(level)
    if callable(config.score):
        return np.zeros_like(floats), 0.0
    if config.score == "word2phrase":
        return floats * math.sqrt(least / max(n_tokens, 1)), config.discount
    if least < 0:
        least *= 1.0 + config.discount / config.min_count
    if least <= -1.0:
        return np.zeros_like(floats), 0.0
    power = 1.0 / (1.0 + least)
    share = (1.0 - least) / 2.0
    with np.errstate(divide="ignore"):  # units that do not occur are in no pair
        weights = np.exp(power * (np.log(floats) - share * math.log(max(n_tokens, 1))))
    return weights, 0.0


def _own_scores(score: Scorer, *counts: Any) -> npt.NDArray[np.float64]:
    scores = np.asarray(score(*counts))
    if scores.shape != counts[0].shape or scores.dtype.kind not in "iufb":
        raise ConfigError(
            f"the score must return a number for each of {len(counts[0])} pairs, in an array; it "
            f"returned shape {scores.shape} of {scores.dtype}"
        )
    return scores.astype(np.float64)
