"""Arrays and texts as they stand in a page: blocks of base64, each named by its number.

A block is compressed in zlib's format, which browsers unpack by themselves. In base64 no character
has a meaning in HTML, whatever the words are.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

Ref = dict[str, Any]

# What web/src/payload.ts makes arrays of.
DTYPES = ("int8", "int16", "uint16", "int32", "float32", "float64")


class Blocks:
    """The blocks of a page, in the order in which they were added."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, array: npt.NDArray[Any]) -> Ref:
        """Add an array of one of `DTYPES` and return how the header refers to it."""
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        return self._add(np.ascontiguousarray(little).tobytes(), array.dtype.name)

    def add_optional(self, array: npt.NDArray[Any] | None) -> Ref | None:
        """Add an array, if there is one."""
        return None if array is None else self.add(array)

    def add_json(self, value: Any) -> Ref:
        """Add a value as JSON, in ASCII: any text is kept, unpaired surrogates too."""
        return self._add(json.dumps(value, separators=(",", ":")).encode("ascii"), "json")

    def html(self) -> str:
        """Return the blocks as elements that browsers do not run."""
        return "\n".join(
            f'<script class="block" type="text/plain">{text}</script>' for text in self._texts
        )

    def _add(self, data: bytes, dtype: str) -> Ref:
        self._texts.append(base64.b64encode(zlib.compress(data, 6)).decode("ascii"))
        return {"block": len(self._texts) - 1, "dtype": dtype}
