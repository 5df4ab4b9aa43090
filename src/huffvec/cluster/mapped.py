"""Arrays on their way to workers: parts of files are not sent, but mapped where they arrive."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.errors import CorpusError


class Mapped(NamedTuple):
    """An array that is a part of a file.

    Attributes
    ----------
    path, n_bytes
        The file and its size.
    offset
        The byte that the array begins at.
    dtype, shape
        What it is.
    """

    path: Path
    n_bytes: int
    offset: int
    dtype: str
    shape: tuple[int, ...]

    def open(self) -> npt.NDArray[Any]:
        """Return the array, mapped into memory.

        Raises
        ------
        CorpusError
            If this machine does not see the file, or it is another one.
        """
        if not self.path.is_file():
            raise CorpusError(
                f"{self.path}: the worker on {platform.node()} cannot see this file. Put it where "
                "all machines see it under the same name: in a shared folder, or a copy on each."
            )
        if self.path.stat().st_size != self.n_bytes:
            raise CorpusError(
                f"{self.path}: another file on {platform.node()} than where training began. Copy "
                "it there again."
            )
        return np.memmap(self.path, self.dtype, "r", self.offset, self.shape)


def travelling(value: Any) -> Any:
    """Return what is sent of a value: of an array in a named file, where it is.

    A file without a name is sent once to each machine, where all workers share it.
    """
    if not isinstance(value, np.ndarray):
        return value
    whole = value
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    name = getattr(whole, "filename", None)
    if name is None or not value.size or not value.flags.c_contiguous:
        return np.asarray(value)  # a memmap would be copied into every worker
    offset = whole.offset + value.ctypes.data - whole.ctypes.data  # type: ignore[attr-defined]
    path = Path(os.path.abspath(name))
    return Mapped(path, path.stat().st_size, offset, value.dtype.str, value.shape)


def opened(value: Any) -> Any:
    """Return the value that was sent.

    Raises
    ------
    CorpusError
        If it is in a file that this machine does not see.
    """
    return value.open() if isinstance(value, Mapped) else value
