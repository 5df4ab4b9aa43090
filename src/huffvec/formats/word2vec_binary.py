r"""word2vec's binary format, as word2vec.c, gensim and many others write it.

::

    "<n_words> <dim>\n"
    n_words times:  word in UTF-8 (no space in it), " ", dim little-endian float32, [ "\n" ]

word2vec.c writes the newline after each vector; gensim and the GoogleNews vectors have none. Both
are read; the newline is written, which all known readers take. Counts are not stored.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

import numpy as np

from huffvec.errors import FormatError
from huffvec.files import atomic_path, check_readable
from huffvec.formats.word2vec_header import MAX_HEADER_BYTES, has_header, parse_header
from huffvec.formats.words import split_words, vectors_of
from huffvec.search.tables import row_blocks
from huffvec.vectors import WordVectors


def is_word2vec_binary(path: Path) -> bool:
    """Tell whether the file has a word2vec header; ask for the text format first."""
    with path.open("rb") as file:
        return has_header(file.read(MAX_HEADER_BYTES))


def read_word2vec_binary(path: str | os.PathLike[str]) -> WordVectors:
    """Return the vectors in a file of word2vec's binary format.

    Newlines in words are dropped, as word2vec does; bytes that are not UTF-8 become U+FFFD; of
    words that are alike, the first is kept.

    Raises
    ------
    FormatError
        If the file cannot be read, is truncated, or holds more or other than its header says.
    """
    with (
        check_readable(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        n_words, dim, pos = parse_header(path, data[:MAX_HEADER_BYTES], 2, 4, len(data))
        row_bytes = 4 * dim
        words = []
        vectors = np.empty((n_words, dim), np.float32)
        for row in range(n_words):
            space_pos = data.find(b" ", pos)
            end = space_pos + 1 + row_bytes
            if space_pos < 0 or end > len(data):
                raise FormatError(
                    f"{str(path)!r} is truncated or damaged: it ends in vector {row + 1:,} of "
                    f"{n_words:,}."
                )
            words.append(data[pos:space_pos].replace(b"\n", b"").decode("utf-8", "replace"))
            vectors[row] = np.frombuffer(data, "<f4", dim, space_pos + 1)
            pos = end
        if len(data) - pos > 1 or data[pos:].strip(b"\n"):
            raise FormatError(
                f"{str(path)!r} is damaged or of another format: {len(data) - pos:,} bytes follow "
                f"the {n_words:,} vectors of dim {dim:,} that it announces."
            )
    return vectors_of(path, words, vectors)


def write_word2vec_binary(path: str | os.PathLike[str], vectors: WordVectors) -> None:
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
