"""What a classifier's options are where nobody says: by the examples and the objective.

::

    epochs = clip(EXAMPLES / number of examples, LEAST_EPOCHS, MOST_EPOCHS), rounded up
    dim    = number of labels, rounded up to whole vectors of 16, at most MOST_DIM, of label trees
             MOST_TREE_DIM
    rate   = (RATES[objective] or BASE) / sqrt(labels of an example, on the average)

A text has the norm 1 with the weighting ``"tfidf"``, so that a step of the rate r moves its scores
by about r times the error, whatever its length: one rate does for all texts. The labels of a text
add up their steps. Rates fall linearly to 0. A linear classifier
of V labels has no more than V dimensions; more than 128 gain little (cooking, 736 labels, P@1: 69.3
with 128, 69.6 with 200), but in label trees, where errors of several decisions add up (makupalat,
1,134 labels: 49.2 with 128, 50.6 with 256). Many passes learn the examples by heart: after 3 or 4
P@1 is best or within half a point of it on texts of 10,000 to 60,000 examples, and few examples
need more.

The numbers are those by which a fifth of the examples, held out, was predicted best, or nearly so,
among rates that differ by factors of 2 or 3: 20 newsgroups, language identification, cooking,
delicious and makupalat (Finnish web pages).
One-vs-all on cooking with 2.3 labels a text: 65.5, 68.8, 69.9 at 0.025, 0.05, 0.1; on delicious
with 19: 69.2, 68.5, 67.4. A label tree on makupalat with 1.2: 50.1, 50.9, 51.1 at 0.1, 0.14, 0.2,
and P@5 14.6, 14.6, 14.3; on delicious: 66.9, 67.2, 66.3, 66.2 at 0.017, 0.025, 0.035, 0.05. Softmax
on 20 newsgroups: 92.4, 92.5, 91.9 at 0.15, 0.3, 1.

Weights of features are not scikit-learn's: of 20 newsgroups, P@1 is 90.3 with c·idf, 92.4 with
(1 + log c)·idf, and 93.0 with the idf to the power 1.5, which costs 1 point on delicious, whose
words are tags; 1.25 costs nothing there.
"""

from __future__ import annotations

import math

from huffvec.classify.config import ClassifierConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.objectives import LabelTree
from huffvec.objectives.base import Objective

EXAMPLES = 40_000
LEAST_EPOCHS, MOST_EPOCHS = 3, 30
MOST_DIM, MOST_TREE_DIM = 128, 256
BASE = 0.3
RATES = {"one-vs-all": 0.15, "label-tree": 0.13, "hierarchical-softmax": 0.2}
RATE_OF_MEANS = 0.5  # with the weighting "mean", whose texts have shorter vectors


def settled(
    config: ClassifierConfig, objective: Objective, n_examples: int, labels: Vocabulary
) -> ClassifierConfig:
    """Return a configuration in which nothing is left open.

    Parameters
    ----------
    config, objective
        How to train.
    n_examples, labels
        How many examples there are, and their labels with their counts.
    """
    rate, end = config.learning_rate, config.min_learning_rate
    epochs = max(LEAST_EPOCHS, min(MOST_EPOCHS, math.ceil(EXAMPLES / max(1, n_examples))))
    most = MOST_TREE_DIM if objective.name == LabelTree.name else MOST_DIM
    dim = min(most, math.ceil(len(labels) / 16) * 16)
    return config.but(
        epochs=config.epochs or epochs,
        dim=config.dim or dim,
        learning_rate=_rate(config, objective, n_examples, labels) if rate is None else rate,
        min_learning_rate=0.0 if end is None else end,
    )


def _rate(
    config: ClassifierConfig, objective: Objective, n_examples: int, labels: Vocabulary
) -> float:
    base = RATES.get(objective.name, BASE)
    if config.weighting == "mean":
        base = RATE_OF_MEANS
    return float(f"{base / math.sqrt(max(1, labels.n_tokens / max(1, n_examples))):.3g}")
