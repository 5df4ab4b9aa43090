"""The characters of words as tables of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

PADDING, UNKNOWN, BEGIN, END = range(4)


class CharacterTable:
    """The characters of a vocabulary's words, numbered by their code points' order.

    A word is ``BEGIN``, its characters, ``END``, and ``PADDING`` up to max_chars + 2 numbers;
    longer words lose their ends.

    Parameters
    ----------
    vocabulary
        The words.
    max_chars
        Characters of a word that are kept.

    Attributes
    ----------
    ids
        int32 (n_words, max_chars + 2): the vocabulary's words.
    n_ids
        Different numbers.

    Raises
    ------
    ConfigError
        If vocabulary is none.
    """

    def __init__(self, vocabulary: Vocabulary, max_chars: int) -> None:
        if not isinstance(vocabulary, Vocabulary):
            raise ConfigError(
                "CNN softmax reads the characters of words, so it needs a Vocabulary, not "
                f"{type(vocabulary).__name__}"
            )
        self.max_chars = max_chars
        alphabet = sorted(set().union(*vocabulary.words))
        self._codes = np.array([ord(char) for char in alphabet], np.int64)
        self.n_ids = END + 1 + len(alphabet)
        self.ids = self.encode(vocabulary.words)

    def encode(self, words: Sequence[str]) -> npt.NDArray[np.int32]:
        """Return the numbers of any words, int32 (n, max_chars + 2)."""
        cut = [word[: self.max_chars] for word in words]
        lengths = np.array([len(word) for word in cut], np.int64)
        codes = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), np.uint32)
        places = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        numbers = np.where(self._codes[places] == codes, END + 1 + places, UNKNOWN)
        ids = np.full((len(words), self.max_chars + 2), PADDING, np.int32)
        columns = np.arange(self.max_chars + 2)
        ids[:, 0] = BEGIN
        ids[(columns >= 1) & (columns <= lengths[:, None])] = numbers
        ids[np.arange(len(words)), lengths + 1] = END
        return ids
