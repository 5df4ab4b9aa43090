"""The words of a corpus with their counts."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from huffvec.corpus.tokens import Word, as_word, is_one_word
from huffvec.corpus.word_index import WordIndex
from huffvec.errors import FormatError, UnknownWordError, suggest
from huffvec.files.paths import PathLike
from huffvec.files.reading import open_text
from huffvec.files.writing import atomic_path

_LINE_FEED = 10
_N_SUGGESTED = 20_000  # comparing with every word of a large vocabulary would take minutes
_NO_ROW_NUMBER = " (Whole numbers are words here, those of training on ids, and no row numbers.)"


class Vocabulary:
    """Words and how often each occurs; a word's id is its place.

    Counting orders them by count, highest first, then by UTF-8 bytes. Words and the map from words
    to ids are made when first used, so that opening a large model takes no time, and asking for a
    few of many words little memory.
    """

    _source: PathLike | None = None

    def __init__(self, words: Sequence[str], counts: npt.ArrayLike) -> None:
        """Make a vocabulary of words that are known.

        Parameters
        ----------
        words
            Different, not empty, without a line feed.
        counts
            How often each occurs, not negative, (n_words,).

        Raises
        ------
        FormatError
            If words or counts are not as they should be.
        """
        self._counts = _checked_counts(counts)
        self.words = list(words)
        try:
            joined = "\n".join(self.words).encode()
        except UnicodeEncodeError as error:
            raise FormatError(f"a word cannot be written in UTF-8: {error.object!r}") from error
        self._bytes = _checked_bytes(np.frombuffer(joined, np.uint8), len(self._counts))
        if len(self.words) != len(self._counts):
            raise FormatError(f"{len(self.words)} words, but {len(self._counts)} counts")
        self._index.ids  # noqa: B018  (checks that the words are different)

    @classmethod
    def from_bytes(
        cls,
        data: npt.NDArray[np.uint8],
        counts: npt.ArrayLike,
        *,
        source: PathLike | None = None,
    ) -> Vocabulary:
        r"""Return the vocabulary that :meth:`word_bytes` and :attr:`counts` came from.

        Parameters
        ----------
        data
            UTF-8 text, words joined by line feeds. It is kept and must not change.
        counts
            How often each occurs, int64 (n_words,).
        source
            The file that they are from, which errors name that come later.

        Raises
        ------
        FormatError
            If there is an empty word, or not as many words as counts, or a count is negative. That
            words are UTF-8 and different is found out when they are first used.
        """
        vocabulary = cls.__new__(cls)
        vocabulary._source = source
        vocabulary._counts = _checked_counts(counts)
        vocabulary._bytes = _checked_bytes(data, len(vocabulary._counts))
        return vocabulary

    def with_counts(self, counts: npt.NDArray[np.int64]) -> Vocabulary:
        """Return the same words with other counts, int64 (n_words,)."""
        return self.from_bytes(self._bytes, counts, source=self._source)

    @cached_property
    def words(self) -> list[str]:
        """The words, by id.

        Raises
        ------
        FormatError
            If the bytes that the vocabulary was made from are not UTF-8.
        """
        return self._decoded(slice(None)) if len(self) else []

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """How often each word occurs, by id, (n_words,), read-only."""
        return self._counts

    @cached_property
    def n_tokens(self) -> int:
        """How many tokens of the corpus are words of the vocabulary."""
        return int(self._counts.sum())

    def word_bytes(self, part: slice | None = None) -> npt.NDArray[np.uint8]:
        r"""Return the words in UTF-8, joined by line feeds, read-only; all or some ids'."""
        if part is None:
            return self._bytes
        ids = range(len(self))[part]
        return self._bytes[self._starts[ids.start] : max(0, self._starts[ids.stop] - 1)]

    def word(self, word_id: int) -> str:
        """Return the word of an id, from 0 on, without making all words."""
        if "words" in vars(self):
            return self.words[word_id]
        return self._decoded(slice(word_id, word_id + 1))[0]

    def id_of(self, word: Word) -> int:
        """Return the id of a word; a whole number stands for the word of its digits.

        Raises
        ------
        UnknownWordError
            If the vocabulary does not have it; the message suggests one that it has.
        ConfigError
            If the word is neither text nor a whole number.
        """
        text = as_word(word)
        word_id = self._index.find(text)
        if word_id is None:
            hint = self.suggestion(text) or (_NO_ROW_NUMBER if text.isdecimal() else "")
            raise UnknownWordError(f"the vocabulary has no word {text!r}.{hint}")
        return word_id

    @classmethod
    def read_tsv(cls, path: PathLike) -> Vocabulary:
        """Return the vocabulary in a file that :meth:`write_tsv` wrote.

        Raises
        ------
        FormatError
            If the file cannot be read, or a line is not a word, a tab and a count.
        """
        words, counts = [], []
        with open_text(path) as file:
            for number, line in enumerate(file, 1):
                word, tab, count = line.rstrip(b"\r\n").rpartition(b"\t")
                if not tab or not count.isdigit() or len(count) > 18:
                    raise FormatError(
                        f"{os.fspath(path)!r}: line {number}: expected a word, a tab and its "
                        f"count, found {line[:80]!r}."
                    )
                words.append(word)
                counts.append(int(count))
        try:
            return cls([word.decode() for word in words], counts)
        except (FormatError, UnicodeDecodeError) as error:
            raise FormatError(f"{os.fspath(path)!r} is no vocabulary: {error}.") from None

    def write_tsv(self, path: PathLike) -> None:
        """Write a line ``word<TAB>count`` for each word, in UTF-8.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        rows = zip(self.words, self._counts.tolist(), strict=True)
        with (
            atomic_path(path) as temporary,
            open(temporary, "w", encoding="utf-8", newline="\n") as file,
        ):
            file.writelines(f"{word}\t{count}\n" for word, count in rows)

    def __len__(self) -> int:
        return len(self._counts)

    def __contains__(self, word: object) -> bool:
        return is_one_word(word) and self._index.find(as_word(word)) is not None

    def __repr__(self) -> str:
        return f"Vocabulary({len(self):,} words, {self.n_tokens:,} tokens)"

    @cached_property
    def _starts(self) -> npt.NDArray[np.int64]:
        """Where each word begins in the bytes, and where another one would, (n_words + 1,)."""
        if len(self) == 0:
            return np.zeros(1, np.int64)
        later = np.flatnonzero(self._bytes == _LINE_FEED) + 1
        return np.concatenate([[0], later, [len(self._bytes) + 1]])

    @cached_property
    def _index(self) -> WordIndex:
        return WordIndex(self._bytes, len(self), self._all_words, self._damage)

    def _all_words(self) -> list[str]:
        return self.words

    def _decoded(self, part: slice) -> list[str]:
        """Return the words of some ids, at least one."""
        try:
            return self.word_bytes(part).tobytes().decode().split("\n")
        except UnicodeDecodeError as error:
            raise self._damage(f"the words are not UTF-8: {error}") from error

    def _damage(self, what: str) -> FormatError:
        """Return the error of what is wrong with the words, which names their file."""
        if self._source is None:
            return FormatError(what)
        return FormatError(f"{os.fspath(self._source)!r} is damaged: {what}.")

    def suggestion(self, word: str) -> str:
        """Return a question whether a word that there is was meant by another; maybe empty."""
        for variant in (word.lower(), word.capitalize(), word.upper()):
            if variant in self:
                return f" Did you mean {variant!r}?"
        return suggest(word, self._decoded(slice(_N_SUGGESTED)) if len(self) else [])


def _checked_counts(counts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    array = np.asarray(counts)
    if array.ndim != 1 or (array.size > 0 and array.dtype.kind not in "iu"):
        raise FormatError(
            f"counts: expected a list of integers, got shape {array.shape} of {array.dtype}"
        )
    checked = array.astype(np.int64)
    if np.any(checked < 0):
        raise FormatError(f"counts: expected none below 0, got {checked.min()}")
    checked.flags.writeable = False
    return checked


def _checked_bytes(data: npt.NDArray[np.uint8], n_words: int) -> npt.NDArray[np.uint8]:
    if data.dtype != np.uint8 or data.ndim != 1:
        raise FormatError(f"words: expected bytes, got shape {data.shape} of {data.dtype}")
    view: npt.NDArray[np.uint8] = data.view()
    view.flags.writeable = False
    if n_words == 0 and data.size == 0:
        return view
    ends = np.flatnonzero(view == _LINE_FEED)
    if len(ends) + 1 != n_words:
        raise FormatError(
            f"{n_words} counts, but {len(ends) + 1} words (none may have a line feed)"
        )
    if np.any(np.diff(ends, prepend=-1, append=data.size) == 1):
        raise FormatError("words: an empty word, expected at least one character in each")
    return view
