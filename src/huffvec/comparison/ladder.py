"""Which learning rates are tried: a ladder up and down from a start, until the best lies inside.

A rate is ``start · 2^step``, rounded to 3 digits. Neighbours of the best so far are tried until
both are known to be worse, with steps of 1 (a factor of 2), at most `MOST_STEPS` either way. A
finer ladder then has the two steps of 1/2 (a factor of √2) beside the best. What has overflowed
scores ``-inf``, and nothing above it is tried. As long as the best has learned nothing, two higher
ones must be worse: with too small a rate, chance decides between neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

MOST_STEPS = 6
LEAST_RATE, MOST_RATE = 1e-5, 10.0  # the most is that of the option learning_rate


def rate_at(start: float, step: float) -> float:
    """Return the rate of a step."""
    return float(f"{start * 2.0**step:.3g}") if step else start


def bounds(start: float, least: float = LEAST_RATE) -> tuple[int, int]:
    """Return the lowest and the highest step, whose rates are from least to `MOST_RATE`."""
    low = max(-MOST_STEPS, math.ceil(math.log2(max(least, LEAST_RATE) / start)))
    high = min(MOST_STEPS, math.floor(math.log2(MOST_RATE / start)))
    return min(low, 0), max(high, 0)


def next_step(
    scores: Mapping[float, float], low: int, high: int, *, finer: bool = False, n_above: int = 1
) -> float | None:
    """Return the next step to try, ``None`` if there is nothing more to try.

    Parameters
    ----------
    scores
        The scores of the steps so far, more is better; those that are equal count for the first.
    low, high
        The lowest and the highest step.
    finer
        Whether half steps are tried at the end.
    n_above
        How many steps above the best must be worse.
    """
    if not scores:
        return 0.0
    whole = {step: score for step, score in scores.items() if step == int(step)}
    best = best_step(whole)
    if scores[best] == -math.inf:  # all have overflowed: only lower ones may not
        lower = min(whole) - 1
        return lower if lower >= low else None
    wanted = [*(best + n for n in range(1, n_above + 1)), best - 1]
    if finer:
        wanted += [best + 0.5, best - 0.5]
    overflowed = min((step for step in scores if scores[step] == -math.inf), default=math.inf)
    most = min(high, overflowed)
    return next((step for step in wanted if low <= step <= most and step not in scores), None)


def best_step(scores: Mapping[float, float]) -> float:
    """Return the step with the best score, the first that was tried of those that are equal."""
    return max(scores, key=lambda step: scores[step])
