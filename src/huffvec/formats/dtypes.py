"""Vectors in fewer bits than float32: how they are rounded, and read back.

``float16`` rounds each number to the nearest one of IEEE's half precision: a relative error of at
most 2⁻¹¹ from 6.2e-5 on, an absolute one of at most 2⁻²⁵ below. ``int8`` divides each row by a
scale of its own, the largest absolute value in it / 127, and rounds to whole numbers: an error of
at most half the scale. The scales are float32 (n_rows,) and stored beside the numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.errors import FormatError

DTYPES = ("float32", "float16", "int8")
INT8_MAX = 127


def to_float16(table: npt.NDArray[np.float32]) -> npt.NDArray[np.float16]:
    """Return a table (n_rows, dim) in half precision.

    Raises
    ------
    FormatError
        If a finite number is too large.
    """
    with np.errstate(over="ignore"):
        rounded = table.astype(np.float16)
    for rows in row_blocks(table):
        if not np.array_equal(np.isinf(rounded[rows]), np.isinf(table[rows])):
            raise FormatError(
                f"float16 holds numbers up to {np.finfo(np.float16).max:,.0f}; one is "
                f"{np.abs(table[rows][np.isfinite(table[rows])]).max():,.0f}. Save as float32."
            )
    return rounded


def to_int8(
    table: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Return a table (n_rows, dim) as whole numbers from -127 to 127, and the scales of its rows.

    Raises
    ------
    FormatError
        If a number is not finite.
    """
    whole = np.empty(table.shape, np.int8)
    scales = np.empty(len(table), np.float32)
    for rows in row_blocks(table):
        block = table[rows].astype(np.float64)
        if not np.isfinite(block).all():
            raise FormatError("int8 holds finite numbers only; some are not. Save as float32.")
        scales[rows] = np.abs(block).max(axis=1) / INT8_MAX
        divisors = np.where(scales[rows] > 0, scales[rows].astype(np.float64), 1)
        scaled = np.rint(block / divisors[:, np.newaxis])
        whole[rows] = np.clip(scaled, -INT8_MAX, INT8_MAX)  # of scales that underflow
    return whole, scales


def to_float32(
    table: npt.NDArray[Any], scales: npt.NDArray[Any] | None = None
) -> npt.NDArray[np.float32]:
    """Return a table (n_rows, dim) as float32, times the scales of its rows; float32 as it is."""
    numbers: npt.NDArray[np.float32] = table.astype(np.float32, copy=False)
    return numbers if scales is None else numbers * to_float32(scales)[:, np.newaxis]


def narrowed(
    table: npt.NDArray[np.float32], dtype: str
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float32] | None]:
    """Return a table as one of `DTYPES`, and the scales of its rows if it has any.

    Raises
    ------
    FormatError
        If the dtype cannot hold a number.
    """
    if dtype == "int8":
        return to_int8(table)
    return (to_float16(table) if dtype == "float16" else table), None


def of_bfloat16(bits: npt.NDArray[np.uint16]) -> npt.NDArray[np.float32]:
    """Return bfloat16 numbers, which are the upper halves of float32 ones, as float32."""
    numbers: npt.NDArray[np.float32] = (bits.astype(np.uint32) << 16).view(np.float32)
    return numbers
