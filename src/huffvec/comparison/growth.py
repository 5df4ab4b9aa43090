"""Which objectives become slower as the vocabulary grows, by the measured costs."""

from __future__ import annotations

import math

from huffvec.comparison.results import Results

GROWTH = 0.5  # power of V from which on the cost counts as growing with the vocabulary


def slowdown(results: Results, label: str) -> float | None:
    """Return how many times as long a prediction takes with the most words as with the fewest.

    ``None`` if that was not measured.
    """
    costs = results.costs.get(label, [])
    if len(costs) < 2 or costs[0].n_words >= costs[-1].n_words:
        return None
    first, last = costs[0].seconds_per_target, costs[-1].seconds_per_target
    return last / first if first > 0 and last > 0 else None


def growth_power(results: Results, label: str) -> float | None:
    """Return p if the time for a prediction grows like V to the power p; ``None`` if unknown."""
    times, costs = slowdown(results, label), results.costs.get(label, [])
    if times is None:
        return None
    return math.log(times) / math.log(costs[-1].n_words / costs[0].n_words)
