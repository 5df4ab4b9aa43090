"""From any input to documents with their tags: texts for the engine, tags apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.labelled.pieces import label_name
from huffvec.corpus.labelled.sources import text_pieces
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.pieces import Piece, TextPiece
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.tags import Tags
from huffvec.options import options_of
from huffvec.progress import Progress


class TaggedReader:
    """Reads documents once, and keeps their tags while the engine takes their texts.

    Parameters
    ----------
    data
        What `huffvec.encode` takes.
    options
        How it is read; ``tags`` or ``tag_column`` says where the tags are.
    n_threads, progress
        As for `huffvec.encode`.
    """

    def __init__(
        self, data: Any, options: InputOptions, n_threads: int, progress: Progress | None
    ) -> None:
        self._ids: dict[bytes, int] = {}
        self._of_documents: list[int] = []  # tags, document after document
        self._sizes: list[int] = []  # how many tags each has
        self._options = options
        self._pieces = self._read(data, n_threads, progress)

    def pieces(self) -> Iterator[Piece]:
        """Yield the texts of the documents, a line each, those without a word too."""
        offset = 0
        for lines in self._pieces:
            yield TextPiece("the documents", offset, lines, ends_line=False)
            offset += len(lines)

    def tags(self, sentences: Sentences) -> Tags:
        """Return the tags of the documents that have been read; sentences are their texts."""
        if self._options.tags == "position":
            return Tags.by_position(sentences.sentence_offsets)
        offsets = np.concatenate([[0], np.cumsum(self._sizes, dtype=np.int64)])
        names = label_name(b"\n".join(self._ids)).split("\n")
        ids = np.array(self._of_documents, np.int32)
        return Tags.of(names, offsets, ids, sentences.sentence_offsets)

    def _read(self, data: Any, n_threads: int, progress: Progress | None) -> Iterator[bytes]:
        options = _example_options(self._options)
        pieces = text_pieces(data, options, n_threads=n_threads, progress=progress)
        for piece in pieces:
            if self._options.tags == "first":
                yield self._without_first(piece.lines)
            else:
                yield piece.lines

    def _without_first(self, lines: bytes) -> bytes:
        """Return the lines without their first tokens, which are their tags."""
        texts = []
        for line in lines.removesuffix(b"\n").split(b"\n"):
            tag, _, text = line.strip().partition(b" ")
            self._add([tag] if tag else [])
            texts.append(text)
        return b"\n".join([*texts, b""])

    def _add(self, tags: Iterable[bytes]) -> None:
        ids = [self._ids.setdefault(tag, len(self._ids)) for tag in dict.fromkeys(tags)]
        self._of_documents += ids
        self._sizes.append(len(ids))


def _example_options(options: InputOptions) -> ExampleOptions:
    names = options_of(InputOptions).keys() & options_of(ExampleOptions).keys()
    return ExampleOptions(**{name: getattr(options, name) for name in names})
