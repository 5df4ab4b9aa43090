"""FastText's ``.bin`` files read and written; `huffvec.formats.fasttext_layout` has the bytes."""

from __future__ import annotations

import mmap
import struct
from dataclasses import astuple
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.errors import FormatError
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.writing import atomic_path
from huffvec.formats.fasttext_layout import (
    ARGS,
    ENTRY,
    LABEL,
    MAGIC,
    NOT_PRUNED,
    SHAPE,
    SIZES,
    VERSION,
    VERSIONS,
    WORD,
    FastTextArgs,
    FastTextFile,
)


def is_fasttext_file(path: Path) -> bool:
    """Return whether the file starts as fastText's ``.bin`` files do."""
    with open_content(path) as content:
        return content.file.read(4) == MAGIC.to_bytes(4, "little")


def read_fasttext_file(path: PathLike) -> FastTextFile:
    """Return what a file holds, its matrices memory-mapped.

    Raises
    ------
    FormatError
        If the file cannot be read, is no ``.bin`` file of version 11 or 12, is quantized, or its
        parts do not fit one another or the size of the file.
    """
    with (
        check_readable(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return _Reader(path, data).read()


class _Reader:
    """Reads a file from its start to its end."""

    def __init__(self, path: PathLike, data: mmap.mmap) -> None:
        self._path = path
        self._data = data
        self._pos = 0

    def read(self) -> FastTextFile:
        version, args = self._read_args()
        start = self._pos
        n_entries, n_words, n_labels, n_tokens, n_pruned = self._unpack(SIZES)
        if min(n_words, n_labels) < 0 or n_entries != n_words + n_labels:
            self._check_not_floret(start)
            raise self._damaged(
                f"{n_entries:,} entries, but {n_words:,} words, {n_labels:,} labels"
            )
        if n_words == 0:
            raise FormatError(f"{str(self._path)!r} holds no words.")
        if n_pruned != NOT_PRUNED:
            raise self._quantized("its dictionary is pruned")
        words, counts = self._read_entries(n_words, n_labels)
        input_vectors = self._map_matrix("input", args.dim)
        if len(input_vectors) < n_words:
            raise self._damaged(f"{n_words:,} words, but {len(input_vectors):,} input rows")
        output_vectors = self._map_matrix("output", args.dim)
        if self._pos != len(self._data):
            raise self._damaged(f"{len(self._data) - self._pos:,} bytes follow its last matrix")
        matrices = input_vectors, output_vectors
        return FastTextFile(args, n_tokens, words, counts, n_labels, *matrices, version)

    def _check_not_floret(self, start: int) -> None:
        """Raise FormatError if the sizes fit where floret has them, two numbers later."""
        place = start + 2 * 4
        if place + SIZES.size > len(self._data):
            return
        n_entries, n_words, n_labels, *_ = SIZES.unpack_from(self._data, place)
        if n_words > 0 and n_labels >= 0 and n_entries == n_words + n_labels:
            raise FormatError(
                f"{str(self._path)!r} is a .bin file of floret, which is not read: open it with "
                "floret and write a .floret file (save_floret_vectors), which is."
            )

    def _read_args(self) -> tuple[int, FastTextArgs]:
        if self._data[:4] != MAGIC.to_bytes(4, "little"):
            raise FormatError(
                f"{str(self._path)!r} is not a .bin file of fastText: its first bytes are others."
            )
        _, version = self._unpack(struct.Struct("<2i"))
        if version not in VERSIONS:
            raise FormatError(
                f"{str(self._path)!r} is a fastText file of version {version}; versions "
                f"{' and '.join(map(str, VERSIONS))} are read. Load and save it with fastText 0.9, "
                f"which writes {VERSION}."
            )
        args = FastTextArgs(*self._unpack(ARGS))
        if args.dim < 1 or min(args.buckets, args.max_n) < 0:
            raise self._damaged(f"impossible options {args}")
        return version, args

    def _read_entries(self, n_words: int, n_labels: int) -> tuple[bytes, npt.NDArray[np.int64]]:
        n_entries = n_words + n_labels
        # A byte at least, its end, its count and its type.
        self._check_room(n_entries * (2 + ENTRY.size), f"{n_entries:,} words")
        words = bytearray()
        counts = np.empty(n_entries, np.int64)
        data, pos = self._data, self._pos
        for entry in range(n_entries):
            end = data.find(b"\0", pos)
            if end < 0 or end + 1 + ENTRY.size > len(data):
                raise self._truncated(f"it ends in word {entry + 1:,} of {n_entries:,}")
            words += data[pos:end]
            words.append(10)
            counts[entry], kind = ENTRY.unpack_from(data, end + 1)
            if kind != (WORD if entry < n_words else LABEL):
                raise self._damaged(f"entry {entry + 1:,} is of the kind {kind}")
            pos = end + 1 + ENTRY.size
        self._pos = pos
        if (counts < 0).any():
            raise self._damaged("a word has a negative count")
        return bytes(words), counts

    def _map_matrix(self, name: str, dim: int) -> npt.NDArray[np.float32]:
        quantized, n_rows, n_columns = self._unpack(SHAPE, f"before its {name} matrix")
        if quantized:
            raise self._quantized(f"its {name} matrix is quantized")
        if n_rows < 0 or n_columns != dim:
            raise self._damaged(
                f"its {name} matrix has {n_rows:,} rows of {n_columns:,} numbers, and dim is {dim}"
            )
        n_bytes = 4 * n_rows * n_columns
        self._check_room(n_bytes, f"the {n_rows:,} rows of its {name} matrix")
        start, self._pos = self._pos, self._pos + n_bytes
        if n_rows == 0:
            return np.empty((0, dim), np.float32)
        return np.memmap(self._path, np.dtype("<f4"), "r", start, (n_rows, dim))

    def _unpack(self, layout: struct.Struct, where: str = "in its header") -> tuple[Any, ...]:
        if self._pos + layout.size > len(self._data):
            raise self._truncated(f"it ends {where}")
        values = layout.unpack_from(self._data, self._pos)
        self._pos += layout.size
        return values

    def _check_room(self, n_bytes: int, what: str) -> None:
        left = len(self._data) - self._pos
        if n_bytes > left:
            raise self._truncated(f"{what} take {n_bytes:,} bytes or more, and {left:,} are left")

    def _truncated(self, what: str) -> FormatError:
        return FormatError(f"{str(self._path)!r} is truncated or damaged: {what}.")

    def _damaged(self, what: str) -> FormatError:
        return FormatError(f"{str(self._path)!r} is damaged: {what}.")

    def _quantized(self, what: str) -> FormatError:
        return FormatError(
            f"{str(self._path)!r} is a quantized model (.ftz) of fastText: {what}. Quantized ones "
            "are not read; take the .bin file that it was made from."
        )


def write_fasttext_file(path: PathLike, content: FastTextFile) -> None:
    """Write a file, atomically.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(struct.pack("<2i", MAGIC, content.version) + ARGS.pack(*astuple(content.args)))
        sizes = len(content.counts), content.n_words, content.n_labels
        file.write(SIZES.pack(*sizes, content.n_tokens, NOT_PRUNED))
        words = content.words.split(b"\n")[:-1]
        kinds = [WORD] * content.n_words + [LABEL] * content.n_labels
        for start in range(0, len(words), 10_000):
            part = slice(start, start + 10_000)
            rows = zip(words[part], content.counts[part].tolist(), kinds[part], strict=True)
            file.write(b"".join(word + b"\0" + ENTRY.pack(*rest) for word, *rest in rows))
        _write_matrix(file, content.input_vectors)
        _write_matrix(file, content.output_vectors)


def _write_matrix(file: IO[bytes], matrix: npt.NDArray[np.float32]) -> None:
    file.write(SHAPE.pack(False, *matrix.shape))
    for rows in row_blocks(matrix):
        file.write(np.ascontiguousarray(matrix[rows], "<f4").data)
