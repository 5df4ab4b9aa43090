"""How good a classifier is on examples that it was not trained on.

Labels of the examples that the classifier does not know count as labels that it did not find. What
is summed up is bounded by the number of labels, whatever the number of examples, but for one
probability of each example.

Where one label of several is due, a document with several labels stands for as many events: a
label with the probability p is the one that was drawn of them, and the expected calibration error
and the log loss are means over the labels. Where labels are independent, the most probable one is
right if it is among them.

Where examples have weights, precision, recall, F1, nDCG and the log loss are those of a set in
which each example came so often. Calibration and confusion count examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import largest
from huffvec.checks import check_float, check_int, must_be
from huffvec.classify.answers import Answers, LabelNames, answers
from huffvec.classify.confusion import PairCounts
from huffvec.classify.logits import log_complements
from huffvec.classify.results import AtK, LabelScores, Scores, TestResult
from huffvec.errors import CorpusError
from huffvec.evaluation.reliability import OctaveSums, expected_error, log_error, top_bins

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier

CUTOFFS = (1, 3, 5)


def measure(
    model: Classifier,
    data: Any,
    k: int | Sequence[int] | None = None,
    threshold: float | None = None,
) -> TestResult:
    """Measure a classifier on examples, as `huffvec.classify.Classifier.test` does."""
    cutoffs = cutoffs_of(k, len(model.labels))
    decision = Decision.of(model, threshold)
    names = LabelNames(model.labels.words)
    tally = Tally(cutoffs, decision, model.is_independent)
    for block in answers(model, data, names):
        tally.add(block)
    return tally.result(names.names, len(model.labels))


def cutoffs_of(k: int | Sequence[int] | None, n_labels: int) -> tuple[int, ...]:
    """Return the numbers of labels that are looked at, ascending."""
    if k is None:
        return tuple(one for one in CUTOFFS if one <= n_labels)
    several = [k] if np.ndim(k) == 0 else list(k)  # type: ignore[arg-type]
    if not several:
        raise must_be("k", "a number or several", k)
    return tuple(sorted({check_int("k", one, 1, n_labels) for one in several}))


@dataclass(frozen=True, eq=False)
class Decision:
    """Which labels are predicted: the most probable one, or those from a threshold on.

    Attributes
    ----------
    name
        That in words.
    thresholds
        For each label, float32 (n_labels,); ``None``: the most probable label.
    """

    name: str
    thresholds: npt.NDArray[np.float32] | None = None

    @classmethod
    def of(cls, model: Classifier, threshold: float | None) -> Decision:
        """Return what is given, or the classifier's own, as `Classifier.test` says."""
        if threshold is None and model.thresholds is not None:
            return cls("from each label's threshold on", model.thresholds)
        if threshold is None and not model.is_independent:
            return cls("the most probable")
        least = 0.5 if threshold is None else check_float("threshold", threshold, 0, 1)
        return cls(f"from {least:g} on", np.full(len(model.labels), least, np.float32))

    def predicted(
        self, probs: npt.NDArray[np.float32], tops: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return rows and ids of the predicted labels; tops are the most probable ones."""
        if self.thresholds is None:
            return np.arange(len(tops)), tops
        rows, ids = np.nonzero(probs >= self.thresholds)
        return rows, ids


class Ranks:
    """How many of the k most probable labels are right, summed over documents."""

    def __init__(self, cutoffs: Sequence[int]) -> None:
        self.cutoffs = cutoffs
        self.hits, self.gains = np.zeros((2, len(cutoffs)))

    def add(
        self,
        hits: npt.NDArray[np.bool_],
        n_true: npt.NDArray[np.int64],
        weights: npt.NDArray[np.float64],
    ) -> None:
        """Add whether labels are right, best first, (n_documents, k), and how many could be.

        Weights say how much each document counts.
        """
        discounts = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
        ideal = np.cumsum(discounts)
        for place, k in enumerate(self.cutoffs):
            self.hits[place] += weights @ hits[:, :k].sum(axis=1)
            gains = hits[:, :k] @ discounts[:k]
            self.gains[place] += weights @ (gains / ideal[np.minimum(n_true, k) - 1])

    def at(self, n: float, n_true: float) -> tuple[AtK, ...]:
        """Return the measures of n documents with n_true labels, both by weight."""
        numbers = zip(self.cutoffs, self.hits.tolist(), self.gains.tolist(), strict=True)
        return tuple(AtK(k, hits / (n * k), hits / n_true, gain / n) for k, hits, gain in numbers)


class Tally:
    """What is kept of a test while it goes on."""

    def __init__(self, cutoffs: Sequence[int], decision: Decision, is_independent: bool) -> None:
        self.cutoffs, self.decision, self.is_independent = cutoffs, decision, is_independent
        self.n_examples = self.n_empty = self.n_labels = self.n_known = 0
        self.weight = self.known_weight = 0.0  # of examples, and of their labels that are known
        self.ranks = Ranks(cutoffs)
        self.loss = 0.0
        self.counts = np.zeros((3, 0))  # true, predicted, both, by label
        self.tops: list[npt.NDArray[np.float32]] = []
        self.are_top: list[npt.NDArray[np.bool_]] = []
        self.octaves = OctaveSums()
        self.pairs = PairCounts()

    def add(self, block: Answers) -> None:
        """Add the answers to some documents."""
        probs = np.exp(block.log_probs).astype(np.float32)
        best = largest(block.log_probs, self.cutoffs[-1])
        rows = np.repeat(np.arange(len(best)), best.shape[1])
        hits = block.are_true(rows, best.ravel()).reshape(best.shape)
        self.n_examples += len(probs)
        self.n_empty += int(block.is_empty.sum())
        self.n_labels += len(block.ids)
        self.weight += float(block.weights.sum())
        self.ranks.add(hits, block.n_true, block.weights)
        self._add_decisions(block, probs, best[:, 0])
        self._add_confusion(block, best[:, 0], hits[:, 0])
        self._add_probs(block, probs, best[:, 0], hits[:, 0])

    def _add_decisions(
        self, block: Answers, probs: npt.NDArray[np.float32], tops: npt.NDArray[np.int64]
    ) -> None:
        rows, predicted = self.decision.predicted(probs, tops)
        are_right = block.are_true(rows, predicted)
        pairs = (block.rows, block.ids), (rows, predicted), (rows[are_right], predicted[are_right])
        n = max(block.n_labels, self.counts.shape[1], int(block.ids.max(initial=-1)) + 1)
        self.counts = np.pad(self.counts, ((0, 0), (0, n - self.counts.shape[1])))
        for row, (documents, ids) in enumerate(pairs):
            self.counts[row] += np.bincount(ids, block.weights[documents], n)

    def _add_confusion(
        self, block: Answers, tops: npt.NDArray[np.int64], are_right: npt.NDArray[np.bool_]
    ) -> None:
        wrong = ~are_right[block.rows]
        true = np.concatenate([tops[are_right], block.ids[wrong]])
        self.pairs.add(true, np.concatenate([tops[are_right], tops[block.rows[wrong]]]))

    def _add_probs(
        self,
        block: Answers,
        probs: npt.NDArray[np.float32],
        tops: npt.NDArray[np.int64],
        are_right: npt.NDArray[np.bool_],
    ) -> None:
        rows, ids = block.known()
        self.n_known += len(ids)
        top_probs = probs[np.arange(len(tops)), tops]
        weights = block.weights[rows]
        self.known_weight += float(weights.sum())
        self.loss -= float(weights @ block.log_probs[rows, ids])
        if self.is_independent:
            self.loss += _losses_of_others(block, rows, ids)
            self.tops.append(top_probs)
            self.are_top.append(are_right)
            self.octaves.add(probs, probs[rows, ids])
        else:
            self.tops.append(top_probs[block.rows])
            self.are_top.append(block.ids == tops[block.rows])
            self.octaves.add(probs, probs[rows, ids], block.n_true)

    def result(self, names: Sequence[str], n_known: int) -> TestResult:
        """Return the measures; names are those of known labels, then of others."""
        true, predicted, right = self.counts
        if not self.n_known:
            raise CorpusError(_none_known(names, n_known))
        if not self.known_weight:
            raise CorpusError("all examples whose labels the classifier knows have the weight 0")
        came = np.flatnonzero(true + predicted)
        labels = tuple(
            LabelScores(*_scores(*counts), names[i], *map(_whole, counts[:2]))
            for i, counts in zip(came.tolist(), self.counts[:, came].T.tolist(), strict=True)
        )
        tops = top_bins(np.concatenate(self.tops), np.concatenate(self.are_top))
        bins = self.octaves.bins()
        n_true = float(true.sum())
        return TestResult(
            n_examples=self.n_examples,
            n_labels=self.n_labels,
            n_unknown=self.n_labels - self.n_known,
            unknown=tuple(names[n_known:]),
            n_empty=self.n_empty,
            at=self.ranks.at(self.weight, n_true),
            decision=self.decision.name,
            micro=Scores(*_scores(n_true, float(predicted.sum()), float(right.sum()))),
            macro=_macro(labels),
            labels=labels,
            log_loss=self.loss / (self.weight if self.is_independent else self.known_weight),
            **dict(zip(("ece", "ece_by_chance"), expected_error(tops), strict=True)),
            **dict(zip(("log_error", "log_error_by_chance"), log_error(bins), strict=True)),
            top_bins=tops,
            label_bins=bins,
            confusion=self.pairs.confusion(names),
        )


def _losses_of_others(
    block: Answers, rows: npt.NDArray[np.int64], ids: npt.NDArray[np.int64]
) -> float:
    """Return the sum of -log(1 - p) of all labels but those."""
    complements, weights = -log_complements(block.log_probs), block.weights
    of_all = weights @ complements.sum(axis=1, dtype=np.float64)
    return float(of_all - weights[rows] @ complements[rows, ids])


def _whole(count: float) -> int | float:
    """Return a count as a whole number, which it is where examples have no weights."""
    return int(count) if count.is_integer() else count


def _none_known(names: Sequence[str], n_known: int) -> str:
    others, own = (
        ", ".join(map(repr, part[:3])) + (" …" if len(part) > 3 else "")
        for part in (names[n_known:], names[:n_known])
    )
    return f"the classifier knows none of the examples' labels ({others}): its own are {own}"


def _scores(n_true: float, n_predicted: float, n_right: float) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    return (
        n_right / (n_predicted or 1),
        n_right / (n_true or 1),
        2 * n_right / (n_true + n_predicted or 1),
    )


def _macro(labels: Iterable[LabelScores]) -> Scores:
    """Return the means over labels."""
    numbers = [(one.precision, one.recall, one.f1) for one in labels]
    precision, recall, f1 = np.mean(numbers, axis=0).tolist()
    return Scores(precision, recall, f1)
