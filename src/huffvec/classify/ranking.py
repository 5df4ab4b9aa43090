"""How good the most probable labels are, without the probabilities of all others.

A search finds the best labels in a tree of 100,000 by scoring some hundreds of its nodes; the other
measures of a test need all probabilities of every document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.arrays import slices
from huffvec.classify.answers import LabelNames, are_empty, encoded
from huffvec.classify.measures import Ranks, cutoffs_of
from huffvec.classify.predicting import Asking
from huffvec.classify.results import AtK

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

BLOCK_DOCUMENTS = 4_096


def measure_top(
    model: Classifier, data: Any, k: int | Sequence[int] | None = None
) -> tuple[AtK, ...]:
    """Measure the k most probable labels of examples, for classifiers of very many labels.

    Parameters
    ----------
    model
        The classifier.
    data, k
        As for `Classifier.test`, whose ``at`` is the same, but where labels are equally probable.

    Returns
    -------
    tuple of AtK
        Precision, recall and nDCG for each k, ascending.

    Raises
    ------
    ConfigError
        If k is out of its range.
    CorpusError
        If the examples cannot be read, or there is none.
    """
    ranks = Ranks(cutoffs_of(k, len(model.labels)))
    asking = Asking.of(model, ranks.cutoffs[-1], None)
    bags, labels, given = encoded(model, data)
    weights = np.ones(len(bags)) if given is None else given.astype(np.float64)
    rows, ids = LabelNames(model.labels.words).pairs(labels)
    width = int(ids.max(initial=0)) + len(model.labels) + 1
    pairs = rows * width + ids
    n_true = np.bincount(rows, minlength=len(bags))
    for part in slices(len(bags), BLOCK_DOCUMENTS):
        own = bags.part(part)
        best, _ = asking.top_ids(model.hidden(own), are_empty(own))
        places = np.arange(part.start, part.stop)[:, None] * width + best
        ranks.add(np.isin(places, pairs), n_true[part], weights[part])
    return ranks.at(float(weights.sum()), float(weights[rows].sum()))
