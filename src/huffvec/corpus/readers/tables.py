"""Tables: what files and objects with named columns have in common, and which columns are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huffvec.errors import CorpusError, HuffvecError, OptionName, suggest

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 1 << 16


@dataclass(frozen=True)
class Table:
    """A table that is read once, from front to back.

    Attributes
    ----------
    name
        For messages.
    schema
        The columns, a `pyarrow.Schema`. Where only the text tells types, as in CSV, those guessed.
    batches
        Yields the rows of some columns, as record batches or tables of pyarrow.
    remedy
        What to do if a column is not found, besides naming another: parts of a message.
    """

    name: str
    schema: pa.Schema
    batches: Callable[[Sequence[str]], Iterable[Any]]
    remedy: tuple[str, ...] = ()


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what pyarrow raises at damaged data, which are many kinds of errors, into CorpusError.

    `MissingExtraError` and the other errors of this package stay as they are.
    """
    try:
        yield
    except HuffvecError:
        raise
    except Exception as error:
        reason = str(error).rstrip(".") or type(error).__name__
        raise CorpusError(f"{name}: cannot be read: {reason}.") from error


def choose_column(table: Table, column: str | None) -> str:
    """Return the column to train on: the one named, or the only one that can be.

    Raises
    ------
    CorpusError
        If there is no such column, it has another type, or several can be meant.
    """
    fits = [field.name for field in table.schema if column_kind(field.type)]
    return _choose(table, column, fits, "text, or of lists of tokens or whole numbers")


def choose_item(table: Table, column: str | None, others: Sequence[str]) -> str:
    """Return the column with an item a row: the one named, or the only one besides others.

    Raises
    ------
    CorpusError
        As `choose_column`.
    """
    fits = [field.name for field in table.schema if is_item(field.type)]
    if column is None:
        fits = [name for name in fits if name not in others]
    return _choose(table, column, fits, "text or whole numbers, an item a row")


def _choose(table: Table, column: str | None, fits: list[str], expected: str) -> str:
    if column is not None:
        check_column(table, column)
        if column not in fits:
            raise CorpusError(
                f"{table.name}: the column {column!r} has the type "
                f"{table.schema.field(column).type}, expected {expected}."
            )
        return column
    if len(fits) != 1:
        names = ", ".join(map(repr, table.schema.names))
        found = f"several: {', '.join(map(repr, fits))}" if fits else f"none in {names}"
        raise CorpusError(
            f"{table.name}: expected one column of {expected}, found {found}. "
            "Name the one to train on (",
            OptionName("column"),
            ").",
            *table.remedy,
        )
    return fits[0]


def check_column(table: Table, column: str) -> None:
    """Raise CorpusError unless a table has a column of this name, and only one."""
    check_name(table.name, column, table.schema.names, table.remedy)


def check_name(where: str, column: str, names: Sequence[str], remedy: tuple[str, ...] = ()) -> None:
    """Raise CorpusError unless a column's name is among names, once."""
    if column not in names:
        listed = ", ".join(map(repr, names))
        hint = suggest(column, names)
        raise CorpusError(f"{where} has no column {column!r}, but {listed}.{hint}", *remedy)
    if names.count(column) > 1:
        raise CorpusError(f"{where} has {names.count(column)} columns {column!r}, expected 1.")


def column_kind(type_: Any) -> str | None:
    """Return "text", "tokens" or "ids", or None for types that are none of these."""
    import pyarrow.types as is_

    type_ = value_type_of(type_)
    if is_text_type(type_):
        return "text"
    if not (is_.is_list(type_) or is_.is_large_list(type_) or is_.is_fixed_size_list(type_)):
        return None
    value_type = value_type_of(type_.value_type)
    if is_text_type(value_type):
        return "tokens"
    return "ids" if is_.is_integer(value_type) else None


def is_item(type_: Any) -> bool:
    """Return whether a value of this type can be a token on its own."""
    import pyarrow.types as is_

    type_ = value_type_of(type_)
    return is_text_type(type_) or bool(is_.is_integer(type_))


def value_type_of(type_: Any) -> Any:
    """Return the type of what a dictionary stands for; other types as they are."""
    import pyarrow.types as is_

    return type_.value_type if is_.is_dictionary(type_) else type_


def is_text_type(type_: Any) -> bool:
    """Return whether a type is one of Arrow's for text."""
    import pyarrow.types as is_

    return bool(is_.is_string(type_) or is_.is_large_string(type_) or is_.is_string_view(type_))
