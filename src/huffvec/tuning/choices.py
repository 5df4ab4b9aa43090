"""What can be searched: options by numbers and by words, before anything is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huffvec.architectures import ARCHITECTURES
from huffvec.checks import check_choice
from huffvec.config import TrainingConfig


@dataclass(frozen=True)
class Choice:
    """An option whose values have no order, or are few.

    Attributes
    ----------
    name
        The option's.
    values
        The values by what they are called, the default one first.
    """

    name: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, values: Sequence[Any]) -> Choice:
        """Return the choice among values, which are called what they are."""
        return cls(name, {str(value): value for value in values})

    def among(self, asked: Sequence[Any] | None, config: Any) -> Choice:
        """Return the choice among those that are asked for, or all, the default one first.

        Raises
        ------
        ConfigError
            If there is no such value.
        """
        known, default = tuple(self.values), getattr(config, self.name)
        texts = known if asked is None else [str(one) for one in asked]
        names = [check_choice(self.name, one, known) for one in texts]
        names.sort(key=lambda name: self.values[name] != default)
        return Choice(self.name, {name: self.values[name] for name in names})


@dataclass(frozen=True)
class Searchable:
    """What can be searched of a record of options.

    Attributes
    ----------
    record
        The record.
    factors
        By which factors the defaults of numbers are multiplied.
    choices
        The others.
    if_asked
        What is searched only if it is asked for.
    """

    record: type
    factors: Mapping[str, tuple[float, float]]
    choices: Sequence[Choice]
    if_asked: Sequence[str] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that can be searched."""
        return (*self.factors, *(one.name for one in self.choices))


WORDS = Searchable(
    TrainingConfig,
    {
        "learning_rate": (1 / 8, 8.0),
        "epochs": (0.25, 4.0),
        "window": (0.4, 2.4),
        "dim": (0.5, 2.0),
        "samples": (0.4, 3.0),
        "subsample_threshold": (0.01, 10.0),
    },
    [Choice.of("architecture", [n for n, own in ARCHITECTURES.items() if not own.has_documents])],
    if_asked=("architecture",),
)
