"""A trained classifier: features, labels, weights and objective."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.classify.answers import are_empty
from huffvec.classify.calibrating import Calibration, stored_calibration
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.features import Bags, Features
from huffvec.classify.predicting import Asking, Predictions, all_probabilities
from huffvec.classify.saving import save
from huffvec.classify.texts import as_lines
from huffvec.classify.thresholds import stored_thresholds
from huffvec.corpus.labelled.options import ExampleKeywords, ExampleOptions
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.files.paths import PathLike
from huffvec.html import model_table
from huffvec.objectives.bound import Arrays, BoundObjective
from huffvec.objectives.predictor import Predictor
from huffvec.product_codes import ProductCodes
from huffvec.vectors.word_vectors import WordVectors
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.classify.results import TestResult
    from huffvec.corpus.labelled import Labelled
    from huffvec.weights import Weights


@dataclass
class Classifier:
    """All that training made, enough to predict, test and save.

    Attributes
    ----------
    features
        What documents are made of.
    labels
        The labels with their counts.
    weights
        The trained arrays by name, float32 (n_rows, dim).
    bound
        How labels are predicted: the objective with these labels.
    config
        How the classifier was trained.
    training
        Record of the training as JSON values.
    codes
        Those of these arrays that are quantized, by name; they are not among the weights then.
    extra, extra_arrays
        JSON values and arrays, by name, that later steps added (calibration …); files keep them.
    """

    features: Features
    labels: Vocabulary
    weights: Weights
    bound: BoundObjective
    config: ClassifierConfig
    training: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    extra_arrays: Arrays = field(default_factory=dict)
    codes: dict[str, ProductCodes] = field(default_factory=dict)

    def __repr__(self) -> str:
        sizes = f"{len(self.labels):,} labels, {self.features.n_rows:,} features"
        return f"Classifier({sizes}, dim {self.config.dim}, {self.bound.objective.name})"

    def _repr_html_(self) -> str:
        numbers = {"labels": len(self.labels), "features": self.features.n_rows}
        return model_table(numbers, self.bound.objective, self.config, "Classifier")

    @cached_property
    def reading(self) -> ExampleOptions:
        """How texts are read: words are spelled, and labels begin, as those of the examples."""
        return ExampleOptions.of_record(self.training)

    @cached_property
    def predictor(self) -> Predictor:
        """The output layer, to be asked for probabilities by hidden vectors."""
        return self.bound.predictor(self.table(OUTPUT_VECTORS.name))

    def table(self, name: str) -> npt.NDArray[np.float32]:
        """Return a trained array, float32 (n_rows, dim); a quantized one is made of its codes."""
        return self.codes[name].rows() if name in self.codes else self.weights[name]

    @cached_property
    def vectors(self) -> WordVectors:
        """The vectors of the words that are features, most frequent first.

        A word's vector is its own row, without those of the n-grams that are in it. Exported, it is
        like any other: ``classifier.vectors.save("words.vec")``.
        """
        words = self.features.words
        rows = self.table(INPUT_VECTORS.name)[: len(words)]
        return WordVectors(words, rows, reading=self.reading.reading)

    def save(self, path: PathLike, *, approximate: bool = False) -> None:
        """Write the classifier to a ``.hvclf`` file, atomically, or to one of fastText.

        Parameters
        ----------
        path
            If it ends with ``.bin`` or, quantized, ``.ftz``, the file is one of fastText
            (:mod:`huffvec.classify.fasttext`).
        approximate
            Whether fastText may predict other probabilities from its file, as long as the order of
            labels is about the same.

        Raises
        ------
        ConfigError
            If the name is one of another format.
        FormatError
            If fastText would predict something else.
        OutputError
            If the file cannot be written; an older file of that name is then unchanged.
        """
        save(path, self, approximate=approximate)

    def read_examples(
        self,
        data: Any,
        *,
        labels: Any = None,
        weights: Any = None,
        **options: Unpack[ExampleKeywords],
    ) -> Labelled:
        """Read examples to test or calibrate with, as those that the classifier was trained on.

        Parameters
        ----------
        data, labels, weights
            As for `huffvec.classify.read_examples`.
        **options
            Fields of `ExampleOptions`, e.g. ``column="text"``. Words are spelled as those that the
            classifier was trained on, if these do not say otherwise.

        Raises
        ------
        ConfigError, CorpusError, MissingExtraError
            As `huffvec.classify.read_examples`.
        """
        from huffvec.corpus.labelled import read_examples  # slow to import, and not to predict

        return read_examples(
            data,
            self.reading.but(**options),
            labels=labels,
            weights=weights,
            n_threads=self.config.threads(),
        )

    def encode(self, texts: Sequence[str]) -> Bags:
        """Return the features of texts, whose words are spelled as those of the examples were."""
        return self.encode_lines(as_lines(texts))

    def encode_lines(self, lines: bytes) -> Bags:
        """Return the features of lines of text, as `encode` those of texts."""
        transform = self.reading.transform
        return self.features.encode_lines(transform.text(lines) if transform else lines).bags

    @cached_property
    def label_names(self) -> npt.NDArray[np.object_]:
        """The labels by id, objects (n_labels,)."""
        return np.array(self.labels.words, object)

    def hidden(self, bags: Bags) -> npt.NDArray[np.float32]:
        """Return the weighted sums of documents' rows, float32 (n_documents, dim)."""
        rows = self.weights.get(INPUT_VECTORS.name)
        return bags.code_sums(self.codes[INPUT_VECTORS.name]) if rows is None else bags.sums(rows)

    @cached_property
    def calibration(self) -> Calibration | None:
        """What makes the probabilities right, if anything; see `huffvec.classify.calibrate`."""
        return stored_calibration(self.extra, self.extra_arrays)

    @cached_property
    def thresholds(self) -> npt.NDArray[np.float32] | None:
        """From which probability on each label is predicted, float32 (n_labels,).

        ``None``: as `test` and `predict` are told. See `huffvec.classify.choose_thresholds`.
        """
        return stored_thresholds(self.extra_arrays, len(self.labels))

    @property
    def is_independent(self) -> bool:
        """Whether the probability of each label is its own; else those of all labels sum to 1."""
        source = self.calibration
        return self.bound.objective.for_labels if source is None else source.is_independent

    @cached_property
    def log_priors(self) -> npt.NDArray[np.float64]:
        """Log of the shares that labels have in training, (n_labels,), for texts without features.

        Of all labels, or, where labels are independent, of all documents.
        """
        n = self.labels.n_tokens
        n = self.training.get("examples", n) if self.is_independent else n
        with np.errstate(divide="ignore"):
            return np.log(np.minimum(1, self.labels.counts / max(1, n)))

    def log_probs(self, bags: Bags) -> npt.NDArray[np.floating[Any]]:
        """Return log p(label | document) of every label, (n_documents, n_labels).

        Documents without features have `log_priors`.
        """
        log_probs = self.predictor.many_log_probs(self.hidden(bags))
        if self.calibration is not None:
            log_probs = self.calibration.log_probs(log_probs)
        log_probs[are_empty(bags)] = self.log_priors
        return log_probs

    def predict_proba(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the probability of every label for texts, float32 (n_texts, n_labels)."""
        return all_probabilities(self, texts)

    def predict(
        self, texts: Sequence[str], k: int = 1, threshold: float | None = None
    ) -> Predictions:
        """Return the most probable labels of texts.

        On all threads that this process, or `huffvec.threads.limited_threads`, allows. Several
        threads of Python may predict with one classifier.

        Parameters
        ----------
        texts
            A list of texts. Words are what ASCII white space separates; line feeds are spaces.
        k
            How many labels of each text, at most.
        threshold
            Leave out labels that are less probable. If left out, the classifier's own `thresholds`,
            if it has any; else none is left out.

        Raises
        ------
        ConfigError
            If texts is no list of texts, or k or threshold is out of its range.
        """
        return Asking.of(self, k, threshold).of_texts(texts)

    def predict_lines(
        self, lines: Iterable[bytes], k: int = 1, threshold: float | None = None, n_threads: int = 0
    ) -> Iterator[Predictions]:
        """Yield what `predict` returns for a stream of texts, in its order.

        Parameters
        ----------
        lines
            Pieces of some hundred kilobytes, UTF-8, a text each line, of which a few a thread are
            in memory at once; one yields `Predictions`.
        k, threshold
            As for `predict`.
        n_threads
            0: as many as this process, or `huffvec.threads.limited_threads`, allows.

        Raises
        ------
        ConfigError
            If lines is no stream of bytes, or k, threshold or n_threads is out of its range.
        """
        return Asking.of(self, k, threshold).of_pieces(lines, n_threads)

    def test(
        self, data: Any, k: int | Sequence[int] | None = None, threshold: float | None = None
    ) -> TestResult:
        """Measure the classifier on examples that it was not trained on.

        Parameters
        ----------
        data
            Examples in any form that `huffvec.classify.train` takes. If they have weights, these
            count in all measures but calibration and confusion.
        k
            Look at so many of the most probable labels; several numbers for several tables. 1, 3
            and 5 if left out.
        threshold
            Predict the labels that have at least this probability. If left out, the classifier's
            own thresholds, if it has any; else the most probable label, or, where labels are
            independent, those from 1/2 on.

        Raises
        ------
        ConfigError
            If k or threshold is out of its range.
        CorpusError
            If the examples cannot be read, or the classifier knows none of their labels.
        """
        from huffvec.classify.measures import measure  # slow to import, and not to predict

        return measure(self, data, k, threshold)
