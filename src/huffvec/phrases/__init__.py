"""Phrases: words that occur together so often that they become one."""

from __future__ import annotations

from huffvec._submodules import submodule


def __getattr__(name: str) -> object:
    return submodule(__name__, name)
