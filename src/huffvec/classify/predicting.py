"""The most probable labels of texts, a block at a time on all threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows, largest, slices
from huffvec.checks import check_float, check_int
from huffvec.classify.answers import are_empty
from huffvec.classify.texts import as_lines, as_pieces, as_texts
from huffvec.threads import (
    MAX_THREADS,
    allowed_threads,
    in_order,
    in_threads,
    limited_threads,
)
from huffvec.weights import INPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

BLOCK_TEXTS = 512


class Predictions(NamedTuple):
    """The most probable labels of texts, best first.

    Attributes
    ----------
    labels
        Objects (n_texts, k): text; empty where the probability is below the threshold.
    probabilities
        float32 (n_texts, k); 0 there.
    """

    labels: npt.NDArray[np.object_]
    probabilities: npt.NDArray[np.float32]


class Asking(NamedTuple):
    """What a classifier is asked: the k most probable labels from a probability on.

    Attributes
    ----------
    model
        The classifier.
    k
        How many labels of a text, at most all.
    threshold
        Labels that are less probable are left out; ``None``: the classifier's own thresholds.
    """

    model: Classifier
    k: int
    threshold: float | None

    @classmethod
    def of(cls, model: Classifier, k: int, threshold: float | None) -> Asking:
        """Return what is asked.

        Raises
        ------
        ConfigError
            If k or threshold is out of its range.
        """
        if threshold is not None:
            threshold = check_float("threshold", threshold, 0.0, 1.0)
        _ = model.features.encoder, model.predictor  # made once, before threads ask for them
        return cls(model, min(check_int("k", k, 1, 2**62), len(model.labels)), threshold)

    def of_texts(self, texts: Sequence[str]) -> Predictions:
        """Return what is predicted for texts, on all threads."""
        texts = as_texts(texts)
        nothing = self.of_lines(as_lines(texts[:0]))
        blocks = slices(len(texts), BLOCK_TEXTS)
        parts = in_threads(lambda part: self.of_lines(as_lines(texts[part])), blocks)
        if len(parts) == 1:
            return parts[0]
        labels, probabilities = zip(nothing, *parts, strict=True)
        return Predictions(np.concatenate(labels), np.concatenate(probabilities))

    def of_pieces(self, pieces: Iterable[bytes], n_threads: int) -> Iterator[Predictions]:
        """Yield what is predicted for pieces of lines, in their order."""
        n_threads = check_int("n_threads", n_threads, 0, MAX_THREADS) or allowed_threads()
        return in_order(self.of_lines, as_pieces(pieces), n_threads)

    def of_lines(self, lines: bytes) -> Predictions:
        """Return what is predicted for lines of text, in this thread."""
        with limited_threads(1):
            return self.of_hidden(*hidden_of_lines(self.model, lines))

    def of_hidden(
        self, hidden: npt.NDArray[np.float32], is_empty: npt.NDArray[np.bool_]
    ) -> Predictions:
        """Return what is predicted for hidden vectors of documents, some without features."""
        return self._predictions(*self.top_ids(hidden, is_empty))

    def top_ids(
        self, hidden: npt.NDArray[np.float32], is_empty: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return the ids of the most probable labels, and how probable they are, (n_hidden, k)."""
        ids = np.empty((len(hidden), self.k), np.int64)
        probs = np.empty((len(hidden), self.k), np.float32)
        for part in slices(len(hidden), block_rows(len(self.model.labels))):
            ids[part], log_probs = self._top(hidden[part])
            np.exp(log_probs, out=probs[part], casting="same_kind")
        if is_empty.any():
            priors = self.model.log_priors
            best = largest(priors[None], self.k)
            ids[is_empty], probs[is_empty] = best, np.exp(priors[best])
        return ids, probs

    def _top(
        self, hidden: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.floating[Any]]]:
        """Return the most probable labels and their log-probabilities, (n_hidden, k)."""
        calibration, predictor = self.model.calibration, self.model.predictor
        if calibration is None or calibration.is_independent:
            ids, best = predictor.top_many(hidden, self.k, n_threads=1)
            return ids, best if calibration is None else calibration.log_probs(best)
        log_probs = calibration.log_probs(predictor.many_log_probs(hidden))
        order = largest(log_probs, self.k)
        return order, np.take_along_axis(log_probs, order, 1)

    def _predictions(
        self, ids: npt.NDArray[np.int64], probs: npt.NDArray[np.float32]
    ) -> Predictions:
        """Return the labels' names, without those below the threshold."""
        labels = self.model.label_names[ids]
        least: float | npt.NDArray[np.float32] | None = self.threshold
        if least is None and self.model.thresholds is not None:
            least = self.model.thresholds[ids]
        if least is not None:
            is_below = probs < least
            labels[is_below], probs[is_below] = "", 0
        return Predictions(labels, probs)


def hidden_of_lines(
    model: Classifier, lines: bytes
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return the hidden vectors of lines of text, and which lines have no feature."""
    table = model.weights.get(INPUT_VECTORS.name)
    if table is None:  # it is quantized
        bags = model.encode_lines(lines)
        return model.hidden(bags), are_empty(bags)
    transform = model.reading.transform
    lines = transform.text(lines) if transform else lines
    sums, is_empty = model.features.encoder.sum(lines, table, allowed_threads())
    return sums.reshape(len(is_empty), table.shape[1]), is_empty


def all_probabilities(model: Classifier, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the probability of every label for texts, float32 (n_texts, n_labels)."""
    texts = as_texts(texts)
    probs = np.empty((len(texts), len(model.labels)), np.float32)

    def fill(part: slice) -> None:
        with limited_threads(1):
            log_probs = model.log_probs(model.encode(texts[part]))
        np.exp(log_probs, out=probs[part], casting="same_kind")

    size = min(BLOCK_TEXTS, block_rows(len(model.labels)))
    in_threads(fill, slices(len(texts), size))
    return probs
