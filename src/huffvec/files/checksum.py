"""CRC-32 of tables and files: finds bytes that changed by accident, at more than 1 GB a second.

The polynomial is that of zlib and gzip, so that any program can compute it. It is no protection
against changes on purpose.
"""

from __future__ import annotations

from pathlib import Path

from huffvec.files.paths import PathLike

try:
    from isal.isal_zlib import crc32  # three times as fast
except ImportError:
    from zlib import crc32

__all__ = ["crc32", "file_checksum", "hexadecimal"]

_BLOCK_BYTES = 1 << 22


def file_checksum(path: PathLike, start: int = 0, end: int | None = None) -> int:
    """Return the checksum of a file's bytes from start to end, read in blocks of a few MB."""
    value = 0
    left = Path(path).stat().st_size - start if end is None else end - start
    with open(path, "rb") as file:
        file.seek(start)
        while left > 0 and (block := file.read(min(left, _BLOCK_BYTES))):
            value = crc32(block, value)
            left -= len(block)
    return value


def hexadecimal(value: int) -> str:
    """Return a checksum as text, of eight digits always."""
    return f"{value:08x}"
