"""Lines of a word and numbers, as word2vec, GloVe, fastText and floret write them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import IO

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows, row_blocks
from huffvec.errors import FormatError
from huffvec.formats.rows import Rows
from huffvec.formats.words import split_words
from huffvec.vectors.word_vectors import WordVectors

# Lines from which dim is learned; words with spaces are rare.
FIRST_LINES = 100
# No line is longer: a word of a few thousand bytes, and as many numbers as anybody has used.
MAX_LINE_BYTES = 1 << 18
_SPACES, _TABS = re.compile(rb" +"), re.compile(rb"[ \t]+")
_LINE_ENDS = b" \t\r\n"


def first_lines(file: IO[bytes]) -> list[bytes]:
    """Return the lines at the start, up to one that is too long: of that its beginning."""
    lines: list[bytes] = []
    while len(lines) < FIRST_LINES and (line := file.readline(MAX_LINE_BYTES)):
        lines.append(line)
        if len(line) == MAX_LINE_BYTES:  # perhaps a binary file: no more need be read
            break
    return one_spaced(lines)


def one_spaced(lines: list[bytes]) -> list[bytes]:
    """Return lines in which fields are separated by a space each: not by tabs or several.

    Words may have tabs in them. They separate fields where the last field follows one.
    """
    if not any(b"\t" in line or b"  " in line for line in lines):
        return lines
    spaced = []
    for line in lines:
        fields = line.rstrip(_LINE_ENDS)
        by_tabs = fields.rfind(b"\t") > fields.rfind(b" ")
        spaced.append((_TABS if by_tabs else _SPACES).sub(b" ", fields) + line[len(fields) :])
    return spaced


def common_dim(lines: list[bytes]) -> int:
    """Return how many numbers a line has: as most of some lines, the smaller of two if they tie."""
    sizes = Counter(line.rstrip(_LINE_ENDS).count(b" ") for line in lines)
    return min(sizes, key=lambda size: (-sizes[size], size))


def are_numbers(fields: list[bytes]) -> bool:
    """Return whether all of some fields are numbers."""
    try:
        for field in fields:
            float(field)
    except ValueError:
        return False
    return True


def check_dim(name: str, dim: int, lines: list[bytes]) -> None:
    """Raise FormatError if most of the first lines have more or fewer numbers than their header.

    A word may have spaces in it, and end in a number (``section 8``): what is before dim numbers
    is one of them only if it is a decimal one, or two of them.
    """
    n_wrong = 0
    for line in lines:
        _, *fields = line.rstrip(_LINE_ENDS).split(b" ")
        extra = fields[: max(0, len(fields) - dim)]
        decimal = bool(extra) and any(mark in extra[-1] for mark in (b".", b"e-", b"e+"))
        more = (decimal or len(extra) > 1) and are_numbers(extra[-2:])
        n_wrong += more or 0 < len(fields) < dim
    if 2 * n_wrong > len(lines):
        raise FormatError(
            f"{name}: its first line announces vectors of {dim:,} numbers, but the lines that "
            f"follow have {common_dim(lines):,}. Correct the first line, or get the file again."
        )


def read_lines(
    name: str, file: IO[bytes], rows: Rows, dim: int, *, first_number: int, at_most: float = np.inf
) -> int:
    """Read lines of a word and dim numbers into rows, and return how many were read.

    Reading stops after this many lines, at the end, or when rows have no more room.

    Raises
    ------
    FormatError
        If a line is not a word and dim numbers.
    """
    n_read = 0
    while rows.room > 0 and n_read < at_most:
        n_lines = int(min(block_rows(dim), at_most - n_read, rows.room))
        lines = one_spaced(list(islice(file, n_lines)))
        if not lines:
            break
        number = first_number + n_read
        words, rests = split_lines(name, lines, number, dim)
        chosen = rows.choose(words)
        if chosen:
            rests = [rests[place] for place in chosen]
            rows.add(parse_numbers(name, rests, number, dim))
        n_read += len(lines)
    return n_read


def split_lines(
    name: str, lines: list[bytes], first_number: int, dim: int
) -> tuple[list[str], list[str]]:
    """Return the words and the numbers, as text, of lines numbered from first_number.

    A word may hold spaces (some GloVe files have such words): the last dim fields are the numbers.
    Bytes of a word that are not UTF-8 become U+FFFD.

    Raises
    ------
    FormatError
        If a line has fewer than dim numbers.
    """
    words, rests = [], []
    for number, line in enumerate(lines, first_number):
        word, _, rest = line.rstrip(_LINE_ENDS).partition(b" ")
        extra = rest.count(b" ") + 1 - dim
        if b"\t" in rest or (extra < 0 and b"\t" in word):  # a tab behind the word, then spaces
            word, _, rest = _TABS.sub(b" ", line.rstrip(_LINE_ENDS)).partition(b" ")
            extra = rest.count(b" ") + 1 - dim
        if extra > 0:  # the word has spaces in it
            *spaced, rest = rest.split(b" ", extra)
            word = b" ".join([word, *spaced])
        if extra < 0 or not rest:
            cut_off = "" if line.endswith(b"\n") else " It is the last line: the file was cut off."
            raise FormatError(
                f"{name} line {number:,} must be a word and {dim:,} numbers, not "
                f"{line[:60]!r}.{cut_off}"
            )
        words.append(word.decode("utf-8", "replace"))
        rests.append(rest.decode("latin-1"))
    return words, rests


def parse_numbers(
    name: str, lines: list[str], first_number: int, dim: int, delimiter: str = " "
) -> npt.NDArray[np.float32]:
    """Return the numbers, (n_lines, dim), of lines numbered from first_number.

    Raises
    ------
    FormatError
        If a line is not dim numbers.
    """
    if not lines:
        return np.empty((0, dim), np.float32)
    try:
        with np.errstate(over="ignore"):
            numbers = np.loadtxt(lines, np.float32, comments=None, delimiter=delimiter, ndmin=2)
    except ValueError as error:
        raise FormatError(f"{name} after line {first_number - 1:,}: {error}") from error
    if numbers.shape != (len(lines), dim):
        raise FormatError(f"{name} after line {first_number - 1:,}: lines without numbers.")
    return numbers


def write_lines(file: IO[bytes], vectors: WordVectors) -> None:
    """Write a line of the word and its numbers for each word.

    Raises
    ------
    FormatError
        If a word holds a space.
    """
    words = split_words(vectors.vocabulary)
    line = b"%b " + b" ".join([b"%.9g"] * vectors.dim) + b"\n"
    for rows in row_blocks(vectors.vectors):
        numbers = vectors.vectors[rows].tolist()
        file.write(b"".join(line % (w, *row) for w, row in zip(words[rows], numbers, strict=True)))
