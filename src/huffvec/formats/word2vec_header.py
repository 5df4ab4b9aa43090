"""The first line of word2vec's binary and text files: number of words, dim."""

from __future__ import annotations

import os

from huffvec.errors import FormatError

# The longest first line that is looked at: two 20-digit numbers and spaces fit well.
MAX_HEADER_BYTES = 64


def parse_header(
    path: str | os.PathLike[str], start: bytes, row_bytes: int, dim_bytes: int, file_size: int
) -> tuple[int, int, int]:
    """Return (number of words, dim, bytes of the first line) from the first bytes of a file.

    A row takes at least ``row_bytes + dim_bytes * dim`` bytes: with it, numbers that the file has
    no room for are found before memory is taken.

    Raises
    ------
    FormatError
        If the line is no header or the file is too small for what it announces.
    """
    line, line_break, _ = start[:MAX_HEADER_BYTES].partition(b"\n")
    fields = line.split()
    if not line_break or len(fields) != 2 or not all(f.isdigit() and len(f) < 19 for f in fields):
        raise FormatError(
            f"{str(path)!r} is not a word2vec file: its first line should be the number of words "
            f"and the dim of the vectors, and starts with {line[:40]!r}."
        )
    n_words, dim = map(int, fields)
    if n_words == 0 or dim == 0:
        raise FormatError(f"{str(path)!r} holds no vectors: {n_words} words of dim {dim}.")
    needed = n_words * (row_bytes + dim_bytes * dim)
    if len(line) + 1 + needed > file_size:
        raise FormatError(
            f"{str(path)!r} is truncated or damaged: {n_words:,} vectors of dim {dim:,} take "
            f"{needed:,} bytes or more, and the file has {file_size:,}."
        )
    return n_words, dim, len(line) + 1


def has_header(start: bytes) -> bool:
    """Tell whether a file that starts with these bytes can be one of word2vec's."""
    fields = start[:MAX_HEADER_BYTES].partition(b"\n")[0].split()
    return len(fields) == 2 and all(field.isdigit() for field in fields)
