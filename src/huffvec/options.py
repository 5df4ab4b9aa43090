"""Options, each declared once: a field of a record says all that there is to know of it.

::

    @dataclass(frozen=True)
    class TrainingConfig(Options):
        epochs: int = option(5, low=1, high=1_000_000, metavar="N", help="Number of passes …")

From the field's annotation and its declaration follow the check with its message, what a text
stands for (``nce:samples=20``, ``--dim 200``) and which text stands for a value, the command
line's parameter with its help, and a row of the documentation's tables (`table`). So records
(:mod:`huffvec.records`) have no checks of single fields.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from huffvec.checks import (
    UNBOUNDED,
    check_bool,
    check_choice,
    check_float,
    check_int,
    must_be,
    plain,
)

T = TypeVar("T")

_DECLARED = "option"
_NONE = type(None)
_PLAIN = (_NONE, bool, int, float, str, tuple, Sequence)
_ITEMS = {int: "whole numbers", float: "numbers", str: "words"}


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option as its field declares it.

    Attributes
    ----------
    name
        The field's.
    type
        The field's annotation, resolved.
    default
        What it is if it is not given.
    is_required
        Whether it must be given.
    help
        What it does, in a sentence or two. Other options stand in it as ``{min_count}``.
    low, high
        The least and the greatest number, both allowed.
    above
        In place of low: all numbers must be greater.
    unit
        What a number counts, if the name does not say it: ``bytes``.
    metavar
        The kind of value, for help: ``WORDS``.
    panel
        Heading that it stands under in help.
    when_none
        What is taken if it is ``None``, for help.
    only_for
        The option, maybe with a value, without which this one has no meaning: ``("hash_words",
        True)``; the record checks it.
    convert
        Makes of what was given what the record holds, or raises `ConfigError`: called with the name
        and the value, before the check.
    """

    name: str = ""
    type: Any = Any
    default: Any = None
    is_required: bool = False
    help: str = ""
    low: float | None = None
    high: float | None = None
    above: float | None = None
    unit: str = ""
    metavar: str = ""
    panel: str = ""
    when_none: str = ""
    only_for: tuple[Any, ...] = ()
    convert: Callable[[str, Any], Any] | None = None

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The types that a value may have: those of a union, or the one there is."""
        is_union = get_origin(self.type) in (Union, types.UnionType)
        return get_args(self.type) if is_union else (self.type,)

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that a ``Literal`` lists."""
        literals = (kind for kind in self.kinds if get_origin(kind) is Literal)
        return tuple(word for kind in literals for word in get_args(kind))

    @property
    def _classes(self) -> tuple[type, ...]:
        """The classes of values that are neither numbers, words nor lists: taken as they are."""
        classes = (get_origin(kind) or kind for kind in self.kinds)
        return tuple(one for one in classes if isinstance(one, type) and one not in _PLAIN)

    @property
    def item(self) -> Option | None:
        """What each item of a list must be; ``None`` if there can be no list."""
        for kind in self.kinds:
            if get_origin(kind) in (tuple, Sequence):
                return dataclasses.replace(self, type=get_args(kind)[0], convert=None)
        return None

    @property
    def record(self) -> Any:
        """The class of records that a value can be of; ``None`` if there is none."""
        return next((kind for kind in self.kinds if hasattr(kind, "from_dict")), None)

    def check(self, value: Any) -> Any:
        """Return value as the record holds it.

        Raises
        ------
        ConfigError
            If it is none of the option's kinds, or out of its range.
        """
        if self.convert is not None:
            value = self.convert(self.name, value)
        value = plain(value)
        is_none = value is None and _NONE in self.kinds
        is_word = isinstance(value, str) and value in self.choices
        if is_none or is_word or isinstance(value, self._classes):
            return value
        if (item := self.item) is not None and (isinstance(value, tuple) or not self._has_number):
            return self._checked_items(item, value)
        return self._checked_one(value)

    def _checked_items(self, item: Option, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, tuple) or (not value and self.default != ()):
            least = "a list of" if self.default == () else "one or more"
            raise must_be(self.name, f"{least} {_ITEMS[item.type]}", value)
        return tuple(item.check(one) for one in value)

    def _checked_one(self, value: Any) -> Any:
        """Return a value that is neither None, one of the words, nor a list."""
        for kind in self.kinds:
            if kind is bool:
                return check_bool(self.name, value)
            if kind is str:
                if not isinstance(value, str):
                    raise must_be(self.name, "text", value)
                return value
            if kind in (int, float):
                return self._checked_number(kind, value)
        if self.record is not None:
            return self._checked_record(self.record, value)
        return check_choice(self.name, value, self.choices) if self.choices else value

    def _checked_number(self, kind: type, value: Any) -> float:
        unit = f" of {self.unit}" if self.unit else ""
        high = UNBOUNDED if self.high is None else self.high
        if kind is int:
            words = "".join(f" or {word}" for word in self.choices)
            low = 0 if self.low is None else self.low
            return check_int(self.name, value, int(low), int(high), unit=unit, words=words)
        if self.above is not None:
            return check_float(self.name, value, self.above, high, open_low=True, unit=unit)
        low = -high if self.low is None else self.low
        return check_float(self.name, value, low, high, unit=unit)

    def _checked_record(self, kind: Any, value: Any) -> Any:
        """Return a record of options that was given as a mapping."""
        if isinstance(value, Mapping):
            return kind.of(**value)
        or_none = " or None" if _NONE in self.kinds else ""
        raise must_be(self.name, f"a huffvec.{kind.__name__}{or_none}", value)

    def parse(self, text: str) -> Any:
        """Return the value that a text stands for; what it cannot be is left to `check`."""
        if self.convert is not None or text in self.choices:
            return text
        if text.lower() == "none" and _NONE in self.kinds and str not in self.kinds:
            return None
        if (item := self.item) is not None and ("," in text or not self._has_number):
            return tuple(item.parse(part.strip()) for part in text.split(",")) if text else ()
        if bool in self.kinds and text.lower() in ("true", "false"):
            return text.lower() == "true"
        for kind in (int, float) if self._has_number else ():
            try:
                return kind(text)
            except ValueError:
                continue
        return text

    @property
    def _has_number(self) -> bool:
        return int in self.kinds or float in self.kinds

    @property
    def default_text(self) -> str:
        """What the default is, for help; empty if there is nothing to say."""
        if self.default is None:
            return self.when_none
        return "" if self.default is False or self.default == () else self.text_of(self.default)

    def text_of(self, value: Any) -> str:
        """Return the text that `parse` reads as a value; two bounds are written as 2-4."""
        is_range = any(get_args(kind) == (int, int) for kind in self.kinds)
        return value_text(value, "-" if is_range else ",")

    @property
    def range_text(self) -> str:
        """Which values it can have, for tables."""
        item = self.item
        parts = [f"`{word}`" for word in self.choices]
        if item is not None and item._has_number:
            parts.append(f"numbers {self._bounds_text}".rstrip())
        elif self._has_number:
            parts.append(self._bounds_text or "a number")
        if bool in self.kinds:
            parts.append("`true`, `false`")
        if not parts and self.metavar:
            parts = [f"`{kind}`" for kind in self.metavar.split("|")]
        return ", ".join(parts)

    @property
    def _bounds_text(self) -> str:
        low = f"over {_number_text(self.above)}" if self.above is not None else ""
        low = f"from {_number_text(self.low)}" if self.low is not None else low
        high = "" if self.high is None or self.high > 1e9 else f"to {_number_text(self.high)}"
        return " ".join(filter(None, [low, high]))


def option(
    default: T,
    *,
    help: str = "",
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    unit: str = "",
    metavar: str = "",
    panel: str = "",
    when_none: str = "",
    only_for: tuple[Any, ...] = (),
    convert: Callable[[str, Any], Any] | None = None,
) -> T:
    """Return the field of a record of options; see `Option` for the parameters."""
    declared = Option(
        help=help,
        low=low,
        high=high,
        above=above,
        unit=unit,
        metavar=metavar,
        panel=panel,
        when_none=when_none,
        only_for=only_for,
        convert=convert,
    )
    return dataclasses.field(default=default, metadata={_DECLARED: declared})


def options_of(record: type) -> Mapping[str, Option]:
    """Return the options that a class of records declares, by name, in their order."""
    return _options_of(cast(Any, record))  # mypy takes no class of dataclasses for hashable


@cache
def _options_of(record: Any) -> Mapping[str, Option]:
    hints = get_type_hints(record)
    return {
        field.name: dataclasses.replace(
            field.metadata.get(_DECLARED, Option()),
            name=field.name,
            type=hints[field.name],
            default=None if field.default is MISSING else field.default,
            is_required=field.default is MISSING,
        )
        for field in fields(record)
    }


def _number_text(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"


def value_text(value: Any, between: str = ",") -> str:
    """Return the text that most options read as a value; `Option.text_of` is that of one option."""
    if isinstance(value, (tuple, list)):
        return between.join(map(value_text, value))
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value).lower() if value is None or isinstance(value, bool) else str(value)
