"""Documents out of Python objects and lines of JSON: pairs of a text and labels, or dicts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from huffvec.checks import plain
from huffvec.corpus.labelled.columns import Columns, Kind, choose_columns
from huffvec.corpus.labelled.label_columns import checked_weights
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.labelled.pieces import LinesPiece, RawPiece, RowsPiece, label_token
from huffvec.corpus.readers.batches import Texts
from huffvec.corpus.readers.iterables import kind_of
from huffvec.corpus.readers.json_lines import Rows
from huffvec.corpus.readers.tables import check_name
from huffvec.errors import CorpusError

_LISTS = (list, tuple, set, frozenset, np.ndarray)


class Row(NamedTuple):
    """A document as an object.

    Attributes
    ----------
    kind
        Whether its text is a line with labels among the words, text, or tokens joined by spaces.
    text
        In one line.
    labels
        As tokens with spaces between them.
    weight
        ``None`` if it has none.
    """

    kind: Literal["line", "text", "tokens"]
    text: str
    labels: bytes = b""
    weight: float | None = None


def row_pieces(
    rows: Rows,
    name: str,
    options: ExampleOptions,
    labelled: bool,
    is_drained: Callable[[], bool] = lambda: False,
) -> Iterator[RawPiece]:
    """Yield the documents of rows.

    Parameters
    ----------
    rows
        Each a dict with a text and labels; or a pair of these, or with a weight a triple; or a line
        in fastText's form. Without labels: a dict, a text or a list of tokens.
    name
        What to call them in messages.
    options
        Which keys of dicts to read.
    labelled
        Whether labels, and weights, are asked for.
    is_drained
        Whether the next row may have to be waited for: what there is becomes a piece.

    Raises
    ------
    CorpusError
        If a row is none of these, or a weight is no number from 0 to 1,000.
    """
    reader = _RowReader(name, options, labelled)
    batch: _Batch | None = None
    for pos, (place, row) in enumerate(rows):
        found = reader.read(place, row)
        if batch is None or found.kind != batch.kind or batch.texts.is_full():
            if batch is not None:
                yield batch.take()
            batch = _Batch(name, options, labelled, found.kind, pos)
        batch.add(pos, found)
        if is_drained():
            yield batch.take()
            batch = None
    if batch is not None:
        yield batch.take()


class _Batch:
    """Rows of one kind, collected until they are worth a piece."""

    def __init__(
        self, name: str, options: ExampleOptions, labelled: bool, kind: str, first: int
    ) -> None:
        self.kind, self._name, self._first = kind, name, first
        self._prefix, self._labelled = options.label_prefix, labelled
        as_it_is = options.reading.but(lowercase=False, normalize=None, tokenize=None)
        self.texts = Texts(name, as_it_is)
        self._labels: list[bytes] = []
        self._weights: list[float | None] = []

    def add(self, pos: int, row: Row) -> None:
        self.texts.add(pos, row.text)
        self._labels.append(row.labels)
        self._weights.append(row.weight)

    def take(self) -> RawPiece:
        text = self.texts.take().text + b"\n"
        if self.kind == "line":
            return LinesPiece(self._name, self._first + 1, text, self._prefix, self._labelled)
        weights = None
        if any(weight is not None for weight in self._weights):
            given = [1.0 if weight is None else weight for weight in self._weights]
            weights = checked_weights(np.array(given, np.float64), self._name, self._first + 1)
        labels = self._labels if self._labelled else None
        return RowsPiece(text, labels, weights, is_cut=self.kind == "tokens")


class _RowReader:
    """Takes rows apart."""

    def __init__(self, name: str, options: ExampleOptions, labelled: bool) -> None:
        self._name, self._options, self._labelled = name, options, labelled
        self._columns: Columns | None = None
        self._tokens: dict[str, bytes] = {}

    def read(self, place: str, row: Any) -> Row:
        """Return a row's text, labels and weight; raise CorpusError if it has none."""
        where = f"{self._name}: {place}"
        if isinstance(row, Mapping):
            return self._read_keys(where, row)
        if not self._labelled:
            return self._row(where, row)
        if isinstance(row, str):
            return Row("line", _one_line(row))
        if isinstance(row, (list, tuple)) and len(row) in (2, 3):
            return self._row(where, *row)
        raise CorpusError(
            f"{where} is {kind_of(row)}, expected a pair of a text and its label or labels, or a "
            f"dict of them, or text with labels that begin with {self._options.label_prefix!r}."
        )

    def _read_keys(self, where: str, row: Mapping[Any, Any]) -> Row:
        if self._columns is None:
            kinds = {key: _kind(value) for key, value in row.items()}
            self._columns = choose_columns(
                where, list(map(str, row)), kinds, self._options, self._labelled
            )
        for key in self._columns.all:
            if key not in row:
                check_name(where, key, list(map(str, row)))
        text, label, weight = self._columns
        labels = None if label is None else row[label]
        if weight is None:
            return self._row(where, row[text], labels)
        return self._row(where, row[text], labels, math.nan if row[weight] is None else row[weight])

    def _row(self, where: str, text: Any, labels: Any = None, weight: Any = None) -> Row:
        tokens = self._label_tokens(where, labels) if self._labelled else b""
        if weight is not None:
            try:
                weight = float(weight)
            except (TypeError, ValueError):
                raise CorpusError(
                    f"{where}: the weight is {kind_of(weight)}, expected a number."
                ) from None
        if isinstance(text, str):
            return Row("text", _one_line(text), tokens, weight)
        if _is_missing(text):
            return Row("text", "", tokens, weight)
        if isinstance(text, _LISTS) and not isinstance(text, (set, frozenset)):
            words = [str(word) if _is_whole(word) else word for word in text]
            if all(isinstance(word, str) for word in words):
                return Row("tokens", _one_line(" ".join(words)), tokens, weight)
        raise CorpusError(
            f"{where}: the text is {kind_of(text)}, expected text or a list of tokens."
        )

    def _label_tokens(self, where: str, value: Any) -> bytes:
        if isinstance(value, str) and value in self._tokens:
            return self._tokens[value]
        return b" ".join(self._token(where, label) for label in label_names(where, value))

    def _token(self, where: str, label: str) -> bytes:
        if label not in self._tokens:
            try:
                self._tokens[label] = label_token(label)
            except CorpusError as error:
                raise CorpusError(f"{where}: {error}") from None
        return self._tokens[label]


def label_names(where: str, value: Any, called: str = "label") -> list[str]:
    """Return the labels that a value has, text or whole numbers, one or several, each once.

    Raises
    ------
    CorpusError
        If it has others.
    """
    return [
        name for name in dict.fromkeys(_label(where, x, called) for x in _several(value)) if name
    ]


def _several(value: Any) -> Sequence[Any]:
    """Return the labels that a value has: those of a list, or one."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    value = plain(value)
    return value if isinstance(value, tuple) else (value,)


def _label(where: str, value: Any, called: str) -> str:
    """Return a label as text; an empty one for none."""
    if isinstance(value, str):
        return value
    if _is_missing(value):
        return ""
    value = plain(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    raise CorpusError(
        f"{where}: the {called} is {kind_of(value)}, expected text or a whole number, or a list "
        "of such."
    )


def _kind(value: Any) -> Kind:
    """Return what a key's value in the first row shows of what it has."""
    is_text = isinstance(value, (str, list, tuple, np.ndarray)) or _is_missing(value)
    is_label = is_text or isinstance(plain(value), (bool, int, float)) or isinstance(value, _LISTS)
    return Kind(type(value).__name__, is_text, is_label)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _is_missing(value: Any) -> bool:
    """Return whether this is None, NaN, or a value that pandas has for what is missing."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, (float, np.floating)) and bool(np.isnan(value))
