"""A training run of a classifier: weights, and the engine that trains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec._version import __version__
from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.examples import Examples
from huffvec.classify.features import Features
from huffvec.classify.learning_rates import learning_rates
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.engine import engine
from huffvec.errors import CorpusError
from huffvec.objectives.base import Objective
from huffvec.training.loop import TrainingLoop
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec._engine_base import TrainingPlan
    from huffvec.engine import Engine
    from huffvec.files.paths import PathLike
    from huffvec.files.writing import Place

CHUNK_LABELS = 512
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

    Raises
    ------
    ConfigError
        If the learning rate at the end is greater than that at the start.
    CorpusError
        If there are fewer than two labels.
    """

    config: ClassifierConfig
    corpus: Examples

    def __init__(
        self,
        examples: Examples,
        features: Features,
        labels: Vocabulary,
        objective: Objective,
        config: ClassifierConfig,
    ) -> None:
        super().__init__()
        if len(labels) < 2:
            raise CorpusError(
                f"the only label is {labels.words[0]!r}: a classifier needs two labels at least"
            )
        self.rates = start, end = learning_rates(config, objective, examples)
        self.config = config.but(learning_rate=start, min_learning_rate=end)
        self.corpus, self.features, self.vocabulary = examples, features, labels
        native = engine()
        self.bound = objective.bind(labels, self.config)  # type: ignore[arg-type]
        self.padded = {
            INPUT_VECTORS.name: native.allocate_table(max(1, features.n_rows), config.stride),
            OUTPUT_VECTORS.name: native.allocate_table(self.bound.n_outputs, config.stride),
        }
        self.weights = {name: rows[:, : config.dim] for name, rows in self.padded.items()}
        native.fill_uniform(
            self.padded[INPUT_VECTORS.name], config.dim, 1.0 / config.dim, config.seed
        )
        self.bound.start_outputs(self.weights[OUTPUT_VECTORS.name], config.seed)
        self._trainer = native.Trainer(self._plan(native))

    def _plan(self, native: Engine) -> TrainingPlan:
        """Return the engine's plan: labels are the tokens, documents the sentences."""
        examples = self.corpus
        longest = int(np.diff(examples.label_offsets).max(initial=1))
        plan: dict[str, Any] = {
            "ids": examples.label_ids,
            "sentence_offsets": examples.label_offsets,
            "keep_thresholds": np.full(len(self.vocabulary), _KEEP_ALL),
            "input_rows": self.padded[INPUT_VECTORS.name],
            "output_rows": self.padded[OUTPUT_VECTORS.name],
            "output_layer": self.bound.output_layer(native),
            "architecture": "documents",
            "window": 1,
            "fixed_radius": True,
            "epochs": self.config.epochs,
            "start_lr": self.rates.start,
            "end_lr": self.rates.end,
            "seed": self.config.seed,
            "chunk_tokens": max(CHUNK_LABELS, longest),
            "feature_offsets": examples.bags.offsets,
            "feature_row_ids": examples.bags.row_ids,
            "feature_values": examples.bags.values,
        }
        if examples.weights is not None:
            plan["document_weights"] = examples.weights
        return native.TrainingPlan(**plan)

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
        """Return the loss of examples that are not trained on, in nats per label."""
        log_probs = self.model().log_probs(heldout.bags)
        rows = np.repeat(np.arange(len(heldout)), np.diff(heldout.label_offsets))
        return float(-log_probs[rows, heldout.label_ids].mean())

    def describe(self) -> str:
        """Return how many features and labels there are."""
        return f"{self.features.n_rows:,} features for {len(self.vocabulary):,} labels"

    def fingerprint(self) -> str:
        """Return a hash of the examples."""
        raise NotImplementedError

    def write(
        self, path: PathLike, model: Classifier, checkpoint: dict[str, Any], place: Place
    ) -> None:
        """Write a checkpoint."""
        raise NotImplementedError

    def nothing_learned(self) -> CorpusError:
        """Return the error that all examples count nothing."""
        return CorpusError("nothing was learned: all examples have the weight 0")
