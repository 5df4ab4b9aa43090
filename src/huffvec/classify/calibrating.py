"""Probabilities made right on validation data, without another training.

A function with few numbers is put over what the classifier says. It keeps the order of a document's
labels, so precision at k stays as it is.

* **Temperature** (Guo et al. 2017, "On calibration of modern neural networks"). Where one label is
  due, p' ∝ p^(1/T); where several can be, logit p' = logit p / T + b (Platt 1999), since rare
  labels need their base rate, too. T and b have the least log loss on the validation data.
* **Isotonic** (Zadrozny & Elkan 2002, "Transforming classifier scores into accurate multiclass
  probability estimates"). One rising function for the probabilities of all labels, since most have
  too few examples for one of their own (Zhang, Kailkhura, Han 2020, "Mix-n-Match"); then, where
  one label is due, p' is divided by its sum. It goes straight from centre to centre of the blocks
  of the isotonic regression, in logits (Oron & Flournoy 2017, "Centered isotonic regression"), and
  with slope 1 beyond them: so no two probabilities become the same.

Where documents have several labels, the probability of each label becomes its own, also of
objectives that share out 1 among the labels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.classify.logits import Numbers, log_sigmoids, logits, normalised
from huffvec.classify.thresholds import THRESHOLDS
from huffvec.errors import FormatError

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier


_NAME = "calibration"
_ARRAYS = (f"{_NAME}.before", f"{_NAME}.after", THRESHOLDS)


class Calibration(ABC):
    """What is put over a classifier's log-probabilities.

    Attributes
    ----------
    is_independent
        Whether the probability of each label becomes its own; else they sum to 1.
    """

    method: ClassVar[str]
    is_independent: bool

    @abstractmethod
    def log_probs(self, log_probs: Numbers) -> Numbers:
        """Return calibrated log-probabilities for those of the output layer.

        Both are (n_documents, n_labels).
        """

    def to_dict(self) -> dict[str, Any]:
        """Return the method and its single values as JSON values."""
        return {"method": self.method, "is_independent": self.is_independent}

    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the method's other numbers by name."""
        return {}


@dataclass(frozen=True)
class Temperature(Calibration):
    """Logits divided by a temperature.

    Attributes
    ----------
    is_independent
        Whether the probability of each label becomes its own; else they sum to 1.
    temperature
        More than 1: the classifier was too sure.
    offset
        Added to the logits of independent labels.
    """

    method: ClassVar[str] = "temperature"

    is_independent: bool
    temperature: float
    offset: float = 0.0

    def log_probs(self, log_probs: Numbers) -> Numbers:
        """Return calibrated log-probabilities, (n_documents, n_labels)."""
        if self.is_independent:
            return log_sigmoids(logits(log_probs) / self.temperature + self.offset)
        return normalised(log_probs / self.temperature)

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        return {**super().to_dict(), "temperature": self.temperature, "offset": self.offset}


@dataclass(frozen=True, eq=False)
class Isotonic(Calibration):
    """Logits by a rising function.

    Attributes
    ----------
    is_independent
        Whether the probability of each label becomes its own; else they sum to 1.
    before, after
        Logits of the classifier and what they become, rising, float64 (n_points,).
    """

    method: ClassVar[str] = "isotonic"

    is_independent: bool
    before: npt.NDArray[np.float64]
    after: npt.NDArray[np.float64]

    def log_probs(self, log_probs: Numbers) -> Numbers:
        """Return calibrated log-probabilities, (n_documents, n_labels)."""
        found = logits(log_probs)
        inside = np.clip(found, self.before[0], self.before[-1])
        calibrated = np.interp(inside, self.before, self.after) + (found - inside)
        log_calibrated = log_sigmoids(calibrated)
        return log_calibrated if self.is_independent else normalised(log_calibrated)

    def arrays(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the points of the function."""
        return {"before": self.before, "after": self.after}


def with_calibration(model: Classifier, calibration: Calibration | None) -> Classifier:
    """Return a classifier with another calibration, or none, and without thresholds.

    Thresholds were those of other probabilities.
    """
    extra = {name: value for name, value in model.extra.items() if name != _NAME}
    arrays = {name: array for name, array in model.extra_arrays.items() if name not in _ARRAYS}
    if calibration is not None:
        extra[_NAME] = calibration.to_dict()
        arrays |= {f"{_NAME}.{name}": array for name, array in calibration.arrays().items()}
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
    method, is_independent = values.get("method"), values.get("is_independent") is True
    if method == Temperature.method:
        temperature, offset = values.get("temperature"), values.get("offset")
        if isinstance(temperature, float) and isinstance(offset, float) and temperature > 0:
            return Temperature(is_independent, temperature, offset)
    elif method == Isotonic.method:
        points = [np.asarray(arrays.get(name, []), np.float64) for name in _ARRAYS[:2]]
        fit = points[0].ndim == 1 and points[0].shape == points[1].shape and points[0].size > 0
        if fit and all(np.isfinite(one).all() and (np.diff(one) > 0).all() for one in points):
            return Isotonic(is_independent, *points)
    raise FormatError(f"the file's calibration cannot be used: {dict(values)!r:.80}")
