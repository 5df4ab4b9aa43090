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


def slower_with_more_words(results: Results) -> str:
    """Return a sentence on those that slow down as the vocabulary grows; empty if none does."""
    times = {label: found for label in results.costs if (found := slowdown(results, label))}
    growing = [label for label in times if (growth_power(results, label) or 0.0) > GROWTH]
    if not growing or len(growing) == len(times):
        return ""
    costs = results.costs[growing[0]]
    most = max(found for label, found in times.items() if label not in growing)
    return (
        f"from {costs[0].n_words:,} to {costs[-1].n_words:,} words a prediction becomes slower: "
        f"{', '.join(f'{label} {times[label]:.0f} times' for label in growing)}; all others at "
        f"most {most:.1f} times."
    )
