r"""GloVe's text format: word2vec's without its first line.

::

    once for each word:  word in UTF-8, dim decimal numbers, all separated by " ", "\n"

Nothing tells dim, and a word may hold spaces (``. . .`` in glove.840B): dim is how many fields
after the first most of the lines at the start have. Numbers are written with nine digits, which
give back every float32 exactly. Counts are not stored.
"""

from __future__ import annotations

from pathlib import Path

from huffvec.errors import FormatError
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
from huffvec.formats.rows import ALL, Rows, Wanted
from huffvec.formats.text_lines import (
    MAX_LINE_BYTES,
    are_numbers,
    common_dim,
    first_lines,
    read_lines,
    write_lines,
)
from huffvec.formats.word2vec_header import has_header
from huffvec.vectors.word_vectors import WordVectors


def is_glove(path: Path) -> bool:
    """Return whether the first lines are words with equally many numbers.

    A first line of two whole numbers is a header: such files are word2vec's.
    """
    with open_content(path, text=True) as content:
        lines = first_lines(content.file)
    if not lines or has_header(lines[0]) or any(len(line) == MAX_LINE_BYTES for line in lines):
        return False
    dim = common_dim(lines)
    return dim > 0 and all(
        are_numbers(line.rstrip(b" \r\n").rsplit(b" ", dim)[1:]) for line in lines
    )


def read_glove(path: PathLike, wanted: Wanted = ALL) -> WordVectors:
    """Return the vectors in a file of GloVe's text format, all or some.

    Bytes of a word that are not UTF-8 become U+FFFD. Of words that are alike, the first is kept;
    rows without a word are left out.

    Raises
    ------
    FormatError
        If the file cannot be read, or a line is not a word and as many numbers as the first lines
        have.
    """
    with open_content(path, text=True) as content:
        first = first_lines(content.file)
    dim = common_dim(first) if first else 0
    if dim < 1:
        start = first[0][:40] if first else b""
        raise FormatError(
            f"{content.name} is not a file of GloVe: every line must be a word and numbers, "
            f"separated by spaces; it starts with {start!r}."
        )
    rows = Rows(content.name, dim, wanted)
    with open_content(path, text=True) as content:
        read_lines(content.name, content.file, rows, dim, first_number=1)
    return rows.vectors()


def write_glove(path: PathLike, vectors: WordVectors) -> None:
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
