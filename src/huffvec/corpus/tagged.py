"""From any input to documents with their tags: texts for the engine, tags apart.

Text is read as it is without tags (`huffvec.corpus.readers`), and what changes it leaves tags as
they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.labelled.label_columns import class_names, label_codes
from huffvec.corpus.labelled.marks import MARK
from huffvec.corpus.labelled.options import LABEL_PREFIX
from huffvec.corpus.labelled.tables import kind_of_type
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers import arrow
from huffvec.corpus.readers.columns import chunks, column_array_pieces
from huffvec.corpus.readers.decoding import whole_lines
from huffvec.corpus.readers.files import file_pieces, kind_of, open_streams
from huffvec.corpus.readers.iterables import kind_of as kind_of_value
from huffvec.corpus.readers.iterables import sentence_pieces
from huffvec.corpus.readers.json_lines import JSON_LINES, Rows, json_rows, numbered
from huffvec.corpus.readers.objects import object_pieces
from huffvec.corpus.readers.pieces import Piece, TextPiece
from huffvec.corpus.readers.sources import expand, is_names
from huffvec.corpus.readers.streams import Stream
from huffvec.corpus.readers.tables import Table, check_column, check_name, choose_column
from huffvec.corpus.readers.transformed import TransformedPiece
from huffvec.corpus.tag_lists import TagLists
from huffvec.corpus.tags import Tags
from huffvec.errors import CorpusError, OptionName
from huffvec.progress import Progress

_TAG_NAMES = ("tags", "tag")  # of columns that have tags where none is named


class TaggedReader:
    """Reads documents once, and keeps their tags while the engine takes their texts.

    Parameters
    ----------
    data
        What `huffvec.encode` takes.
    options
        How it is read: ``tags`` is ``"first"`` or ``"given"``, or there is a ``tag_column``.
    progress
        As for `huffvec.encode`.

    Attributes
    ----------
    lists
        The tags of the documents that have been read.
    """

    def __init__(self, data: Any, options: InputOptions, progress: Progress | None) -> None:
        self._data, self._options, self._progress = data, options, progress
        self.lists = TagLists()

    def pieces(self) -> Iterator[Piece]:
        """Yield the texts of the documents, those without a word too.

        Raises
        ------
        CorpusError
            If the input cannot be read, or documents and tags are not as they should be.
        """
        data, options = self._data, self._options
        if options.group_by is not None and is_names(data):
            yield from file_pieces(expand(data), options, self._progress, self._take_groups)
        elif options.group_by is not None:
            yield from object_pieces(data, None, options, self._take_groups)
        elif is_names(data):
            for stream, tell in open_streams(expand(data), self._progress):
                for piece in self._file_pieces(stream):
                    tell()
                    yield piece
        elif arrow.is_arrow(data):
            named = [options.column, options.tag_column]
            wanted = [name for name in named if name is not None] if all(named) else []
            with arrow.open_object(data, options, wanted) as table:
                yield from self._table_pieces(table)
        elif isinstance(data, (bytes, Mapping)) or not isinstance(data, Iterable):
            raise CorpusError(
                f"cannot read documents from {type(data).__name__}: expected file names, a table, "
                "or an iterable of texts with their tags."
            )
        else:
            yield from self._row_pieces(numbered(data), type(data).__name__)

    def tags(self, sentence_offsets: npt.NDArray[Any]) -> Tags:
        """Return the tags of the documents that have been read, `TagLists.tags`."""
        return self.lists.tags(sentence_offsets)

    def _take_groups(self, where: str, values: Any) -> None:
        """Take in the values of groups, each the tag of the document that its rows make."""
        self.lists.add_codes(where, *label_codes(values, where, None))

    def _file_pieces(self, stream: Stream) -> Iterator[Piece]:
        options = self._options
        kind = kind_of(
            stream, options.but(column=options.column or options.tag_column, tag_column=None)
        )
        if kind is JSON_LINES:
            yield from self._row_pieces(json_rows(stream, options), stream.name)
        elif kind.open_table is not None:
            with kind.open_table(stream, options) as table:
                yield from self._table_pieces(table)
        else:
            yield from self._line_pieces(stream)

    def _line_pieces(self, stream: Stream) -> Iterator[Piece]:
        """Yield the texts of lines, whose tags are their first tokens or marked by a prefix."""
        options = self._options
        take_tags = self._first_tokens if options.tags == "first" else self._marked_tokens
        first_line = 1
        for lines in whole_lines(stream, options.errors, options.max_line_bytes):
            texts = take_tags(lines, stream.name, first_line)
            first_line += lines.count(b"\n")
            piece = TextPiece(stream.name, 0, texts, ends_line=False)
            transform = options.transform
            yield piece if transform is None else TransformedPiece(piece, "replace", transform)

    def _first_tokens(self, lines: bytes, name: str, first_line: int) -> bytes:
        """Take in the first token of each line; return what is behind them."""
        texts = []
        for number, line in enumerate(lines.removesuffix(b"\n").split(b"\n"), first_line):
            tag, text = (*line.split(None, 1), b"", b"")[:2]
            self.lists.add(f"{name}: line {number}", tag.decode())
            texts.append(text)
        return b"\n".join([*texts, b""])

    def _marked_tokens(self, lines: bytes, name: str, first_line: int) -> bytes:
        """Take in the tokens of each line that begin as fastText's labels do; return the others."""
        from huffvec import _text

        labels, texts, nameless = _text.separate_labels(lines, LABEL_PREFIX.encode(), MARK)
        if nameless >= 0:
            raise CorpusError(
                f"{name}: line {first_line + nameless} has {LABEL_PREFIX!r} without a name behind "
                "it, expected a tag."
            )
        for number, line in enumerate(labels.split(b"\n")[:-1], first_line):
            tags = [token.removeprefix(MARK).decode() for token in line.split()]
            self.lists.add(f"{name}: line {number}", tags)
        return texts

    def _table_pieces(self, table: Table) -> Iterator[Piece]:
        if self._options.tags == "first":
            yield from self._row_pieces(_texts_of(table, self._options), table.name)
            return
        tag_column = self._tag_column(table.name, table.schema.names)
        check_column(table, tag_column)
        field = table.schema.field(tag_column)
        if not kind_of_type(field.type).is_label:
            raise CorpusError(
                f"{table.name}: the column {tag_column!r} has the type {field.type}, expected tags "
                "(text, whole numbers, or lists of these)."
            )
        schema = table.schema.remove(table.schema.get_field_index(tag_column))
        column = choose_column(replace(table, schema=schema), self._options.column)
        text_name, tag_name = (f"{table.name}: column {name!r}" for name in (column, tag_column))
        names = class_names(table.schema, tag_column)
        for batch in table.batches([column, tag_column]):
            for part in chunks(batch.column(tag_column)):
                self.lists.add_codes(tag_name, *label_codes(part, tag_name, names))
            for part in chunks(batch.column(column)):
                yield from column_array_pieces(part, text_name, self._options)

    def _row_pieces(self, rows: Rows, name: str) -> Iterator[Piece]:
        if self._options.tags == "first" and self._options.tag_column is None:
            texts = self._behind_first(rows, name)
        else:
            texts = self._given(rows, name)
        return sentence_pieces(texts, name, self._options)

    def _given(self, rows: Rows, name: str) -> Iterator[Any]:
        """Take in the tags of rows, and yield their texts."""
        add = self.lists.add
        columns: tuple[str, str] | None = None
        for place, row in rows:
            if (
                isinstance(row, (tuple, list))
                and len(row) == 2
                and self._options.tag_column is None
            ):
                text, tags = row
            elif isinstance(row, Mapping):
                if columns is None:
                    columns = self._keys(f"{name}: {place}", row)
                for key in columns:
                    if key not in row:
                        check_name(f"{name}: {place}", key, list(map(str, row)))
                text, tags = row[columns[0]], row[columns[1]]
            else:
                raise self._no_pair(f"{name}: {place}", row)
            add(f"{name}: {place}", tags)
            yield text

    def _no_pair(self, where: str, row: Any) -> CorpusError:
        pair = "a pair (text, tag or tags), or " if self._options.tag_column is None else ""
        return CorpusError(
            f"{where} is {kind_of_value(row)}, expected {pair}a dict with the text and the tags."
        )

    def _behind_first(self, rows: Rows, name: str) -> Iterator[Any]:
        """Take in the first token of each row, and yield the others."""
        for place, row in rows:
            text, tag = row, ""
            if isinstance(row, Mapping):
                text = row[self._text_key(f"{name}: {place}", list(map(str, row)))]
            if isinstance(text, str):
                tag, text = (*text.split(None, 1), "", "")[:2]
            elif isinstance(text, (list, tuple, np.ndarray)) and len(text):
                tag, text = text[0], text[1:]
            self.lists.add(f"{name}: {place}", tag)
            yield text

    def _keys(self, where: str, row: Mapping[Any, Any]) -> tuple[str, str]:
        """Return the keys of text and tags."""
        names = list(map(str, row))
        tag_column = self._tag_column(where, names)
        return self._text_key(where, [name for name in names if name != tag_column]), tag_column

    def _text_key(self, where: str, names: list[str]) -> str:
        column = self._options.column
        if column is not None:
            check_name(where, column, names)
            return column
        if len(names) == 1:
            return names[0]
        raise CorpusError(
            f"{where}: expected one column of text, found {', '.join(map(repr, names)) or 'none'}. "
            "Name the one to train on (",
            OptionName("column"),
            ").",
        )

    def _tag_column(self, where: str, names: list[str]) -> str:
        if self._options.tag_column is not None:
            check_name(where, self._options.tag_column, names)
            return self._options.tag_column
        for name in _TAG_NAMES:
            if name in names:
                return name
        raise CorpusError(
            f"{where}: has no column called tags or tag, but {', '.join(map(repr, names))}. Name "
            "the one with the tags (",
            OptionName("tag_column"),
            ").",
        )


def _texts_of(table: Table, options: InputOptions) -> Rows:
    column = choose_column(table, options.column)
    batches = (batch.column(column).to_pylist() for batch in table.batches([column]))
    return numbered(chain.from_iterable(batches))
