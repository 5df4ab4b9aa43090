"""A training run of a classifier: weights, and the engine that trains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec._version import __version__
from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.defaults import settled
from huffvec.classify.examples import Examples
from huffvec.classify.features import Features
from huffvec.classify.loss import measured
from huffvec.classify.saving import parts, write_classifier
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.engine import engine, engine_trainer
from huffvec.errors import CorpusError, OptionName
from huffvec.learning_rates import LearningRates
from huffvec.objectives.base import Objective
from huffvec.training.loop import TrainingLoop
from huffvec.training.position import Position
from huffvec.training.source import fingerprint_of
from huffvec.training.tables import zeroed_tables
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.files.paths import PathLike
    from huffvec.files.writing import Place

CHUNK_LABELS = 512
OUTPUT_NORM = 1.5  # of an output vector at the start, about
_KEEP_ALL = np.uint32(0xFFFFFFFF)


class ClassifierRun(TrainingLoop[Examples]):
    """One training run of a classifier.

    Parameters
    ----------
    examples
        What to train on, in the order in which it is trained.
    features, labels
        What the examples' rows and label ids are.
    objective, config
        How to train.
    label_weights
        float32 (n_labels,): what the weights of the examples were made of, for checkpoints;
        ``None`` if labels have none.
    model
        What to go on from: its weights and its bound objective; untrained rows if left out.
    position
        How far the run has come with the model; nowhere if left out.

    Raises
    ------
    ConfigError
        If the learning rate at the end is greater than that at the start.
    CorpusError
        If there are fewer than two labels, or no text has a feature.
    TooLargeError, OutputError
        If the tables do not fit into memory, or into the folder for them.
    """

    counted: ClassVar[str] = "labels"
    shown: ClassVar[str] = "examples"
    config: ClassifierConfig
    corpus: Examples

    def __init__(
        self,
        examples: Examples,
        features: Features,
        labels: Vocabulary,
        objective: Objective,
        config: ClassifierConfig,
        *,
        label_weights: npt.NDArray[np.float32] | None = None,
        model: Classifier | None = None,
        position: Position | None = None,
    ) -> None:
        super().__init__(position)
        check_examples(examples, labels)
        self.config = config = settled(config, objective, len(examples), labels)
        self.rates = LearningRates(config.learning_rate or 0.0, config.min_learning_rate or 0.0)
        self.corpus, self.features, self.vocabulary = examples, features, labels
        self.label_weights = label_weights
        if examples.weights is not None:
            self.raises_rate = f", times weights of examples up to {examples.weights.max():g},"
        self.bound = model.bound if model else objective.bind_labels(labels, self.config, examples)
        n_rows = {
            INPUT_VECTORS.name: max(1, features.n_rows),
            OUTPUT_VECTORS.name: self.bound.n_outputs,
        }
        raised = OptionName("min_count"), " and ", OptionName("min_ngram_count")
        remedy = "lower ", OptionName("dim"), ", or raise ", *raised
        self.padded = zeroed_tables(n_rows, config, "the classifier", *remedy)
        self.weights = {name: rows[:, : config.dim] for name, rows in self.padded.items()}
        if model:
            for name, rows in self.weights.items():
                rows[:] = model.weights[name]
        else:
            self._start()
        self.trainer = engine_trainer(self.bound, self.plan())

    def anew(self, learning_rate: float) -> ClassifierRun:
        """Return the same run from untrained rows, at another rate."""
        return ClassifierRun(
            self.corpus,
            self.features,
            self.vocabulary,
            self.bound.objective,
            self.config.but(learning_rate=learning_rate),
            label_weights=self.label_weights,
        )

    def _start(self) -> None:
        """Begin with random output vectors; input vectors are 0.

        So a feature adds nothing before it is trained, and while the outputs have hardly moved, the
        scores are those of a linear model of the features, whose labels disturb each other little.
        Plain means are short vectors, which move their features' too little to begin with: they
        start as in fastText, the other way round.
        """
        outputs, config = self.weights[OUTPUT_VECTORS.name], self.config
        if config.weighting == "mean":
            inputs = self.padded[INPUT_VECTORS.name]
            engine().fill_uniform(inputs, config.dim, 1.0 / config.dim, config.seed)
        else:
            rng = np.random.default_rng(config.seed)
            outputs[:] = rng.normal(0, OUTPUT_NORM / np.sqrt(config.dim), outputs.shape)
        self.bound.start_outputs(outputs, config.seed)

    def plan(self) -> dict[str, Any]:
        """Return the fields of the engine's plan: labels are the tokens, documents sentences."""
        examples = self.corpus
        longest = int(np.diff(examples.label_offsets).max(initial=1))
        plan: dict[str, Any] = {
            "ids": examples.label_ids,
            "sentence_offsets": examples.label_offsets,
            "keep_thresholds": np.full(len(self.vocabulary), _KEEP_ALL),
            "input_rows": self.padded[INPUT_VECTORS.name],
            "output_rows": self.padded[OUTPUT_VECTORS.name],
            "architecture": "documents",
            "window": 1,
            "fixed_radius": True,
            "epochs": self.config.epochs,
            "start_lr": self.rates.start,
            "end_lr": self.rates.end,
            "seed": self.config.seed,
            "deterministic": self.config.deterministic,
            "chunk_tokens": max(CHUNK_LABELS, longest),
            "feature_offsets": examples.bags.offsets,
            "feature_row_ids": examples.bags.row_ids,
            "feature_values": examples.bags.values,
        }
        if examples.weights is not None:
            plan["document_weights"] = examples.weights
        return plan

    def model(self) -> Classifier:
        """Return the classifier with the weights as they are now (not copied)."""
        return Classifier(
            features=self.features,
            labels=self.vocabulary,
            weights=dict(self.weights),
            bound=self.bound,
            config=self.config,
            training={"examples": len(self.corpus), "huffvec": __version__, **self.record()},
        )

    def measure(self, heldout: Examples) -> float:
        """Return the loss of examples that are not trained on, in nats (`huffvec.classify.loss`).

        The record of training keeps the share of them whose most probable label is right.
        """
        loss, precision = measured(self.model(), heldout)
        # Of the epochs that have ended: what comes now may be interrupted, and come again.
        before = self.facts.get("heldout_precision", [])[: len(self.position.heldout)]
        self.facts["heldout_precision"] = [*before, precision]
        return loss

    @property
    def shown_share(self) -> float:
        """Examples to each label."""
        return len(self.corpus) / self.corpus.n_tokens

    def describe(self) -> str:
        """Return how many features and labels there are."""
        return f"{self.features.n_rows:,} features for {len(self.vocabulary):,} labels"

    def fingerprint(self) -> str:
        """Return a hash of the examples."""
        examples = self.corpus
        weights = () if examples.weights is None else (examples.weights,)
        return fingerprint_of(*examples.bags, examples.label_offsets, examples.label_ids, *weights)

    def write(
        self, path: PathLike, model: Classifier, checkpoint: dict[str, Any], place: Place
    ) -> None:
        """Write a checkpoint (:mod:`huffvec.classify.resuming`)."""
        tensors, sections = parts(model)
        if self.label_weights is not None:
            tensors["label_weights"] = self.label_weights
        write_classifier(path, tensors, {**sections, "checkpoint": checkpoint}, place)

    def nothing_learned(self) -> CorpusError:
        """Return the error that all examples count nothing."""
        return CorpusError("nothing was learned: all examples have the weight 0")


def check_examples(examples: Examples, labels: Vocabulary) -> None:
    """Raise CorpusError if there is nothing to tell apart, or nothing to tell it by."""
    if len(labels) < 2:
        raise CorpusError(
            f"the only label is {labels.words[0]!r}: a classifier needs two labels at least"
        )
    if len(examples.bags.row_ids) == 0:
        raise CorpusError(
            f"none of the {len(examples):,} texts has a word or an n-gram that occurs often "
            "enough: give texts that are not empty, or a smaller ",
            OptionName("min_count"),
        )
