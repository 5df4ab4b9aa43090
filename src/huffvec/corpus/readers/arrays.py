"""Ids in arrays: sentences of whole numbers, whose digits are the words."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.corpus.readers.pieces import IdsPiece, Piece, split_sentences
from huffvec.errors import CorpusError

LARGEST_ID = 2**63 - 1


def array_pieces(values: npt.NDArray[Any], offsets: npt.ArrayLike | None) -> Iterator[Piece]:
    """Yield the pieces of ids in an array.

    Parameters
    ----------
    values
        Whole numbers: one sequence (n,), or a sequence a row (n_sequences, length).
    offsets
        Where each sequence begins in values and the last ends, (n_sequences + 1,), from 0 on; one
        sequence if left out.

    Raises
    ------
    CorpusError
        If the arrays are not of that kind or do not fit.
    """
    if values.dtype.kind not in "iu" or values.ndim not in (1, 2):
        raise CorpusError(
            "the array: expected whole numbers of one or two axes, got shape "
            f"{values.shape} of {values.dtype}"
        )
    if values.ndim == 2:
        starts = np.arange(len(values) + 1, dtype=np.int64) * values.shape[1]
    else:
        starts = np.asarray([0, values.size] if offsets is None else offsets)
    fits = starts.ndim == 1 and starts.dtype.kind in "iu" and starts.size > 0
    if not fits or starts[0] != 0 or starts[-1] != values.size or np.any(np.diff(starts) < 0):
        raise CorpusError(
            f"offsets: expected whole numbers rising from 0 to {values.size}, the number of ids, "
            f"got {starts.tolist()[:10]}"
        )
    return ids_pieces(values.reshape(-1), starts.astype(np.int64))


def ids_pieces(
    values: npt.NDArray[Any], sentence_offsets: npt.NDArray[np.int64]
) -> Iterator[Piece]:
    """Yield the pieces of ids (n,) with sentences as offsets say."""
    for first, last in split_sentences(sentence_offsets):
        offsets = sentence_offsets[first : last + 1]
        part = as_int64(values[offsets[0] : offsets[-1]])
        yield IdsPiece(np.ascontiguousarray(part), offsets - offsets[0])


def as_int64(ids: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return ids in the engine's type, or raise CorpusError if one is too large for it."""
    if ids.dtype == np.uint64 and ids.size and ids.max() > LARGEST_ID:
        raise CorpusError(too_large(ids.max()))
    return ids.astype(np.int64, copy=False)


def too_large(number: int | np.integer[Any]) -> str:
    """Return what is wrong with an id that has too many digits."""
    return (
        f"the id {reprlib.repr(int(number))} does not fit into 64 bits: expected ids from -2^63 to "
        "2^63 - 1. Give them as text."
    )
