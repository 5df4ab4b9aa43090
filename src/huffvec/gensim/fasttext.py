"""gensim's FastText, trained by the engine."""

from __future__ import annotations

from typing import Any

from gensim.models import fasttext
from gensim.models.fasttext import load_facebook_model as load_gensims  # not what replaces it

from huffvec.gensim.saving import as_ours
from huffvec.gensim.word2vec import Word2Vec


class FastText(Word2Vec, fasttext.FastText):
    """gensim's ``FastText``: its arguments, attributes and methods, trained by huffvec.

    All that `Word2Vec` says holds here. The rows of words and of n-grams are gensim's, and n-grams
    are hashed alike.
    """

    @classmethod
    def load_fasttext_format(cls, *args: Any, **kwargs: Any) -> FastText:
        """Load a model of the program fastText, as gensim does."""
        return as_ours(super().load_fasttext_format(*args, **kwargs), cls)  # type: ignore[no-any-return]


def load_facebook_model(path: Any, encoding: str = "utf-8") -> FastText:
    """Load a model of the program fastText as gensim does, to be trained on by huffvec."""
    return as_ours(load_gensims(path, encoding), FastText)  # type: ignore[no-any-return]
