"""How long each run of a comparison may take, and so how it is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huffvec.comparison.candidates import Candidate
from huffvec.comparison.cost import Cost
from huffvec.config import TrainingConfig

# Without a limit, a run may take this many times as long as that of the fastest objective.
PATIENCE = 10.0
LEAST_LIMIT_SECONDS = 60.0
UNKNOWN_SPEED = 1e5


@dataclass(frozen=True)
class Plan:
    """How a candidate is trained.

    Attributes
    ----------
    candidate
        What is trained.
    config
        How, with the epochs planned.
    tokens_per_second
        The speed that was measured before.
    limit_seconds
        Time to stop after; ``None``: none.
    until_limit
        Whether the time is the budget, and not the epochs.
    """

    candidate: Candidate
    config: TrainingConfig
    tokens_per_second: float
    limit_seconds: float | None = None
    until_limit: bool = False


@dataclass(frozen=True)
class Budget:
    """The budget of each run: epochs, minutes, or epochs with a limit in minutes."""

    epochs: int | None
    minutes: float | None


def speed_of(costs: Sequence[Cost], n_words: int) -> float | None:
    """Return the tokens per second that were measured with all n_words; ``None`` if none were."""
    whole = [cost for cost in costs if cost.n_words == n_words and cost.tokens]
    return whole[-1].tokens_per_second if whole else None


def make_plan(
    candidate: Candidate,
    config: TrainingConfig,
    budget: Budget,
    n_tokens: int,
    speeds: Mapping[str, float],
) -> Plan:
    """Return how a candidate is trained within the budget.

    Parameters
    ----------
    candidate
        What is trained.
    config
        How, apart from the epochs.
    budget
        What the run may take.
    n_tokens
        Tokens of an epoch.
    speeds
        Tokens per second of all that are compared, by label.
    """
    speed = speeds.get(candidate.label, UNKNOWN_SPEED)
    if budget.epochs is None:
        assert budget.minutes is not None
        seconds = 60 * budget.minutes
        fitting = int(1.5 * seconds * speed / n_tokens) + 1  # more than fit: time ends the run
        return Plan(candidate, config.with_options(epochs=fitting), speed, seconds, True)
    config = config.with_options(epochs=budget.epochs)
    if budget.minutes is not None:
        return Plan(candidate, config, speed, 60 * budget.minutes)
    n_tokens *= budget.epochs
    fastest = max(speeds.values(), default=speed)
    limit = max(PATIENCE * n_tokens / fastest, LEAST_LIMIT_SECONDS)
    return Plan(candidate, config, speed, limit if n_tokens / speed > limit else None)
