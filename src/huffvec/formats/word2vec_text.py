r"""word2vec's text format, which word2vec.c, gensim, fastText (``.vec``) and many others write.

::

    "<n_words> <dim>\n"
    n_words times:  word in UTF-8, dim decimal numbers, all separated by " ", [ " " ], "\n"

Tabs, or several spaces, between the fields are read too. Numbers are written with nine digits,
which give back every float32 exactly. Counts are not stored.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
from huffvec.formats.rows import ALL, Rows, Wanted, check_header_count
from huffvec.formats.text_lines import (
    FIRST_LINES,
    are_numbers,
    check_dim,
    one_spaced,
    read_lines,
    write_lines,
)
from huffvec.formats.word2vec_header import MAX_HEADER_BYTES, has_header, parse_header
from huffvec.vectors.word_vectors import WordVectors

# No number takes more characters; with a word of usual length, bounds what `is_…` has to read.
MAX_NUMBER_BYTES = 32
MAX_WORD_BYTES = 1 << 16
# Numbers that a line is looked at for, whatever dim its header announces.
MAX_DIM = 1 << 20


def is_word2vec_text(path: Path) -> bool:
    """Return whether the file starts with a header and a line of a word and numbers.

    Their number need not be the header's: it is text all the same.
    """
    with open_content(path, text=True) as content:
        header = content.file.readline(MAX_HEADER_BYTES)
        if not has_header(header):
            return False
        dim = min(int(header.split()[1]), MAX_DIM)
        line = content.file.readline(MAX_WORD_BYTES + dim * MAX_NUMBER_BYTES)
    line = one_spaced([line])[0].rstrip(b" \r\n")
    fields = line.rsplit(b" ", dim)
    return (len(fields) == dim + 1 and are_numbers(fields[1:])) or (
        b" " in line and are_numbers(line.split(b" ")[1:])
    )


def read_word2vec_text(path: PathLike, wanted: Wanted = ALL) -> WordVectors:
    """Return the vectors in a file of word2vec's text format, all or some.

    A word may hold spaces (some GloVe files have such words): the last dim fields are the numbers.
    Bytes of a word that are not UTF-8 become U+FFFD. Of words that are alike, the first is kept;
    rows without a word are left out.

    Raises
    ------
    FormatError
        If the file cannot be read, is truncated, a line is not a word and dim numbers, or there are
        more or fewer lines than the header says and all were asked for.
    """
    with open_content(path, text=True) as content:
        name, file = content.name, content.file
        header = file.readline(MAX_HEADER_BYTES)
        # dim times a space and a digit, a newline (which the last line may lack).
        size = content.size + 1 if content.size and not wanted.is_part else None
        n_words, dim, _ = parse_header(name, header, 1, 2, size)
        rows = Rows(name, dim, wanted, n_words if size else 0)
        starts = file.peek(1 << 16).split(b"\n")[:-1][:FIRST_LINES]
        check_dim(name, dim, one_spaced(starts))
        at_most = np.inf if wanted.is_part else n_words
        n_read = read_lines(name, file, rows, dim, first_number=2, at_most=at_most)
        ended = rows.room > 0
        if ended:
            n_read += sum(1 for line in file if line.strip())
    check_header_count(name, wanted, n_words, n_read, ended=ended)
    return rows.vectors()


def write_word2vec_text(path: PathLike, vectors: WordVectors) -> None:
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
