r"""word2vec's text format, which word2vec.c, gensim, fastText (``.vec``) and many others write.

::

    "<n_words> <dim>\n"
    n_words times:  word in UTF-8, dim decimal numbers, all separated by " ", [ " " ], "\n"

Numbers are written with nine digits, which give back every float32 exactly. Counts are not stored.
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError
from huffvec.files import atomic_path, check_readable
from huffvec.formats.word2vec_header import MAX_HEADER_BYTES, has_header, parse_header
from huffvec.formats.words import split_words, vectors_of
from huffvec.search.tables import row_blocks
from huffvec.vectors import WordVectors

# No number takes more characters; with a word of usual length, bounds what `is_…` has to read.
MAX_NUMBER_BYTES = 32
MAX_WORD_BYTES = 1 << 16


def is_word2vec_text(path: Path) -> bool:
    """Tell whether the file starts with a header and a line of a word and dim numbers."""
    with path.open("rb") as file:
        header = file.readline(MAX_HEADER_BYTES)
        if not has_header(header):
            return False
        # No more than the file holds is read, whatever dim the header announces.
        dim = min(int(header.split()[1]), path.stat().st_size)
        line = file.readline(MAX_WORD_BYTES + dim * MAX_NUMBER_BYTES)
    fields = line.rstrip(b" \r\n").rsplit(b" ", dim)
    try:
        np.array([float(field) for field in fields[1:]])
    except ValueError:
        return False
    return len(fields) == dim + 1


def read_word2vec_text(path: str | os.PathLike[str]) -> WordVectors:
    """Return the vectors in a file of word2vec's text format.

    A word may hold spaces (some GloVe files have such words): the last dim fields are the numbers.
    Bytes of a word that are not UTF-8 become U+FFFD; of words that are alike, the first is kept.

    Raises
    ------
    FormatError
        If the file cannot be read, is truncated, a line is not a word and dim numbers, or there are
        more lines than the header says.
    """
    found = check_readable(path)
    with found.open("rb") as file:
        header = file.readline(MAX_HEADER_BYTES)
        # A word, dim times a space and a digit, a newline (which the last line may lack).
        size = found.stat().st_size + 1
        n_words, dim, _ = parse_header(path, header, 2, 2, size)
        words: list[str] = []
        vectors = np.empty((n_words, dim), np.float32)
        for rows in row_blocks(vectors):
            lines = list(islice(file, len(vectors[rows])))
            if len(lines) < len(vectors[rows]):
                raise FormatError(
                    f"{str(path)!r} is truncated: it ends after {len(words) + len(lines):,} of "
                    f"{n_words:,} vectors."
                )
            new_words, vectors[rows] = parse_lines(path, lines, rows.start + 2, dim)
            words += new_words
        if file.read().strip():
            raise FormatError(
                f"{str(path)!r} is damaged: lines follow the {n_words:,} vectors that it announces."
            )
    return vectors_of(path, words, vectors)


def parse_lines(
    path: str | os.PathLike[str], lines: list[bytes], first_number: int, dim: int
) -> tuple[list[str], npt.NDArray[np.float32]]:
    """Return the words and the numbers, (n_lines, dim), of lines numbered from first_number.

    Raises
    ------
    FormatError
        If a line is not a word and dim numbers.
    """
    if not lines:
        return [], np.empty((0, dim), np.float32)
    words, rests = [], []
    for number, line in enumerate(lines, first_number):
        word, _, rest = line.rstrip(b" \r\n").partition(b" ")
        extra = rest.count(b" ") + 1 - dim
        if extra > 0:  # the word has spaces in it
            *spaced, rest = rest.split(b" ", extra)
            word = b" ".join([word, *spaced])
        if extra < 0 or not rest:
            raise FormatError(
                f"{str(path)!r} line {number:,}: expected a word and {dim:,} numbers; found "
                f"{line[:60]!r}."
            )
        words.append(word.decode("utf-8", "replace"))
        rests.append(rest.decode("latin-1"))
    return words, parse_numbers(path, rests, first_number, dim)


def parse_numbers(
    path: str | os.PathLike[str],
    lines: list[str],
    first_number: int,
    dim: int,
    delimiter: str = " ",
) -> npt.NDArray[np.float32]:
    """Return the numbers, (n_lines, dim), of lines numbered from first_number.

    Raises
    ------
    FormatError
        If a line is not dim numbers.
    """
    try:
        with np.errstate(over="ignore"):
            numbers = np.loadtxt(lines, np.float32, comments=None, delimiter=delimiter, ndmin=2)
    except ValueError as error:
        raise FormatError(f"{str(path)!r} after line {first_number - 1:,}: {error}") from error
    if numbers.shape != (len(lines), dim):
        raise FormatError(f"{str(path)!r} after line {first_number - 1:,}: lines without numbers.")
    return numbers


def write_word2vec_text(path: str | os.PathLike[str], vectors: WordVectors) -> None:
    """Write vectors in word2vec's text format.

    Raises
    ------
    FormatError
        If a word holds a space.
    OutputError
        If the file cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(b"%d %d\n" % (len(vectors), vectors.dim))
        write_lines(file, vectors)


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
