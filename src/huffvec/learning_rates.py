"""The learning rate of a run that none is given for.

::

    rate = base · factor · clip((REFERENCE_TOKENS / tokens)^EXPONENT, LEAST, MOST)

``base``
    The architecture's.
``factor``
    The objective's (``learning_rate_factor`` of `huffvec.objectives.base.Objective`).
``tokens``
    Tokens trained: those of the text, without words that are left out, times epochs. With an
    exponent over 0, short runs take larger steps, but never more than ``MOST`` times the base, and
    long ones smaller steps, but never less than ``LEAST`` times.

The rate falls linearly to `END_SHARE` of where it began. A rate is rounded to 3 digits, so that
it can be shown, and given, as it is. The record of a run has the number.

The numbers are those by which held-out loss and word similarity were best, or nearly so, on the
first 1, 5, 10 and 100 MB of an English Wikipedia text, with rates that differ by factors of 2.
Between 0.9 and 80 million tokens trained, the best rate of negative sampling falls from 0.1 to 0.05
in skip-gram, and from 0.3 to 0.1 in CBOW.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from huffvec.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.objectives.base import Objective

REFERENCE_TOKENS = 50_000_000  # three epochs of text8: the run that base rates are for
EXPONENT = 0.2
LEAST, MOST = 0.4, 2.5
END_SHARE = 0.0

DEFAULT_START = "by architecture, objective and text size"  # for help
DEFAULT_END = f"{100 * END_SHARE:g} % of the initial one"


class LearningRates(NamedTuple):
    """The learning rates of a run: where it begins and where it ends, linearly in between."""

    start: float
    end: float


def learning_rates(config: TrainingConfig, objective: Objective, n_tokens: int) -> LearningRates:
    """Return the rates that a configuration gives, or those by default where it gives none.

    Parameters
    ----------
    config, objective
        What is trained, and how.
    n_tokens
        Tokens of an epoch.
    """
    start, end = config.learning_rate, config.min_learning_rate
    if start is None:
        start = default_learning_rate(config, objective, n_tokens)
    return LearningRates(start, END_SHARE * start if end is None else end)


def default_learning_rate(config: TrainingConfig, objective: Objective, n_tokens: int) -> float:
    """Return the rate at the start by default, as this module's docstring derives it.

    The parameters are those of `learning_rates`.
    """
    base = ARCHITECTURES[config.architecture].learning_rate
    tokens = max(1, n_tokens * config.epochs)
    rate = base * objective.learning_rate_factor * text_factor(tokens)
    return float(f"{rate:.3g}")


def text_factor(tokens: int) -> float:
    """Return by how much the rate of a run of so many tokens, all epochs, differs from the base."""
    return min(MOST, max(LEAST, math.pow(REFERENCE_TOKENS / tokens, EXPONENT)))
