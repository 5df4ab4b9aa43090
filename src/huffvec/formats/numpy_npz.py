r"""NumPy's ``.npz``: a zip file of arrays, which ``numpy.load`` opens.

Arrays: ``words`` uint8, the words in UTF-8 joined by "\n" (an array of strings would take the
longest word's length for every word); ``vectors`` float32, float16 or int8 (n_words, dim), the
last with ``scales`` float32 (n_words,), by which its rows are multiplied; ``counts`` int64
(n_words,), all 0 if not known; files without counts are read too. Nothing is compressed::

    data = numpy.load("wiki.npz")
    words, vectors = bytes(data["words"]).decode().split("\n"), data["vectors"]
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.writing import atomic_path
from huffvec.formats.dtypes import DTYPES, narrowed, to_float32
from huffvec.vectors.word_vectors import WordVectors

VECTOR_DTYPES = tuple(np.dtype(name) for name in DTYPES)


def is_npz(path: Path) -> bool:
    """Return whether the file starts as a zip file does."""
    with open_content(path) as content:
        return content.file.read(4) == b"PK\x03\x04"


def read_npz(path: PathLike) -> WordVectors:
    """Return the vectors, and the counts if it has them, in an ``.npz`` file.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or compressed, or lacks the arrays.
    """
    found = check_readable(path)
    try:
        with zipfile.ZipFile(found) as archive:
            vectors = _read_array(archive, "vectors", VECTOR_DTYPES, 2, found)
            if vectors.dtype == np.int8:
                scales = _read_array(archive, "scales", (np.dtype(np.float32),), 1, found)
                if len(scales) != len(vectors):
                    raise FormatError(
                        f"{str(path)!r} is damaged: {len(scales):,} scales for "
                        f"{len(vectors):,} vectors."
                    )
                vectors = to_float32(vectors, scales)
            words = _read_array(archive, "words", (np.dtype(np.uint8),), 1, found)
            counts = np.zeros(len(vectors), np.int64)
            if "counts.npy" in archive.namelist():
                counts = _read_array(archive, "counts", (np.dtype(np.int64),), 1, found)
        return WordVectors(Vocabulary.from_bytes(words, counts, source=path), vectors)
    except FormatError:
        raise
    except Exception as error:  # zipfile and the parser of array headers raise many kinds
        raise FormatError(f"{str(path)!r} is not a readable .npz file: {error}") from error


def write_npz(path: PathLike, vectors: WordVectors, dtype: str = "float32") -> None:
    """Write words, vectors (as one of `huffvec.formats.dtypes.DTYPES`) and counts.

    Raises
    ------
    FormatError
        If the dtype cannot hold a number.
    OutputError
        If the file cannot be written.
    """
    vocabulary = vectors.vocabulary
    numbers, scales = narrowed(vectors.vectors, dtype)
    arrays = {
        "words": vocabulary.word_bytes(),
        "vectors": numbers,
        "counts": vocabulary.counts,
    }
    if scales is not None:
        arrays["scales"] = scales
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # one of its arguments is a bool


def _read_array(
    archive: zipfile.ZipFile, name: str, dtypes: tuple[np.dtype[Any], ...], ndim: int, path: Path
) -> npt.NDArray[Any]:
    """Return one array of the archive, of one of the dtypes, after its size is checked."""
    entry = archive.getinfo(f"{name}.npy")
    if entry.compress_type != zipfile.ZIP_STORED:
        raise FormatError(f"{str(path)!r} is compressed; save it with numpy.savez instead.")
    with archive.open(entry) as file:
        shape, fortran_order, dtype = _read_npy_header(file)
        if dtype not in dtypes or len(shape) != ndim:
            raise FormatError(
                f"{str(path)!r}: {name} should be {', '.join(map(str, dtypes))} with {ndim} "
                f"dimensions; it is {dtype} of shape {shape}."
            )
        n_bytes = dtype.itemsize
        for length in shape:
            n_bytes *= length
        if min(shape) < 1 or n_bytes > path.stat().st_size:
            raise FormatError(
                f"{str(path)!r} is truncated or damaged: {name} of shape {shape} does not fit."
            )
        data = file.read(n_bytes + 1)
    if len(data) != n_bytes:
        raise FormatError(f"{str(path)!r} is damaged: {name} has {len(data)} bytes, not {n_bytes}.")
    order: Literal["C", "F"] = "F" if fortran_order else "C"
    array: npt.NDArray[Any] = np.frombuffer(data, dtype).reshape(shape, order=order)
    return array


def _read_npy_header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Return shape, Fortran order and dtype from the start of an ``.npy`` file."""
    version = npy.read_magic(file)
    if version == (1, 0):
        return npy.read_array_header_1_0(file)
    if version == (2, 0):
        return npy.read_array_header_2_0(file)
    raise FormatError(f"arrays of .npy version {version} are not read.")
