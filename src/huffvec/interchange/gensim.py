"""gensim's ``KeyedVectors``, and its ``FastTextKeyedVectors`` for vectors with subwords.

Counts are gensim's attribute ``count`` (``keyed.get_vecattr(word, "count")``). gensim's n-grams are
fastText's, as huffvec's are: vectors of unseen words are the same in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.extras import require
from huffvec.subwords import Subwords
from huffvec.vectors.subword_vectors import SubwordVectors
from huffvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from gensim.models import KeyedVectors


def to_gensim(vectors: WordVectors) -> KeyedVectors:
    """Return vectors as gensim's ``KeyedVectors``; with subwords, as ``FastTextKeyedVectors``.

    The numbers of vectors without subwords are not copied: change them on one side and they
    change on the other.

    Raises
    ------
    ConfigError
        If words are hashed (floret's layout), which gensim does not know.
    MissingExtraError
        If gensim is not installed.
    """
    require("gensim", "gensim's KeyedVectors")
    from gensim.models import KeyedVectors

    if isinstance(vectors, SubwordVectors):
        return _with_subwords(vectors)
    keyed = KeyedVectors(vectors.dim)
    keyed.vectors = vectors.vectors
    _set_words(keyed, vectors.vocabulary)
    return keyed


def from_gensim(keyed: KeyedVectors) -> WordVectors:
    """Return the vectors of a ``KeyedVectors``, such as ``Word2Vec(…).wv``, with their counts.

    A ``FastTextKeyedVectors`` with n-grams becomes a
    :class:`~huffvec.vectors.SubwordVectors`, whose tables are copied; otherwise the
    numbers are not. Counts that gensim does not have are 0.

    Raises
    ------
    ConfigError
        If it is no ``KeyedVectors``.
    FormatError
        If it has keys that are no words.
    MissingExtraError
        If gensim is not installed.
    """
    require("gensim", "gensim's KeyedVectors")
    from gensim.models import KeyedVectors
    from gensim.models.fasttext import FastTextKeyedVectors

    if not isinstance(keyed, KeyedVectors):
        hint = " Give its attribute wv." if hasattr(keyed, "wv") else ""
        raise ConfigError(f"keyed must be gensim's KeyedVectors, not {type(keyed).__name__}.{hint}")
    words = list(keyed.index_to_key)
    for word in words:
        if not isinstance(word, str):
            raise FormatError(f"a key must be a word, not {word!r}")
    vocabulary = Vocabulary(words, _counts(keyed, len(words)))
    if isinstance(keyed, FastTextKeyedVectors) and keyed.bucket and keyed.max_n >= keyed.min_n:
        tables = keyed.vectors_vocab, keyed.vectors_ngrams
        table = np.concatenate(tables).astype(np.float32, copy=False)
        return SubwordVectors(
            vocabulary, table, Subwords(max(1, keyed.min_n), keyed.max_n, keyed.bucket)
        )
    return WordVectors(vocabulary, keyed.vectors)


def _with_subwords(vectors: SubwordVectors) -> KeyedVectors:
    """Return vectors with subwords as a ``FastTextKeyedVectors``."""
    from gensim.models.fasttext import FastTextKeyedVectors

    subwords = vectors.subwords
    if subwords.hash_words:
        raise ConfigError(
            "gensim has a row for every word, and these words are hashed; for the vocabulary's "
            "words alone give WordVectors(vectors.vocabulary, vectors.vectors)"
        )
    keyed = FastTextKeyedVectors(vectors.dim, subwords.min_n, subwords.max_n, subwords.n_buckets)
    _set_words(keyed, vectors.vocabulary)
    keyed.recalc_char_ngram_buckets()
    keyed.init_post_load(np.asarray(vectors.input_vectors))
    return keyed


def _set_words(keyed: KeyedVectors, vocabulary: Vocabulary) -> None:
    """Give a ``KeyedVectors`` its words and, where they are known, their counts."""
    keyed.index_to_key = list(vocabulary.words)
    keyed.key_to_index = {word: word_id for word_id, word in enumerate(vocabulary.words)}
    if vocabulary.n_tokens > 0:
        keyed.expandos["count"] = vocabulary.counts.copy()


def _counts(keyed: Any, n_words: int) -> npt.NDArray[np.int64]:
    """Return the counts of gensim's words, 0 where it has none: of words added later, say."""
    counts = np.zeros(n_words, np.int64)
    known = [count or 0 for count in keyed.expandos.get("count", ())][:n_words]
    counts[: len(known)] = known
    return counts
