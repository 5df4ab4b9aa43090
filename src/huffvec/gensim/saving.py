"""Models are saved as gensim's own, so that they load where huffvec is not installed."""

from __future__ import annotations

import copyreg
import importlib
from typing import Any


def is_ours(cls: type) -> bool:
    """Return whether a class is one of this package, and not derived from it elsewhere."""
    return cls.__module__.startswith("huffvec.gensim.")


def gensims(cls: type) -> type:
    """Return the class of gensim's that one of ours stands for."""
    return next(base for base in cls.__mro__ if base.__module__.startswith("gensim."))


def as_ours(model: Any, cls: type) -> Any:
    """Let a model of gensim's be one of a class of ours, or of that which a class is derived from.

    Models of other classes stay what they are.
    """
    ours = next(filter(is_ours, cls.__mro__))
    if type(model) is gensims(ours):
        model.__class__ = ours
    return model


class _Named:
    """Something that has a name in a module; in a pickle it is only the way to find it there."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (_Module(self.module), self.name)


class _Module:
    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return importlib.import_module, (self.name,)


def reduced_as(base: type, state: dict[str, Any]) -> tuple[Any, ...]:
    """Return what pickles an object as one of a class that is found by its name.

    Where gensim's models are replaced the name stands for what replaces it.
    """
    cls = _Named(base.__module__, base.__qualname__)
    return copyreg._reconstructor, (cls, object, None), state  # type: ignore[attr-defined]
