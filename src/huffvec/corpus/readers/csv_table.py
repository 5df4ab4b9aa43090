"""CSV files as tables: which characters separate fields, whether there is a header, the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.decoding import line_too_long, utf8_text
from huffvec.corpus.readers.kinds import FileKind
from huffvec.corpus.readers.streams import Stream, take
from huffvec.corpus.readers.tables import Table, reading
from huffvec.errors import CorpusError, OptionName
from huffvec.extras import require
from huffvec.files.compression import without_compression

_SUFFIXES = (".csv", ".tsv")
_SEPARATORS = ",;\t|"
_SAMPLE_BYTES = 1 << 18
_SAMPLE_ROWS = 100


@contextmanager
def open_csv(stream: Stream, options: InputOptions) -> Iterator[Table]:
    """Open a CSV file as a table of text, decompressed if it is compressed.

    Fields may be in double quotes, and have separators and line feeds within; a quote within is
    written twice. Columns that hold numbers only, as far as the first rows tell, are not taken for
    text unless they are named in the options.

    Raises
    ------
    CorpusError
        If the file is damaged, not UTF-8, or a row has another number of fields than the first.
    MissingExtraError
        If pyarrow is not installed.
    """
    pa = require("pyarrow", "reading CSV")
    import pyarrow.csv

    text = utf8_text(stream, options.errors)
    head = take(text, _SAMPLE_BYTES)
    separator = options.separator or _find_separator(stream.name, head)
    rows = _sample(head, separator)
    if not rows:
        raise CorpusError(f"{stream.name}: has no row, expected CSV with a header.")
    has_header = _has_header(rows[0]) if options.header is None else options.header
    names = rows[0] if has_header else [str(number + 1) for number in range(len(rows[0]))]
    named = (options.column, options.group_by, options.order_by)
    examples = rows[1:] if has_header else rows
    types = [
        pa.string() if name in named or not _is_numbers(examples, i) else pa.float64()
        for i, name in enumerate(names)
    ]

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        reading_options = pyarrow.csv.ReadOptions(
            column_names=names,
            skip_rows_after_names=int(has_header),
            block_size=options.max_line_bytes,
        )
        pieces = _Pieces(chain([head], text))
        return _batches(stream.name, pieces, reading_options, separator, columns)

    with reading(stream.name):
        schema = pa.schema(list(zip(names, types, strict=True)))
        remedy = _about_header(has_header) if options.header is None else ()
        yield Table(stream.name, schema, batches, remedy)


def _batches(
    name: str, pieces: _Pieces, options: Any, separator: str, columns: Sequence[str]
) -> Iterator[Any]:
    """Yield the rows of some columns of a file, all of them as text."""
    import pyarrow as pa
    import pyarrow.csv

    try:
        yield from pyarrow.csv.open_csv(
            pieces,
            options,
            pyarrow.csv.ParseOptions(delimiter=separator, newlines_in_values=True),
            pyarrow.csv.ConvertOptions(
                include_columns=list(dict.fromkeys(columns)),
                column_types={column: pa.string() for column in columns},
                check_utf8=False,  # it was
            ),
        )
    except pa.ArrowInvalid as error:
        if "straddl" not in str(error):
            raise
        where = f"{name}: a row (or what an open quote begins)"
        raise line_too_long(where, options.block_size) from None


class _Pieces(io.RawIOBase):
    """Bytes that come in pieces, as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(self._rest), len(buffer))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _find_separator(name: str, head: bytes) -> str:
    """Return the character by which the first rows have most columns, as many in each."""
    if without_compression(name).endswith(".tsv"):
        return "\t"
    best, most = ",", 1
    for separator in _SEPARATORS:
        sizes = {len(row) for row in _sample(head, separator)}
        if len(sizes) == 1 and (size := sizes.pop()) > most:
            best, most = separator, size
    return best


def _sample(head: bytes, separator: str) -> list[list[str]]:
    """Return the first rows, without empty ones and, where it may be cut, the last."""
    text = head.decode(errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[list[str]] = []
    try:
        for row in rows:
            if row:
                found.append(row)
            if len(found) > _SAMPLE_ROWS:
                break
    except csv.Error:  # a field of more than 131,072 characters
        pass
    is_whole = len(head) < _SAMPLE_BYTES and len(found) <= _SAMPLE_ROWS
    return found if is_whole or len(found) < 2 else found[:-1]


def _has_header(row: list[str]) -> bool:
    """Return whether a row has names: no numbers, or an index without a name (as in pandas)."""
    return row[0] == "" or not any(map(_is_number, row))


def _about_header(has_header: bool) -> tuple[str, ...]:
    """Return what to do if the first row is not what it was taken for, as parts of a message."""
    row = "no names of columns" if has_header else "names of columns, and no values"
    return (f" If its first row has {row}, say so (", OptionName("header", not has_header), ").")


def _is_numbers(rows: list[list[str]], i: int) -> bool:
    """Return whether a column has numbers and nothing else but missing ones."""
    values = [row[i] for row in rows if i < len(row) and row[i].strip()]
    return bool(values) and all(map(_is_number, values))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _fits(stream: Stream, options: InputOptions) -> bool:
    return options.separator is not None or is_named_csv(stream.name)


def is_named_csv(name: str) -> bool:
    """Return whether a file is named as CSV is, compressed or not."""
    return without_compression(name).endswith(_SUFFIXES)


CSV = FileKind(fits=_fits, open_table=open_csv)
