"""FastText's files written; `huffvec.formats.fasttext_layout` has the bytes."""

from __future__ import annotations

import struct
from dataclasses import astuple
from typing import IO

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.files.paths import PathLike
from huffvec.files.writing import atomic_path
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
    WORD,
    FastTextFile,
)
from huffvec.product_codes import ProductCodes


def write_fasttext_file(path: PathLike, content: FastTextFile) -> None:
    """Write a file, atomically.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        file.write(struct.pack("<2i", MAGIC, content.version) + ARGS.pack(*astuple(content.args)))
        n_pruned = NOT_PRUNED if content.pruned is None else len(content.pruned)
        sizes = len(content.counts), content.n_words, content.n_labels
        file.write(SIZES.pack(*sizes, content.n_tokens, n_pruned))
        words = content.words.split(b"\n")[:-1]
        kinds = [WORD] * content.n_words + [LABEL] * content.n_labels
        for start in range(0, len(words), 10_000):
            part = slice(start, start + 10_000)
            rows = zip(words[part], content.counts[part].tolist(), kinds[part], strict=True)
            file.write(b"".join(word + b"\0" + ENTRY.pack(*rest) for word, *rest in rows))
        if content.pruned is not None:
            pairs = np.stack([content.pruned, np.arange(n_pruned)], axis=1)
            file.write(np.ascontiguousarray(pairs, "<i4").data)
        _write_matrix(file, content.input_vectors, content.input_codes)
        _write_matrix(file, content.output_vectors, content.output_codes)


def _write_matrix(
    file: IO[bytes], matrix: npt.NDArray[np.float32], codes: ProductCodes | None
) -> None:
    file.write(IS_QUANTIZED.pack(codes is not None))
    if codes is not None:
        _write_codes(file, codes)
        return
    file.write(SHAPE.pack(*matrix.shape))
    for rows in row_blocks(matrix):
        file.write(np.ascontiguousarray(matrix[rows], "<f4").data)


def _write_codes(file: IO[bytes], codes: ProductCodes) -> None:
    file.write(CODES.pack(codes.norm_codes is not None, *codes.shape, codes.codes.size))
    file.write(np.ascontiguousarray(codes.codes).data)
    _write_centroids(file, codes.centroids, codes.sub_dim)
    if codes.norm_codes is not None and codes.norms is not None:
        file.write(np.ascontiguousarray(codes.norm_codes).data)
        _write_centroids(file, codes.norms[:, None], 1)


def _write_centroids(file: IO[bytes], centroids: npt.NDArray[np.float32], sub_dim: int) -> None:
    dim = centroids.shape[1]
    starts = range(0, dim, sub_dim)
    file.write(QUANTIZER.pack(dim, len(starts), sub_dim, dim - starts[-1]))
    for start in starts:
        part = centroids[:, start : start + sub_dim]
        file.write(np.ascontiguousarray(part, "<f4").data)
