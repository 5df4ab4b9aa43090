"""What is compared: objectives with their options, and how they are written.

They are written as in :mod:`huffvec.objectives.naming`, with commas between:
``negative-sampling:samples=10,share=2,nce`` are two, the first with two options, since a part
with ``=`` belongs to the objective before it. ``all`` stands for every objective there is.
``learning_rate`` may be given like an option, for objectives that need another one than the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, OptionName
from huffvec.objectives import OBJECTIVES, Objective
from huffvec.objectives.naming import (
    AnyObjective,
    as_objective,
    changed_options,
    check_for_words,
    parse_options,
    split_names,
)
from huffvec.options import options_of, value_text

ALL = "all"
LEARNING_RATE = "learning_rate"


@dataclass(frozen=True)
class Candidate:
    """An objective with its options, as it is compared.

    Attributes
    ----------
    objective
        How words are predicted.
    learning_rate
        Its own learning rate at the start; ``None``: that of the comparison.
    """

    objective: Objective
    learning_rate: float | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The options that are not the objective's defaults, as JSON values."""
        options = changed_options(self.objective)
        return options | ({LEARNING_RATE: self.learning_rate} if self.learning_rate else {})

    @property
    def label(self) -> str:
        """The name, with the options that are not defaults: what it is called everywhere."""
        options = ",".join(f"{name}={value_text(value)}" for name, value in self.options.items())
        return f"{self.objective.name}:{options}" if options else self.objective.name


def candidates_of(
    objectives: AnyObjective | Sequence[AnyObjective], *, for_labels: bool = False
) -> list[Candidate]:
    """Return the candidates that names, texts with options or objectives stand for.

    Raises
    ------
    ConfigError
        If a name or an option is unknown, a value cannot be used, or two candidates are the same;
        or if one predicts sets of labels, and is not to be trained for labels.
    """
    given = [objectives] if isinstance(objectives, (str, Objective, type)) else objectives
    found: list[Candidate] = []
    for one in given:
        if isinstance(one, str):
            found += _parse(one)
        else:
            found.append(Candidate(as_objective(one, for_labels=True)))
    if not found:
        raise ConfigError(
            OptionName("objectives"), f": name at least one of {', '.join((ALL, *OBJECTIVES))}"
        )
    labels = [candidate.label for candidate in found]
    for label in labels:
        if labels.count(label) > 1:
            raise ConfigError(OptionName("objectives"), f": {label} is named twice; name it once")
    for candidate in found:
        if not for_labels:
            check_for_words(type(candidate.objective))
        candidate.objective.check_files()
    return found


def _parse(text: str) -> list[Candidate]:
    """Return the candidates of a text such as ``negative-sampling:samples=10,nce``."""
    found: list[Candidate] = []
    for name, options in split_names(text):
        if name == ALL and not options:
            found += [Candidate(cls()) for cls in OBJECTIVES.values()]
        else:
            found.append(_candidate(name, options))
    return found


def _candidate(name: str, texts: Iterable[str]) -> Candidate:
    """Return the objective called name with options such as ``samples=10``."""
    rate = options_of(TrainingConfig)[LEARNING_RATE]
    cls, options = parse_options(name, texts, {LEARNING_RATE: rate})
    learning_rate = rate.check(options.pop(LEARNING_RATE, None))
    return Candidate(cls(**options), learning_rate)
