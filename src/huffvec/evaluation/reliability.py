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

from huffvec.arrays import slices

if TYPE_CHECKING:
    from huffvec.architectures.contexts import Ids

TOP_BINS = 15
MIN_HITS = 20.0
_OCTAVES = 64  # bins by factors of two: 1, [1/2, 1), [1/4, 1/2) …; what is less is in the last
_BY_CHANCE = math.sqrt(2 / math.pi)  # mean of |x| for a normal x of variance 1
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
    rows = np.arange(len(probs))
    top = probs.argmax(axis=1)
    logs = np.log2(np.fmax(probs, 2.0**-_OCTAVES))
    bins = (logs + _OCTAVES).astype(np.int64)
    n_words, masses = _by_context(bins, probs)
    return Tally(
        tops=probs[rows, top],
        is_top=top == targets,
        nats=-np.log(np.fmax(probs[rows, targets], 1e-300)),
        entropies=-math.log(2) * np.einsum("ij,ij->i", probs, logs),
        target_bins=bins[rows, targets],
        masses=masses,
        n_words=n_words,
    )


def _octaves(probs: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Return the bins of probabilities, from the least probable on."""
    logs: npt.NDArray[np.floating[Any]] = np.log2(np.fmax(probs, 2.0**-_OCTAVES))
    return (logs + _OCTAVES).astype(np.int64)


def _by_context(
    bins: npt.NDArray[np.int64], probs: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return how many words are in each bin, and their probability, (n_contexts, n_bins)."""
    shape = len(probs), _OCTAVES + 1
    n_all = len(probs) * (_OCTAVES + 1)
    flat = (bins + (_OCTAVES + 1) * np.arange(len(probs))[:, None]).ravel()
    masses = np.bincount(flat, probs.ravel(), n_all).astype(np.float64, copy=False)
    return np.bincount(flat, minlength=n_all).reshape(shape), masses.reshape(shape)


class OctaveSums:
    """Events by factors of two of their probabilities, of which only sums are kept."""

    def __init__(self) -> None:
        self.n_events, self.masses, self.hits, self.variances = np.zeros((4, _OCTAVES + 1))

    def add(
        self,
        probs: npt.NDArray[np.floating[Any]],
        hits: npt.NDArray[np.floating[Any]],
        n_targets: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """Add the events of some contexts.

        Parameters
        ----------
        probs
            Probabilities, (n_contexts, n_words).
        hits
            The probabilities of those events that happened.
        n_targets
            For each context how many targets came in it, each of which is exactly one word;
            ``None`` if its words are events that do not depend on each other.
        """
        self.hits += np.bincount(_octaves(hits), minlength=_OCTAVES + 1)
        n = max(1, _AT_ONCE // probs.shape[1])
        for part in slices(len(probs), n):
            targets = None if n_targets is None else n_targets[part, None]
            self._add_few(probs[part].astype(np.float64), targets)

    def _add_few(
        self, probs: npt.NDArray[np.float64], n_targets: npt.NDArray[np.int64] | None
    ) -> None:
        bins = _octaves(probs)
        if n_targets is None:
            bins, probs = bins.ravel(), probs.ravel()
            self.n_events += np.bincount(bins, minlength=_OCTAVES + 1)
            self.masses += np.bincount(bins, probs, _OCTAVES + 1)
            self.variances += np.bincount(bins, probs * (1 - probs), _OCTAVES + 1)
            return
        n_words, masses = _by_context(bins, probs)
        self.n_events += (n_targets * n_words).sum(axis=0)
        self.masses += (n_targets * masses).sum(axis=0)
        self.variances += (n_targets * masses * np.clip(1 - masses, 0, 1)).sum(axis=0)

    def bins(self) -> tuple[ReliabilityBin, ...]:
        """Return bins of all events, in each of which enough hits are expected."""
        starts = _starts(self.masses)
        sums = [self.n_events, self.masses, self.hits, self.variances]
        n_events, masses, hits, variances = (np.add.reduceat(one, starts) for one in sums)
        return _octave_bins(starts, n_events, masses, hits, np.sqrt(variances))


def top_bins(
    tops: npt.NDArray[np.floating[Any]], is_top: npt.NDArray[np.bool_]
) -> tuple[ReliabilityBin, ...]:
    """Return bins of equally many targets by the probability of the most probable word.

    Parameters
    ----------
    tops
        That probability for each target.
    is_top
        Whether the word is the target.
    """
    order = np.argsort(tops, kind="stable")
    found = []
    for part in np.array_split(order, min(TOP_BINS, len(order))):
        probs = tops[part].astype(np.float64)
        deviation = math.sqrt(float((probs * (1 - probs)).sum()))
        found.append(
            _bin(probs.min(), probs.max(), len(part), probs.sum(), is_top[part].sum(), deviation)
        )
    return tuple(found)


def expected_error(bins: Sequence[ReliabilityBin]) -> tuple[float, float]:
    """Return the mean of bins' |observed - predicted|, and what it is by chance alone."""
    weights = np.array([one.n_events for one in bins], np.float64)
    weights /= weights.sum()
    gaps = np.array([abs(one.observed - one.predicted) for one in bins])
    errors = np.array([one.std_error for one in bins])
    return float(weights @ gaps), float(_BY_CHANCE * (weights @ errors))


def log_error(bins: Sequence[ReliabilityBin]) -> tuple[float, float]:
    """Return bins' mean |log(hits / expected hits)| by hits, and what it is by chance alone."""
    events, predicted, observed, errors = np.array(
        [(one.n_events, one.predicted, one.observed, one.std_error) for one in bins]
    ).T
    hits = observed * events
    # Half a hit more in both: the logarithm is finite, whatever happened.
    log_ratios = np.log((hits + 0.5) / (predicted * events + 0.5))
    n = max(1.0, hits.sum())
    return float(hits @ np.abs(log_ratios) / n), float(_BY_CHANCE * (events @ errors) / n)


def word_bins(tally: Tally) -> tuple[ReliabilityBin, ...]:
    """Return bins of all words, in each of which enough hits are expected.

    In a context one word comes at most, so a bin's hits there have the variance of one event.
    """
    starts = _starts(tally.masses.sum(axis=0))
    hits = np.bincount(tally.target_bins, minlength=_OCTAVES + 1)
    masses = np.add.reduceat(tally.masses, starts, axis=1)
    return _octave_bins(
        starts,
        np.add.reduceat(tally.n_words.sum(axis=0), starts),
        masses.sum(axis=0),
        np.add.reduceat(hits, starts),
        np.sqrt((masses * np.clip(1 - masses, 0, 1)).sum(axis=0)),
    )


def _octave_bins(
    starts: npt.NDArray[np.intp], *columns: npt.NDArray[Any]
) -> tuple[ReliabilityBin, ...]:
    """Return bins that begin there: columns are their events, expected hits, hits, deviations."""
    ends = [*starts[1:].tolist(), _OCTAVES]
    return tuple(
        _bin(2.0 ** (start - _OCTAVES) if start else 0.0, 2.0 ** (end - _OCTAVES), *rest)
        for start, end, *rest in zip(starts.tolist(), ends, *columns, strict=True)
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
