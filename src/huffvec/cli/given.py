"""Which options of the running command were given, and which have only their default."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_running: ContextVar[Any] = ContextVar("running", default=None)


@contextmanager
def running(context: Any) -> Iterator[None]:
    """Make a command's context that of the running command."""
    before = _running.set(context)
    try:
        yield
    finally:
        _running.reset(before)


def is_default(name: str, value: object) -> bool:
    """Return whether the running command has an option whose value is this, and was not given."""
    context = _running.get()
    source = context and context.get_parameter_source(name)
    return bool(source) and source.name.startswith("DEFAULT") and context.params[name] == value
