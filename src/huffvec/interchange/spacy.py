"""spaCy's table of vectors: one row a word, or floret's where words are hashed.

spaCy has no counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.extras import require
from huffvec.formats.floret import HASH_SEED
from huffvec.subwords import Subwords
from huffvec.vectors.subword_vectors import SubwordVectors
from huffvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from spacy.vectors import Vectors
    from spacy.vocab import Vocab

NAME = "huffvec"


def to_spacy(vectors: WordVectors, vocab: Vocab | None = None) -> Vectors:
    """Return vectors as spaCy's ``Vectors``; the numbers are not copied.

    Those whose words are hashed keep their n-grams, as a table of the mode ``floret``.

    Parameters
    ----------
    vectors
        The vectors.
    vocab
        A pipeline's ``nlp.vocab``: these become its vectors, in place of what it had.

    Raises
    ------
    MissingExtraError
        If spaCy is not installed.
    """
    spacy_vectors = require("spacy.vectors", "spaCy's vectors")
    strings = None if vocab is None else vocab.strings
    options: dict[str, Any] = {"strings": strings, "name": NAME}
    if isinstance(vectors, SubwordVectors) and vectors.subwords.hash_words:
        subwords = vectors.subwords
        made = spacy_vectors.Vectors(
            data=np.asarray(vectors.input_vectors),
            mode="floret",
            minn=subwords.min_n,
            maxn=subwords.max_n,
            hash_count=subwords.hashes,
            hash_seed=HASH_SEED,
            **options,
        )
    else:
        made = spacy_vectors.Vectors(data=np.asarray(vectors.vectors), **options)
        for row, word in enumerate(vectors.words):
            made.add(made.strings.add(word), row=row)
    if vocab is not None:
        vocab.vectors = made
    found: Vectors = made
    return found


def from_spacy(source: Any) -> WordVectors:
    """Return the vectors of a pipeline (``nlp``), of its ``nlp.vocab``, or of a ``Vectors``.

    Words that share a row in spaCy, as after pruning, have a row each. A table of the mode
    ``floret`` has no words: it becomes a :class:`~huffvec.vectors.SubwordVectors` that
    looks all words up by their n-grams.

    Raises
    ------
    ConfigError
        If it has no vectors, or words whose text it does not know.
    MissingExtraError
        If spaCy is not installed.
    """
    spacy_vectors = require("spacy.vectors", "spaCy's vectors")
    vectors = getattr(source, "vocab", source)
    vectors = getattr(vectors, "vectors", vectors)
    if not isinstance(vectors, spacy_vectors.Vectors):
        raise ConfigError(
            f"source must be a pipeline, vocab or vectors of spaCy, not {type(source)}"
        )
    if vectors.data.size == 0:
        raise ConfigError("spaCy has no vectors there; load a pipeline that has some (_md, _lg)")
    if vectors.mode == "floret":
        return _from_floret(vectors)
    items = sorted(vectors.key2row.items(), key=lambda item: item[1])
    unknown = sum(key not in vectors.strings for key, _ in items)
    if unknown:
        raise ConfigError(
            f"spaCy does not know the text of {unknown:,} words; give the pipeline or its vocab"
        )
    words = [vectors.strings[key] for key, _ in items]
    rows = np.array([row for _, row in items], np.intp)
    return WordVectors(words, np.asarray(vectors.data)[rows])


def _from_floret(vectors: Vectors) -> SubwordVectors:
    """Return the vectors of a table of the mode floret."""
    marks = vectors.bow, vectors.eow
    if vectors.hash_seed != HASH_SEED or marks != ("<", ">"):
        raise ConfigError(
            f"vectors of floret must have the seed {HASH_SEED} and the marks < and >, not "
            f"{vectors.hash_seed} and {vectors.bow}, {vectors.eow}"
        )
    table = np.asarray(vectors.data, np.float32)
    subwords = Subwords(vectors.minn, vectors.maxn, len(table), vectors.hash_count, hash_words=True)
    return SubwordVectors(Vocabulary([], []), table, subwords)
