"""Rules, besides how often a word occurs, for which words of a text become its vocabulary."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from huffvec.checks import must_be
from huffvec.corpus.tokens import Word, as_word, is_one_word
from huffvec.corpus.white_space import split_words
from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.files.reading import open_text

if TYPE_CHECKING:
    from huffvec import _text

RULES = ("max_words", "keep_words", "drop_words")
_ALL = 2**62

SomeWords: TypeAlias = Iterable[Word] | os.PathLike[str]


@dataclass(frozen=True)
class WordRules:
    """Which words stay of those that were counted.

    Attributes
    ----------
    max_words
        At most so many: the most frequent ones, of equally frequent ones those that come first by
        their UTF-8 bytes. ``None``: all.
    keep_words
        Words that stay however rarely they occur. They have their places among ``max_words`` first.
    drop_words
        Words that never stay.

    Raises
    ------
    ConfigError
        If max_words is below the number of words to keep, or a word is both to be kept
        and to be dropped.
    """

    max_words: int | None = None
    keep_words: tuple[str, ...] = ()
    drop_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.max_words is not None and len(self.keep_words) > self.max_words:
            raise ConfigError(
                OptionName("max_words"),
                f" is {self.max_words}, but ",
                OptionName("keep_words"),
                f" has {len(self.keep_words)}: the words to keep would not find room",
            )
        dropped = set(self.drop_words)
        for word in self.keep_words:
            if word in dropped:
                keep, drop = OptionName("keep_words"), OptionName("drop_words")
                raise ConfigError(f"{word!r} is both in ", keep, " and in ", drop)

    def admitted(
        self, words: Sequence[str], counts: Sequence[int], min_count: int, n_before: int
    ) -> list[int]:
        """Return the places of the words that come into a vocabulary with n_before others.

        Parameters
        ----------
        words, counts
            Most frequent first.
        min_count
            How often a word must occur that is not to be kept.
        n_before
            How many others have their places already.
        """
        keep, drop = set(self.keep_words), set(self.drop_words)
        first = [i for i, word in enumerate(words) if word in keep]
        others = [
            i
            for i, word in enumerate(words)
            if counts[i] >= min_count and word not in keep and word not in drop
        ]
        if self.max_words is not None:
            others = others[: max(0, self.max_words - n_before - len(first))]
        return sorted(first + others)

    def native(self, min_count: int) -> _text.WordRules:
        """Return the rules as the engine takes them, with how often other words must occur."""
        from huffvec import _text

        return _text.WordRules(
            min_count=min_count,
            max_words=_ALL if self.max_words is None else self.max_words,
            keep="\n".join(self.keep_words).encode(),
            drop="\n".join(self.drop_words).encode(),
        )


def words_of_rule(name: str, given: Any, *, may_have_spaces: bool) -> tuple[str, ...]:
    """Return the different words that a rule names, in their order.

    Parameters
    ----------
    name
        The rule's, for messages.
    given
        Words, or the path of a UTF-8 file with a word a line. Whole numbers stand for their digits.
    may_have_spaces
        Whether a token can have white space in it; line feeds it never has.

    Raises
    ------
    ConfigError
        If it is neither, or one is no word.
    FormatError
        If the file cannot be read, is not UTF-8 or has a line that is no word.
    """
    if isinstance(given, os.PathLike):
        return _words_of_file(name, given, may_have_spaces)
    if is_one_word(given) or isinstance(given, bytes) or not isinstance(given, Iterable):
        expected = "a list or set of words, or the pathlib.Path of a file with a word a line"
        raise must_be(name, expected, given)
    items = sorted(given, key=str) if isinstance(given, (set, frozenset)) else given
    words = tuple(dict.fromkeys(map(as_word, items)))
    for word in words:
        if (problem := _problem(word, may_have_spaces)) is not None:
            raise ConfigError(OptionName(name), f": {word!r:.80} {problem}")
    return words


def _words_of_file(name: str, path: os.PathLike[str], may_have_spaces: bool) -> tuple[str, ...]:
    words: dict[str, None] = {}
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            where = f"{name}: {os.fspath(path)!r}: line {number}:"
            try:
                word = line.decode().strip(" \t\r\n")
            except UnicodeDecodeError:
                raise FormatError(f"{where} expected text in UTF-8, found {line[:80]!r}.") from None
            if word and (problem := _problem(word, may_have_spaces)) is not None:
                raise FormatError(f"{where} {word!r:.80} {problem}.")
            if word:
                words[word] = None
    return tuple(words)


def _problem(word: str, may_have_spaces: bool) -> str | None:
    """Return what to say of a word that cannot be one."""
    if not word:
        return "is empty, expected at least one character"
    if "\n" in word or (not may_have_spaces and split_words(word) != [word]):
        return "has white space in it, which separates tokens: expected single words"
    try:
        word.encode()
    except UnicodeEncodeError:
        return "cannot be written in UTF-8"
    return None
