"""Progress: what people are told of work that goes on, by a function of theirs, bars or lines."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called about ten times a second with the stage's name, the bytes done and the bytes in all.

Some stages count other things than bytes: :mod:`huffvec.progress.words`."""
