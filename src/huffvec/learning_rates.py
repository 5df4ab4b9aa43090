"""The learning rate of a run that none is given for.

::

    rate = base · factor · clip(sqrt(REFERENCE_USES / uses), LEAST, MOST) · replicas^(1/6)

``base``
    The architecture's.
``factor``
    The objective's (``rate_factor`` of `huffvec.objectives.base.Objective`).
``uses``
    How often a word is trained, on the average: the tokens of the text, without words that are left
    out, divided by the number of words, times epochs. Words that are seen seldom have to take
    larger steps.

``replicas``
    How many parts of the text are trained at a time, each from the same rows, as by the workers of
    a cluster; no more than `MOST_REPLICAS` count. What replicas change alike counts once when their
    changes are merged, so that frequent rows move less.

Where documents have vectors, the factor is `LEAST_OF_DOCUMENTS` at least. Where only they have
(DBOW), it is they that are counted: ``uses`` is the tokens of a tag's documents, on the average,
times epochs.

The rate falls linearly to `END_SHARE` of where it began. A rate is rounded to 3 digits, so that
it can be shown, and given, as it is. The record of a run has the number.

The numbers are those by which held-out loss and word similarity were best, or nearly so, among
rates that differ by factors of 2, on an English Wikipedia text (the first 1, 5, 10 and 100 MB, 1 to
5 epochs): from 240 to 1,200 uses of a word, the best rate of negative sampling falls from 0.1 to
0.05 in skip-gram, and from 0.3 to 0.1 in CBOW. Random walks on a graph, which have 800 uses of a
node but few tokens, want the rates of a text with as many uses, or lower ones.

Those of DBOW are the best for telling good films from bad ones by 100,000 reviews (IMDB, logistic
regression, cross-validated): of 0.05, 0.1 and 0.2 the best is 0.1 with 120 uses of a document
(the first 12 words of each), 0.05 with 800 and with 1,390; with 5,560 it is 0.035 rather than 0.07.

With 2 to 8 replicas (16 million tokens, dim 100, 3 epochs) the sixth root raised word similarity
by 0.5 to 4.4 points, and mostly lowered held-out loss (``benchmarks/README.md``). More were not
tried.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from huffvec.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.objectives.base import Objective

REFERENCE_USES = 750  # of a word in three epochs of text8: the run that base rates are for
LEAST, MOST = 0.3, 2.5
LEAST_OF_DOCUMENTS = 0.7
MOST_REPLICAS = 8
END_SHARE = 0.0

DEFAULT_START = "by architecture, objective and text"  # for help
DEFAULT_END = "0"  # END_SHARE of any rate


class LearningRates(NamedTuple):
    """The learning rates of a run: where it begins and where it ends, linearly in between."""

    start: float
    end: float


def learning_rates(
    config: TrainingConfig, objective: Objective, mean_count: float, replicas: int = 1
) -> LearningRates:
    """Return the rates that a configuration gives, or those by default where it gives none.

    Parameters
    ----------
    config, objective
        What is trained, and how.
    mean_count
        How often a word occurs in the text, on the average; where only documents have vectors, how
        many tokens those of a tag have.
    replicas
        How many parts of the text are trained at a time, each from the same rows.
    """
    start, end = config.learning_rate, config.min_learning_rate
    if start is None:
        start = default_learning_rate(config, objective, mean_count, replicas)
    return LearningRates(start, END_SHARE * start if end is None else end)


def default_learning_rate(
    config: TrainingConfig, objective: Objective, mean_count: float, replicas: int = 1
) -> float:
    """Return the rate at the start by default, as this module's docstring derives it.

    The parameters are those of `learning_rates`.
    """
    own = ARCHITECTURES[config.architecture]
    factor = uses_factor(mean_count * config.epochs, has_documents=own.has_documents)
    rate = own.learning_rate * objective.rate_factor(own.name) * factor
    rate *= min(replicas, MOST_REPLICAS) ** (1 / 6)
    return float(f"{rate:.3g}")


def uses_factor(uses: float, *, has_documents: bool = False) -> float:
    """Return by how much the rate differs from the base where words are trained so often."""
    least = LEAST_OF_DOCUMENTS if has_documents else LEAST
    return min(MOST, max(least, math.sqrt(REFERENCE_USES / uses)))
