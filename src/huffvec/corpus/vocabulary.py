"""The words of a corpus with their counts."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from huffvec.checks import check_int
from huffvec.corpus.jobs import BLOCK_BYTES, native_files, read_options, run_job
from huffvec.corpus.readers.paths import FileStamp, check_unchanged, take_stamps
from huffvec.corpus.tokens import Word, as_word, is_one_word
from huffvec.corpus.word_rules import WordRules
from huffvec.errors import CorpusError, FormatError, UnknownWordError, suggest
from huffvec.files.reading import PathLike, open_text
from huffvec.files.writing import atomic_path
from huffvec.progress import Progress

_LINE_FEED = 10
_N_SUGGESTED = 20_000  # comparing with every word of a large vocabulary would take minutes
_NO_ROW_NUMBER = " (Whole numbers are words here, those of training on ids, and no row numbers.)"
# A map from words to ids takes 150 bytes a word and a second for two million. So a few words are
# looked up in the bytes of many; more than these, or among fewer, in the map.
_N_SCANS, _SCANNED_WORDS = 32, 100_000


class Vocabulary:
    """Words and how often each occurs; a word's id is its place.

    :func:`count_words` orders them by count, highest first, then by UTF-8 bytes. Words and the map
    from words to ids are made when first used, so that opening a large model takes no time, and
    asking for a few of many words little memory.
    """

    _n_scans = 0

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
        self._ids  # noqa: B018  (checks that the words are different)

    @classmethod
    def from_bytes(cls, data: npt.NDArray[np.uint8], counts: npt.ArrayLike) -> Vocabulary:
        r"""Return the vocabulary that :meth:`word_bytes` and :attr:`counts` came from.

        Parameters
        ----------
        data
            UTF-8 text, words joined by line feeds. It is kept and must not change.
        counts
            How often each occurs, int64 (n_words,).

        Raises
        ------
        FormatError
            If there is an empty word, or not as many words as counts, or a count is negative. That
            words are UTF-8 and different is found out when they are first used.
        """
        vocabulary = cls.__new__(cls)
        vocabulary._counts = _checked_counts(counts)
        vocabulary._bytes = _checked_bytes(data, len(vocabulary._counts))
        return vocabulary

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
        word_id = self._find(text)
        if word_id is None:
            hint = self._suggest(text) or (_NO_ROW_NUMBER if text.isdecimal() else "")
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
        return is_one_word(word) and self._find(as_word(word)) is not None

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
    def _ids(self) -> dict[str, int]:
        ids = dict(zip(self.words, itertools.count(), strict=False))
        if len(ids) != len(self.words):
            word = next(word for word_id, word in enumerate(self.words) if ids[word] != word_id)
            raise FormatError(f"the vocabulary has the word {word!r} twice")
        return ids

    def _find(self, word: str) -> int | None:
        """Return the id of a word, ``None`` if there is none."""
        if len(self) < _SCANNED_WORDS or self._n_scans == _N_SCANS or "words" in vars(self):
            return self._ids.get(word)
        self._n_scans += 1
        if "\n" in word:
            return None
        all_words = b"\n%b\n" % self._bytes.tobytes()
        pos = all_words.find(b"\n%b\n" % word.encode(errors="surrogatepass"))
        return None if pos < 0 else all_words.count(b"\n", 0, pos)

    def _decoded(self, part: slice) -> list[str]:
        """Return the words of some ids, at least one."""
        try:
            return self.word_bytes(part).tobytes().decode().split("\n")
        except UnicodeDecodeError as error:
            raise FormatError(f"the words are not UTF-8: {error}") from error

    def _suggest(self, word: str) -> str:
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


@dataclass(frozen=True)
class VocabularyCount:
    """What counting the words of a corpus has found.

    Attributes
    ----------
    vocabulary
        The words with at least ``min_count`` tokens, as far as the rules let them stay.
    n_raw_tokens
        All tokens, those of rarer words too.
    n_types
        All different words, the rarer ones too.
    n_sentences
        Lines with at least one token.
    n_bytes
        The size of all files.
    stamps
        The files as they were, for :func:`huffvec.corpus.encode`.
    """

    vocabulary: Vocabulary
    n_raw_tokens: int
    n_types: int
    n_sentences: int
    n_bytes: int
    stamps: tuple[FileStamp, ...]


def count_words(
    paths: Sequence[PathLike],
    *,
    min_count: int = 5,
    rules: WordRules | None = None,
    n_threads: int = 0,
    errors: str = "strict",
    progress: Progress | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> VocabularyCount:
    """Count the words of text files: UTF-8, a sentence a line, ASCII white space between tokens.

    A byte order mark at the start of a file is not part of the text. The different words are in
    memory, but never the whole text.

    Parameters
    ----------
    paths
        Files as from :func:`huffvec.corpus.expand_paths`. A file's end ends its last line.
    min_count
        Words that occur less often are left out.
    rules
        Which of them stay, and which rarer ones besides; all and none if left out.
    n_threads
        0: all processors that the process may use.
    errors
        What to do with bytes that are not UTF-8: ``"strict"`` raises, ``"replace"`` takes U+FFFD as
        ``bytes.decode`` does.
    progress
        Called about ten times a second with ("counting words", bytes done, bytes in all).
    block_bytes
        How much text a thread takes at once; the result does not depend on it.

    Raises
    ------
    CorpusError
        If a file cannot be read, is not text or changes meanwhile, or no word is left.
    ConfigError
        If an option is out of its range.
    """
    from huffvec import _text

    min_count = check_int("min_count", min_count, 1, 2**62)
    options = read_options(n_threads, block_bytes, errors)
    stamps = take_stamps(paths)
    counter = _text.WordCounter(
        native_files(stamps), rules=(rules or WordRules()).native(min_count), **options
    )
    run_job(counter, "counting words", progress)
    check_unchanged(stamps)
    if counter.n_types == 0:
        raise CorpusError(f"{_names(stamps)}: only white space, expected words.")
    return VocabularyCount(
        vocabulary=check_counted(counter, min_count),
        n_raw_tokens=counter.n_tokens,
        n_types=counter.n_types,
        n_sentences=counter.n_sentences,
        n_bytes=counter.n_bytes,
        stamps=stamps,
    )


class Counted(Protocol):
    """What the engine has counted."""

    @property
    def n_types(self) -> int:
        """All different words."""

    @property
    def top_word(self) -> bytes:
        """The most frequent of them that no rule drops; empty if there is none."""

    @property
    def top_count(self) -> int:
        """How often it occurs."""

    def words(self) -> npt.NDArray[np.uint8]:
        """Return the words of the vocabulary, joined by line feeds."""

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how often each occurs."""


def check_counted(counter: Counted, min_count: int) -> Vocabulary:
    """Return the vocabulary that was counted.

    Raises
    ------
    CorpusError
        If no word occurs often enough.
    """
    counts = counter.counts()
    if len(counts) == 0 and counter.top_count == 0:
        raise CorpusError(
            f"no word is left: drop_words has all of the {counter.n_types} different words."
        )
    if len(counts) == 0:
        raise CorpusError(
            f"no word is left: none occurs min_count = {min_count} times. The most frequent of "
            f"{counter.n_types} words is {_shorten(counter.top_word)!r} with {counter.top_count}. "
            f"Set min_count to at most {counter.top_count} (--min-count), or give more text."
        )
    return Vocabulary.from_bytes(counter.words(), counts)


def _shorten(word: bytes) -> str:
    text = word.decode()
    return text if len(text) <= 50 else f"{text[:50]}…"


def _names(stamps: Sequence[FileStamp]) -> str:
    more = f" and {len(stamps) - 1} more" if len(stamps) > 1 else ""
    return f"{os.fspath(stamps[0].path)}{more}"
