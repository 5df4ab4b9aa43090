"""JSON lines: one value per line, and the key that holds the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.decoding import lines
from huffvec.corpus.readers.iterables import kind_of, sentence_pieces
from huffvec.corpus.readers.kinds import FileKind
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.readers.streams import Stream
from huffvec.corpus.readers.tables import BATCH_ROWS, Table, reading
from huffvec.errors import CorpusError, OptionName, suggest
from huffvec.extras import require
from huffvec.files.compression import without_compression

Rows = Iterator[tuple[str, Any]]
"""Values, each with its place for messages, as "line 3"."""

_DOCUMENT = ".json"
_SUFFIXES = (".jsonl", ".ndjson", _DOCUMENT)
_BEGINS = ("[", "{")
_REMEDY = "write its values a line each (JSON lines), as by jq -c '.[]' data.json > data.jsonl"


def json_pieces(stream: Stream, options: InputOptions) -> Iterator[Piece]:
    """Yield the pieces of a file with a JSON value a line.

    Raises
    ------
    CorpusError
        If a line is not JSON, or not as `column_of` and `sentence_pieces` want it.
    """
    rows = json_rows(stream, options)
    return sentence_pieces(column_of(rows, stream.name, options), stream.name, options)


@contextmanager
def open_json(stream: Stream, options: InputOptions) -> Iterator[Table]:
    """Open a file with an object of JSON a line as a table.

    Raises
    ------
    CorpusError
        If a line is not an object of JSON, or a column has values of several kinds.
    MissingExtraError
        If pyarrow is not installed.
    """
    with open_rows(stream.name, json_rows(stream, options)) as table:
        yield table


@contextmanager
def open_rows(name: str, rows: Rows) -> Iterator[Table]:
    """Open rows that are objects with keys as a table. The first ones tell which columns it has.

    Raises
    ------
    CorpusError, MissingExtraError
        As `open_json`.
    """
    pa = require("pyarrow", "grouping rows")
    first = list(islice(rows, BATCH_ROWS))

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        left = chain(first, rows)
        while some := list(islice(left, BATCH_ROWS)):
            arrays = [pa.array(_values(name, some, column)) for column in columns]
            yield pa.RecordBatch.from_arrays(arrays, list(columns))

    with reading(name):
        names = dict.fromkeys(key for place, row in first[:100] for key in _keys(name, place, row))
        types = {key: pa.array([row.get(key) for _, row in first]).type for key in names}
        yield Table(name, pa.schema(list(types.items())), batches)


def column_of(rows: Rows, name: str, options: InputOptions) -> Iterator[Any]:
    """Yield each row's column where rows are objects with keys, else the rows.

    Missing ones are skipped, unless they are documents.

    Raises
    ------
    CorpusError
        If a row does not have the column; or none was named, and a row has several keys, or another
        one than the first row.
    """
    column = key = options.column
    first_place, keeps_missing = "", options.has_documents
    for place, row in rows:
        value = row
        where = f"{name}: {place}"
        if isinstance(row, Mapping):
            if key is None and len(row) == 1:
                key, first_place = next(iter(row)), place
            if key not in row or (column is None and len(row) > 1):
                raise CorpusError(*_explain_key(where, row, column, key, first_place))
            value = row[key]
        elif key is not None:
            raise CorpusError(f"{where} is {kind_of(row)}, expected an object with the key {key!r}")
        if value is not None or keeps_missing:
            yield value


def _explain_key(
    where: str, row: Mapping[Any, Any], column: str | None, key: object, first_place: str
) -> tuple[str, ...]:
    """Return what is wrong with the keys of a row, as parts of a message."""
    names = [str(name) for name in row]
    listed = ", ".join(map(repr, names[:20]))
    if column is not None:
        return (f"{where} has no column {column!r}, but {listed}.{suggest(column, names)}",)
    if len(names) == 1:
        return (
            f"{where} has the key {listed}, expected {key!r} as in {first_place}. "
            "Name the column to train on (",
            OptionName("column"),
            "), or mend the file.",
        )
    name_it = (" Name the one to train on (", OptionName("column"), ").")
    return (f"{where} has several columns: {listed}.", *name_it)


def _keys(name: str, place: str, row: Any) -> Iterable[str]:
    if not isinstance(row, Mapping):
        raise CorpusError(f"{name}: {place} is {kind_of(row)}, expected an object with keys.")
    return row.keys()


def _values(name: str, rows: list[tuple[str, Any]], column: str) -> list[Any]:
    """Return the values of a column."""
    for place, row in rows:
        if column not in _keys(name, place, row):
            raise CorpusError(*_explain_key(f"{name}: {place}", row, column, None, ""))
    return [row[column] for _, row in rows]


def numbered(rows: Iterable[Any]) -> Rows:
    """Yield rows, each with its place."""
    for number, row in enumerate(rows, 1):
        yield f"row {number}", row


def json_rows(stream: Stream, options: InputOptions) -> Rows:
    """Yield the values of a file's lines.

    One value alone that is a list is taken for what a file named ``.json`` holds in most cases: a
    document. In JSON lines it is a sentence.
    """
    may_be_document = without_compression(stream.name).endswith(_DOCUMENT)
    waiting: list[tuple[str, Any]] = []
    is_first = True
    for number, line in enumerate(lines(stream, options.errors, options.max_line_bytes), 1):
        if not line or line.isspace():
            continue
        try:
            row = (f"line {number}", json.loads(line))
        except (ValueError, RecursionError) as error:
            if is_first and not _is_named_json(stream.name) and not line.startswith(_BEGINS):
                raise _no_columns(stream.name) from None
            raise CorpusError(_explain_json(stream.name, number, line, error)) from None
        is_first = False
        if may_be_document:
            may_be_document = False
            if isinstance(row[1], list):
                waiting.append(row)
                continue
        yield from waiting
        waiting = []
        yield row
    if waiting:
        raise CorpusError(
            f"{stream.name}: is one JSON document, expected a value a line: {_REMEDY}."
        )


def _no_columns(name: str) -> CorpusError:
    return CorpusError(
        f"{name}: is plain text, which has no columns: leave out the name of one, or give a table "
        "(JSON lines, CSV, Parquet, Feather). CSV is known by its name (.csv, .tsv), or if it is "
        "said what is between its fields (",
        OptionName("separator"),
        ").",
    )


def _explain_json(name: str, number: int, line: str, error: Exception) -> str:
    begin = line.lstrip()
    if number == 1 and begin.startswith(_BEGINS) and isinstance(error, json.JSONDecodeError):
        return (
            f"{name}: line 1 is not a complete JSON value ({error}). If the file is one JSON "
            f"document, {_REMEDY}."
        )
    return f"{name}: line {number} is not JSON, expected a value a line: {error}."


def _fits(stream: Stream, options: InputOptions) -> bool:
    return _is_named_json(stream.name) or options.column is not None


def _is_named_json(name: str) -> bool:
    return without_compression(name).endswith(_SUFFIXES)


JSON_LINES = FileKind(fits=_fits, open_table=open_json, pieces=json_pieces)
