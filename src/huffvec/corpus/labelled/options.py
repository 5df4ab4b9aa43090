"""How examples are read: which tokens or columns are labels, and what is done to the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from huffvec.checks import must_be
from huffvec.corpus.options import SPELLING, InputOptions
from huffvec.corpus.transform import Normalization, Tokenizer, Transform
from huffvec.errors import ConfigError, OptionName
from huffvec.options import option, options_of
from huffvec.records import Options, same_option
from huffvec.shared_options import TEXT, Errors

LABEL_PREFIX = "__label__"
# What is the same in all examples of a classifier, wherever they are: it remembers this.
REMEMBERED = ("label_prefix", *SPELLING)


MAX_WEIGHT = 1_000  # of an example or a label: it multiplies the learning rate


class ExampleKeywords(TypedDict, total=False):
    """The fields of `ExampleOptions` as keyword arguments, for type checkers."""

    label_prefix: str
    column: str | None
    label_column: str | None
    weight_column: str | None
    separator: str | None
    header: bool | None
    lowercase: bool
    normalize: Normalization | None
    tokenize: str | Tokenizer | None
    errors: Errors
    max_line: int | str


def _prefix(name: str, value: Any) -> str:
    """Return what labels begin with; raise `ConfigError` if no token can."""
    if not isinstance(value, str) or not value or value.split() != [value] or "\0" in value:
        raise must_be(name, "text without white space such as '__label__'", value)
    return value


@dataclass(frozen=True)
class ExampleOptions(Options):
    """How examples are read. What changes text leaves labels as they are.

    Attributes
    ----------
    label_prefix
        What tokens begin with that are labels, where they stand among the words of the text.
    column
        Which column of a table, or which key of rows that are objects, has the text, or the lists
        of tokens. Not needed where only one can be meant, or one is called ``text``.
    label_column
        Which one has the labels: text, whole numbers, or lists of these. Not needed where only one
        can be meant, or one is called ``label`` or ``labels``.
    weight_column
        Which one has the weights of the examples, numbers from 0 to 1,000. ``None``: all weigh 1.
    separator, header, lowercase, normalize, tokenize, errors, max_line
        As in `huffvec.corpus.InputOptions`; lists of tokens are not cut again. Lines of text have
        to be in memory as a whole, too.

    Raises
    ------
    ConfigError
        If a value is out of its range or not of its kind.
    """

    called = "option of reading examples"

    label_prefix: str = option(
        LABEL_PREFIX,
        metavar="TEXT",
        panel=TEXT,
        convert=_prefix,
        help="What tokens begin with that are labels.",
    )
    column: str | None = same_option(InputOptions, "column")
    label_column: str | None = option(
        None,
        metavar="NAME",
        panel=TEXT,
        help="Column or key with the labels; needed only if several would do.",
    )
    weight_column: str | None = option(
        None,
        metavar="NAME",
        panel=TEXT,
        when_none="all weigh 1",
        help="Column or key with the weights of the examples.",
    )
    separator: str | None = same_option(InputOptions, "separator")
    header: bool | None = same_option(InputOptions, "header")
    lowercase: bool = same_option(InputOptions, "lowercase")
    normalize: Normalization | None = same_option(InputOptions, "normalize")
    tokenize: str | Tokenizer | None = same_option(InputOptions, "tokenize")
    errors: Errors = same_option(InputOptions, "errors")
    max_line: int | str = same_option(InputOptions, "max_line")

    def check_together(self) -> None:
        """Raise ConfigError if one column is to be two things."""
        named: dict[str, str] = {}
        for name in ("column", "label_column", "weight_column"):
            value = getattr(self, name)
            if value is not None and named.setdefault(value, name) != name:
                both = OptionName(named[value]), " and ", OptionName(name)
                raise ConfigError(*both, f" are both {value!r}, expected different columns")

    def record(self) -> dict[str, Any]:
        """Return what a classifier's record of its training says of them; no defaults."""
        default = type(self)()
        values = {name: getattr(self, name) for name in REMEMBERED}
        return {name: value for name, value in values.items() if value != getattr(default, name)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> ExampleOptions:
        """Return the options that a record of training says, as `record` gave them."""
        return cls.of(**{name: record[name] for name in REMEMBERED if name in record})

    @property
    def reading(self) -> InputOptions:
        """The same, as far as any input has it."""
        names = options_of(InputOptions).keys() & options_of(type(self)).keys()
        return InputOptions(**{name: getattr(self, name) for name in names})

    @property
    def transform(self) -> Transform | None:
        """What is done to text before it is cut at white space, if anything."""
        return self.reading.transform

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of text, spelled as those of examples read with the options."""
        return self.reading.tokens(text)
