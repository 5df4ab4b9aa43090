"""Rows as whole numbers with a factor each: what a page keeps of vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huffvec.exploring.blocks import Blocks, Ref


@dataclass(frozen=True, eq=False)
class QuantizedRows:
    """A table whose row i is about ``values[i] * scales[i]``.

    Attributes
    ----------
    values
        int8 or int16 (n_rows, dim), from -levels to levels.
    scales
        float32 (n_rows,).
    levels
        The largest number of a row that is not zeros.
    """

    values: npt.NDArray[np.int8] | npt.NDArray[np.int16]
    scales: npt.NDArray[np.float32]
    levels: int

    @classmethod
    def of(cls, rows: npt.NDArray[np.float32], levels: int) -> QuantizedRows:
        """Return rows, float32 (n_rows, dim), rounded; what is not finite becomes zeros."""
        finite = np.where(np.isfinite(rows).all(axis=1, keepdims=True), rows, np.float32(0))
        scales = np.abs(finite).max(axis=1, initial=0).astype(np.float32) / np.float32(levels)
        steps = np.where(scales > 0, scales, np.float32(1))
        values = np.clip(np.rint(finite / steps[:, None]), -levels, levels)
        return cls(values.astype(np.int8 if levels < 128 else np.int16), scales, levels)

    def rows(self) -> npt.NDArray[np.float32]:
        """Return the rows as numbers, float32 (n_rows, dim)."""
        rows: npt.NDArray[np.float32] = self.values * self.scales[:, None]
        return rows

    def put(self, blocks: Blocks) -> Ref:
        """Add the table to the blocks of a page and return how the header refers to it."""
        return {
            "values": blocks.add(self.values),
            "scales": blocks.add(self.scales),
            "levels": self.levels,
        }
