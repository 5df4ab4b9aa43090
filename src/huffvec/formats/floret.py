r"""floret's tables, which spaCy reads: vectors of all words in a few ten thousand rows.

::

    "<n_rows> <dim> <min_n> <max_n> <hashes> 2166136261 < >\n"
    n_rows times:  the row's number, dim decimal numbers, all separated by " ", [ " " ], "\n"

The header's last fields are the seed of the hash and the marks around words. The table has no
words: it gives a vector for any (:mod:`huffvec.subwords`, ``hash_words``). Numbers are written with
nine digits, which give back every float32 exactly; floret writes five. In spaCy::

    python -m spacy init vectors en wiki.floret folder --mode floret
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows, row_blocks
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
from huffvec.formats.text_lines import one_spaced, parse_numbers, split_lines
from huffvec.subwords import Subwords
from huffvec.vectors.subword_vectors import SubwordVectors
from huffvec.vectors.word_vectors import WordVectors

HASH_SEED = 2166136261
MARKS = b"<", b">"
# Six numbers of up to 20 digits, marks and spaces.
MAX_HEADER_BYTES = 160


def is_floret(path: Path) -> bool:
    """Return whether the file starts with a header like floret's."""
    with open_content(path, text=True) as content:
        fields = content.file.readline(MAX_HEADER_BYTES).split()
    return len(fields) == 8 and all(field.isdigit() for field in fields[:6])


def read_floret(path: PathLike) -> SubwordVectors:
    """Return the vectors of a table, which has no words: all are looked up by their n-grams.

    Raises
    ------
    FormatError
        If the file cannot be read, is truncated, a line is not a row's number and dim numbers, or
        hashes or marks are not floret's.
    """
    with open_content(path, text=True) as content:
        name = content.name
        subwords, dim = _parse_header(name, content.file.readline(MAX_HEADER_BYTES), content.size)
        parts: list[npt.NDArray[np.float32]] = []
        n_read = 0
        while n_read < subwords.n_buckets:
            n_lines = min(block_rows(dim), subwords.n_buckets - n_read)
            lines = one_spaced(list(islice(content.file, n_lines)))
            numbers, rests = split_lines(name, lines, n_read + 2, dim)
            expected = [str(number) for number in range(n_read, n_read + len(lines))]
            if numbers != expected:
                raise FormatError(
                    f"{name} is damaged: rows should be numbered from 0 on, one a line."
                )
            parts.append(parse_numbers(name, rests, n_read + 2, dim))
            n_read += len(lines)
            if len(lines) < n_lines:
                raise FormatError(
                    f"{name} is truncated: it ends after {n_read:,} of {subwords.n_buckets:,} rows."
                )
        if content.file.read().strip():
            raise FormatError(f"{name} is damaged: lines follow its {n_read:,} rows.")
    table = np.concatenate(parts)
    return SubwordVectors(Vocabulary([], []), table, subwords)


def write_floret(path: PathLike, vectors: WordVectors) -> None:
    """Write the table of vectors whose words are hashed; the words themselves are not kept.

    Raises
    ------
    FormatError
        If words are not hashed: they have rows of their own then, or no n-grams.
    OutputError
        If the file cannot be written.
    """
    if not isinstance(vectors, SubwordVectors) or not vectors.subwords.hash_words:
        raise FormatError(
            "floret's tables hold hashed words only, and these are not; train with subwords and ",
            OptionName("hash_words", True),
            ", or save as huffvec or fasttext",
        )
    subwords, table = vectors.subwords, vectors.input_vectors
    line = b"%d " + b" ".join([b"%.9g"] * vectors.dim) + b"\n"
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        sizes = len(table), vectors.dim, subwords.min_n, subwords.max_n, subwords.hashes, HASH_SEED
        file.write(b"%d %d %d %d %d %d %b %b\n" % (*sizes, *MARKS))
        for rows in row_blocks(table):
            numbered = enumerate(table[rows].tolist(), rows.start)
            file.write(b"".join(line % (number, *row) for number, row in numbered))


def _parse_header(name: str, header: bytes, size: int | None) -> tuple[Subwords, int]:
    """Return what the first line says, once it is sure that the file has room for it."""
    fields = header.split()
    if len(fields) != 8 or not all(field.isdigit() and len(field) < 19 for field in fields[:6]):
        raise FormatError(
            f"{name} is not a table of floret: its first line should be rows, dim, shortest "
            f"and longest n-gram, hashes, seed and two marks; it starts with {header[:40]!r}."
        )
    n_rows, dim, min_n, max_n, hashes, seed = map(int, fields[:6])
    if seed != HASH_SEED or tuple(fields[6:]) != MARKS:
        raise FormatError(
            f"{name} is not supported: it must have the seed {HASH_SEED} and the marks < and >, "
            f"not {seed} and {fields[6]!r}, {fields[7]!r}."
        )
    # A row's number, dim times a space and a digit, a newline (which the last line may lack).
    needed = n_rows * (2 + 2 * dim)
    if dim == 0 or (size is not None and len(header) + needed > size + 1):
        raise FormatError(
            f"{name} is truncated or damaged: {n_rows:,} rows of dim {dim:,} take "
            f"{needed:,} bytes or more, and the file has {size or 0:,}."
        )
    try:
        return Subwords(min_n, max_n, n_rows, hashes, hash_words=True), dim
    except ConfigError as error:
        raise FormatError(f"{name} has options that are not supported: {error}") from error
