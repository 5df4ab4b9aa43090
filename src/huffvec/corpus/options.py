"""How an input is read: which column, in which case, and in how much memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypedDict, get_args

from huffvec.checks import check_bool, check_choice, make_plain
from huffvec.corpus.transform import Normalization, Tokenizer, Transform, check_tokenize
from huffvec.corpus.word_rules import RULES, SomeWords, WordRules, words_of_rule
from huffvec.errors import ConfigError

Errors = Literal["strict", "replace"]

MIN_VOCAB_MEMORY = 16_000_000
DEFAULT_MAX_LINE = 64_000_000
_MAX_LINE_RANGE = (1 << 16, 2**31 - 1)  # of Arrow's CSV reader, too
_TABLE_OPTIONS = ("column", "group_by", "order_by", "separator", "header")
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


# Those that decide how words are spelled. Corpora and models keep them, and queries follow them.
SPELLING = ("lowercase", "normalize", "tokenize")
# Those that decide which words a text has: corpora and models keep them.
RECORDED = (*SPELLING, *RULES)


class InputKeywords(TypedDict, total=False):
    """The fields of `InputOptions` as keyword arguments, for type checkers."""

    column: str | None
    group_by: str | None
    order_by: str | None
    separator: str | None
    header: bool | None
    lowercase: bool
    normalize: Normalization | None
    tokenize: str | Tokenizer | None
    errors: Errors
    max_words: int | None
    keep_words: SomeWords
    drop_words: SomeWords
    vocab_memory: int | str | None
    max_line: int | str


@dataclass(frozen=True)
class InputOptions:
    """How an input is read.

    Attributes
    ----------
    column
        Which column of a table, or which key of rows that are objects, has the text, the lists of
        tokens or the lists of ids. Not needed where only one can be meant.
    group_by
        Which column tells what belongs together, e.g. a user's: then column has an item a row, and
        the items of a group become one sentence. Groups are in the order of their first rows.
    order_by
        Which column of numbers or times the items of a group are sorted by; rows with equal ones
        stay as they are. ``None``: the order of the rows.
    separator
        What stands between the fields of a CSV file, e.g. ``";"``. A file that is not named
        ``.csv`` or ``.tsv`` is read as CSV if it is given. ``None``: found out.
    header
        Whether the first row of a CSV file has the names of the columns; without, they are named by
        their numbers, ``"1"`` and so on. ``None``: it has, unless there is a number in it.
    lowercase
        Convert to lower case, as ``str.lower`` does.
    normalize
        Bring the text into a Unicode normal form, e.g. ``"NFC"``, so that characters that are
        written in two ways become one.
    tokenize
        How text is cut into tokens: ``"words"`` or ``"characters"``, with options if need be
        (``"words:punctuation=keep,digits=zero"``), or a `huffvec.Tokenizer`, which says what these
        are. ``None``: at ASCII white space alone. Lists of tokens are taken as they are.
    errors
        What to do with bytes that are not UTF-8, and with NUL: ``"strict"`` raises, ``"replace"``
        takes U+FFFD.
    max_words
        Keep at most so many words, the most frequent ones (of equally frequent ones those that
        come first in UTF-8). ``None``: all that occur often enough.
    keep_words
        Words that stay however rarely they occur: a list or set, or the ``pathlib.Path`` of a file
        with a word a line. They have their places among ``max_words`` first.
    drop_words
        Words that are left out, such as stop words; given as keep_words. Both are spelled as the
        text is, or will be by lowercase, normalize and tokenize.
    vocab_memory
        Bytes, or text such as ``"8GB"``, that counting different words may take. Counts that need
        more go to temporary files; none is lost. ``None``: as much as they need.
    max_line
        Bytes, or text such as ``"1GB"``, that a line of JSON or a row of CSV may have: it must be
        in memory as a whole. Text has no such limit but for single words (64 MB).

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    column: str | None = None
    group_by: str | None = None
    order_by: str | None = None
    separator: str | None = None
    header: bool | None = None
    lowercase: bool = False
    normalize: Normalization | None = None
    tokenize: str | Tokenizer | None = None
    errors: Errors = "strict"
    max_words: int | None = None
    keep_words: SomeWords = ()
    drop_words: SomeWords = ()
    vocab_memory: int | str | None = None
    max_line: int | str = DEFAULT_MAX_LINE

    def __post_init__(self) -> None:
        make_plain(self)
        check_errors(self.errors)
        check_bool("lowercase", self.lowercase)
        if self.normalize is not None:
            check_choice("normalize", self.normalize, get_args(Normalization))
        object.__setattr__(self, "tokenize", check_tokenize(self.tokenize))
        if self.vocab_memory is not None:
            object.__setattr__(self, "vocab_memory", parse_bytes("vocab_memory", self.vocab_memory))
            if self.vocab_bytes < MIN_VOCAB_MEMORY:
                raise ConfigError(
                    f"vocab_memory must be at least {MIN_VOCAB_MEMORY // 10**6}MB, "
                    f"not {self.vocab_bytes} bytes"
                )
        self._check_table_options()
        self._check_rules()

    @classmethod
    def of(cls, **options: Any) -> InputOptions:
        """Return the options of these names.

        Raises
        ------
        ConfigError
            If a name is unknown; the message suggests the nearest.
        """
        names = tuple(field.name for field in fields(cls))
        for name in options:
            check_choice("an input option", name, names)
        return cls(**options)

    @classmethod
    def split(cls, options: Mapping[str, Any]) -> tuple[InputOptions, dict[str, Any]]:
        """Return the input options among options, and the others."""
        names = {field.name for field in fields(cls)}
        own = {name: value for name, value in options.items() if name in names}
        return cls(**own), {name: options[name] for name in options if name not in names}

    def _check_table_options(self) -> None:
        if self.order_by is not None and self.group_by is None:
            raise ConfigError(
                "order_by needs group_by, the column whose values say which rows belong together"
            )
        if self.separator is not None and (
            not isinstance(self.separator, str)
            or len(self.separator) != 1
            or not self.separator.isascii()
            or self.separator in '"\r\n\0'
        ):
            raise ConfigError(
                f"separator must be one ASCII character such as ';', not {self.separator!r}"
            )
        object.__setattr__(self, "max_line", parse_bytes("max_line", self.max_line))
        low, high = _MAX_LINE_RANGE
        if not low <= self.max_line_bytes <= high:
            raise ConfigError(f"max_line must be from {low} to {high} bytes, not {self.max_line}")

    def _check_rules(self) -> None:
        for name in ("keep_words", "drop_words"):
            words = words_of_rule(name, getattr(self, name), may_have_spaces=bool(self.group_by))
            if (transform := self.transform) is not None:
                words = tuple(dict.fromkeys(map(transform.word, words)))
            object.__setattr__(self, name, words)
        self.rules  # noqa: B018  (checks what they say together)

    @property
    def rules(self) -> WordRules:
        """Which of the counted words become the vocabulary."""
        return WordRules(self.max_words, tuple(self.keep_words), tuple(self.drop_words))  # type: ignore[arg-type]

    def without_rules(self) -> InputOptions:
        """Return the options for reading text in the words of a vocabulary that there is."""
        return replace(self, max_words=None, keep_words=(), drop_words=())

    def for_text(self) -> InputOptions:
        """Return the options without those that only tables have."""
        return replace(self, **dict.fromkeys(_TABLE_OPTIONS))  # type: ignore[arg-type]

    @property
    def max_line_bytes(self) -> int:
        """The bytes that a line may have that is read as a whole."""
        return int(self.max_line)

    @property
    def vocab_bytes(self) -> int:
        """The bytes that counting may take; more than any machine has if not limited."""
        return self.vocab_memory if isinstance(self.vocab_memory, int) else 2**62

    @property
    def transform(self) -> Transform | None:
        """What is done to text before it is cut at white space, if anything."""
        tokenizer = None if self.tokenize is None else Tokenizer.parse(str(self.tokenize))
        transform = Transform(self.lowercase, self.normalize, tokenizer)
        return None if transform == Transform() else transform

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of text, spelled as those of a corpus that is read with the options."""
        return (self.transform or Transform()).tokens(text)

    @classmethod
    def recorded(cls, record: Mapping[str, Any], names: Sequence[str] = SPELLING) -> dict[str, Any]:
        """Return the options that decide how words are spelled, of those that a record has.

        Parameters
        ----------
        names
            `RECORDED`: those that decide which words stay as well.
        record
            A model's record of its training (`huffvec.Model.training`), or another with these
            names. ``InputOptions.of(**InputOptions.recorded(model.training))`` reads text, and by
            `tokens` queries, as the model's text was read.
        """
        return {name: record[name] for name in names if record.get(name)}


def check_errors(errors: object) -> None:
    """Raise `ConfigError` unless errors says what to do with bytes that are not UTF-8."""
    check_choice("errors", errors, get_args(Errors))


def parse_bytes(name: str, value: int | str) -> int:
    """Return a number of bytes from a number or from text such as 8GB, 500MB or 1.5e9.

    Raises
    ------
    ConfigError
        If it is neither, or below 0.
    """
    match = re.fullmatch(r"\s*([0-9.]+(?:e[0-9]+)?)\s*([KMGT]?B?)\s*", str(value), re.IGNORECASE)
    unit = match[2].upper() if match else ""
    unit += "B" if unit in ("K", "M", "G", "T") else ""
    try:
        return round(float(match[1]) * _UNITS[unit])  # type: ignore[index]
    except (TypeError, ValueError, OverflowError):
        raise ConfigError(
            f"{name} must be a number of bytes such as 8GB or 500MB, not {value!r}"
        ) from None
