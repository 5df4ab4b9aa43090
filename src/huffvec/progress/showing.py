"""``progress=True``: a bar in terminals and notebooks, lines elsewhere, on standard error."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, ParamSpec, TypeVar

from huffvec.errors import ConfigError
from huffvec.progress import Progress
from huffvec.progress.notebook import NotebookBars, in_notebook
from huffvec.progress.stages import StageLines, Stages, TerminalBars

_P = ParamSpec("_P")
_T = TypeVar("_T")


def stages_here() -> Stages:
    """Return what shows the stages of a work here."""
    if in_notebook():
        return NotebookBars()
    return (TerminalBars if sys.stderr.isatty() else StageLines)(sys.stderr)


def shows_progress(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a function's argument progress, which hears of stages, be True to show a bar as well."""

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        if "progress" not in kwargs:
            return function(*args, **kwargs)
        with _stages(kwargs["progress"]) as stages:
            kwargs["progress"] = stages
            return function(*args, **kwargs)

    return call


@contextmanager
def _stages(progress: Any) -> Iterator[Progress | None]:
    if progress is True:
        with closing(stages_here()) as shown:
            yield shown.stage
        return
    if progress not in (None, False) and not callable(progress):
        raise ConfigError(
            "progress must be True, False or a function of a stage's name, the bytes done and the "
            f"bytes in all, not {progress!r:.80}"
        )
    yield progress or None
