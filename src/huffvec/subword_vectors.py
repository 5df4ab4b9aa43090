"""Word vectors that know words never seen, from the rows of their n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, UnknownWordError
from huffvec.subwords import Subwords, mean_rows
from huffvec.vectors import WordVectors


class SubwordVectors(WordVectors):
    """Vectors of a model with subwords: the mean of a word's own row and those of its n-grams.

    Words outside the vocabulary have vectors too, from their n-grams; ``word in vectors`` still
    tells whether the vocabulary has it. Searches find words of the vocabulary only.

    Parameters
    ----------
    vocabulary
        The words that training has seen.
    input_vectors
        float32 (n_rows, dim), rows as :mod:`huffvec.subwords` lays them out. It is not copied.
    subwords
        Which rows make up a word.

    Raises
    ------
    ConfigError
        If rows and vocabulary do not fit.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        input_vectors: npt.NDArray[np.float32],
        subwords: Subwords,
    ) -> None:
        n_rows = subwords.n_rows(len(vocabulary))
        if input_vectors.ndim != 2 or len(input_vectors) != n_rows or input_vectors.shape[1] == 0:
            raise ConfigError(
                f"input_vectors must have {n_rows} rows and at least one column; their shape is "
                f"{input_vectors.shape}"
            )
        self.vocabulary = vocabulary
        self.input_vectors = input_vectors
        self.subwords = subwords

    @cached_property
    def vectors(self) -> npt.NDArray[np.float32]:
        """The vectors of the vocabulary's words, float32 (n_words, dim); made when first used."""
        return mean_rows(self.input_vectors, *self.subwords.bags(self.vocabulary))

    @cached_property
    def bag_sizes(self) -> npt.NDArray[np.int64]:
        """Rows that each of the vocabulary's words is the mean of, int64 (n_words,)."""
        return np.diff(self.subwords.bags(self.vocabulary)[0])

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self.input_vectors.shape[1])

    @property
    def has_subwords(self) -> bool:
        """Whether words outside the vocabulary have vectors too."""
        return True

    def has_vector(self, word: str) -> bool:
        """Tell whether a word has a row of its own or n-grams."""
        return len(self.subwords.rows([word], self.vocabulary)[1]) > 0

    def __getitem__(self, words: str | Sequence[str]) -> npt.NDArray[np.float32]:
        """Return the vector of a word, (dim,), or of each of several words, (n, dim).

        Raises
        ------
        UnknownWordError
            If a word that the vocabulary lacks has no n-gram: it is too short.
        """
        asked = [words] if isinstance(words, str) else list(words)
        offsets, row_ids = self.subwords.rows(asked, self.vocabulary)
        for word, size in zip(asked, np.diff(offsets).tolist(), strict=True):
            if size == 0:
                raise UnknownWordError(
                    f"the vocabulary has no word {word!r}, and with its boundary marks it is "
                    f"shorter than the shortest n-grams, {self.subwords.min_n} characters"
                )
        rows = mean_rows(self.input_vectors, offsets, row_ids)
        found: npt.NDArray[np.float32] = rows[0] if isinstance(words, str) else rows
        return found


def make_vectors(
    vocabulary: Vocabulary, input_vectors: npt.NDArray[np.float32], subwords: Subwords | None
) -> WordVectors:
    """Return the vectors of words from a table of input vectors, with subwords or without."""
    if subwords is None:
        return WordVectors(vocabulary, input_vectors)
    return SubwordVectors(vocabulary, input_vectors, subwords)
