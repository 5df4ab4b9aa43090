"""Events binned by their predicted probabilities, as :mod:`huffvec.evaluation.calibration` does.

Of each target's predictions little is kept: the mass and the number of words in each bin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from huffvec.architectures.contexts import Ids

TOP_BINS = 15
MIN_HITS = 20.0
_OCTAVES = 64  # bins by factors of two: 1, [1/2, 1), [1/4, 1/2) …; what is less is in the last
_AT_ONCE = 1 << 17  # probabilities that are binned at once, in the processor's cache


@dataclass(frozen=True)
class ReliabilityBin:
    """Events that were given about the same probability.

    Attributes
    ----------
    low, high
        Their probabilities are from here to there.
    n_events
        How many there are.
    predicted
        Their mean probability.
    observed
        The share of them that happened.
    std_error
        The standard deviation that observed has by chance if the model is right.
    """

    low: float
    high: float
    n_events: int
    predicted: float
    observed: float
    std_error: float


class Tally(NamedTuple):
    """What is kept of the predictions for n targets: arrays whose first axis they are.

    Attributes
    ----------
    tops
        Probability of the most probable word.
    is_top
        Whether it is the target.
    nats
        -log p(target).
    entropies
        Entropy of the prediction in nats.
    target_bins
        The target's bin among those by factors of two, from the least probable words on.
    masses
        Probability of all words in each of these bins, (n, n_bins).
    n_words
        How many words these are, (n, n_bins).
    """

    tops: npt.NDArray[np.float64]
    is_top: npt.NDArray[np.bool_]
    nats: npt.NDArray[np.float64]
    entropies: npt.NDArray[np.float64]
    target_bins: npt.NDArray[np.int64]
    masses: npt.NDArray[np.float64]
    n_words: npt.NDArray[np.int64]


def tally_of(probs: npt.NDArray[np.float64], targets: Ids) -> Tally:
    """Return what is kept of probabilities, (n_targets, n_words)."""
    n = max(1, _AT_ONCE // probs.shape[1])
    parts = [slice(start, start + n) for start in range(0, len(probs), n)]
    tallies = [_few(probs[part], targets[part]) for part in parts]
    return joined(tallies)


def joined(tallies: Sequence[Tally]) -> Tally:
    """Return the tally of all targets together."""
    return Tally(*map(np.concatenate, zip(*tallies, strict=True)))


def _few(probs: npt.NDArray[np.float64], targets: Ids) -> Tally:
    n_targets, n_columns = len(probs), _OCTAVES + 1
    rows = np.arange(n_targets)
    top = probs.argmax(axis=1)
    logs = np.log2(np.fmax(probs, 2.0**-_OCTAVES))
    bins = (logs + _OCTAVES).astype(np.int64)
    target_bins = bins[rows, targets]
    bins += n_columns * rows[:, None]
    shape, n_all = (n_targets, n_columns), n_targets * n_columns
    masses = np.bincount(bins.ravel(), probs.ravel(), n_all).astype(np.float64, copy=False)
    return Tally(
        tops=probs[rows, top],
        is_top=top == targets,
        nats=-np.log(np.fmax(probs[rows, targets], 1e-300)),
        entropies=-math.log(2) * np.einsum("ij,ij->i", probs, logs),
        target_bins=target_bins,
        masses=masses.reshape(shape),
        n_words=np.bincount(bins.ravel(), minlength=n_all).reshape(shape),
    )


def top_bins(tally: Tally) -> tuple[ReliabilityBin, ...]:
    """Return bins of equally many targets by the probability of the most probable word."""
    order = np.argsort(tally.tops, kind="stable")
    found = []
    for part in np.array_split(order, min(TOP_BINS, len(order))):
        tops = tally.tops[part]
        deviation = math.sqrt(float((tops * (1 - tops)).sum()))
        found.append(
            _bin(tops.min(), tops.max(), len(part), tops.sum(), tally.is_top[part].sum(), deviation)
        )
    return tuple(found)


def word_bins(tally: Tally) -> tuple[ReliabilityBin, ...]:
    """Return bins of all words, in each of which enough hits are expected.

    In a context one word comes at most, so a bin's hits there have the variance of one event.
    """
    starts = _starts(tally.masses.sum(axis=0))
    hits = np.bincount(tally.target_bins, minlength=_OCTAVES + 1)
    masses = np.add.reduceat(tally.masses, starts, axis=1)
    columns = zip(
        starts.tolist(),
        [*starts[1:].tolist(), _OCTAVES],
        np.add.reduceat(tally.n_words.sum(axis=0), starts),
        masses.sum(axis=0),
        np.add.reduceat(hits, starts),
        np.sqrt((masses * np.clip(1 - masses, 0, 1)).sum(axis=0)),
        strict=True,
    )
    return tuple(
        _bin(2.0 ** (start - _OCTAVES) if start else 0.0, 2.0 ** (end - _OCTAVES), *rest)
        for start, end, *rest in columns
    )


def _starts(expected: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return where bins begin that hold `MIN_HITS` or more; the last takes what is left over."""
    starts, held = [0], 0.0
    for place, more in enumerate(expected.tolist()):
        if held >= MIN_HITS:
            starts.append(place)
            held = 0.0
        held += more
    if held < MIN_HITS and len(starts) > 1:
        starts.pop()
    return np.array(starts)


def _bin(
    low: Any, high: Any, n_events: Any, expected: Any, hits: Any, deviation: Any
) -> ReliabilityBin:
    """Return the bin of n events, of which so many are expected and came."""
    n = int(n_events)
    return ReliabilityBin(
        float(low), float(high), n, float(expected / n), float(hits / n), float(deviation / n)
    )
