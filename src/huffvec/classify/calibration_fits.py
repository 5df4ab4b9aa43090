"""The numbers of a calibration, from what a classifier says of validation data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_choice
from huffvec.classify.answers import Answers, LabelNames, answers
from huffvec.classify.calibrating import LEAST_RISE, Calibration, Curve, with_calibration
from huffvec.classify.logits import Numbers, logits
from huffvec.errors import CorpusError
from huffvec.extras import require

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

Method = Literal["temperature", "isotonic"]

MAX_NUMBERS = 1 << 25  # log-probabilities in memory from which a temperature is found
LEAST_SLOPE, MOST_SLOPE = 0.05, 20.0  # of logits: data without errors would make it infinite
_LIMIT, _BINS = 60.0, 12_000  # logits are summed up in bins of 0.01
_MAX_STEPS = 100


def calibrate(model: Classifier, data: Any, method: Method = "isotonic") -> Classifier:
    """Return a classifier whose probabilities are right on validation data.

    Parameters
    ----------
    model
        The classifier. A calibration that it has already is replaced, and its thresholds, which
        were those of other probabilities, are left out.
    data
        Examples that it was not trained on, in any form that `huffvec.classify.train` takes.
    method
        ``"isotonic"`` needs scikit-learn and some thousand texts; ``"temperature"`` neither, and is
        less exact. See :mod:`huffvec.classify.calibrating`.

    Raises
    ------
    ConfigError
        If there is no such method.
    CorpusError
        If the examples cannot be read, or the classifier knows none of their labels.
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


def fit_temperature(blocks: Iterable[Answers], is_independent: bool) -> Calibration:
    """Return the temperature, and for independent labels the offsets, with the least log loss."""
    if is_independent:
        return Calibration("temperature", True, *map(_line, sums_by_rank(blocks)))
    line = Curve(np.zeros(1), np.zeros(1), _softmax_slope(thinned(blocks)))
    return Calibration("temperature", False, line)


def fit_isotonic(blocks: Iterable[Answers], is_independent: bool) -> Calibration:
    """Return the rising functions with the least squared errors."""
    require("sklearn.isotonic", "isotonic calibration", "A temperature needs it not.")
    return Calibration("isotonic", is_independent, *map(_isotonic, sums_by_rank(blocks)))


_FITS: dict[str, Callable[[Iterable[Answers], bool], Calibration]] = {
    "temperature": fit_temperature,
    "isotonic": fit_isotonic,
}


class LogitSums:
    """Events by logits: how many there are, how many happened, and the sum of their logits."""

    def __init__(self) -> None:
        self._sums = np.zeros((3, _BINS))

    def add(self, scores: Numbers, are_hits: npt.NDArray[np.bool_]) -> None:
        """Add events: their logits, and whether they happened, both (n,)."""
        scores = np.clip(scores, -_LIMIT, _LIMIT)
        bins = ((scores + _LIMIT) * ((_BINS - 1) / (2 * _LIMIT))).astype(np.int64)
        for row, values in enumerate((None, are_hits, scores)):
            self._sums[row] += np.bincount(bins, values, _BINS)

    def used(self) -> npt.NDArray[np.float64]:
        """Return the numbers of events, of hits, and the logits' means, of bins that have any.

        Half an event at either end is otherwise, so that no share of hits is 0 or 1: that would
        have no logit.
        """
        n, hits, totals = self._sums[:, self._sums[0] > 0]
        means = totals / n
        n[0] += 0.5
        hits[0] += 0.5
        n[-1] += 0.5
        return np.stack([n, hits, means])


def sums_by_rank(blocks: Iterable[Answers]) -> tuple[LogitSums, LogitSums]:
    """Return the events of all labels but the most probable of each text, and of this one."""
    others, top, n_hits = LogitSums(), LogitSums(), 0
    for block in blocks:
        scores, are_hits = logits(block.log_probs), _hits(block)
        is_top = scores.argmax(axis=1)[:, None] == np.arange(scores.shape[1])
        top.add(scores[is_top], are_hits[is_top])
        others.add(scores[~is_top], are_hits[~is_top])
        n_hits += np.count_nonzero(are_hits)
    _check_hits(n_hits)
    return others, top


def _hits(block: Answers) -> npt.NDArray[np.bool_]:
    """Return whether documents have labels, (n_documents, n_labels)."""
    are_hits = np.zeros(block.log_probs.shape, bool)
    are_hits[block.known()] = True
    return are_hits


def _check_hits(n_hits: int) -> None:
    """Raise CorpusError unless there is a label."""
    if not n_hits:
        raise CorpusError(
            "nothing to calibrate on: no text that has features has a label that the classifier "
            "knows"
        )


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
    _check_hits(sum(len(block.known()[0]) for block in blocks))
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


def _isotonic(sums: LogitSums) -> Curve:
    """Return the rising function through the centres of the blocks of an isotonic regression."""
    from sklearn.isotonic import isotonic_regression

    n, hits, means = sums.used()
    shares = isotonic_regression(hits / n, sample_weight=n)
    starts = np.flatnonzero(np.diff(shares, prepend=-1.0) > 0)
    centres = np.add.reduceat(n * means, starts) / np.add.reduceat(n, starts)
    return Curve(centres, np.log(shares / (1 - shares))[starts], LEAST_RISE)


def _line(sums: LogitSums) -> Curve:
    """Return the logistic regression of hits on logits, by Newton's method."""
    n, hits, means = sums.used()
    x = np.stack([means, np.ones(len(means))])
    found = np.array([1.0, 0.0])

    def loss(numbers: Numbers) -> float:
        scores = numbers @ x
        return float(n @ np.logaddexp(0, scores) - hits @ scores)

    for _ in range(_MAX_STEPS):
        probs = 1 / (1 + np.exp(-(found @ x)))
        gradient = x @ (n * probs - hits)
        curvature = (x * (n * probs * (1 - probs))) @ x.T
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), gradient)
        new = _moved(found, step)
        while loss(new) > loss(found) and np.abs(step).max() > 1e-9:
            step /= 2
            new = _moved(found, step)
        is_done = np.abs(new - found).max() < 1e-9
        found = new
        if is_done:
            break
    return Curve(np.zeros(1), found[1:], float(found[0]))


def _moved(found: Numbers, step: Numbers) -> Numbers:
    """Return slope and offset after a step, the slope within its limits."""
    slope, offset = (found - step).tolist()
    return np.array([min(max(slope, LEAST_SLOPE), MOST_SLOPE), offset])
