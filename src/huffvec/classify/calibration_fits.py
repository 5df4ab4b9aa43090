"""The numbers of a calibration, from what a classifier says of validation data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from huffvec.checks import check_choice
from huffvec.classify.answers import Answers, LabelNames, answers
from huffvec.classify.calibrating import Calibration, Isotonic, Temperature, with_calibration
from huffvec.classify.logits import Numbers, logits
from huffvec.errors import CorpusError
from huffvec.extras import require

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

Method = Literal["temperature", "isotonic"]

MAX_NUMBERS = 1 << 25  # log-probabilities in memory from which a temperature is found
LEAST_SLOPE, MOST_SLOPE = 0.05, 20.0  # of logits: data without errors would make it infinite
_LIMIT, _BINS = 30.0, 6_000  # logits are summed up in bins of 0.01
_MAX_STEPS = 100


def calibrate(model: Classifier, data: Any, method: Method = "temperature") -> Classifier:
    """Return a classifier whose probabilities are right on validation data.

    Parameters
    ----------
    model
        The classifier. A calibration that it has already is replaced, and its thresholds, which
        were those of other probabilities, are left out.
    data
        Examples that it was not trained on, in any form that `huffvec.classify.train` takes.
    method
        ``"temperature"`` or ``"isotonic"``; see :mod:`huffvec.classify.calibrating`. Isotonic needs
        scikit-learn, and some thousand labels.

    Raises
    ------
    ConfigError
        If there is no such method.
    CorpusError
        If the examples cannot be read, or the classifier is right on none of their labels or all.
    MissingExtraError
        If scikit-learn is not installed.
    """
    check_choice("method", method, tuple(_FITS))
    raw = with_calibration(model, None)
    blocks = answers(raw, data, LabelNames(raw.labels.words))
    is_independent = raw.is_independent or has_several(raw)
    # Documents without features have the labels' prior probabilities, which are right as they are.
    found = _FITS[method](map(without_empty, blocks), is_independent)
    return with_calibration(raw, found)


def has_several(model: Classifier) -> bool:
    """Return whether documents can have several labels, as more than 1 % had in training."""
    return bool(model.labels.n_tokens > 1.01 * model.training.get("examples", np.inf))


def fit_temperature(blocks: Iterable[Answers], is_independent: bool) -> Temperature:
    """Return the temperature, and for independent labels the offset, with the least log loss."""
    if is_independent:
        slope, offset = _logistic(LogitSums(blocks, is_independent))
        return Temperature(True, 1 / slope, offset)
    return Temperature(False, 1 / _softmax_slope(thinned(blocks)))


def fit_isotonic(blocks: Iterable[Answers], is_independent: bool) -> Isotonic:
    """Return the rising function with the least squared error."""
    regression = require("sklearn.isotonic", "isotonic calibration").isotonic_regression
    sums = LogitSums(blocks, is_independent)
    # Half an event at either end is otherwise, so that no share is 0 or 1, which have no logit.
    n_events, hits = sums.n_events.copy(), sums.hits.copy()
    n_events[[0, -1]] += 0.5
    hits[0] += 0.5
    shares = regression(hits / n_events, sample_weight=n_events)
    starts = np.flatnonzero(np.diff(shares, prepend=-1.0) > 0)
    totals, n = (np.add.reduceat(one, starts) for one in (sums.logits, sums.n_events))
    return Isotonic(is_independent, totals / n, np.log(shares / (1 - shares))[starts])


_FITS: dict[str, Callable[[Iterable[Answers], bool], Calibration]] = {
    Temperature.method: fit_temperature,
    Isotonic.method: fit_isotonic,
}


class LogitSums:
    """Events by logits: how many there are, how many happened, and the sum of their logits.

    Bins without events are left out.
    """

    def __init__(self, blocks: Iterable[Answers], is_independent: bool) -> None:
        sums = np.zeros((3, _BINS))
        for block in blocks:
            found = np.clip(logits(block.log_probs), -_LIMIT, _LIMIT)
            bins = ((found + _LIMIT) * ((_BINS - 1) / (2 * _LIMIT))).astype(np.int64)
            n_events = np.ones(len(bins)) if is_independent else block.n_true
            weights = np.broadcast_to(n_events[:, None], bins.shape)
            sums[0] += np.bincount(bins.ravel(), weights.ravel(), _BINS)
            sums[1] += np.bincount(bins[block.known()], minlength=_BINS)
            sums[2] += np.bincount(bins.ravel(), (weights * found).ravel(), _BINS)
        _check_both(sums[1].sum(), sums[0].sum())
        self.n_events, self.hits, self.logits = sums[:, sums[0] > 0]


def _check_both(n_hits: float, n_events: float) -> None:
    """Raise CorpusError unless some labels are right and some are wrong."""
    if not 0 < n_hits < n_events:
        which = "has every label" if n_hits else "has a label that the classifier knows"
        every = "every" if n_hits else "no"
        raise CorpusError(f"nothing to calibrate on: {every} document {which}")


def without_empty(block: Answers) -> Answers:
    """Return the documents that have features."""
    return block.take(np.flatnonzero(~block.is_empty))


def thinned(blocks: Iterable[Answers]) -> list[Answers]:
    """Return all documents, or every second, every fourth … if that were too much."""
    kept: list[Answers] = []
    stride = 1
    for block in blocks:
        kept.append(block.take(np.arange(0, len(block.log_probs), stride)))
        while sum(one.log_probs.size for one in kept) > MAX_NUMBERS:
            stride *= 2
            kept = [one.take(np.arange(0, len(one.log_probs), 2)) for one in kept]
    return kept


def _softmax_slope(blocks: list[Answers]) -> float:
    """Return the factor of log-probabilities with the least mean of -log p(true label)."""
    n_hits = sum(len(block.known()[0]) for block in blocks)
    _check_both(n_hits, np.inf)
    slope = 1.0
    for _ in range(_MAX_STEPS):
        first = second = 0.0
        for block in blocks:
            more = _softmax_derivatives(block, slope)
            first, second = first + more[0], second + more[1]
        new = slope - first / max(second, 1e-30)
        new = float(np.clip(new, max(LEAST_SLOPE, slope / 2), min(MOST_SLOPE, slope * 2)))
        if abs(new - slope) < 1e-6 * slope:
            break
        slope = new
    return slope


def _softmax_derivatives(block: Answers, slope: float) -> tuple[float, float]:
    """Return the first and the second derivative of the loss by the slope."""
    rows, ids = block.known()
    n_true = np.bincount(rows, minlength=len(block.log_probs))
    scores = block.log_probs.astype(np.float64)
    scores[np.isneginf(scores)] = -1e4  # a weight of 0, but no 0·∞
    weights = np.exp(slope * (scores - scores.max(axis=1, keepdims=True)))
    weights /= weights.sum(axis=1, keepdims=True)
    means = np.einsum("ij,ij->i", weights, scores)
    scores -= means[:, None]
    variances = np.einsum("ij,ij->i", weights, scores**2)
    return -float(scores[rows, ids].sum()), float(n_true @ variances)


def _logistic(sums: LogitSums) -> tuple[float, float]:
    """Return slope and offset of the logistic regression of hits on logits, by Newton's method."""
    x = np.stack([sums.logits / sums.n_events, np.ones(len(sums.logits))])
    found = np.array([1.0, 0.0])
    for _ in range(_MAX_STEPS):
        probs = 1 / (1 + np.exp(-(found @ x)))
        gradient = x @ (sums.n_events * probs - sums.hits)
        curvature = (x * (sums.n_events * probs * (1 - probs))) @ x.T
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        new = _moved(found, step)
        while _loss(new, x, sums) > _loss(found, x, sums) and np.abs(step).max() > 1e-9:
            step /= 2
            new = _moved(found, step)
        is_done = np.abs(new - found).max() < 1e-9
        found = new
        if is_done:
            break
    return float(found[0]), float(found[1])


def _moved(found: Numbers, step: Numbers) -> Numbers:
    """Return slope and offset after a step, the slope within its limits."""
    slope, offset = (found - step).tolist()
    return np.array([min(max(slope, LEAST_SLOPE), MOST_SLOPE), offset])


def _loss(found: Numbers, x: Numbers, sums: LogitSums) -> float:
    scores = found @ x
    return float(sums.n_events @ np.logaddexp(0, scores) - sums.hits @ scores)
