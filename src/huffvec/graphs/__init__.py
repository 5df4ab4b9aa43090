"""Graphs of many kinds, and random walks on them."""

from __future__ import annotations

from huffvec._submodules import submodule


def __getattr__(name: str) -> object:
    return submodule(__name__, name)
