"""Preparing text before it is counted: case, normal form and tokens."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from huffvec.checks import check_choice, must_be
from huffvec.errors import ConfigError, OptionName, suggest

if TYPE_CHECKING:  # the command line's help needs the options only, and no NumPy
    import numpy as np
    import numpy.typing as npt

Normalization = Literal["NFC", "NFD", "NFKC", "NFKD"]
Unit = Literal["words", "characters"]
Punctuation = Literal["drop", "keep"]
Digits = Literal["keep", "zero", "drop"]
_LAST_CASED = 0x1FFFF  # there are no capitals behind it


@dataclass(frozen=True)
class Tokenizer:
    """How text as people write it is cut into tokens.

    Words are those of UAX #29, "Unicode Text Segmentation" (Unicode 17): ``don't``, ``3.14`` and
    ``new_york`` are one token each, ``co-op`` is two. Characters of scripts without spaces (Han,
    Hiragana, Thai …) are words of their own there; Katakana stays together.

    Attributes
    ----------
    unit
        ``"words"``, or ``"characters"``: code points, each with the combining marks that follow it.
    punctuation
        Whether marks and symbols, emoji among them, are dropped or kept as tokens of their own.
    digits
        What becomes of numbers, which are tokens with digits and without letters: ``"keep"``,
        ``"zero"`` makes each the token ``0``, ``"drop"``.

    Raises
    ------
    ConfigError
        If a value is none of these.
    """

    unit: Unit = "words"
    punctuation: Punctuation = "drop"
    digits: Digits = "keep"

    def __post_init__(self) -> None:
        check_choice("tokenize", self.unit, get_args(Unit))
        check_choice("tokenize: punctuation", self.punctuation, get_args(Punctuation))
        check_choice("tokenize: digits", self.digits, get_args(Digits))

    @classmethod
    def parse(cls, text: str) -> Tokenizer:
        """Return the tokeniser that text such as ``words:punctuation=keep,digits=zero`` names.

        Raises
        ------
        ConfigError
            If there is none of that name, or an option is unknown.
        """
        unit, _, rest = text.partition(":")
        options = {}
        for option in rest.split(",") if rest else []:
            name, equals, value = option.partition("=")
            known = tuple(field.name for field in fields(cls)[1:])
            if name not in known:
                expected = f": an option must be one of {', '.join(known)}, not {name!r}."
                raise ConfigError(OptionName("tokenize"), expected, suggest(name, known))
            if not equals or name in options:
                raise must_be("tokenize", "like words:digits=zero", text)
            options[name] = value
        return cls(unit, **options)  # type: ignore[arg-type]  # it checks them

    def __str__(self) -> str:
        """Return what `parse` makes this of; options that are the default are left out."""
        default = Tokenizer()
        options = ((name, getattr(self, name)) for name in ("punctuation", "digits"))
        given = [f"{name}={value}" for name, value in options if value != getattr(default, name)]
        return ":".join([self.unit, *([",".join(given)] if given else [])])

    def __call__(self, text: bytes) -> bytes:
        """Return the tokens of UTF-8 text with spaces between them, and its line feeds.

        Other threads of Python go on meanwhile.
        """
        from huffvec import _text

        return _text.tokenize(
            text,
            characters=self.unit == "characters",
            keep_punctuation=self.punctuation == "keep",
            keep_numbers=self.digits == "keep",
            zero_numbers=self.digits == "zero",
        )


def lowered(text: bytes) -> bytes:
    """Return UTF-8 text in small letters, as ``str.lower`` makes them, but faster."""
    from huffvec import _text

    if text.isascii():
        return text.lower()
    parts: list[bytes] = []
    begin = 0
    while begin < len(text):
        part, line = _text.lowercase(text, begin, _small_letters())
        begin = text.find(b"\n", line) % (len(text) + 1)  # behind the text if there is none
        parts += [part, text[line:begin].decode().lower().encode()]
    return b"".join(parts)


@cache
def _small_letters() -> npt.NDArray[np.uint32]:
    """Return the small letter of each code point; 0 where it is not one, or depends on others."""
    import numpy as np

    points = np.arange(_LAST_CASED + 1, dtype=np.uint32)
    points[[ord("İ"), ord("Σ")]] = 0
    text = points.tobytes().decode("utf-32-le", "surrogatepass")
    small = np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), np.uint32)
    # A Unicode version to come may have more that are special: then none is looked up here.
    return small if len(small) == len(points) else np.zeros_like(points)


@dataclass(frozen=True)
class Transform:
    """What is done to text before it is cut at white space, and to tokens that come as such.

    Attributes
    ----------
    lowercase
        Convert to lower case, as ``str.lower`` does.
    normalize
        The Unicode normal form to bring text into.
    tokenizer
        How text is cut. Tokens that come as such are not cut again.
    """

    lowercase: bool = False
    normalize: Normalization | None = None
    tokenizer: Tokenizer | None = None

    def __call__(self, text: str) -> str:
        """Return text, or a token, in its normal form and case, not cut."""
        form = self.normalize
        if form is None:
            return text.lower() if self.lowercase else text
        text = unicodedata.normalize(form, text)
        if not self.lowercase:
            return text
        # Small letters can come out of a normal form only in capitals ("℡" is "TEL" in NFKC), and
        # a capital's small letter can be out of the form.
        return unicodedata.normalize(form, text.lower())

    def text(self, text: bytes) -> bytes:
        """Return text in UTF-8 as it is to be cut at white space.

        Other threads of Python go on meanwhile, but not while text is brought into a normal form.
        """
        if self.normalize is not None:
            text = self(text.decode()).encode()
        elif self.lowercase:
            text = lowered(text)
        return text if self.tokenizer is None else self.tokenizer(text)

    def word(self, text: str) -> str:
        """Return the word that text is: if it is cut into one token, such as ``mesto,``, that."""
        tokens = [] if self.tokenizer is None else self.tokens(text)
        return tokens[0] if len(tokens) == 1 else self(text)

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of text."""
        return [token.decode() for token in self.text(text.encode()).split()]


def check_tokenize(name: str, value: Any) -> str | None:
    """Return the name of a tokeniser, as `Tokenizer.parse` takes it, from it or from one.

    Raises
    ------
    ConfigError
        If it is neither.
    """
    if value is None or isinstance(value, Tokenizer):
        return None if value is None else str(value)
    if not isinstance(value, str):
        raise must_be(name, "text such as 'words' or a Tokenizer", value)
    return str(Tokenizer.parse(value))
