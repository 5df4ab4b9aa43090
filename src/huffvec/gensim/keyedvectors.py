"""gensim's vectors, which the models have as ``wv``: they are used as they are."""

from __future__ import annotations

from gensim.models.keyedvectors import KeyedVectors

__all__ = ["KeyedVectors"]
