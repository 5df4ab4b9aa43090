"""Trials: one setting of the options each, trained and scored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Literal, cast, get_args

from huffvec.config import TrainingConfig
from huffvec.errors import FormatError
from huffvec.objectives import Objective, from_dict
from huffvec.records import Options

State = Literal["complete", "pruned", "slow", "failed"]
MAX_VALUE = 1e12


@dataclass(frozen=True)
class Trial:
    """A setting of the options, trained with one seed.

    Attributes
    ----------
    record
        The record of the options of training.
    number
        Its place among the trials, from 0, which are the defaults. Repetitions with other seeds
        have the number of what they repeat.
    seed
        The seed of the training.
    state
        ``"complete"``; ``"pruned"``: stopped early, since it was worse than half of the others;
        ``"slow"``: stopped, since it would have taken too long; ``"failed"``.
    objective, config
        What was trained, and how, as JSON values.
    values
        The searched options by name, as they were drawn: numbers that are factors of the defaults,
        or values.
    score
        What came out; nan unless it is complete.
    scores
        The score by test, where there are several.
    moments
        Shares of the training, and the score after each.
    seconds
        Wall time of training and scoring.
    error
        Why it failed.
    """

    record: ClassVar[type[Options]] = TrainingConfig

    number: int
    seed: int
    state: State = "failed"
    objective: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    score: float = math.nan
    scores: dict[str, float] = field(default_factory=dict)
    moments: tuple[tuple[float, float], ...] = ()
    seconds: float = 0.0
    error: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether it has a score."""
        return self.state == "complete"

    def setting(self) -> tuple[Objective, Any]:
        """Return the objective and the options.

        Raises
        ------
        FormatError
            If they are of a file and cannot be used.
        """
        return from_dict(self.objective), self.record.from_dict(self.config)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON values; nan is still in them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Trial:
        """Return the trial that `to_dict` described.

        Raises
        ------
        FormatError
            If a field is missing, or has a value that cannot be used.
        """
        try:
            found = {own.name: values[own.name] for own in fields(cls)}
        except KeyError as error:
            raise FormatError(f"a trial has no {error}") from None
        is_right = (
            _is_whole(found["number"])
            and _is_whole(found["seed"])
            and found["state"] in get_args(State)
            and all(isinstance(found[k], dict) for k in ("objective", "config", "values", "scores"))
            and all(map(is_number, found["scores"].values()))
            and isinstance(found["error"], str)
            and isinstance(found["moments"], list)
            and all(map(_is_moment, found["moments"]))
            and is_number(found["seconds"])
            and found["seconds"] >= 0
        )
        has_score = is_number(found.get("score"))
        if not is_right or has_score != (found["state"] == "complete"):
            raise FormatError(f"a trial cannot be used: {str(dict(values))[:100]} …")
        score = float(found["score"]) if has_score else math.nan
        found |= {"score": score, "moments": tuple(map(tuple, found["moments"]))}
        trial = cls(**cast(Any, found))
        trial.setting()
        return trial


def is_number(value: Any) -> bool:
    """Return whether a value is a number of reasonable size."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= MAX_VALUE


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def _is_moment(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_number, value))
