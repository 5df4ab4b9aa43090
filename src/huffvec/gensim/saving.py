"""Models are saved as gensim's own, so that they load where huffvec is not installed."""

from __future__ import annotations

import copy
import copyreg
import importlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffvec.errors import FormatError
from huffvec.formats.hv import is_hv

if TYPE_CHECKING:
    from typing_extensions import Self


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


def _check_gensims(fname: Any = None, **_others: Any) -> None:
    """Raise FormatError if a file is one of huffvec's own models."""
    if isinstance(fname, (str, os.PathLike)) and Path(fname).is_file() and is_hv(Path(fname)):
        path = os.fspath(fname)
        raise FormatError(
            f"{path!r} is not a model that gensim's save() wrote but one of huffvec's own: open it "
            f"with huffvec.load({path!r}); huffvec.interchange.to_gensim makes KeyedVectors of it"
        )


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


class SavedAsGensims:
    """Of a model that stands for a class of gensim's: pickles of it are of that class."""

    @classmethod
    def load(cls, *args: Any, **kwargs: Any) -> Any:
        """Load a model that this or gensim's class has saved.

        Raises
        ------
        FormatError
            If the file is one of huffvec's own models.
        """
        _check_gensims(*args[:1], **kwargs)
        return as_ours(super().load(*args, **kwargs), cls)  # type: ignore[misc]

    def __reduce_ex__(self, protocol: Any) -> Any:
        if not is_ours(type(self)):  # a class derived from it
            return super().__reduce_ex__(protocol)
        return reduced_as(gensims(type(self)), self.__getstate__())

    def __getstate__(self) -> dict[str, Any]:
        return vars(self)

    def __copy__(self) -> Self:
        return self._with(self.__getstate__())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self._with(copy.deepcopy(self.__getstate__(), memo))

    def _with(self, state: dict[str, Any]) -> Self:
        new = type(self).__new__(type(self))
        new.__dict__.update(state)
        return new
