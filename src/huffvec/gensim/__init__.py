"""gensim's models, trained by huffvec's engine (extra ``gensim``).

``from huffvec.gensim import Word2Vec`` in place of ``from gensim.models import Word2Vec``: the same
constructors and methods, and ``model.wv`` is gensim's own. Scripts that are not to be changed are
run by ``python -m huffvec.gensim script.py``, notebooks begin with ``%load_ext huffvec.gensim``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from huffvec._submodules import submodule
from huffvec.extras import require

if TYPE_CHECKING:
    from huffvec.gensim.doc2vec import Doc2Vec as Doc2Vec
    from huffvec.gensim.fasttext import FastText as FastText
    from huffvec.gensim.fasttext import load_facebook_model as load_facebook_model
    from huffvec.gensim.keyedvectors import KeyedVectors as KeyedVectors
    from huffvec.gensim.phrases import FrozenPhrases as FrozenPhrases
    from huffvec.gensim.phrases import Phraser as Phraser
    from huffvec.gensim.phrases import Phrases as Phrases
    from huffvec.gensim.substitution import install as install
    from huffvec.gensim.substitution import uninstall as uninstall
    from huffvec.gensim.word2vec import Word2Vec as Word2Vec

require("gensim", "huffvec.gensim")

_MODULES = {
    "Doc2Vec": "doc2vec",
    "FastText": "fasttext",
    "FrozenPhrases": "phrases",
    "KeyedVectors": "keyedvectors",
    "Phraser": "phrases",
    "Phrases": "phrases",
    "Word2Vec": "word2vec",
    "install": "substitution",
    "load_facebook_model": "fasttext",
    "uninstall": "substitution",
}

__all__ = [*_MODULES]  # noqa: PLE0604  (the keys of a dict)


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        return submodule(__name__, name)
    return getattr(importlib.import_module(f"huffvec.gensim.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(_shell: Any) -> None:
    """Replace gensim's models in a notebook: ``%load_ext huffvec.gensim``."""
    from huffvec.gensim.substitution import install

    install()


def unload_ipython_extension(_shell: Any) -> None:
    """Bring gensim's models back: ``%unload_ext huffvec.gensim``."""
    from huffvec.gensim.substitution import uninstall

    uninstall()
