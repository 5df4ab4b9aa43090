"""The first line of word2vec's binary and text files: number of words, dim."""

from __future__ import annotations

from huffvec.errors import FormatError

# The longest first line that is looked at: two 20-digit numbers and spaces fit well.
MAX_HEADER_BYTES = 64
# The largest dim: rows of a file whose size is not known are read into memory one at least.
MAX_DIM = 1 << 24


def parse_header(
    name: str, start: bytes, row_bytes: int, dim_bytes: int, size: int | None
) -> tuple[int, int, int]:
    """Return (number of words, dim, bytes of the first line) from the first bytes of a file.

    Parameters
    ----------
    name
        The file, for messages.
    start
        Its first bytes.
    row_bytes, dim_bytes
        A row takes at least ``row_bytes + dim_bytes * dim`` bytes: with it, numbers that the file
        has no room for are found before memory is taken.
    size
        Of the file; ``None`` if it is not known, or may be too small for what is announced.

    Raises
    ------
    FormatError
        If the line is no header or the file is too small for what it announces.
    """
    line, line_break, _ = start[:MAX_HEADER_BYTES].partition(b"\n")
    fields = line.split()
    if not line_break or len(fields) != 2 or not all(f.isdigit() and len(f) < 19 for f in fields):
        raise FormatError(
            f"{name} is not a word2vec file: its first line should be the number of words "
            f"and the dim of the vectors, and starts with {line[:40]!r}."
        )
    n_words, dim = map(int, fields)
    if n_words == 0 or dim == 0:
        raise FormatError(f"{name} holds no vectors: {n_words} words of dim {dim}.")
    if size is None and dim > MAX_DIM:
        raise FormatError(f"{name}: vectors of dim {dim:,} are not read; {MAX_DIM:,} at most.")
    needed = len(line) + 1 + n_words * (row_bytes + dim_bytes * dim)
    if size is not None and needed > size:
        raise FormatError(
            f"{name} is truncated or damaged: {n_words:,} vectors of dim {dim:,}, as its first "
            f"line announces, take {needed:,} bytes or more, and the file has {size:,}. To read "
            "the vectors that are there, ask for the first ones (top)."
        )
    return n_words, dim, len(line) + 1


def has_header(start: bytes) -> bool:
    """Return whether a file that starts with these bytes can be one of word2vec's."""
    fields = start[:MAX_HEADER_BYTES].partition(b"\n")[0].split()
    return len(fields) == 2 and all(field.isdigit() for field in fields)
