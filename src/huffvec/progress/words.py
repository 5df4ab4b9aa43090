"""Numbers as people read them: counts, sizes, durations."""

from __future__ import annotations

# Stages that go through other things than bytes.
INFERRING, FINDING, LAYING_OUT = "inferring", "finding neighbours", "laying out"
_COUNTED = {INFERRING: "documents", FINDING: "points", LAYING_OUT: "epochs"}


def format_count(n: float) -> str:
    """Return a count in a few characters: 950, 17.3 k, 1.25 M, 2.10 G."""
    for limit, unit, digits in ((1e9, "G", 2), (1e6, "M", 2), (1e4, "k", 1)):
        if n >= limit:
            scale = 1e3 if unit == "k" else limit
            return f"{n / scale:.{digits}f} {unit}"
    return f"{n:.0f}"


def format_bytes(n: float) -> str:
    """Return a size in a few characters: 512 B, 20.0 kB, 1.25 GB (powers of 1000)."""
    if n < 1000:
        return f"{n:.0f} B"
    for scale, unit in ((1e9, "GB"), (1e6, "MB")):
        if n >= scale:
            return f"{n / scale:.2f} {unit}"
    return f"{n / 1e3:.1f} kB"


def format_amount(stage: str, n: int) -> str:
    """Return how much a stage of a work goes through: of most of them, bytes."""
    return f"{n:,} {_COUNTED[stage]}" if stage in _COUNTED else format_bytes(n)


def format_seconds(seconds: float) -> str:
    """Return a duration as a clock shows it: 0:07, 12:30, 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(done: int, total: int) -> float:
    """Return done of total in percent; an empty task is complete."""
    return 100.0 * min(done / total, 1.0) if total else 100.0
