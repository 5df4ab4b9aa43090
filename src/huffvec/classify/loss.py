"""How well examples that were not trained on are predicted: exact, comparable between objectives.

With labels of which one is due, a label's loss is −log p(label | document), and the mean is over
all labels. Where objectives predict sets, a document's loss is the sum over all labels l of the
vocabulary of −log p(l) if the document has it, else of −log(1 − p(l)): the mean is over documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from huffvec.classify.logits import Numbers, log_complements

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier
    from huffvec.classify.examples import Examples

_PROBABILITIES = 1 << 22  # in memory at once
_SURE = -1e-38  # log p of a label that is as good as certain, so that 1 − p is not 0


class Measured(NamedTuple):
    """How well examples are predicted.

    Attributes
    ----------
    loss
        The mean loss in nats, in which the examples' weights count.
    precision
        Share of the examples whose most probable label is one of theirs.
    """

    loss: float
    precision: float


def measured(model: Classifier, examples: Examples) -> Measured:
    """Return how well examples are predicted; every one of them has a label."""
    total = weight = right = 0.0
    step = max(1, _PROBABILITIES // len(model.labels))
    for start in range(0, len(examples), step):
        part = examples.take(np.arange(start, min(start + step, len(examples))))
        log_probs: Numbers = model.log_probs(part.bags).astype(np.float64)
        rows = np.repeat(np.arange(len(part)), np.diff(part.label_offsets))
        right += np.count_nonzero(log_probs.argmax(axis=1)[rows] == part.label_ids)
        of_labels = log_probs[rows, part.label_ids]
        if model.bound.objective.for_labels:
            log_probs = log_of_rest(log_probs)
            log_probs[rows, part.label_ids] = of_labels
            losses, rows = -log_probs.sum(axis=1), np.arange(len(part))
        else:
            losses = -of_labels
        weights = np.ones(len(part)) if part.weights is None else part.weights.astype(np.float64)
        total += float(losses @ weights[rows])
        weight += float(weights[rows].sum())
    return Measured(total / weight, right / len(examples))


def log_of_rest(log_probs: Numbers) -> Numbers:
    """Return log(1 − p) from log p, where p is never quite 1."""
    return log_complements(np.minimum(log_probs, _SURE, dtype=float))
