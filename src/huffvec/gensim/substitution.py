"""gensim's models replaced by ours, under gensim's names, for scripts that are not changed.

A module's class is exchanged for one that gives our model where gensim's is asked for by its name.
gensim's own code, which finds its names in the module's dict, goes on with its own classes.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

#: What is replaced: the names in `huffvec.gensim`, by the module of gensim's that defines them.
REPLACED = {
    "gensim.models.word2vec": ("Word2Vec",),
    "gensim.models.doc2vec": ("Doc2Vec",),
    "gensim.models.fasttext": ("FastText", "load_facebook_model"),
    "gensim.models.phrases": ("Phrases",),
}


class _Substituted(ModuleType):
    """A module that gives other objects for some names, as long as these are what they were."""

    _replaced: dict[str, tuple[Any, Any]]  # theirs and ours, of the class that is made of this one

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        replaced = type(self)._replaced.get(name)
        return replaced[1] if replaced is not None and found is replaced[0] else found


def install() -> None:
    """Let gensim's names stand for huffvec's models from here on, in this process.

    What was imported from gensim before stays what it was. Installing twice is fine.
    """
    package = importlib.import_module("huffvec.gensim")
    ours = {name: getattr(package, name) for names in REPLACED.values() for name in names}
    for module in _modules():
        theirs = vars(module)
        replaced = {name: (theirs[name], ours[name]) for name in ours if name in theirs}
        module.__class__ = type("_Substituted", (_Substituted,), {"_replaced": replaced})


def uninstall() -> None:
    """Let gensim's names stand for gensim's models again."""
    for module in _modules():
        module.__class__ = ModuleType


def _modules() -> list[ModuleType]:
    """Return the modules of gensim's that people import the models from."""
    return [importlib.import_module(name) for name in ("gensim.models", *REPLACED)]
