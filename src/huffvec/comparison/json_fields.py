"""The values of a JSON file, one by one: of the kind and in the range that was asked for.

All raise ValueError with what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

MAX_ITEMS = 1_000
MAX_TEXT, MAX_DEPTH = 10_000, 12
MAX_COUNT = 10**18

Values = dict[str, Any]
T = TypeVar("T")
W = TypeVar("W", bound=str)


def no_number(name: str) -> NoReturn:
    """Refuse what `json` reads although JSON has it not: NaN and infinity."""
    raise ValueError(f"{name} is no number of JSON")


def check_plain(value: Any, place: str, depth: int = 0) -> None:
    """Raise ValueError at what could not be written again: endless numbers, texts, nesting."""
    if depth > MAX_DEPTH:
        raise ValueError(f"{place:.200}: lists in lists in lists …")
    if isinstance(value, str):
        check_text(value, place)
    elif isinstance(value, (int, float)) and not abs(value) <= MAX_COUNT:
        raise ValueError(f"{place} must be a number up to 10¹⁸")
    elif isinstance(value, list):
        for item in value:
            check_plain(item, place, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_text(key, place)
            check_plain(item, key, depth + 1)


def check_text(text: str, place: str) -> None:
    """Raise ValueError at a text that is too long or cannot be written."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"{place:.200}: a text of {len(text):,} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{place!a:.200}: half a character") from None


def get(values: Any, name: str, place: str) -> Any:
    """Return a value of an object by its name."""
    if not isinstance(values, dict) or name not in values:
        raise ValueError(f"{place:.200} has no {name}")
    return values[name]


def number(values: Any, name: str, low: float, high: float) -> float:
    """Return a number in a range, both ends allowed."""
    value = get(values, name, "a record")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}, not {value!r:.40}")
    return float(value)


def whole(values: Any, name: str, low: int = 0, high: int = MAX_COUNT) -> int:
    """Return a whole number in a range, both ends allowed."""
    value = get(values, name, "a record")
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low:,} on, not {value!r:.40}")
    return value


def or_none(read: Callable[..., T], values: Any, name: str, *limits: Any) -> T | None:
    """Return what a reader of this module finds, or ``None`` where the value is null."""
    return None if get(values, name, "a record") is None else read(values, name, *limits)


def number_or_nan(values: Any, name: str, low: float, high: float) -> float:
    """Return a number in a range, NaN where the value is null."""
    found = or_none(number, values, name, low, high)
    return math.nan if found is None else found


def text(values: Any, name: str) -> str:
    """Return a text."""
    value = get(values, name, "a record")
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, not {value!r:.40}")
    return value


def one_of(values: Any, name: str, words: Sequence[W]) -> W:
    """Return one of some words."""
    value = get(values, name, "a record")
    found = next((word for word in words if word == value), None)
    if found is None:
        raise ValueError(f"{name} must be one of {', '.join(words)}, not {value!r:.40}")
    return found


def flag(values: Any, name: str) -> bool:
    """Return whether something holds."""
    value = get(values, name, "a record")
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false, not {value!r:.40}")
    return value


def record(values: Any, name: str) -> Values:
    """Return an object."""
    value = get(values, name, "the file")
    if not isinstance(value, dict):
        raise ValueError(f"{name} must be an object, not {value!r:.40}")
    return value


def items(values: Any, name: str, read: Callable[[Any], T], most: int = MAX_ITEMS) -> list[T]:
    """Return the items of a list, each read by a function."""
    value = get(values, name, "a record")
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"{name} must be a list of up to {most:,}")
    return [read(item) for item in value]
