"""What a trial's score is: a measure of the examples that it was not trained on."""

from __future__ import annotations

import math
import re

from huffvec.checks import must_be
from huffvec.classify.answers import LabelNames, answers_to
from huffvec.classify.classifier import Classifier
from huffvec.classify.measures import Decision, Tally
from huffvec.classify.results import TestResult
from huffvec.classify.trials import EncodedExamples
from huffvec.comparison.evidence import Quality
from huffvec.progress.words import format_bytes
from huffvec.tuning.scoring import Scorer

MEASURES = ("p@1", "f1-micro", "f1-macro", "log-loss")  # and p@K, r@K, ndcg@K with other numbers
DEFAULT_MEASURE = "p@1"
_AT = re.compile(r"(p|r|ndcg)@([1-9][0-9]?)")
_FIELDS = {"p": "precision", "r": "recall", "ndcg": "ndcg"}


class Measured(Scorer):
    """A measure of held-out examples: of 100, or a loss.

    Parameters
    ----------
    measure
        ``"p@1"``, ``"r@5"``, ``"ndcg@3"``, with any number; ``"f1-micro"``, ``"f1-macro"``: of the
        labels that the classifier predicts; ``"log-loss"``, in nats.
    max_size
        How many bytes classifiers may take, for `unit`.

    Raises
    ------
    ConfigError
        If there is no such measure.
    """

    examples: EncodedExamples

    def __init__(self, measure: str, max_size: int | None = None) -> None:
        found = _AT.fullmatch(measure) if isinstance(measure, str) else None
        if found is None and measure not in MEASURES:
            listed = f"{', '.join(MEASURES)}, or p@K, r@K, ndcg@K"
            raise must_be("measure", f"one of {listed}", measure)
        self.name = measure
        self._k = int(found[2]) if found else 1
        self._field = _FIELDS[found[1]] if found else ""
        self.higher_is_better = measure != "log-loss"  # type: ignore[misc]
        self.unit = f"{measure}, of 100 (higher is better)"
        if not self.higher_is_better:
            self.unit = "log loss in nats (lower is better)"
        if max_size is not None:
            self.unit += f", of at most {format_bytes(max_size)}"

    def measure(self, examples: EncodedExamples) -> None:
        """Take examples as those that are held out."""
        self.examples = examples
        names = LabelNames(examples.labels.words)
        self._names, self._true = names, names.pairs(examples.validation.labels)
        n = len(examples.validation)
        # Two standard errors of a share of n examples, at most.
        noise = 100 / math.sqrt(n) if self.higher_is_better else 1 / math.sqrt(n)
        self.quality = Quality(
            self.name, lambda _: None, self.text, one_seed=noise, least=noise / 10
        )

    def scores(self, model: Classifier, *, while_training: bool = False) -> dict[str, float]:
        """Return the measure."""
        found = self._tested(model)
        if self.name == "log-loss":
            return {self.name: found.log_loss}
        if self.name in MEASURES[1:]:
            return {self.name: 100 * getattr(found, self.name.partition("-")[2]).f1}
        return {self.name: 100 * getattr(found.at[0], self._field)}

    def text(self, score: float) -> str:
        """Return a score of 100, or a loss."""
        return f"{score:.2f}" if self.higher_is_better else f"{score:.4f}"

    def _tested(self, model: Classifier) -> TestResult:
        """Return what a test with the held-out examples finds."""
        bags = self.examples.validation_of(model)
        n_labels = len(model.labels)
        tally = Tally((min(self._k, n_labels),), Decision.of(model, None), model.is_independent)
        for block in answers_to(model, bags, *self._true, self.examples.validation.weights):
            tally.add(block)
        return tally.result(self._names.names, n_labels)
