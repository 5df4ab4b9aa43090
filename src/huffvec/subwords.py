"""Subwords: vectors for words never seen, from their character n-grams.

A word's vector is the mean of rows of the input table, its *bag*. Two layouts of that table:

*fastText's* (Bojanowski et al. 2017, "Enriching word vectors with subword information"): rows
``0 … n_words - 1`` are the words' own, the ``buckets`` rows after them those of n-grams. A bag is
the word's own row (if the word is in the vocabulary) and one row for each n-gram of ``<word>`` with
min_n to max_n characters; a boundary mark alone is no n-gram, the whole ``<word>`` is one if it is
short enough. N-grams are hashed by FNV-1a over their UTF-8 bytes, with bytes from 0x80 on
sign-extended, as fastText does. The word ``</s>``, fastText's end of a sentence, has no n-grams.

*floret's* (``hash_words``): words have no rows of their own. ``<word>`` and its n-grams are hashed
``hashes`` times each, by MurmurHash3, into one table of ``buckets`` rows: a few ten thousand are
enough, since two n-grams seldom share all their rows.

Rows may repeat in a bag, and then count as often as they occur.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from huffvec.checks import must_be
from huffvec.errors import ConfigError, FormatError, OptionName, UnknownWordError
from huffvec.options import option, options_of
from huffvec.records import Options

if TYPE_CHECKING:  # the command line's help needs the options only, and no NumPy
    import numpy as np
    import numpy.typing as npt

    from huffvec.corpus.vocabulary import Vocabulary

MAX_N = 100
MAX_ROWS = 2**31 - 1
MAX_HASHES = 4
MOST_BUCKETS = 2_000_000  # of those that are fitted; fastText's and gensim's default
_COUNTING_PLACES = 1 << 24
_COUNTED_WORDS = 100_000  # at once


@dataclass(frozen=True)
class Subwords(Options):
    """Which rows of the input table make up a word.

    Attributes
    ----------
    min_n, max_n
        Characters of the shortest and of the longest n-grams, the boundary marks counted.
    buckets
        Rows that n-grams are hashed to. ``None`` fits them to the words when training begins
        (`fitted`), and the model records how many they are.
    hashes
        Rows that each word and n-gram is hashed to; more than 1 only with hash_words.
    hash_words
        Words have no rows of their own, but are hashed as n-grams are.

    Raises
    ------
    ConfigError
        If a value is out of its range, or max_n is below min_n.
    """

    called = "subword option"

    min_n: int = option(3, low=1, high=MAX_N, help="Characters of the shortest n-grams.")
    max_n: int = option(6, low=1, high=MAX_N, help="Characters of the longest n-grams.")
    buckets: int | None = option(
        None,
        low=1,
        high=MAX_ROWS,
        metavar="N",
        when_none=f"at least two for each different n-gram, at most {MOST_BUCKETS:,}",
        help="Rows that the n-grams share.",
    )
    hashes: int = option(
        1,
        low=1,
        high=MAX_HASHES,
        metavar="N",
        only_for=("hash_words", True),
        help="Rows of each word and n-gram.",
    )
    hash_words: bool = option(
        False,
        help="Words have no rows of their own but share the {buckets}: small models, with "
        "{buckets=50000} and {hashes=2}.",
    )

    def check_together(self) -> None:
        """Raise ConfigError if the longest n-grams are shorter than the shortest."""
        if self.max_n < self.min_n:
            raise ConfigError(
                OptionName("subwords"),
                " must go from the shortest n-grams to the longest, as 3-6, not "
                f"{self.min_n}-{self.max_n}",
            )

    @property
    def n_buckets(self) -> int:
        """The buckets, as a number.

        Raises
        ------
        ConfigError
            If they are not fitted yet.
        """
        if self.buckets is None:
            raise ConfigError(
                OptionName("buckets"),
                " must be a number, or be fitted to words: subwords.fitted(vocabulary)",
            )
        return self.buckets

    def fitted(self, vocabulary: Vocabulary) -> Subwords:
        """Return the same with a number of buckets; what is given stays.

        It is the first power of two that is at least twice the number of different n-grams, so that
        at most 4 of 10 n-grams share a bucket with another, or `MOST_BUCKETS` if that is less. With
        hash_words, words count as n-grams do.
        """
        if self.buckets is not None:
            return self
        n = max(1, self._n_distinct(vocabulary))
        return replace(self, buckets=min(MOST_BUCKETS, 1 << (2 * n - 1).bit_length()))

    def _n_distinct(self, vocabulary: Vocabulary) -> int:
        """Return about how many different n-grams the words have.

        By linear counting (Whang et al. 1990): from how many of 2^24 places their hashes leave
        empty. Of a few million it is off by some thousandths.
        """
        import numpy as np

        seen = np.zeros(_COUNTING_PLACES, np.bool_)
        counting = replace(self, buckets=_COUNTING_PLACES, hashes=1)
        for start in range(0, len(vocabulary), _COUNTED_WORDS):
            part = slice(start, min(start + _COUNTED_WORDS, len(vocabulary)))
            own = np.full(part.stop - part.start, -1, np.int32)  # no rows of their own
            seen[counting._bags(vocabulary.word_bytes(part), own, 0)[1]] = True
        n_empty = max(1, int(np.count_nonzero(~seen)))
        return int(_COUNTING_PLACES * np.log(_COUNTING_PLACES / n_empty))

    def n_rows(self, n_words: int) -> int:
        """Return the rows of the input table for a vocabulary of n_words.

        Raises
        ------
        ConfigError
            If they are more than 2^31 - 1.
        """
        n_rows = self.n_buckets if self.hash_words else n_words + self.n_buckets
        if n_rows > MAX_ROWS:
            raise ConfigError(
                OptionName("buckets"),
                f" must be at most {MAX_ROWS - n_words:,} with {n_words:,} words, not "
                f"{self.n_buckets:,}",
            )
        return n_rows

    def bags(
        self, vocabulary: Vocabulary, part: slice | None = None
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Return the rows of all words of a vocabulary, or of those with some ids.

        Returns
        -------
        tuple
            ``offsets``, int64 (n_words + 1,), and ``row_ids``, int32: those of word w are
            ``row_ids[offsets[w]:offsets[w + 1]]``. No bag is empty.
        """
        import numpy as np

        own_rows = np.arange(len(vocabulary), dtype=np.int32)[part or slice(None)]
        return self._bags(vocabulary.word_bytes(part), own_rows, len(vocabulary))

    def rows(
        self, words: Sequence[str], vocabulary: Vocabulary
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        """Return the rows of any words, as `bags` does.

        The bag of a word that the vocabulary lacks has n-grams only; it is empty if the word is too
        short for one.

        Raises
        ------
        UnknownWordError
            If a word is empty, has a line feed or cannot be written in UTF-8.
        """
        import numpy as np

        for word in words:
            if not word or "\n" in word or not _is_text(word):
                raise UnknownWordError(f"{word!r} is no word: expected characters on one line")
        own = [vocabulary.id_of(word) if word in vocabulary else -1 for word in words]
        joined = np.frombuffer("\n".join(words).encode(), np.uint8)
        return self._bags(joined, np.array(own, np.int32), len(vocabulary))

    def ngrams(self, word: str) -> list[str]:
        """Return the n-grams of a word, with the marks around it, in the order of `rows`."""
        if word == "</s>" and not self.hash_words:
            return []
        marked = f"<{word}>"
        parts = [
            (begin, end)
            for begin in range(len(marked))
            for end in range(begin + self.min_n, min(begin + self.max_n, len(marked)) + 1)
        ]
        alone = {(0, 1), (len(marked) - 1, len(marked))}  # a mark is no n-gram
        return [marked[begin:end] for begin, end in parts if (begin, end) not in alone]

    def _bags(
        self, joined: npt.NDArray[np.uint8], own_rows: npt.NDArray[np.int32], n_words: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
        from huffvec import _subwords

        self.n_rows(n_words)
        return _subwords.bags(
            joined,
            own_rows,
            0 if self.hash_words else n_words,
            min_n=self.min_n,
            max_n=self.max_n,
            n_buckets=self.n_buckets,
            n_hashes=self.hashes,
            hash_words=self.hash_words,
        )

    @classmethod
    def from_dict(cls, values: object) -> Subwords:
        """Return what `to_dict` described.

        Raises
        ------
        FormatError
            If a field is missing or unknown, or its value cannot be used.
        """
        names = set(options_of(cls))
        is_whole = isinstance(values, dict) and values.get("buckets") is not None
        if not isinstance(values, dict) or set(values) != names or not is_whole:
            raise FormatError(
                OptionName("subwords"), f": expected {', '.join(sorted(names))}, found {values!r}"
            )
        return super().from_dict(values)


def as_subwords(_name: str, value: Any) -> Any:
    """Return the `Subwords` of lengths, a text or a pair (see `parse_lengths`); or what it is."""
    if isinstance(value, (tuple, list)) and len(value) == 2:
        value = "-".join(map(str, value))
    return Subwords(*parse_lengths(value)) if isinstance(value, str) else value


def parse_lengths(text: str) -> tuple[int, int]:
    """Return min_n and max_n of a text like ``3-6`` or ``3,6``; ``4`` alone stands for ``4-4``.

    Raises
    ------
    ConfigError
        If it is no such text.
    """
    low, dash, high = text.replace(",", "-").partition("-")
    high = high if dash else low
    lengths = [int(n) for n in (low, high) if n.isdecimal() and len(n) < 9]
    if len(lengths) < 2 or not 1 <= min(lengths) <= max(lengths) <= MAX_N:
        raise must_be("subwords", f"the lengths of n-grams, from 1 to {MAX_N}, like 3-6", text)
    return lengths[0], lengths[1]


def mean_rows(
    table: npt.NDArray[np.float32],
    offsets: npt.NDArray[np.int64],
    row_ids: npt.NDArray[np.int32],
) -> npt.NDArray[np.float32]:
    """Return the mean of each bag's rows, float32 (n_bags, dim); zeros for an empty bag.

    Parameters
    ----------
    table
        float32 (n_rows, dim); maybe a memory map, maybe rows of a padded table.
    offsets, row_ids
        As from `Subwords.bags`.
    """
    import numpy as np

    from huffvec import _subwords

    means = np.empty((len(offsets) - 1, table.shape[1]), np.float32)
    _subwords.mean_of_rows(table, offsets, row_ids, means)
    return means


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
