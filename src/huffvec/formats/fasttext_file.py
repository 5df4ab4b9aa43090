"""FastText's files read and written; `huffvec.formats.fasttext_layout` has the bytes."""

from __future__ import annotations

import math
import mmap
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.formats.fasttext_layout import (
    ARGS,
    CODES,
    ENTRY,
    IS_QUANTIZED,
    LABEL,
    MAGIC,
    NOT_PRUNED,
    QUANTIZER,
    SHAPE,
    SIZES,
    VERSION,
    VERSIONS,
    WORD,
    FastTextArgs,
    FastTextFile,
)
from huffvec.product_codes import N_CENTROIDS, ProductCodes


def is_fasttext_file(path: Path) -> bool:
    """Return whether the file starts as fastText's ``.bin`` files do."""
    with open_content(path) as content:
        return content.file.read(4) == MAGIC.to_bytes(4, "little")


def read_fasttext_file(path: PathLike, *, quantized: bool = False) -> FastTextFile:
    """Return what a file holds, its matrices memory-mapped.

    Parameters
    ----------
    path
        The file.
    quantized
        Whether it may be quantized (``.ftz``).

    Raises
    ------
    FormatError
        If the file cannot be read, is no file of fastText's version 11 or 12, is quantized and must
        not be, or its parts do not fit one another or the size of the file.
    """
    with (
        check_readable(path).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        return _Reader(path, data, quantized).read()


class _Reader:
    """Reads a file from its start to its end."""

    def __init__(self, path: PathLike, data: mmap.mmap, may_be_quantized: bool) -> None:
        self._path = path
        self._data = data
        self._may_be_quantized = may_be_quantized
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
        if n_pruned != NOT_PRUNED and not self._may_be_quantized:
            raise self._quantized("its dictionary is pruned")
        words, counts = self._read_entries(n_words, n_labels)
        pruned = None if n_pruned == NOT_PRUNED else self._read_pruned(n_pruned, args.buckets)
        input_vectors, input_codes = self._map_matrix("input", args.dim)
        n_rows = len(input_vectors if input_codes is None else input_codes)
        if n_rows < n_words:
            raise self._damaged(f"{n_words:,} words, but {n_rows:,} input rows")
        if pruned is not None and (input_codes is None or n_rows != n_words + n_pruned):
            raise self._damaged(
                f"{n_words:,} words and {n_pruned:,} n-grams are left, but it has {n_rows:,} "
                f"{'quantized ' if input_codes else ''}input rows"
            )
        output_vectors, output_codes = self._map_matrix("output", args.dim)
        if self._pos != len(self._data):
            raise self._damaged(f"{len(self._data) - self._pos:,} bytes follow its last matrix")
        return FastTextFile(
            args,
            n_tokens,
            words,
            counts,
            n_labels,
            input_vectors,
            output_vectors,
            version,
            pruned,
            input_codes,
            output_codes,
        )

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

    def _read_pruned(self, n_pruned: int, n_buckets: int) -> npt.NDArray[np.int32]:
        """Return the buckets that have rows, in the order of these."""
        if n_pruned < 0:
            raise self._damaged(f"its pruning index has {n_pruned:,} entries")
        pairs = np.asarray(self._map("<i4", (n_pruned, 2), "its pruning index"))
        buckets = np.empty(n_pruned, np.int32)
        if not np.array_equal(np.sort(pairs[:, 1]), np.arange(n_pruned)):
            raise self._damaged("its pruning index does not number rows from 0 on")
        buckets[pairs[:, 1]] = pairs[:, 0]
        if n_pruned and (buckets.min() < 0 or buckets.max() >= n_buckets):
            raise self._damaged(f"its pruning index has buckets beyond its {n_buckets:,}")
        return buckets

    def _map_matrix(
        self, name: str, dim: int
    ) -> tuple[npt.NDArray[np.float32], ProductCodes | None]:
        """Return a matrix, or one without rows and the codes in its place."""
        where = f"before its {name} matrix"
        (quantized,) = self._unpack(IS_QUANTIZED, where)
        if quantized:
            if not self._may_be_quantized:
                raise self._quantized(f"its {name} matrix is quantized")
            return np.empty((0, dim), np.float32), self._map_codes(name, dim)
        shape = self._unpack(SHAPE, where)
        self._check_shape(name, shape, dim)
        return self._map("<f4", shape, f"the {shape[0]:,} rows of its {name} matrix"), None

    def _map_codes(self, name: str, dim: int) -> ProductCodes:
        has_norms, n_rows, n_columns, n_codes = self._unpack(CODES, f"before its {name} codes")
        self._check_shape(name, (n_rows, n_columns), dim)
        what = f"the codes of its {name} matrix"
        codes = self._map("u1", (max(0, n_codes),), what)
        centroids, sub_dim = self._map_centroids(name, dim)
        n_parts = -(-dim // sub_dim)
        if n_codes != n_rows * n_parts:
            raise self._damaged(f"its {n_rows:,} {name} rows have {n_codes:,} codes")
        codes = codes.reshape(n_rows, n_parts)
        if not has_norms:
            return ProductCodes(codes, centroids, sub_dim)
        norm_codes = self._map("u1", (n_rows,), what)
        norms, _ = self._map_centroids(name, 1)
        return ProductCodes(codes, centroids, sub_dim, norm_codes, norms[:, 0])

    def _map_centroids(self, name: str, dim: int) -> tuple[npt.NDArray[np.float32], int]:
        """Return the centroids of rows or norms, side by side, and how many numbers a part has."""
        found = self._unpack(QUANTIZER, f"in its {name} matrix")
        sub_dim = found[2]
        if sub_dim < 1 or found != (dim, -(-dim // sub_dim), sub_dim, (dim - 1) % sub_dim + 1):
            raise self._damaged(f"its {name} matrix has an impossible quantizer {found}")
        numbers = self._map("<f4", (N_CENTROIDS * dim,), f"the centroids of its {name} matrix")
        step = N_CENTROIDS * sub_dim
        parts = [numbers[start : start + step] for start in range(0, len(numbers), step)]
        return np.hstack([part.reshape(N_CENTROIDS, -1) for part in parts]), sub_dim

    def _check_shape(self, name: str, shape: tuple[int, ...], dim: int) -> None:
        if shape[0] < 0 or shape[1] != dim:
            raise self._damaged(
                f"its {name} matrix has {shape[0]:,} rows of {shape[1]:,} numbers, and dim is {dim}"
            )

    def _map(self, dtype: str, shape: tuple[int, ...], what: str) -> npt.NDArray[Any]:
        n_bytes = np.dtype(dtype).itemsize * math.prod(shape)
        self._check_room(n_bytes, what)
        start, self._pos = self._pos, self._pos + n_bytes
        if n_bytes == 0:
            return np.empty(shape, dtype)
        return np.memmap(self._path, np.dtype(dtype), "r", start, shape)

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
            f"{str(self._path)!r} is a quantized model (.ftz) of fastText: {what}. It is opened "
            "by huffvec.classify.load; for its vectors, take the .bin file that it was made from."
        )
