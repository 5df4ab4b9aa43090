"""Building blocks of the sentences in a recommendation."""

from __future__ import annotations

from collections.abc import Sequence

from huffvec.comparison.evidence import SPEED, Quality
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
