r"""GloVe's text format: word2vec's without its first line.

::

    once for each word:  word in UTF-8, dim decimal numbers, all separated by " ", "\n"

Nothing tells dim, and a word may hold spaces (``. . .`` in glove.840B): dim is how many fields
after the first most of the lines at the start have. Numbers are written with nine digits, which
give back every float32 exactly. Counts are not stored.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np

from huffvec.errors import FormatError
from huffvec.files import atomic_path, check_readable
from huffvec.formats.word2vec_header import has_header
from huffvec.formats.word2vec_text import parse_lines, write_lines
from huffvec.formats.words import vectors_of
from huffvec.search.tables import row_blocks
from huffvec.vectors import WordVectors

# Lines from which dim is learned; words with spaces are rare.
FIRST_LINES = 100
# No line is longer: a word of a few thousand bytes, and as many numbers as anybody has used.
MAX_LINE_BYTES = 1 << 18
READ_BYTES = 1 << 20


def is_glove(path: Path) -> bool:
    """Tell whether the first lines are words with equally many numbers.

    A first line of two whole numbers is a header: such files are word2vec's.
    """
    with path.open("rb") as file:
        lines = _first_lines(file)
    if not lines or has_header(lines[0]) or any(len(line) == MAX_LINE_BYTES for line in lines):
        return False
    dim = _dim(lines)
    try:
        for line in lines:
            for field in line.rstrip(b" \r\n").rsplit(b" ", dim)[1:]:
                float(field)
    except ValueError:
        return False
    return dim > 0


def read_glove(path: str | os.PathLike[str]) -> WordVectors:
    """Return the vectors in a file of GloVe's text format.

    Bytes of a word that are not UTF-8 become U+FFFD; of words that are alike, the first is kept.

    Raises
    ------
    FormatError
        If the file cannot be read, or a line is not a word and as many numbers as the first lines
        have.
    """
    found = check_readable(path)
    with found.open("rb") as file:
        first = _first_lines(file)
        dim = _dim(first)
        if dim < 1:
            raise FormatError(
                f"{str(path)!r} is not a file of GloVe: expected a word and numbers in every line, "
                f"separated by spaces; it starts with {first[0][:40]!r}."
            )
        n_words = _count_lines(file)
        # A word, dim times a space and a digit, a newline (which the last line may lack).
        needed = n_words * (2 + 2 * dim)
        if needed > found.stat().st_size + 1:
            raise FormatError(
                f"{str(path)!r} is damaged or of another format: {n_words:,} lines of a word and "
                f"{dim:,} numbers take {needed:,} bytes or more."
            )
        words: list[str] = []
        vectors = np.empty((n_words, dim), np.float32)
        file.seek(0)
        for rows in row_blocks(vectors):
            lines = list(islice(file, len(vectors[rows])))
            new_words, vectors[rows] = parse_lines(path, lines, rows.start + 1, dim)
            words += new_words
    return vectors_of(path, words, vectors)


def write_glove(path: str | os.PathLike[str], vectors: WordVectors) -> None:
    """Write vectors in GloVe's text format.

    Raises
    ------
    FormatError
        If a word holds a space.
    OutputError
        If the file cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        write_lines(file, vectors)


def _first_lines(file: IO[bytes]) -> list[bytes]:
    """Return the lines at the start, up to one that is too long: of that its beginning."""
    lines: list[bytes] = []
    while len(lines) < FIRST_LINES and (line := file.readline(MAX_LINE_BYTES)):
        lines.append(line)
        if len(line) == MAX_LINE_BYTES:  # a binary file perhaps, of which no more need be read
            break
    return lines


def _dim(lines: list[bytes]) -> int:
    """Return how many numbers a line has: as most of some lines, the smaller of two if they tie."""
    sizes = Counter(line.rstrip(b" \r\n").count(b" ") for line in lines)
    return min(sizes, key=lambda size: (-sizes[size], size))


def _count_lines(file: IO[bytes]) -> int:
    """Return the number of lines in a file, the last with or without a line feed."""
    file.seek(0)
    n_lines, last = 0, b"\n"
    while block := file.read(READ_BYTES):
        n_lines += block.count(b"\n")
        last = block[-1:]
    return n_lines + (last != b"\n")
