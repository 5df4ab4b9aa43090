"""Documents: texts that have vectors of their own, under one tag or several each."""

from __future__ import annotations

from huffvec._submodules import submodule


def __getattr__(name: str) -> object:
    return submodule(__name__, name)
