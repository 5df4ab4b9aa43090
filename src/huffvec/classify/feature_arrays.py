"""The arrays of features as files have them: checked, before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError

Arrays = Mapping[str, npt.NDArray[Any]]

_TYPES: dict[str, type[np.generic]] = {
    "words": np.uint8,
    "counts": np.int64,
    "buckets": np.int32,
    "idf": np.float32,
    "end_token": np.uint8,
}


def check_arrays(arrays: Arrays, *, weighted: bool) -> None:
    """Raise FormatError if an array is missing, or of another type."""
    needed = ("words", "counts", "idf") if weighted else ("words", "counts")
    for name, dtype in _TYPES.items():
        array = arrays.get(name)
        if array is None:
            if name in needed:
                raise FormatError(f"features: {name} is missing")
        elif array.ndim != 1 or array.dtype != dtype:
            raise FormatError(
                f"features: {name} should be {np.dtype(dtype)} with 1 dimension and is "
                f"{array.dtype} of shape {array.shape}"
            )


def rows_of_buckets(
    buckets: npt.NDArray[np.int32], n_buckets: int, n_words: int
) -> npt.NDArray[np.int32]:
    """Return the row of each bucket, -1 for none, from the buckets in the order of their rows.

    Raises
    ------
    FormatError
        If a bucket is out of its range, or is there twice.
    """
    if len(buckets) and not 0 <= buckets.min() <= buckets.max() < n_buckets:
        raise FormatError(
            f"features: expected buckets from 0 to {n_buckets - 1}, found {buckets.min()} to "
            f"{buckets.max()}"
        )
    rows = np.full(n_buckets, -1, np.int32)
    rows[buckets] = np.arange(n_words, n_words + len(buckets), dtype=np.int32)
    if np.count_nonzero(rows >= 0) != len(buckets):
        raise FormatError("features: a bucket is there twice")
    return rows


def check_weights(idf: npt.NDArray[np.float32], n_rows: int) -> None:
    """Raise FormatError unless there is a finite weight for each row."""
    if len(idf) != n_rows:
        raise FormatError(f"features: {n_rows} rows, but {len(idf)} weights")
    if not np.isfinite(idf).all():
        raise FormatError("features: a weight is not finite")


def end_token(arrays: Arrays) -> str:
    """Return the word at the end of documents, empty if there is none.

    Raises
    ------
    FormatError
        If it is not one word in UTF-8.
    """
    data = arrays["end_token"].tobytes() if "end_token" in arrays else b""
    try:
        token = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError(f"features: the end token is not UTF-8: {error}") from None
    if len(data.split()) > 1 or data.strip() != data:
        raise FormatError(f"features: the end token {token[:50]!r} is not one word")
    return token
