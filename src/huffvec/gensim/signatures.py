"""Methods that take what gensim's take."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

_Method = TypeVar("_Method", bound=Callable[..., Any])


def like(theirs: Any) -> Callable[[_Method], _Method]:
    """Let a method show the signature and the documentation of gensim's."""
    return cast("Callable[[_Method], _Method]", functools.wraps(theirs))
