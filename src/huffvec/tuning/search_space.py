"""What is searched: options, and the ranges of their values.

Unless a range is given, an option's is a range of factors, of which its default is multiplied by
one. So the same factor of the learning rate means the same for every objective, size of the text
and number of epochs, each of which has a default of its own (:mod:`huffvec.learning_rates`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from huffvec.comparison.candidates import Candidate
from huffvec.objectives import Objective
from huffvec.options import Option, options_of, value_text
from huffvec.tuning.choices import Choice
from huffvec.tuning.trials import Trial

LEARNING_RATE, SAMPLES, OBJECTIVE = "learning_rate", "samples", "objective"

#: Returns options with an objective in which no default is left open, as the learning rate's.
Settle: TypeAlias = Callable[[Any, Objective], Any]


class Draws(Protocol):
    """What draws values: a trial of Optuna."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool) -> float:
        """Return a number from low to high."""

    def suggest_categorical(self, name: str, choices: Sequence[str]) -> Any:
        """Return one of the choices."""


@dataclass(frozen=True)
class Dimension:
    """An option that is searched.

    Attributes
    ----------
    name
        The option's.
    low, high
        The least and the greatest value, or factor of the default.
    is_factor
        Whether they are factors.
    """

    name: str
    low: float
    high: float
    is_factor: bool = True

    def value(self, drawn: float, default: float, option: Option) -> float:
        """Return the option's value for what was drawn: a whole number, or one of 3 digits."""
        value = drawn * default if self.is_factor else drawn
        if int in option.kinds:
            low, high = round(option.low or 0), round(option.high or 2**31)
            return min(max(round(value), low, 1), high)
        return float(f"{min(value, option.high or value):.3g}")

    def default(self, default: float) -> float:
        """Return what is drawn for the default, or the nearest to it."""
        return 1.0 if self.is_factor else min(max(default, self.low), self.high)


@dataclass(frozen=True)
class Space:
    """All that is searched, and what is fixed.

    Attributes
    ----------
    candidates
        The objectives.
    config
        The options of training: those that are fixed, and the defaults of the others.
    dimensions
        What is searched of them, and ``samples``.
    choices
        What is searched that has no order.
    settle
        Settles the defaults that follow from other options.
    kind
        What trials are.
    """

    candidates: tuple[Candidate, ...]
    config: Any
    dimensions: tuple[Dimension, ...]
    choices: tuple[Choice, ...]
    settle: Settle
    kind: type[Trial] = Trial

    @property
    def names(self) -> list[str]:
        """What is searched."""
        found = [OBJECTIVE] if len(self.candidates) > 1 else []
        return [*found, *(c.name for c in self.choices), *(d.name for d in self.dimensions)]

    def defaults(self) -> list[dict[str, Any]]:
        """Return what is drawn for the defaults of each objective."""
        found = []
        for candidate in self.candidates:
            drawn = _Defaults(self, candidate)
            found.append(self.draw(drawn))
        return found

    def draw(self, draws: Draws) -> dict[str, Any]:
        """Return what is drawn, by name."""
        values: dict[str, Any] = {}
        candidate = self.candidates[0]
        if len(self.candidates) > 1:
            labels = [one.label for one in self.candidates]
            values[OBJECTIVE] = draws.suggest_categorical(OBJECTIVE, labels)
            candidate = self.candidates[labels.index(values[OBJECTIVE])]
        for choice in self.choices:
            values[choice.name] = draws.suggest_categorical(choice.name, tuple(choice.values))
        for one in self.dimensions:
            if applies(one.name, candidate):
                log = one.low > 0
                values[one.name] = draws.suggest_float(one.name, one.low, one.high, log=log)
        return values

    def setting(self, values: Mapping[str, Any]) -> tuple[Objective, Any]:
        """Return the objective and the options that drawn values stand for."""
        chosen = values.get(OBJECTIVE)
        candidate = next(c for c in self.candidates if chosen in (None, c.label))
        objective, config = candidate.objective, self.config
        for choice in self.choices:
            config = config.but(**{choice.name: choice.values[values[choice.name]]})
        dimensions = {one.name: one for one in self.dimensions if one.name in values}
        for name in sorted(dimensions, key=LEARNING_RATE.__eq__):  # its default needs the epochs
            default = self.default_of(name, config, objective)
            own = options_of(type(objective if name == SAMPLES else config))[name]
            value = dimensions[name].value(values[name], default, own)
            if name == LEARNING_RATE:
                value = max(value, config.min_learning_rate or 0.0)
            if name == SAMPLES:
                objective = objective.but(samples=value)
            else:
                config = config.but(**{name: value})
        if candidate.learning_rate is not None:
            config = config.but(learning_rate=candidate.learning_rate)
        return objective, self.settle(config, objective)

    def default_of(self, name: str, config: Any, objective: Objective) -> float:
        """Return an option's default here."""
        record: Any = objective if name == SAMPLES else self.settle(config, objective)
        return float(getattr(record, name))

    def to_dict(self) -> dict[str, Any]:
        """Return what is searched as JSON values."""
        ranges = {one.name: [one.low, one.high, one.is_factor] for one in self.dimensions}
        return {
            "objectives": [one.label for one in self.candidates],
            "choices": {one.name: list(one.values) for one in self.choices},
            "ranges": ranges,
        }


class _Defaults:
    """Draws the defaults of an objective."""

    def __init__(self, space: Space, candidate: Candidate) -> None:
        self._space, self._candidate = space, candidate

    def suggest_categorical(self, name: str, choices: Sequence[str]) -> str:
        """Return the objective, or the first choice, which is the default."""
        return self._candidate.label if name == OBJECTIVE else choices[0]

    def suggest_float(self, name: str, low: float, high: float, *, log: bool) -> float:
        """Return what stands for the default."""
        one = next(own for own in self._space.dimensions if own.name == name)
        objective = self._candidate.objective
        return one.default(self._space.default_of(name, self._space.config, objective))


def applies(name: str, candidate: Candidate) -> bool:
    """Return whether an objective leaves an option to be searched."""
    if name == SAMPLES:
        objective = candidate.objective
        return SAMPLES in options_of(type(objective)) and SAMPLES not in objective.given
    return name != LEARNING_RATE or candidate.learning_rate is None


def written(
    objective: Objective, config: Any, names: Sequence[str], drawn: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of what is searched, for people; others than words by what was drawn."""
    values: dict[str, Any] = {}
    for name in names:
        record: Any = objective if name == SAMPLES else config
        if name == OBJECTIVE:
            values[name] = objective.name
        elif name in options_of(type(record)):
            value = getattr(record, name)
            is_plain = isinstance(value, int | float | str)
            values[name] = value if is_plain else drawn.get(name, value)
    return values


def one_line(values: Mapping[str, Any]) -> str:
    """Return options on one line: ``epochs=5,dim=100``."""
    return ",".join(f"{name}={value_text(value)}" for name, value in values.items())
