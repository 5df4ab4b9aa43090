"""gensim's FastText, trained by the engine."""

from __future__ import annotations

from gensim.models import fasttext

from huffvec.gensim.word2vec import Word2Vec


class FastText(Word2Vec, fasttext.FastText):
    """gensim's ``FastText``: its arguments, attributes and methods, trained by huffvec.

    All that `Word2Vec` says holds here. The rows of words and of n-grams are gensim's, and n-grams
    are hashed alike.
    """
