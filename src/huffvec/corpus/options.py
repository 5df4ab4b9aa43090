"""How an input is read: which column, in which case, and in how much memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from huffvec.checks import must_be
from huffvec.corpus.sizes import parse_bytes
from huffvec.corpus.tag_sources import TagSource, check_tags
from huffvec.corpus.transform import Normalization, Tokenizer, Transform, check_tokenize
from huffvec.corpus.word_rules import RULES, SomeWords, WordRules, words_of_rule
from huffvec.options import option
from huffvec.records import Options
from huffvec.shared_options import TEXT, Errors, errors_option

_TABLE_OPTIONS = ("column", "group_by", "order_by", "tag_column", "separator", "header")


# Those that decide how words are spelled. Corpora and models keep them, and queries follow them.
SPELLING = ("lowercase", "normalize", "tokenize")
# Those that decide which words a text has: corpora and models keep them.
RECORDED = (*SPELLING, *RULES)


class InputKeywords(TypedDict, total=False):
    """The fields of `InputOptions` as keyword arguments, for type checkers."""

    column: str | None
    group_by: str | None
    order_by: str | None
    tags: TagSource | None
    tag_column: str | None
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


def _one_character(name: str, value: Any) -> str | None:
    """Return what separates fields; raise `ConfigError` if it cannot."""
    is_one = isinstance(value, str) and len(value) == 1 and value.isascii()
    if value is not None and (not is_one or value in '"\r\n\0'):
        raise must_be(name, "one ASCII character such as ';'", value)
    return value  # type: ignore[no-any-return]


@dataclass(frozen=True)
class InputOptions(Options):
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
    tags
        Makes every text a document with vectors of its own (`huffvec.documents`), and says under
        which tags: ``"position"``, its number from 0 on; ``"first"``, its first token; ``"given"``,
        one or several, text or whole numbers, that are given with it: in pairs (text, tags) such as
        gensim's ``TaggedDocument``, in a column or key called ``tags`` or ``tag``, or in lines of
        text as tokens that begin with ``__label__``; with group_by what a document's rows share.
        Texts without a tag are read as well; a warning counts them. ``None``: sentences are no
        documents, unless there is a tag_column.
    tag_column
        Which column, or key of rows that are objects, has the tags: text, whole numbers, or lists
        of these.
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

    called = "input option"

    column: str | None = option(
        None,
        metavar="NAME",
        panel=TEXT,
        help="Column or key with the text; needed only if several would do.",
    )
    group_by: str | None = option(
        None,
        metavar="NAME",
        panel=TEXT,
        help="Join rows with the same value, such as a user, into one sentence.",
    )
    order_by: str | None = option(
        None,
        metavar="NAME",
        panel=TEXT,
        when_none="order of the file",
        only_for=("group_by",),
        help="Column of numbers or times to sort the rows of a group by.",
    )
    tags: TagSource | None = option(
        None,
        panel=TEXT,
        help="Tags of documents: positions, first words, or given with them.",
    )
    tag_column: str | None = option(
        None,
        metavar="NAME",
        panel=TEXT,
        help="Column or key with the tags of documents.",
    )
    separator: str | None = option(
        None,
        metavar="CHARACTER",
        panel=TEXT,
        when_none="detected",
        convert=_one_character,
        help="What separates the fields of a CSV file.",
    )
    header: bool | None = option(
        None,
        panel=TEXT,
        when_none="yes, unless it has a number in it",
        help="Whether the first row of a CSV file names the columns.",
    )
    lowercase: bool = option(False, panel=TEXT, help="Convert to lower case.")
    normalize: Normalization | None = option(
        None,
        panel=TEXT,
        help="Convert the text to this Unicode normal form.",
    )
    tokenize: str | Tokenizer | None = option(
        None,
        metavar="words|characters",
        panel=TEXT,
        when_none="only at spaces",
        convert=check_tokenize,
        help="Cut text into words without punctuation, or into characters; "
        "words:punctuation=keep,digits=zero: marks stay, numbers become 0.",
    )
    errors: Errors = errors_option()
    max_words: int | None = option(
        None,
        low=2,
        high=2**62,
        metavar="N",
        panel=TEXT,
        when_none="all",
        help="Keep only the N most frequent words.",
    )
    keep_words: SomeWords = option(
        (),
        metavar="FILE",
        panel=TEXT,
        help="Words to keep however rarely they occur, one a line.",
    )
    drop_words: SomeWords = option(
        (),
        metavar="FILE",
        panel=TEXT,
        help="Words to leave out, such as stop words, one a line.",
    )
    vocab_memory: int | str | None = option(
        None,
        low=16_000_000,
        high=2**62,
        unit="bytes",
        metavar="SIZE",
        panel=TEXT,
        convert=parse_bytes,
        help="Memory for counting, e.g. 8GB; the rest goes to files.",
    )
    max_line: int | str = option(
        "64MB",
        low=1 << 16,
        high=2**31 - 1,  # as in Arrow's CSV reader
        unit="bytes",
        metavar="SIZE",
        panel=TEXT,
        convert=parse_bytes,
        help="Longest JSON line or CSV row to accept.",
    )

    def check_together(self) -> None:
        """Raise ConfigError unless the words are words, and can be in one vocabulary together."""
        for name in ("keep_words", "drop_words"):
            words = words_of_rule(name, getattr(self, name), may_have_spaces=bool(self.group_by))
            if (transform := self.transform) is not None:
                words = tuple(dict.fromkeys(map(transform.word, words)))
            self._set(name, words)
        check_tags(self)
        self.rules  # noqa: B018  (checks what they say together)

    @property
    def rules(self) -> WordRules:
        """Which of the counted words become the vocabulary."""
        return WordRules(self.max_words, tuple(self.keep_words), tuple(self.drop_words))  # type: ignore[arg-type]

    def without_rules(self) -> InputOptions:
        """Return the options for reading text in the words of a vocabulary that there is."""
        return self.without(RULES)

    def for_text(self) -> InputOptions:
        """Return the options without those that only tables have."""
        return self.without(_TABLE_OPTIONS)

    def without(self, names: Sequence[str]) -> InputOptions:
        """Return the options as if some had not been given."""
        kept = self.given.difference(names)
        return InputOptions(**{name: getattr(self, name) for name in kept})

    @property
    def has_documents(self) -> bool:
        """Whether texts are documents with tags."""
        return self.tags is not None or self.tag_column is not None

    @property
    def has_given_tags(self) -> bool:
        """Whether tags are read with the texts, and are not their positions."""
        return self.has_documents and self.tags != "position"

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
