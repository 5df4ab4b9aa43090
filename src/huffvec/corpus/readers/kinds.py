"""What a kind of file is: how it is known, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.columns import column_pieces
from huffvec.corpus.readers.pieces import Piece
from huffvec.corpus.readers.streams import Stream
from huffvec.corpus.readers.tables import Table


@dataclass(frozen=True)
class FileKind:
    """A kind of file: one of `huffvec.corpus.readers.files.KINDS`.

    Attributes
    ----------
    fits
        Whether a file is of the kind, by its first bytes, its name and the options.
    open_table
        Opens it as a table; ``None`` for what has no columns.
    pieces
        Yields the pieces of the text; ``None``: they are those of the table's column.
    """

    fits: Callable[[Stream, InputOptions], bool]
    open_table: Callable[[Stream, InputOptions], AbstractContextManager[Table]] | None = None
    pieces: Callable[[Stream, InputOptions], Iterator[Piece]] | None = None

    def read(self, stream: Stream, options: InputOptions) -> Iterator[Piece]:
        """Yield the pieces of a file of this kind.

        Raises
        ------
        CorpusError
            If it is damaged.
        """
        if self.pieces is not None:
            yield from self.pieces(stream, options)
            return
        assert self.open_table is not None
        with self.open_table(stream, options) as table:
            yield from column_pieces(table, options)
        stream.n_read = stream.n_bytes or stream.n_read
