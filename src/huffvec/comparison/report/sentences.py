"""Building blocks of the sentences in a recommendation."""

from __future__ import annotations

from collections.abc import Sequence

from huffvec.comparison.evidence import SPEED, Quality
from huffvec.comparison.growth import GROWTH, growth_power, slowdown
from huffvec.comparison.results import Results
from huffvec.comparison.summary import Summary


def labels(some: Sequence[Summary]) -> tuple[str, ...]:
    """Return the labels of some."""
    return tuple(one.label for one in some)


def listed(names: Sequence[str], word: str = "and") -> str:
    """Return names as a sentence lists them."""
    *first, last = names
    return f"{', '.join(first)} {word} {last}" if first else last


def values(one: Summary, qualities: Sequence[Quality]) -> str:
    """Return what was measured; a speed says what it is by its unit."""
    return ", ".join(
        q.shown(one) if q is SPEED else f"{q.name} {q.shown(one)}" for q in qualities if q.of(one)
    )


def values_of_each(some: Sequence[Summary], qualities: Sequence[Quality]) -> str:
    """Return what was measured, of each by its name if there are several."""
    if len(some) == 1:
        return values(some[0], qualities)
    return "; ".join(f"{one.label}: {values(one, qualities)}" for one in some)


def seeds(some: Sequence[Summary]) -> str:
    """Return what the numbers of some rest on."""
    fewest, most = min(one.n_runs for one in some), max(one.n_runs for one in some)
    if most == 1:
        return "one seed"
    return f"{most} seeds" if fewest == most else f"{fewest} to {most} seeds"


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
