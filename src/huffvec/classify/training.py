"""From examples in any form to a classifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig, ClassifierOptions
from huffvec.classify.examples import Examples, count_labels, label_ids
from huffvec.classify.features import Features
from huffvec.classify.reading import read_examples
from huffvec.classify.run import ClassifierRun
from huffvec.objectives import FullSoftmax, as_objective
from huffvec.objectives.naming import AnyObjective
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback

if TYPE_CHECKING:
    from typing_extensions import Unpack


def train(
    data: Any,
    objective: AnyObjective | None = None,
    *,
    config: ClassifierConfig | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    progress: bool = False,
    **options: Unpack[ClassifierOptions],
) -> Classifier:
    """Train a classifier on examples.

    Parameters
    ----------
    data
        Files in fastText's format.
    objective
        How the output layer is trained; the full softmax if left out.
    config
        The options; defaults if left out.
    callbacks
        Told about the work while it goes on.
    progress
        Show a bar.
    **options
        Fields of `ClassifierConfig` that replace those of ``config``.

    Returns
    -------
    Classifier
        The trained classifier, in memory.
    """
    config = ClassifierConfig.of_any(config, **options)
    objective = as_objective(objective or FullSoftmax())
    callback = as_callback(callbacks, progress)
    texts, labels = read_examples(data)
    vocabulary = count_labels(labels)
    features = Features.of(texts, config)
    examples = Examples(features.encode(texts), *label_ids(labels, vocabulary))
    order = np.random.default_rng(config.seed).permutation(len(examples))
    run = ClassifierRun(examples.take(order), features, vocabulary, objective, config)
    run.train(callback)
    return run.model()
