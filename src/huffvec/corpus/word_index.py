"""Which id a word has, found in little memory where only a few of many words are asked for."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError

# A map from words to ids takes 150 bytes a word and a second for two million. So a few words are
# looked up in the bytes of many; more than these, or among fewer, in the map.
N_SCANS, MANY_WORDS = 32, 100_000


class WordIndex:
    """Finds words in a vocabulary: the first few of many by scanning its bytes, then in a map.

    Parameters
    ----------
    joined
        The words in UTF-8, joined by line feeds.
    n_words
        How many there are.
    words
        Returns them as text.
    damage
        Makes an error of what is wrong with them.
    """

    def __init__(
        self,
        joined: npt.NDArray[np.uint8],
        n_words: int,
        words: Callable[[], list[str]],
        damage: Callable[[str], FormatError],
    ) -> None:
        self._joined = joined
        self._words, self._damage = words, damage
        self._scans_left = N_SCANS if n_words >= MANY_WORDS else 0

    @cached_property
    def ids(self) -> dict[str, int]:
        """The map from words to ids.

        Raises
        ------
        FormatError
            If a word is there twice.
        """
        words = self._words()
        ids = dict(zip(words, itertools.count(), strict=False))
        if len(ids) != len(words):
            word = next(word for word_id, word in enumerate(words) if ids[word] != word_id)
            raise self._damage(f"the vocabulary has the word {word!r} twice")
        return ids

    def find(self, word: str) -> int | None:
        """Return the id of a word, ``None`` if there is none."""
        if not self._scans_left or "ids" in vars(self):
            return self.ids.get(word)
        self._scans_left -= 1
        if "\n" in word:
            return None
        all_words = b"\n%b\n" % self._joined.tobytes()
        pos = all_words.find(b"\n%b\n" % word.encode(errors="surrogatepass"))
        return None if pos < 0 else all_words.count(b"\n", 0, pos)
