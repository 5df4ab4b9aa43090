r"""A folder that TensorBoard's embedding projector shows.

::

    vectors.tsv            a line of dim decimal numbers, separated by tabs, for each word
    metadata.tsv           "word\tcount\n" ("tag", of documents), then a line of both for each
                       word (0: not known)
    projector_config.pbtxt names the two, for TensorBoard

``tensorboard --logdir FOLDER`` shows it, and https://projector.tensorflow.org takes the two tables.
As there, metadata of a single column has no header when it is read. Numbers are written with nine
digits, which give back every float32 exactly.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.files.reading import open_text
from huffvec.files.writing import atomic_folder
from huffvec.formats.rows import vectors_of_rows
from huffvec.formats.text_lines import parse_numbers
from huffvec.vectors.word_vectors import WordVectors

VECTORS, METADATA, CONFIG = "vectors.tsv", "metadata.tsv", "projector_config.pbtxt"
PROJECTOR_FILES = (VECTORS, METADATA, CONFIG)
WORD, COUNT = "word", "count"
READ_FLOATS = 1 << 20


def is_projector(folder: Path) -> bool:
    """Return whether a folder has the two tables."""
    return (folder / VECTORS).is_file() and (folder / METADATA).is_file()


def read_projector(path: PathLike) -> WordVectors:
    """Return the vectors in a folder, and the counts if it has them.

    Raises
    ------
    FormatError
        If a file cannot be read, has a line that is not what it should be, or they do not fit.
    """
    words, counts = _read_metadata(Path(path) / METADATA)
    vectors = _read_numbers(Path(path) / VECTORS)
    if len(vectors) != len(words):
        raise FormatError(
            f"{str(path)!r} is damaged: {len(words):,} words, but {len(vectors):,} vectors."
        )
    return vectors_of_rows(repr(str(Path(path) / METADATA)), words, counts, vectors)


def write_projector(path: PathLike, vectors: WordVectors) -> None:
    """Write a folder for TensorBoard's projector.

    Raises
    ------
    FormatError
        If a word holds a tab or a carriage return.
    OutputError
        If the folder cannot be written, or is there and has other files in it.
    """
    for word in vectors.words:
        if "\t" in word or "\r" in word:
            raise FormatError(
                f"the projector's tables cannot hold the word {word!r}: tabs and carriage returns "
                "end fields there. Save as huffvec or numpy instead."
            )
    line = b"\t".join([b"%.9g"] * vectors.dim) + b"\n"
    with atomic_folder(path, PROJECTOR_FILES) as folder:
        with (folder / METADATA).open("w", encoding="utf-8", newline="\n") as table:
            table.write(f"{vectors.row_name}\t{COUNT}\n")
            rows = zip(vectors.words, vectors.vocabulary.counts.tolist(), strict=True)
            table.writelines(f"{word}\t{count}\n" for word, count in rows)
        with (folder / VECTORS).open("wb") as file:
            for block in row_blocks(vectors.vectors):
                file.write(b"".join(line % tuple(row) for row in vectors.vectors[block].tolist()))
        (folder / CONFIG).write_text(
            "embeddings {\n"
            '  tensor_name: "words"\n'
            f'  tensor_path: "{VECTORS}"\n'
            f'  metadata_path: "{METADATA}"\n'
            "}\n"
        )


def _read_numbers(path: Path) -> npt.NDArray[np.float32]:
    """Return the numbers of a table, a row a line."""
    blocks: list[npt.NDArray[np.float32]] = []
    n_read = 0
    with open_text(path) as file:
        dim = file.readline().count(b"\t") + 1
    with open_text(path) as file:
        n_lines = max(1, READ_FLOATS // dim)
        while lines := [line.decode("latin-1") for line in islice(file, n_lines)]:
            if not all(map(str.strip, lines)):
                raise FormatError(f"{str(path)!r} is damaged: it has blank lines.")
            blocks.append(parse_numbers(repr(str(path)), lines, n_read + 1, dim, "\t"))
            n_read += len(lines)
    return np.concatenate(blocks)


def _read_metadata(path: Path) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Return the words, and the counts if there is a column of them."""
    try:
        with open_text(path) as file:
            lines = file.read().decode().removesuffix("\n").split("\n")
        rows = [line.removesuffix("\r").split("\t") for line in lines]
        names, rows = (rows[0], rows[1:]) if len(rows[0]) > 1 else ([WORD], rows)
        for number, row in enumerate(rows, 2):
            if len(row) != len(names):
                raise FormatError(f"line {number:,} has {len(row)} fields, not {len(names)}")
        word = names.index(WORD) if WORD in names else 0
        counts = [0] * len(rows)
        if COUNT in names:
            counts = [int(row[names.index(COUNT)]) for row in rows]
        return [row[word] for row in rows], np.array(counts, np.int64)
    except (ValueError, OverflowError) as error:  # not UTF-8, no number, a FormatError
        raise FormatError(f"{str(path)!r}: {error}.") from error
