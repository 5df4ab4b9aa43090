"""Models are saved as gensim's own, so that they load where huffvec is not installed."""

from __future__ import annotations

import copyreg
import importlib
from typing import Any


class Named:
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
    cls = Named(base.__module__, base.__qualname__)
    return copyreg._reconstructor, (cls, object, None), state  # type: ignore[attr-defined]
