"""Zeroed tables to train: in memory, or in files of a folder for those that do not fit there.

A table in a file is mapped: the system keeps in memory what is used of it, and writes the rest to
the disk. The file has no name (where the system can), so that it is gone with the process, even if
that is killed.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Protocol

import numpy as np

from huffvec.engine import engine
from huffvec.errors import OptionName, OutputError, TooLargeError
from huffvec.memory import check_memory
from huffvec.progress.words import format_bytes

if TYPE_CHECKING:
    from huffvec.weights import FloatTable, Weights

_BLOCK = 1 << 22
MAX_ROWS = 2**31 - 1  # the engine's numbers of rows are int32


class TableConfig(Protocol):
    """The options that say how long rows are, and where they lie."""

    @property
    def stride(self) -> int:
        """Floats from one row to the next."""

    @property
    def offload_folder(self) -> str | os.PathLike[str] | None:
        """The folder for tables in files; None for memory."""


def zeroed_tables(
    n_rows: Mapping[str, int], config: TableConfig, what: str, *remedy: str
) -> Weights:
    """Return zeros for all that is trained, float32 (n_rows, stride) each.

    Parameters
    ----------
    n_rows
        How many rows each table has, by name.
    config
        How long they are, and where they lie.
    what, remedy
        What they are, and what makes them smaller, for messages (`huffvec.memory.check_memory`).

    Raises
    ------
    TooLargeError
        If they do not fit into memory, or one has more rows than the engine can number.
    OutputError
        If they do not fit into the folder.
    """
    if max(n_rows.values()) > MAX_ROWS:
        raise TooLargeError(
            f"{what} would have a table of {max(n_rows.values()):,} rows, and there can be "
            f"{MAX_ROWS:,}: ",
            *remedy,
        )
    if config.offload_folder is not None:
        return {
            name: file_table(n, config.stride, config.offload_folder) for name, n in n_rows.items()
        }
    elsewhere = ", or name a folder for them on a disk (", OptionName("offload_folder"), ")"
    check_memory(4.0 * config.stride * sum(n_rows.values()), what, *remedy, *elsewhere)
    return {name: engine().allocate_table(n, config.stride) for name, n in n_rows.items()}


def file_table(n_rows: int, stride: int, folder: str | os.PathLike[str]) -> FloatTable:
    """Return zeros that lie in a temporary file of a folder, float32 (n_rows, stride).

    Raises
    ------
    OutputError
        If there can be no such file, or the disk has no room for it.
    """
    n_bytes = max(1, 4 * n_rows * stride)  # what is empty cannot be mapped
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            _write_zeros(file, n_bytes)
            pages = mmap.mmap(file.fileno(), n_bytes)
    except OSError as error:
        raise OutputError(
            f"{folder!r} cannot hold a table of {format_bytes(n_bytes)}: {error.strerror}. Name "
            "another folder (",
            OptionName("offload_folder"),
            ").",
        ) from error
    table: FloatTable = np.ndarray((n_rows, stride), np.float32, pages)
    return table


@contextmanager
def read_at_random(tables: Weights) -> Iterator[None]:
    """Have the system read no more of the files of tables than is asked for, for a while.

    At other times tables are read from beginning to end, and what comes next is read ahead.
    """
    bases: list[object] = [rows.base for rows in tables.values()]
    files = [base for base in bases if isinstance(base, mmap.mmap)]
    for pages in files:
        pages.madvise(mmap.MADV_RANDOM)
    try:
        yield
    finally:
        for pages in files:
            pages.madvise(mmap.MADV_NORMAL)


def _write_zeros(file: IO[bytes], n_bytes: int) -> None:
    """Fill a file with zeros.

    Where a mapped file finds the disk full later, the process is killed (SIGBUS), and blocks that
    are first written at random lie in pieces.
    """
    if hasattr(os, "posix_fallocate"):  # finds a disk that is too small at once; not on macOS
        os.posix_fallocate(file.fileno(), 0, n_bytes)
    block = bytes(min(n_bytes, _BLOCK))
    for start in range(0, n_bytes, len(block)):
        file.write(block[: n_bytes - start])
    file.flush()
