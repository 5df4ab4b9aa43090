"""Rows of tables as sentences: one for each user, say, of the items in the order of time.

Rows must be in memory to be sorted, though not as they are: of each the engine's input needs the
item's and the group's number (4 bytes each), and the place in the order (8 bytes). Different words
are in memory once, and sorting takes as much again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.arrays import ids_pieces
from huffvec.corpus.readers.columns import as_bytes, chunks, plain, token_pieces
from huffvec.corpus.readers.decoding import decoded
from huffvec.corpus.readers.pieces import Piece, split_sentences
from huffvec.corpus.readers.tables import (
    Table,
    check_column,
    choose_item,
    is_item,
    reading,
)
from huffvec.errors import CorpusError

_INTEGERS, _NUMBERS, _TIMES = "whole numbers", "numbers", "times"


TakeGroups = Callable[[str, Any], None]


def grouped_pieces(
    tables: Iterable[Table], options: InputOptions, take_groups: TakeGroups | None = None
) -> Iterator[Piece]:
    """Yield the pieces of sentences that each hold the items of a group, from all tables together.

    Rows without an item are left out. Before the first piece, take_groups gets what to call the
    groups in messages, and their values in the order of the sentences, an array of Arrow.

    Raises
    ------
    CorpusError
        If a column is missing or of a wrong type, or a row lacks its group or place in the order.
    """
    assert options.group_by is not None
    items, groups, order = _Codes("items"), _Codes("groups"), _Order()
    where = ""
    for table in tables:
        with reading(table.name):
            where = _add_table(table, options, items, groups, order)
    if not items:
        raise CorpusError(f"{where}: has no item, expected at least one.")
    group_ids, values = groups.take()
    if take_groups is not None:
        take_groups(groups.where, values)
    del values
    ranks = order.take()
    rows = np.argsort(group_ids, kind="stable") if ranks is None else np.lexsort((ranks, group_ids))
    sizes = np.bincount(group_ids)
    offsets = np.concatenate([[0], np.cumsum(sizes[sizes > 0])]).astype(np.int64)
    del group_ids, ranks
    item_ids, words = items.take()
    item_ids = item_ids[rows]
    del rows
    if not is_bytes(words):
        yield from ids_pieces(words.to_numpy()[item_ids], offsets)
        return
    words = _transformed(words, where, options)
    for first, last in split_sentences(offsets):
        part = offsets[first : last + 1]
        tokens = words.take(_as_arrow(item_ids[part[0] : part[-1]]))
        yield from token_pieces(tokens, part - part[0], where)


def _add_table(
    table: Table, options: InputOptions, items: _Codes, groups: _Codes, order: _Order
) -> str:
    """Take in a table's rows; return which column the items are from, for messages."""
    named = [name for name in (options.group_by, options.order_by) if name is not None]
    for name in named:
        check_column(table, name)
    item = choose_item(table, options.column, named)
    for batch in table.batches([item, *named]):
        _add_rows(batch, table.name, [item, *named], items, groups, order)
    return f"{table.name}: column {item!r}"


def _add_rows(
    batch: Any, table: str, names: list[str], items: _Codes, groups: _Codes, order: _Order
) -> None:
    """Take in a batch's rows."""
    item, *others = (_whole_column(batch.column(name)) for name in names)
    kept = item.is_valid()
    if item.null_count:
        others = [column.filter(kept) for column in others]
    for name, column in zip(names[1:], others, strict=True):
        if column.null_count:
            raise CorpusError(
                f"{table}: {column.null_count:,} rows have no {name!r}, expected one in each row "
                "that has an item."
            )
    items.add(f"{table}: column {names[0]!r}", item.drop_null())
    groups.add(f"{table}: column {names[1]!r}", others[0])
    if len(others) > 1:
        order.add(f"{table}: column {names[2]!r}", others[1])


def _whole_column(column: Any) -> Any:
    """Return a column of a batch as one array without a dictionary, checked, its text as bytes."""
    import pyarrow as pa

    parts = chunks(column) or [pa.array([], column.type)]
    arrays = [plain(as_bytes(array)) for array in parts]
    return arrays[0] if len(arrays) == 1 else pa.chunked_array(arrays).combine_chunks()


class _Codes:
    """Words or ids as numbers: 0, 1, 2 … in the order in which they come first."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._chunks: list[Any] = []
        self.where = ""  # the last column, for messages

    def __bool__(self) -> bool:
        return any(map(len, self._chunks))

    def add(self, where: str, column: Any) -> None:
        """Take in text as bytes, or whole numbers.

        Raises
        ------
        CorpusError
            If the column is of another type, or not of the one of those before.
        """
        import pyarrow as pa

        self.where = where
        if is_bytes(column):
            column = column.cast(pa.large_binary())
        elif is_item(column.type):
            column = column.cast(pa.int64())
        elif not pa.types.is_null(column.type):
            raise CorpusError(
                f"{where} has the type {column.type}, expected text or whole numbers."
            )
        if self._chunks and is_bytes(column) != is_bytes(self._chunks[0].dictionary):
            raise CorpusError(
                f"{where} has text in some rows and whole numbers in others, expected {self._what} "
                "of one kind."
            )
        if len(column):
            self._chunks.append(column.dictionary_encode())

    def take(self) -> tuple[npt.NDArray[np.int32], Any]:
        """Return the numbers of all rows, and what they stand for; forget them here."""
        import pyarrow as pa

        column = pa.chunked_array(self._chunks).unify_dictionaries()
        self._chunks = []
        codes = [chunk.indices.to_numpy() for chunk in column.chunks]
        return np.concatenate(codes), column.chunks[-1].dictionary


class _Order:
    """Numbers or times to sort by."""

    def __init__(self) -> None:
        self._chunks: list[Any] = []
        self._kind = ""

    def add(self, where: str, column: Any) -> None:
        """Take in numbers, times, or text of such.

        Raises
        ------
        CorpusError
            If the column has something else, or both.
        """
        import pyarrow.compute as pc

        if not len(column):
            return
        if is_bytes(column):
            column = _parsed(where, column)
        kind, column = _sortable(where, column)
        if kind == _NUMBERS and pc.any(pc.is_nan(column)).as_py():
            raise CorpusError(f"{where} has NaN, expected numbers to sort by.")
        if self._kind and (kind == _TIMES) != (self._kind == _TIMES):
            raise CorpusError(f"{where} has {kind}, but {self._kind} in rows before.")
        self._kind = kind if self._kind != _NUMBERS else _NUMBERS
        self._chunks.append(column.to_numpy(zero_copy_only=False))

    def take(self) -> npt.NDArray[Any] | None:
        """Return what to sort by, one number a row; None if there is no order."""
        arrays, self._chunks = self._chunks, []
        return np.concatenate(arrays) if arrays else None


def _sortable(where: str, column: Any) -> tuple[str, Any]:
    """Return what a column has, and the column as int64 or float64; times in nanoseconds."""
    import pyarrow as pa

    is_, type_ = pa.types, column.type
    if is_.is_integer(type_):
        return _INTEGERS, column.cast(pa.int64())
    if is_.is_floating(type_) or is_.is_decimal(type_):
        return _NUMBERS, column.cast(pa.float64())
    if is_.is_date(type_) or is_.is_timestamp(type_):
        zone = type_.tz if is_.is_timestamp(type_) else None
        return _TIMES, column.cast(pa.timestamp("ns", zone)).cast(pa.int64())
    if is_.is_time(type_):
        return _TIMES, column.cast(pa.time64("ns")).cast(pa.int64())
    raise CorpusError(f"{where} has the type {type_}, expected numbers or times to sort by.")


def _parsed(where: str, column: Any) -> Any:
    """Return text as numbers or times."""
    import pyarrow as pa

    text = column.cast(pa.large_string())
    utc = pa.timestamp("ns", "UTC")
    for type_ in (pa.int64(), pa.float64(), pa.timestamp("ns"), utc):
        try:
            return text.cast(type_)
        except pa.ArrowInvalid:
            continue
    example = next((value for value in text.to_pylist() if value is not None), "")
    raise CorpusError(
        f"{where} has text that is neither numbers nor times as 2024-05-31 18:30:00 (ISO 8601), "
        f"such as {example[:40]!r}: it cannot be sorted by."
    )


def _transformed(words: Any, where: str, options: InputOptions) -> Any:
    """Return words in lower case or normalised, if asked for."""
    import pyarrow as pa

    if options.transform is None:
        return words
    texts = [decoded(where, 0, word, options.errors) for word in words.to_pylist()]
    return pa.array([options.transform(text).encode() for text in texts], pa.large_binary())


def is_bytes(column: Any) -> bool:
    """Return whether an array is of bytes."""
    import pyarrow.types as is_

    type_ = column.type
    return bool(is_.is_binary(type_) or is_.is_large_binary(type_) or is_.is_binary_view(type_))


def _as_arrow(array: npt.NDArray[np.int32]) -> Any:
    import pyarrow as pa

    return pa.array(array)
