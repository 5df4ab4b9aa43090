"""What a test of a classifier found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from huffvec.classify.confusion import Confusion
from huffvec.evaluation.reliability import ReliabilityBin
from huffvec.html import html_table


@dataclass(frozen=True)
class AtK:
    """How good the k most probable labels are.

    Attributes
    ----------
    k
        How many labels of each document are looked at.
    precision
        The share of them that are right.
    recall
        The share of all documents' labels that are among them.
    ndcg
        Mean of the documents' normalised discounted cumulative gain: Σ 1 / log2(1 + place) over the
        right ones, divided by what it would be if right ones had the first places.
    """

    k: int
    precision: float
    recall: float
    ndcg: float

    def facts(self) -> list[tuple[str, float, str]]:
        """Return names, values and texts of the numbers; nDCG@1 is P@1, and left out."""
        numbers = {"P": self.precision, "R": self.recall, "nDCG": self.ndcg}
        if self.k == 1:
            del numbers["nDCG"]
        return [(f"{name}@{self.k}", value, f"{value:.4f}") for name, value in numbers.items()]


@dataclass(frozen=True)
class Scores:
    """How good the labels are that were predicted.

    Attributes
    ----------
    precision
        The share of the predicted labels that are right; 0 if none was predicted.
    recall
        The share of the true labels that were predicted; 0 if there is none.
    f1
        The harmonic mean of both.
    """

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class LabelScores(Scores):
    """How good the predictions of one label are.

    Attributes
    ----------
    label
        The label.
    n_true
        Documents that have it, or the sum of their weights if they have some.
    n_predicted
        The same of documents that it was predicted for.
    """

    label: str
    n_true: float
    n_predicted: float


@dataclass(frozen=True)
class TestResult:
    r"""How good a classifier is on examples that it was not trained on.

    Attributes
    ----------
    n_examples
        Documents.
    n_labels
        Labels that they have in all.
    n_unknown
        How many of these the classifier does not know: it cannot be right on them.
    unknown
        Which labels these are, as they came.
    n_empty
        Documents without any feature that the classifier knows: it gives them the labels' prior
        probabilities.
    at
        How good the k most probable labels are, for each k.
    decision
        Which labels are predicted: ``"the most probable"``, ``"from 0.5 on"``, or
        ``"from each label's threshold on"``.
    micro
        Scores of all predicted labels together.
    macro
        Means of the scores of those labels that came or were predicted.
    labels
        Scores of each of them, by id.
    log_loss
        Where one label is due: the mean of -log p(label). Where labels are independent: the mean
        over documents of -Σ log p of what is true of each label. In nats, of known labels.
    ece
        Expected calibration error of the most probable label.
    ece_by_chance
        What that is on average if the probabilities are right.
    log_error
        Mean of \|log(hits / expected hits)\| over all labels' bins, weighted by hits.
    log_error_by_chance
        What that is on average if the probabilities are right.
    top_bins
        The most probable labels by their probabilities, least first.
    label_bins
        All labels by their probabilities, least first.
    confusion
        Which labels were taken for which.
    """

    __test__: ClassVar[bool] = False  # pytest takes every class named so for tests

    n_examples: int
    n_labels: int
    n_unknown: int
    unknown: tuple[str, ...]
    n_empty: int
    at: tuple[AtK, ...]
    decision: str
    micro: Scores
    macro: Scores
    labels: tuple[LabelScores, ...]
    log_loss: float
    ece: float
    ece_by_chance: float
    log_error: float
    log_error_by_chance: float
    top_bins: tuple[ReliabilityBin, ...]
    label_bins: tuple[ReliabilityBin, ...]
    confusion: Confusion = field(compare=False)

    def __repr__(self) -> str:
        facts = "; ".join(f"{name}: {text}" for name, _, text in self._main_facts())
        return f"TestResult({facts})"

    def _repr_html_(self) -> str:
        rows = [(name, text) for name, _, text in self.facts()]
        return html_table((), rows, f"Test on {self.n_examples:,} examples")

    def _main_facts(self) -> list[tuple[str, float, str]]:
        """Return the numbers that are asked for most."""
        names = ("N", f"P@{self.at[0].k}", "micro f1", "macro f1", "log loss", "ece")
        return [fact for fact in self.facts() if fact[0] in names]

    def facts(self) -> list[tuple[str, float, str]]:
        """Return names, values and texts of the numbers, the most asked for first.

        N, P@1 and R@1 are what fastText's ``test`` prints.
        """
        found: list[tuple[str, float, str]] = [("N", self.n_examples, f"{self.n_examples:,}")]
        for one in self.at:
            found += one.facts()
        for mean, scores in (("micro", self.micro), ("macro", self.macro)):
            found += [
                (f"{mean} {name}", value, f"{value:.4f}") for name, value in asdict(scores).items()
            ]
        chance = f", by chance {self.ece_by_chance:.2%}"
        found += [
            ("log loss", self.log_loss, f"{self.log_loss:.4f} nats"),
            ("ece", self.ece, f"{self.ece:.2%}{chance}"),
            ("log error", self.log_error, f"{self.log_error:.4f}"),
        ]
        if self.n_unknown:
            found.append(("unknown labels", self.n_unknown, f"{self.n_unknown:,}"))
        if self.n_empty:
            found.append(("empty texts", self.n_empty, f"{self.n_empty:,}"))
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return all but the confusion as JSON values, and the ten pairs confused most often."""
        return {**asdict(self), "confusion": [one._asdict() for one in self.confusion.most()]}
