"""Word Mover's Distance, by POT ("Python optimal transport", extra ``wmd``).

Kusner et al. 2015, "From word embeddings to document distances": a text is its different words with
their shares of it; the distance of two is the least total way on which the shares of one can be
moved to the words of the other. Words are as far apart as their vectors scaled to length 1, as in
gensim's ``wmdistance``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from huffvec.corpus.tokens import is_one_word
from huffvec.errors import ConfigError, UnknownWordError
from huffvec.extras import require
from huffvec.search.units import Floats, unit

if TYPE_CHECKING:
    from huffvec.search.searchable import Searchable


def word_movers_distance(vectors: Searchable, a: Sequence[str], b: Sequence[str]) -> float:
    """Return how far the words of one text must move to become those of another, from 0 to 2.

    Words without a vector are left out; the order of words does not matter. The time grows with the
    cube of the number of different words: texts of some hundred words take long.

    Raises
    ------
    UnknownWordError
        If a text has no word with a vector.
    ConfigError
        If a text is no list of words.
    MissingExtraError
        If POT is not installed.
    """
    ot = require("ot", "Word Mover's Distance")
    (units_a, shares_a), (units_b, shares_b) = _shares(vectors, a), _shares(vectors, b)
    squares = 2 - 2 * np.clip(units_a @ units_b.T, -1.0, 1.0)  # of distances of unit vectors
    return float(ot.emd2(shares_a, shares_b, np.sqrt(squares)))


def _shares(vectors: Searchable, words: Sequence[str]) -> tuple[Floats, Floats]:
    """Return the different words' unit vectors, (n, dim), and their shares of the text, (n,)."""
    if is_one_word(words):
        raise ConfigError(f"a text must be a list of words, not the text {words!r:.80}: split it")
    known = [vectors.spelling(word) for word in words if vectors.has_vector(word)]
    if not known:
        raise UnknownWordError(f"no word of the text {list(words)!r:.80} has a vector")
    different, counts = np.unique(known, return_counts=True)
    return unit(vectors[different.tolist()]), counts / counts.sum()
