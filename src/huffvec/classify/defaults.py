"""What a classifier's options are where nobody says: by the examples and the objective.

::

    epochs = clip(examples / number of examples, LEAST_EPOCHS, MOST_EPOCHS), rounded up
    dim    = number of labels, rounded up to whole vectors of 16, at most MOST_DIM, of label trees
             MOST_TREE_DIM
    rate   = base / (labels of an example, on the average) ** power

with the objective's `Rule`.

A text has the norm 1 with the weighting ``"tfidf"``, so that a step of the rate r moves its scores
by about r times the error, whatever its length: one rate does for all texts. The labels of a text
add up their steps. Rates fall linearly to 0. A linear classifier
of V labels has no more than V dimensions; more than 128 gain little (cooking, 736 labels, P@1: 69.3
with 128, 69.6 with 200), but in label trees, where errors of several decisions add up (makupalat,
1,134 labels: 49.2 with 128, 50.6 with 256). Many passes learn the examples by heart: after 3 or 4
P@1 is best or within half a point of it on texts of 10,000 to 60,000 examples, and few examples
need more. One-vs-all with the linear link needs the fewest where texts have several labels, in
larger steps (five fifths held out): cooking 69.5 after 3 epochs at 0.17, 69.1 after 5 at 0.1;
makupalat 51.5 after 3 at 0.27, 51.2 after 4 at 0.14; delicious 68.9 after 3 at 0.038, 68.6 after 4
at 0.034. With 1,000 examples of delicious 10 epochs give 58.8, 30 epochs 52.3. Where each text has
one label, it does not: 20 newsgroups 93.9 after 5 epochs at 0.15, 93.3 after 3 at 0.3.

The numbers are those by which a fifth of the examples, held out, was predicted best, or nearly so,
among rates that differ by factors of 2 or 3: 20 newsgroups, language identification, cooking,
delicious and makupalat (Finnish web pages). A label tree on makupalat with 1.2 labels a text: 50.1,
50.9, 51.1 at 0.1, 0.14, 0.2, and P@5 14.6, 14.6, 14.3; on delicious with 19: 66.9, 67.2, 66.3, 66.2
at 0.017, 0.025, 0.035, 0.05. Softmax on 20 newsgroups: 92.4, 92.5, 91.9 at 0.15, 0.3, 1.

Weights of features are not scikit-learn's: of 20 newsgroups, P@1 is 90.3 with c·idf, 92.4 with
(1 + log c)·idf, and 93.0 with the idf to the power 1.5, which costs 1 point on delicious, whose
words are tags; 1.25 costs nothing there.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from huffvec.classify.config import ClassifierConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.objectives import LabelTree, OneVsAll
from huffvec.objectives.base import Objective


class Rule(NamedTuple):
    """How the options of an objective follow the examples, as this module's docstring says.

    Attributes
    ----------
    base, power
        The learning rate for texts of one label, and how it falls with the labels of a text.
    examples
        How many are trained in all, if the limits of epochs allow.
    """

    base: float = 0.3
    power: float = 0.5
    examples: int = 40_000


ANY = Rule()
RULES = {"one-vs-all": Rule(0.15), "label-tree": Rule(0.13), "hierarchical-softmax": Rule(0.2)}
SEVERAL_LABELS = Rule(0.3, 0.7, 15_000)  # of one-vs-all with the linear link
LEAST_EPOCHS, MOST_EPOCHS = 3, 30
MOST_DIM, MOST_TREE_DIM = 128, 256
BASE_OF_MEANS = 0.5  # with the weighting "mean", whose texts have shorter vectors


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
    n_examples = max(1, n_examples)
    rule = rule_of(objective, labels.n_tokens > n_examples)
    base = BASE_OF_MEANS if config.weighting == "mean" else rule.base
    default_rate = float(f"{base / max(1, labels.n_tokens / n_examples) ** rule.power:.3g}")
    epochs = max(LEAST_EPOCHS, min(MOST_EPOCHS, math.ceil(rule.examples / n_examples)))
    most = MOST_TREE_DIM if objective.name == LabelTree.name else MOST_DIM
    dim = min(most, math.ceil(len(labels) / 16) * 16)
    rate, end = config.learning_rate, config.min_learning_rate
    return config.but(
        epochs=config.epochs or epochs,
        dim=config.dim or dim,
        learning_rate=default_rate if rate is None else rate,
        min_learning_rate=0.0 if end is None else end,
    )


def rule_of(objective: Objective, has_several: bool) -> Rule:
    """Return how the options of an objective follow examples, of which some have several labels."""
    if has_several and isinstance(objective, OneVsAll) and objective.link == "linear":
        return SEVERAL_LABELS
    return RULES.get(objective.name, ANY)
