"""Compressed files: how they are recognised, by their content, and unpacked on the way."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from huffvec.errors import HuffvecError, MissingExtraError


def _gzip() -> Any:
    try:
        from isal import isal_zlib  # twice as fast
    except ImportError:
        return zlib.decompressobj(31)
    return isal_zlib.decompressobj(31)


def _zstd() -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtraError(
            "reading .zst needs the package zstandard: pip install 'huffvec[zstd]'"
        ) from error
    return zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj()


class Compression(NamedTuple):
    """A way of compressing files.

    Attributes
    ----------
    magic
        What such a file begins with.
    suffix
        What its name ends with.
    decompressor
        Makes an object with ``decompress``, ``eof`` and ``unused_data`` for one stream of it.
    """

    magic: bytes
    suffix: str
    decompressor: Callable[[], Any]


COMPRESSIONS = {
    "gzip": Compression(b"\x1f\x8b", ".gz", _gzip),
    "bzip2": Compression(b"BZh", ".bz2", bz2.BZ2Decompressor),
    "xz": Compression(b"\xfd7zXZ\x00", ".xz", lzma.LZMADecompressor),
    "zstd": Compression(b"\x28\xb5\x2f\xfd", ".zst", _zstd),
}


def compression_of(head: bytes) -> str | None:
    """Return the name of the compression of a file that begins with these bytes, if any."""
    for kind, compression in COMPRESSIONS.items():
        if head.startswith(compression.magic):
            return kind
    return None


def decompressed(
    chunks: Iterable[bytes], kind: str, problem: Callable[[str], HuffvecError]
) -> Iterator[bytes]:
    """Yield the content of one compressed stream after the other, as such files may have several.

    Parameters
    ----------
    chunks
        The bytes of the file.
    kind
        One of `COMPRESSIONS`.
    problem
        Makes the error to raise from what is wrong with the data.

    Raises
    ------
    MissingExtraError
        If a package is missing.
    """
    decompressor = None
    n_read = 0
    for chunk in chunks:
        data = chunk
        n_read += len(chunk)
        while data:
            if decompressor is None:
                data = data.lstrip(b"\0")  # tapes and disks fill up the last block
                if not data:
                    break
                decompressor = COMPRESSIONS[kind].decompressor()
            try:
                text = decompressor.decompress(data)
            except Exception as error:  # every library has its own
                raise problem(f"damaged {kind} data before byte {n_read}: {error}") from error
            if text:
                yield text
            data = b""
            if decompressor.eof:
                data, decompressor = decompressor.unused_data, None
    if decompressor is not None:
        raise problem(
            f"the {kind} data ends too early, after {n_read} bytes. The file is not complete."
        )
