"""Which columns of tables, or keys of rows, have the texts, the labels and the weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.readers.tables import check_name
from huffvec.errors import CorpusError, OptionName

TEXT_NAMES, LABEL_NAMES = ("text",), ("label", "labels")


class Columns(NamedTuple):
    """The names of the columns; ``None`` for those that are not asked for."""

    text: str
    label: str | None
    weight: str | None

    @property
    def all(self) -> list[str]:
        """Those that there are."""
        return [name for name in self if name is not None]


class Kind(NamedTuple):
    """What a column has.

    Attributes
    ----------
    called
        The type, for messages.
    is_text, is_label
        Whether it can have the texts, and the labels.
    """

    called: str
    is_text: bool
    is_label: bool


def choose_columns(
    name: str, names: Sequence[str], kinds: Mapping[str, Kind], options: ExampleOptions, asked: bool
) -> Columns:
    """Return which columns have what.

    Parameters
    ----------
    name
        What to call the table in messages.
    names
        Of all its columns.
    kinds
        What each has.
    options
        May name them.
    asked
        Whether labels, and weights, are asked for.

    Raises
    ------
    CorpusError
        If there is no such column, it has another type, or several can be meant.
    """
    label = options.label_column
    weight = options.weight_column if asked else None
    if weight is not None:
        check_name(name, weight, names)
    free = [column for column in names if column not in (label, options.weight_column)]
    texts = _best([column for column in free if kinds[column].is_text], TEXT_NAMES, LABEL_NAMES)
    text = _choose(name, names, kinds, "column", options.column, texts)
    if not asked:
        return Columns(text, None, None)
    free = [column for column in free if column != text]
    labels = _best([column for column in free if kinds[column].is_label], LABEL_NAMES)
    return Columns(text, _choose(name, names, kinds, "label_column", label, labels), weight)


def _best(fits: list[str], first: Collection[str], last: Collection[str] = ()) -> list[str]:
    """Return the columns that can be meant of those that fit: their names tell."""
    return [name for name in fits if name in first] or [name for name in fits if name not in last]


_EXPECTED = {
    "column": "text, or of lists of tokens",
    "label_column": "labels (text, whole numbers, or lists of these)",
}


def _choose(
    name: str,
    names: Sequence[str],
    kinds: Mapping[str, Kind],
    option: str,
    column: str | None,
    fits: list[str],
) -> str:
    """Return the column that an option names, or the only one that fits."""
    expected = _EXPECTED[option]
    if column is not None:
        check_name(name, column, names)
        kind = kinds[column]
        if not (kind.is_text if option == "column" else kind.is_label):
            raise CorpusError(
                f"{name}: the column {column!r} has the type {kind.called}, expected {expected}."
            )
        return column
    if len(fits) == 1:
        return fits[0]
    listed = ", ".join(map(repr, fits or names))
    found = f"several: {listed}" if fits else f"none in {listed}"
    raise CorpusError(
        f"{name}: expected one column of {expected}, found {found}. Name it (",
        OptionName(option),
        ").",
    )
