"""From which probability on a label is said to be there: thresholds, one for all or each its own.

The threshold of a label by F1 is the one at which F1 = 2·tp / (2·tp + fp + fn) is largest on
validation data. For probabilities that are right it is half of that F1 (Lipton, Elkan,
Naryanaswamy 2014, "Optimal thresholding of classifiers to maximize F1 measure"), so a label whose
threshold were under `LEAST` would have an F1 under 2·`LEAST`. Less probable labels are therefore
not looked at, and memory is bounded: of probabilities that sum to s there are s / `LEAST` at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.classify.answers import Answers, LabelNames, answers
from huffvec.errors import FormatError

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

THRESHOLDS = "thresholds"  # among the arrays of a classifier
LEAST = 0.01


def choose_thresholds(model: Classifier, data: Any) -> Classifier:
    """Return a classifier that predicts each label from the probability on with the largest F1.

    Parameters
    ----------
    model
        The classifier. Calibrate it before: thresholds are for its probabilities.
    data
        Examples that it was not trained on, in any form that `huffvec.classify.train` takes.

    Raises
    ------
    CorpusError
        If the examples cannot be read.
    """
    blocks = answers(model, data, LabelNames(model.labels.words))
    found = thresholds_by_f1(blocks, len(model.labels))
    return replace(model, extra_arrays={**model.extra_arrays, THRESHOLDS: found})


def stored_thresholds(
    arrays: Mapping[str, npt.NDArray[Any]], n_labels: int
) -> npt.NDArray[np.float32] | None:
    """Return the thresholds that `choose_thresholds` put into `Classifier.extra_arrays`, if any.

    Raises
    ------
    FormatError
        If they are no number for each label.
    """
    found = arrays.get(THRESHOLDS)
    if found is None:
        return None
    if found.shape != (n_labels,) or found.dtype != np.float32 or not np.isfinite(found).all():
        raise FormatError(
            f"the file's thresholds should be {n_labels} float32 numbers and are {found.dtype} of "
            f"shape {found.shape}"
        )
    return found


def thresholds_by_f1(blocks: Iterable[Answers], n_labels: int) -> npt.NDArray[np.float32]:
    """Return for each label the threshold at which its F1 is largest, float32 (n_labels,).

    It is in the middle between two probabilities that came. Of labels that are never right it is
    1/2, as for want of anything better.

    Parameters
    ----------
    blocks
        Answers to validation data.
    n_labels
        How many labels the classifier has.
    """
    parts, n_true = [], np.zeros(n_labels, np.int64)
    for block in blocks:
        n_true += np.bincount(block.known()[1], minlength=n_labels)
        rows, ids = np.nonzero(block.log_probs >= np.log(LEAST))
        probs = np.exp(block.log_probs[rows, ids]).astype(np.float32)
        parts.append((ids, probs, block.are_true(rows, ids)))
    ids, probs, hits = map(np.concatenate, zip(*parts, strict=True))
    order = np.lexsort((-probs, ids))
    ids, probs, hits = ids[order], probs[order], hits[order]
    bounds = np.searchsorted(ids, np.arange(n_labels + 1))
    found = np.full(n_labels, 0.5, np.float32)
    for i in np.flatnonzero(np.diff(bounds) > 0):
        part = slice(bounds[i], bounds[i + 1])
        found[i] = _best(probs[part], hits[part], int(n_true[i]), found[i])
    return found


def _best(
    probs: npt.NDArray[np.float32], hits: npt.NDArray[np.bool_], n_true: int, otherwise: float
) -> float:
    """Return the threshold of a label, from its probabilities, the largest first."""
    ends = np.flatnonzero(np.append(probs[1:] < probs[:-1], True))  # equal ones go together
    f1 = 2 * np.cumsum(hits)[ends] / (ends + 1 + n_true)
    best = int(f1.argmax())
    if f1[best] == 0:
        return otherwise
    least = probs[ends[best]]
    below = probs[ends[best] + 1] if best + 1 < len(ends) else np.float32(LEAST)
    middle = (least + below) / 2
    return float(middle if middle > below else least)  # neighbours have no number between them
