"""The scores of pairs of words.

In a pass over N tokens, with n(a) the count of a and n(a b) that of the pair, the score of a pair
is

* ``"word2phrase"``: N · (n(a b) − delta) / (n(a) · n(b)), that of word2phrase (Mikolov et al. 2013,
  "Distributed Representations of Words and Phrases and their Compositionality", section 4);
* ``"npmi"``: ln(p(a b) / (p(a) · p(b))) / −ln p(a b) with p = n / N, the pointwise mutual
  information over its maximum: from −1 to 1, and 1 for two that never occur apart (Bouma 2009,
  "Normalized (Pointwise) Mutual Information in Collocation Extraction").

A pair whose score is over the threshold is a phrase.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from huffvec.phrase_config import PhraseConfig


def pair_scores(
    config: PhraseConfig,
    pair_counts: npt.NDArray[np.int64],
    left_counts: npt.NDArray[np.int64],
    right_counts: npt.NDArray[np.int64],
    n_tokens: int,
) -> npt.NDArray[np.float64]:
    """Return the score of each pair, float64 (n_pairs,), from the counts of its parts."""
    expected = left_counts.astype(np.float64) * right_counts
    if config.score == "word2phrase":
        return (pair_counts - config.discount) / expected * n_tokens
    # Of a text that is one pair alone the probability is 1 and the score 0/0; it is no phrase.
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.log(pair_counts * (n_tokens / expected)) / -np.log(pair_counts / n_tokens)
    return np.where(pair_counts < n_tokens, scores, -1.0)


def count_bound(
    config: PhraseConfig, counts: npt.NDArray[np.int64], n_tokens: int
) -> tuple[npt.NDArray[np.float64], float]:
    """Return weights w, float64 (n_units,), and an offset.

    A pair of units a, b is a phrase only if it occurs more often than offset + w[a] · w[b]:
    the inequality "score > threshold" solved for the pair's count. For npmi with threshold t:
    n > (n(a) · n(b))^(1 / (1 + t)) · N^((t − 1) / (1 + t)).
    """
    floats = counts.astype(np.float64)
    if config.score == "word2phrase":
        return floats * math.sqrt(config.least_score / max(n_tokens, 1)), config.discount
    power = 1.0 / (1.0 + config.least_score)
    share = (1.0 - config.least_score) / 2.0
    with np.errstate(divide="ignore"):  # units that do not occur are in no pair
        weights = np.exp(power * (np.log(floats) - share * math.log(max(n_tokens, 1))))
    return weights, 0.0
