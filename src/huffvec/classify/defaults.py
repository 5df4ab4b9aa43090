"""What a classifier's options are where nobody says: by the examples and the objective.

::

    epochs = clip(EXAMPLES / number of examples, LEAST_EPOCHS, MOST_EPOCHS), rounded up
    dim    = number of labels, rounded up to whole vectors of 16, at most MOST_DIM
    rate   = RATES[objective], or BASE; falls linearly to 0

A text has the norm 1 with the weighting ``"tfidf"``, so that a step of the rate r moves its scores
by about r times the error, whatever its length: one rate does for all texts. A linear classifier
of V labels has no more than V dimensions; more than 128 gain little (cooking, 736 labels, P@1: 69.3
with 128, 69.6 with 200). Many passes learn the examples by heart: after 3 or 4 P@1 is best or
within half a point of it on texts of 10,000 to 60,000 examples, and few examples need more.

The numbers are those by which a fifth of the examples, held out, was predicted best, or nearly so,
among rates that differ by factors of 2 or 3: 20 newsgroups, language identification, cooking,
delicious and makupalat (Finnish web pages).
"""

from __future__ import annotations

import math

from huffvec.classify.config import ClassifierConfig
from huffvec.objectives.base import Objective

EXAMPLES = 40_000
LEAST_EPOCHS, MOST_EPOCHS = 3, 30
MOST_DIM = 128
BASE = 0.3
RATES = {"one-vs-all": 0.1, "label-tree": 0.1, "hierarchical-softmax": 0.2}
RATE_OF_MEANS = 0.5  # with the weighting "mean", whose texts have shorter vectors


def settled(
    config: ClassifierConfig, objective: Objective, n_examples: int, n_labels: int
) -> ClassifierConfig:
    """Return a configuration in which nothing is left open."""
    rate, end = config.learning_rate, config.min_learning_rate
    epochs = max(LEAST_EPOCHS, min(MOST_EPOCHS, math.ceil(EXAMPLES / max(1, n_examples))))
    dim = min(MOST_DIM, math.ceil(n_labels / 16) * 16)
    return config.but(
        epochs=config.epochs or epochs,
        dim=config.dim or dim,
        learning_rate=default_rate(config, objective) if rate is None else rate,
        min_learning_rate=0.0 if end is None else end,
    )


def default_rate(config: ClassifierConfig, objective: Objective) -> float:
    """Return the learning rate at the start by default."""
    return RATE_OF_MEANS if config.weighting == "mean" else RATES.get(objective.name, BASE)
