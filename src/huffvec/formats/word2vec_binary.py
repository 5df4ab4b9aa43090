r"""word2vec's binary format, as word2vec.c, gensim and many others write it.

::

    "<n_words> <dim>\n"
    n_words times:  word in UTF-8 (no space in it), " ", dim little-endian float32, [ "\n" ]

word2vec.c writes the newline after each vector; gensim and the GoogleNews vectors have none. Both
are read; the newline is written, which all known readers take. Counts are not stored.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.errors import FormatError
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
from huffvec.formats.rows import ALL, Rows, Wanted, check_header_count
from huffvec.formats.word2vec_header import MAX_HEADER_BYTES, has_header, parse_header
from huffvec.formats.words import split_words
from huffvec.vectors.word_vectors import WordVectors

# Bytes that are looked at at once, if a word and its vector take no more.
_BLOCK_BYTES = 1 << 22
_MAX_WORD_BYTES = 1 << 20


def is_word2vec_binary(path: Path) -> bool:
    """Return whether the file has a word2vec header; ask for the text format first."""
    with open_content(path) as content:
        return has_header(content.file.readline(MAX_HEADER_BYTES))


def read_word2vec_binary(path: PathLike, wanted: Wanted = ALL) -> WordVectors:
    """Return the vectors in a file of word2vec's binary format, all or some.

    Newlines in words are dropped, as word2vec does; bytes that are not UTF-8 become U+FFFD. Of
    words that are alike, the first is kept; rows without a word are left out.

    Raises
    ------
    FormatError
        If the file cannot be read, is truncated, or holds more or other than its header says and
        all was asked for.
    """
    with open_content(path) as content:
        name, file = content.name, content.file
        header = file.readline(MAX_HEADER_BYTES)
        size = None if wanted.is_part else content.size
        n_words, dim, _ = parse_header(name, header, 1, 4, size)
        rows = Rows(name, dim, wanted, n_words if size else 0)
        at_most = 2**62 if wanted.is_part else n_words
        entries = _Entries(file, 4 * dim)
        while rows.room > 0 and (found := entries.next(at_most)):
            words = [word.replace(b"\n", b"").decode("utf-8", "replace") for word in found.words]
            chosen = rows.choose(words)
            if chosen:
                rows.add(_floats(found, [found.starts[place] for place in chosen], dim))
        ended = rows.room > 0
        while ended and entries.next(2**62):  # those that the header does not announce
            pass
        left = entries.left() if ended else 0
    if left and not wanted.is_part:
        raise _leftover(name, n_words, dim, entries.n_read, left)
    check_header_count(name, wanted, n_words, entries.n_read, ended=ended)
    return rows.vectors()


def write_word2vec_binary(path: PathLike, vectors: WordVectors) -> None:
    """Write vectors in word2vec's binary format, with a newline after each.

    Raises
    ------
    FormatError
        If a word holds a space.
    OutputError
        If the file cannot be written.
    """
    words = split_words(vectors.vocabulary)
    row_bytes = 4 * vectors.dim
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(b"%d %d\n" % (len(vectors), vectors.dim))
        for rows in row_blocks(vectors.vectors):
            floats = vectors.vectors[rows].astype("<f4").tobytes()
            parts = []
            for i, word in enumerate(words[rows]):
                parts += [word, b" ", floats[i * row_bytes : (i + 1) * row_bytes], b"\n"]
            file.write(b"".join(parts))


class _Found(NamedTuple):
    """Some words, and where their vectors start in a block of bytes."""

    words: list[bytes]
    starts: list[int]
    data: bytes


class _Entries:
    """Words and vectors out of a file, as many at once as are in a block of bytes."""

    def __init__(self, file: IO[bytes], row_bytes: int) -> None:
        self._file = file
        self._row_bytes = row_bytes
        self._data = b""
        self.n_read = 0

    def next(self, at_most: int) -> _Found | None:
        """Return the next ones, up to the number at_most of all; None if no whole one is left."""
        words: list[bytes] = []
        starts: list[int] = []
        while not words and self.n_read < at_most:
            data, pos = self._data, 0
            while self.n_read < at_most:
                space_pos = data.find(b" ", pos)
                end = space_pos + 1 + self._row_bytes
                if space_pos < 0 or end > len(data):
                    break
                words.append(data[pos:space_pos])
                starts.append(space_pos + 1)
                self.n_read += 1
                pos = end
            self._data = data[pos:]
            if not words and not self._more():
                break
        return _Found(words, starts, data) if words else None

    def left(self) -> int:
        """Return how many bytes are left; a newline at the end is none."""
        last, left = self._data, len(self._data)
        while more := self._file.read(_BLOCK_BYTES):
            last, left = more, left + len(more)
        return 0 if left == 1 and last == b"\n" else left

    def _more(self) -> bool:
        """Read a block of bytes more, and tell whether there was one that can help."""
        if len(self._data) > _MAX_WORD_BYTES + self._row_bytes:
            return False
        more = self._file.read(_BLOCK_BYTES)
        self._data += more
        return bool(more)


def _floats(found: _Found, starts: list[int], dim: int) -> npt.NDArray[np.float32]:
    """Return the vectors that start at some places, (n, dim)."""
    rows = [np.frombuffer(found.data, "<f4", dim, start) for start in starts]
    return np.stack(rows).astype(np.float32, copy=False)


def _leftover(name: str, n_words: int, dim: int, n_read: int, left: int) -> FormatError:
    """Return the error for a file with bytes after its last whole vector."""
    if n_read < n_words:
        return FormatError(
            f"{name} is truncated or damaged: it ends in vector {n_read + 1:,} of {n_words:,}. To "
            f"read those before, ask for them: top={n_read}."
        )
    return FormatError(
        f"{name} is damaged or of another format: {left:,} bytes follow its {n_read:,} vectors of "
        f"dim {dim:,}."
    )
