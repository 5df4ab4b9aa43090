"""Checks of options: what each function accepts, it returns as a plain Python value.

NumPy's numbers (``np.arange(…)[0]``, a draw of ``scipy.stats``) are as good as Python's, but JSON,
the engine and ``isinstance`` want the latter. So they are converted here, and nowhere else: in the
functions' results, and by the check of declared options (:mod:`huffvec.options`).
"""

from __future__ import annotations

import numbers
import operator
from collections.abc import Iterable
from typing import Any

from huffvec.errors import ConfigError, OptionName, suggest

UNBOUNDED = 2.0**62  # bounds of numbers that have none of their own


def plain(value: Any) -> Any:
    """Return numbers, also NumPy's and tensors', as int, float or bool, and arrays as tuples.

    Lists and ranges become tuples as well, so that records hold nothing that can change. Whatever
    is neither is returned as it is.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple, range)):
        return tuple(plain(item) for item in value)
    if value is None or isinstance(value, (bool, str)):
        return value
    try:
        return operator.index(value)
    except TypeError:
        return float(value) if isinstance(value, numbers.Real) else value


def must_be(name: str, expected: str, value: object, hint: str = "") -> ConfigError:
    """Return the error that says what an option must be, and what it is."""
    return ConfigError(OptionName(name), f" must be {expected}, not {value!r:.80}{hint}")


def is_several(value: object) -> bool:
    """Return whether a value can be gone through and is not one text, or an array of one number."""
    is_one = isinstance(value, str | bytes) or getattr(value, "ndim", 1) == 0
    return isinstance(value, Iterable) and not is_one


def check_int(
    name: str, value: object, low: int, high: int, *, unit: str = "", words: str = ""
) -> int:
    """Return value as an int; the message names the unit, and words that could be in its place.

    Raises
    ------
    ConfigError
        If it is not a whole number from low to high (both included).
    """
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise must_be(name, f"a whole number{unit} from {low} to {high}{words}", value)
    return number


def check_float(
    name: str, value: object, low: float, high: float, *, open_low: bool = False, unit: str = ""
) -> float:
    """Return value as a float; with ``open_low`` the lowest value itself is refused.

    The message names the unit.

    Raises
    ------
    ConfigError
        If it is not a finite number from low to high.
    """
    number = plain(value)
    if isinstance(number, (int, float)) and not isinstance(number, bool):
        in_bounds = low < number <= high if open_low else low <= number <= high
        if in_bounds:  # false for NaN
            return float(number)
    raise must_be(name, " ".join([f"a number{unit}", *_bounds(low, high, open_low)]), value)


def _bounds(low: float, high: float, open_low: bool) -> list[str]:
    """Return the words for the bounds of a number; none for one so far away that it is none."""
    lowest = [f"over {low:g}"] if open_low else [f"from {low:g}"] if low > -UNBOUNDED else []
    highest = [f"{'and up ' if open_low else ''}to {high:g}"] if high < UNBOUNDED else []
    return lowest + highest


def check_bool(name: str, value: object) -> bool:
    """Return value as a bool; raise `ConfigError` if it is none."""
    truth = plain(value)
    if not isinstance(truth, bool):
        raise must_be(name, "true or false", value)
    return truth


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    """Return value; raise `ConfigError` unless it is one of choices, suggesting the nearest."""
    if not isinstance(value, str) or value not in choices:
        hint = suggest(value, choices) if isinstance(value, str) else ""
        raise must_be(name, f"one of {', '.join(choices)}", value, f".{hint}")
    return value
