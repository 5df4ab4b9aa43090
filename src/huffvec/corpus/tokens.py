"""Tokens as text or as ids: what is accepted where a word is expected.

Training on ids (nodes of a graph, products) makes their digits the words. So a whole number stands
for the word of its digits, everywhere: ``vectors[7]`` is ``vectors["7"]``, and no row number.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any, SupportsIndex, TypeAlias

from huffvec.errors import ConfigError

Word: TypeAlias = str | SupportsIndex


def as_word(word: Any) -> str:
    """Return a word as text.

    Raises
    ------
    ConfigError
        If it is neither text nor a whole number.
    """
    if isinstance(word, str):
        return word
    number = whole_number(word)
    if number is None:
        raise ConfigError(f"expected a word, not {word!r:.80}")
    return str(number)


def as_words(words: Any) -> list[str]:
    """Return one word, or each of several, as text.

    Raises
    ------
    ConfigError
        If one is neither text nor a whole number.
    """
    if is_one_word(words) or isinstance(words, bytes) or not isinstance(words, Iterable):
        return [as_word(words)]
    return [as_word(word) for word in words]


def is_one_word(words: Any) -> bool:
    """Return whether this is one word rather than several."""
    return isinstance(words, str) or whole_number(words) is not None


def whole_number(value: Any) -> int | None:
    """Return a whole number as an int, and ``None`` for anything else, also truths and arrays."""
    if isinstance(value, bool) or type(value).__name__ == "bool_" or getattr(value, "ndim", False):
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None
