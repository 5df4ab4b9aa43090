"""What a classifier says of documents whose labels are known, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import slices
from huffvec.classify.features import Bags

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

BLOCK_NUMBERS = 1 << 22  # probabilities in memory at once


class Answers(NamedTuple):
    """Some documents: what the classifier says, and what is true.

    Attributes
    ----------
    log_probs
        log p(label | document), (n_documents, n_labels).
    rows
        The document of each true label, int64, ascending.
    ids
        The true labels, int64; no two of a document are the same. Ids from n_labels on are those of
        labels that the classifier does not know.
    is_empty
        Whether a document has no feature that the classifier knows, bool (n_documents,).
    weights
        How much each document counts, float64 (n_documents,).
    """

    log_probs: npt.NDArray[np.floating[Any]]
    rows: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    is_empty: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float64]

    @property
    def n_labels(self) -> int:
        """Labels that the classifier knows."""
        return int(self.log_probs.shape[1])

    @property
    def n_true(self) -> npt.NDArray[np.int64]:
        """How many labels each document has, (n_documents,)."""
        return np.bincount(self.rows, minlength=len(self.log_probs))

    def are_true(
        self, rows: npt.NDArray[np.integer[Any]], ids: npt.NDArray[np.integer[Any]]
    ) -> npt.NDArray[np.bool_]:
        """Return for each pair of a document and a label whether it has it."""
        width = max(self.n_labels, int(self.ids.max(initial=0)) + 1)
        return np.isin(rows * width + ids, self.rows * width + self.ids)

    def take(self, order: npt.NDArray[np.int64]) -> Answers:
        """Return some of the documents; order is ascending."""
        places = np.full(len(self.log_probs), -1)
        places[order] = np.arange(len(order))
        rows = places[self.rows]
        is_kept = rows >= 0
        labels = rows[is_kept], self.ids[is_kept]
        return Answers(self.log_probs[order], *labels, self.is_empty[order], self.weights[order])

    def known(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return rows and ids of the true labels that the classifier knows."""
        is_known = self.ids < self.n_labels
        return self.rows[is_known], self.ids[is_known]


class LabelNames:
    """The labels of a classifier, and those of documents that it does not know.

    Attributes
    ----------
    names
        The classifier's labels, then the others as they came.
    """

    def __init__(self, known: Sequence[str]) -> None:
        self.names = list(known)
        self._ids = {name: i for i, name in enumerate(self.names)}

    def pairs(
        self, labels: Sequence[Sequence[str]]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return rows and ids of documents' labels, as in `Answers`."""
        of_documents = [dict.fromkeys(of_one) for of_one in labels]
        for label in (label for of_one in of_documents for label in of_one):
            if label not in self._ids:
                self._ids[label] = len(self.names)
                self.names.append(label)
        rows = np.repeat(np.arange(len(labels)), [len(of_one) for of_one in of_documents])
        ids = [self._ids[label] for of_one in of_documents for label in of_one]
        return rows, np.array(ids, np.int64)


def answers(model: Classifier, data: Any, names: LabelNames) -> Iterator[Answers]:
    """Yield what a classifier says of examples, in order.

    Parameters
    ----------
    model
        The classifier.
    data
        The examples, read or in any form that `huffvec.classify.train` takes.
    names
        Is told the labels that the classifier does not know.

    Raises
    ------
    CorpusError
        If the examples cannot be read, or there is none.
    """
    bags, labels, weights = encoded(model, data)
    yield from answers_to(model, bags, *names.pairs(labels), weights)


def encoded(
    model: Classifier, data: Any
) -> tuple[Bags, Sequence[Sequence[str]], npt.NDArray[np.float32] | None]:
    """Return the features, the labels and the weights of examples, read or in any form."""
    # Who only predicts needs neither.
    from huffvec.classify.documents import encode_examples
    from huffvec.corpus.labelled import Labelled, read_examples

    n_threads = model.config.threads()
    found = data
    if not isinstance(data, Labelled):
        found = read_examples(data, model.reading, n_threads=n_threads)
    bags = encode_examples(model.features, model.labels, found.pieces, n_threads).bags
    return bags, found.labels, found.weights


def answers_to(
    model: Classifier,
    bags: Bags,
    rows: npt.NDArray[np.int64],
    ids: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float32] | None = None,
) -> Iterator[Answers]:
    """Yield what a classifier says of documents, block by block.

    Parameters
    ----------
    model
        The classifier.
    bags
        The documents' features.
    rows, ids
        The documents' labels, as in `Answers`.
    weights
        How much documents count, float32 (n_documents,); 1 if left out.
    """
    weights = np.ones(len(bags), np.float32) if weights is None else weights
    for part in slices(len(bags), BLOCK_NUMBERS // len(model.labels)):
        own, inside = bags.part(part), slice(*np.searchsorted(rows, [part.start, part.stop]))
        log_probs = model.log_probs(own)
        labels = rows[inside] - part.start, ids[inside]
        yield Answers(log_probs, *labels, are_empty(own), weights[part].astype(np.float64))


def are_empty(bags: Bags) -> npt.NDArray[np.bool_]:
    """Return for each document whether it has no feature that has a row."""
    is_empty: npt.NDArray[np.bool_] = np.diff(bags.offsets) == 0
    return is_empty
