"""What an input is divided into: files, lines of large files, parts of a Ray Dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.files import is_named_compressed, kind_of
from huffvec.corpus.readers.no_text import why_no_text
from huffvec.corpus.readers.streams import open_stream
from huffvec.corpus.readers.text import TEXT
from huffvec.files.compression import compression_of
from huffvec.files.foreign import HEAD_BYTES

MIN_BYTES, MAX_BYTES = 1 << 20, 1 << 26
"""Bytes of a share: as few as are worth a task, as many as fit into a worker's memory as ids."""
_SHARES_OF_WORKER = 4


@dataclass(frozen=True)
class Files:
    """Whole files.

    Attributes
    ----------
    paths
        The files, in order.
    n_bytes
        How many bytes they have.
    """

    paths: tuple[Path, ...]
    n_bytes: int


@dataclass(frozen=True)
class Lines:
    """The lines of plain text from byte begin of a file to byte end, which are ends of lines."""

    path: Path
    begin: int
    end: int

    @property
    def n_bytes(self) -> int:
        """How many bytes they have."""
        return self.end - self.begin


@dataclass(frozen=True)
class Rows:
    """A part of an object with rows, which a worker can read, such as a part of a Ray Dataset."""

    data: Any
    n_bytes: int


Share = Files | Lines | Rows


def divide_files(
    paths: Sequence[Path], options: InputOptions, n_workers: int, share_bytes: int | None = None
) -> list[Share]:
    """Divide files into shares, which in their order are the whole.

    Large files of plain text are cut at ends of lines. Other files stay whole, and small ones
    together; so do all of rows that are grouped, and lines that are counted in messages of tags.

    Parameters
    ----------
    paths
        Regular files.
    options
        How they are read.
    n_workers
        Each gets about four shares, or more if they would be large.
    share_bytes
        About how many bytes a share has; chosen if left out.

    Raises
    ------
    CorpusError
        If a file cannot be read.
    """
    sizes = [path.stat().st_size for path in paths]
    if options.group_by is not None:
        return [Files(tuple(paths), sum(sizes))]
    if share_bytes is None:
        share_bytes = sum(sizes) // (_SHARES_OF_WORKER * n_workers)
        share_bytes = min(max(share_bytes, MIN_BYTES), MAX_BYTES)
    shares: list[Share] = []
    small: list[Path] = []
    n_small = 0
    for path, size in zip(paths, sizes, strict=True):
        if size > share_bytes and _can_be_cut(path, options):
            if small:
                shares.append(Files(tuple(small), n_small))
            shares += _cut(path, size, share_bytes)
            small, n_small = [], 0
            continue
        if small and n_small + size > share_bytes:
            shares.append(Files(tuple(small), n_small))
            small, n_small = [], 0
        small.append(path)
        n_small += size
    return [*shares, Files(tuple(small), n_small)] if small else shares


def divide_dataset(dataset: Any, options: InputOptions, n_workers: int) -> list[Share]:
    """Divide a Ray Dataset into shares, which in their order are the whole.

    It is materialized by that, in Ray's object store. Rows that are grouped stay together: then
    there are no shares.

    Parameters
    ----------
    dataset
        The dataset.
    options
        How it is read.
    n_workers
        Each gets about four shares, of whole blocks.
    """
    if options.group_by is not None:
        return []
    parts = dataset.split(_SHARES_OF_WORKER * n_workers)
    # An iterator over a part runs nothing but what gives its blocks, within a task too.
    return [Rows(part.iterator(), part.size_bytes()) for part in parts if part.count()]


def _can_be_cut(path: Path, options: InputOptions) -> bool:
    """Return whether the lines of a file can be read apart from one another."""
    if options.has_given_tags or is_named_compressed(path):
        return False
    with open_stream(path) as stream:
        head = stream.head()[:HEAD_BYTES]
        is_plain = compression_of(head) is None and why_no_text(head) is None
        return is_plain and kind_of(stream, options) is TEXT


def _cut(path: Path, size: int, share_bytes: int) -> Iterator[Lines]:
    """Yield the lines of a file in parts that are about so large."""
    begin = 0
    with open_stream(path) as stream:
        while begin < size:
            end = stream.line_end(begin + share_bytes)
            yield Lines(path, begin, end)
            begin = end
