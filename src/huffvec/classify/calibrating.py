"""Probabilities made right on validation data, without another training.

A rising function is put over what the classifier says. It keeps the order of a document's labels,
so precision at k stays as it is.

* **Temperature** (Guo et al. 2017, "On calibration of modern neural networks"). Where one label is
  due, p' ∝ p^(1/T); where several can be, logit p' = logit p / T + b (Platt 1999), since rare
  labels need their base rate, too. T and b have the least log loss on the validation data.
* **Isotonic** (Zadrozny & Elkan 2002, "Transforming classifier scores into accurate multiclass
  probability estimates"). One rising function for the probabilities of all labels, since most have
  too few examples for one of their own (Zhang, Kailkhura, Han 2020, "Mix-n-Match"). It goes
  straight from centre to centre of the blocks of the isotonic regression, in logits (Oron &
  Flournoy 2017, "Centered isotonic regression"), and beyond them hardly rises.

The most probable label of a document has a function of its own (Gupta & Ramdas 2022, "Top-label
calibration"), but for a temperature where one label is due: it is right more often than others of
the same probability, since every document has a label. The other labels share out what it leaves;
or, where documents have several labels, the probability of each becomes its own, also of objectives
that share out 1 among the labels; no other label becomes more probable than that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.classify.logits import Numbers, log_complements, log_sigmoids, logits, normalised
from huffvec.classify.thresholds import THRESHOLDS
from huffvec.errors import FormatError

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier


_NAME = "calibration"
LEAST_RISE = 1e-3  # of logits, where they would be the same but for keeping the order
_ARRAYS = tuple(f"{_NAME}.{name}" for name in ("before", "after", "top_before", "top_after"))


@dataclass(frozen=True, eq=False)
class Curve:
    """A rising function of logits: straight between points, and with one slope beyond them.

    Attributes
    ----------
    before, after
        The points, both ascending, float64 (n_points,). One point and a slope make a line.
    slope
        More than 0.
    """

    before: npt.NDArray[np.float64]
    after: npt.NDArray[np.float64]
    slope: float

    def __call__(self, scores: Numbers) -> Numbers:
        """Return what logits become, of any shape."""
        inside = np.clip(scores, self.before[0], self.before[-1])
        found: Numbers = np.interp(inside, self.before, self.after)
        found += self.slope * (scores - inside)
        return found


@dataclass(frozen=True, eq=False)
class Calibration:
    """What is put over a classifier's log-probabilities.

    Attributes
    ----------
    method
        ``"temperature"`` or ``"isotonic"``.
    is_independent
        Whether the probability of each label becomes its own; else they sum to 1.
    curve
        What logits become. Of a temperature where one label is due, its slope is 1 / T, by which
        log-probabilities are multiplied.
    top
        The same of the most probable label of each document; ``None`` of such a temperature.
    """

    method: str
    is_independent: bool
    curve: Curve
    top: Curve | None = None

    def log_probs(self, log_probs: Numbers) -> Numbers:
        """Return calibrated log-probabilities for those of the output layer.

        Both are (n_documents, n_labels), of all labels; where the probability of each is its own,
        of the most probable ones is enough.
        """
        if self.top is None:
            return normalised(self.curve.slope * log_probs)
        scores = logits(log_probs)
        best = np.arange(len(scores)), scores.argmax(axis=1)
        found, top = self.curve(scores), self.top(scores[best])
        if self.is_independent:
            below = LEAST_RISE * (scores[best][:, None] - scores)
            found = np.minimum(found, top[:, None] - below)
            found[best] = top
            return log_sigmoids(found)
        found = log_sigmoids(found)
        found[best] = -np.inf
        found = normalised(found)
        # Where q is the share of the next label in what is left, 1 / (1 + 1/q) is as much as it.
        top = log_sigmoids(np.maximum(top, found.max(axis=1) + LEAST_RISE))
        found += log_complements(top)[:, None]
        found[best] = top
        return found


def with_calibration(model: Classifier, calibration: Calibration | None) -> Classifier:
    """Return a classifier with another calibration, or none, and without thresholds.

    Thresholds were those of other probabilities.
    """
    extra = {name: value for name, value in model.extra.items() if name != _NAME}
    gone = (*_ARRAYS, THRESHOLDS)
    arrays = {name: array for name, array in model.extra_arrays.items() if name not in gone}
    if calibration is not None:
        curves = [calibration.curve, *([] if calibration.top is None else [calibration.top])]
        points = [points for curve in curves for points in (curve.before, curve.after)]
        arrays |= dict(zip(_ARRAYS, points, strict=False))
        slopes = [curve.slope for curve in curves]
        extra[_NAME] = {
            "method": calibration.method,
            "is_independent": calibration.is_independent,
            "slopes": slopes,
        }
    return replace(model, extra=extra, extra_arrays=arrays)


def stored_calibration(
    extra: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]
) -> Calibration | None:
    """Return the calibration that `with_calibration` put into `Classifier.extra`, if any.

    Raises
    ------
    FormatError
        If numbers are missing, or are none that such a calibration can have.
    """
    values = extra.get(_NAME)
    if values is None:
        return None
    method, slopes = values.get("method"), values.get("slopes")
    is_independent = values.get("is_independent") is True
    points = [np.asarray(arrays.get(name, []), np.float64) for name in _ARRAYS]
    if method in ("temperature", "isotonic") and isinstance(slopes, list) and slopes:
        curves = [
            Curve(before, after, slope)
            for before, after, slope in zip(points[::2], points[1::2], slopes, strict=False)
        ]
        has_top = is_independent or method == "isotonic"
        if all(map(_is_rising, curves)) and len(curves) == 1 + has_top:
            return Calibration(method, is_independent, *curves)
    raise FormatError(f"the file's calibration cannot be used: {dict(values)!r:.80}")


def _is_rising(curve: Curve) -> bool:
    points = curve.before, curve.after
    if curve.before.ndim != 1 or curve.before.shape != curve.after.shape or not curve.before.size:
        return False
    rises = all(np.isfinite(one).all() and (np.diff(one) > 0).all() for one in points)
    return rises and isinstance(curve.slope, float) and curve.slope > 0
