"""The learning rate of a classifier that none is given for."""

from __future__ import annotations

from huffvec.classify.config import ClassifierConfig
from huffvec.classify.examples import Examples
from huffvec.learning_rates import LearningRates
from huffvec.objectives.base import Objective

BASE = 0.5


def learning_rates(
    config: ClassifierConfig, objective: Objective, examples: Examples
) -> LearningRates:
    """Return the rates that a configuration gives, or those by default where it gives none."""
    del objective, examples
    start = BASE if config.learning_rate is None else config.learning_rate
    return LearningRates(start, config.min_learning_rate or 0.0)
