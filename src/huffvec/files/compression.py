"""Compressed files: how they are recognised, by their content, and unpacked on the way."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from huffvec.errors import HuffvecError
from huffvec.extras import require

MAX_OUTPUT = 1 << 22  # bytes that one step may unpack to: a few bytes can become gigabytes
_ZSTD_STEP = 1 << 11  # bytes that become 64 MB at most, as 4 bytes stand for 128 kB at most


class _Bounded:
    """A decompressor of zlib's kind with the interface of those of bz2 and lzma."""

    def __init__(self, decompressor: Any) -> None:
        self._decompressor = decompressor
        self.needs_input = True

    def decompress(self, data: bytes, max_length: int) -> bytes:
        text: bytes = self._decompressor.decompress(
            self._decompressor.unconsumed_tail + data, max_length
        )
        self.needs_input = len(text) < max_length and not self._decompressor.unconsumed_tail
        return text

    @property
    def eof(self) -> bool:
        return bool(self._decompressor.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._decompressor.unused_data)


class _InSteps:
    """The same for zstandard's, which has no bound for what it unpacks but what it is given."""

    def __init__(self, decompressor: Any) -> None:
        self._decompressor = decompressor
        self._rest = memoryview(b"")

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if data:
            self._rest = memoryview(data)  # asked for only when nothing is left
        step, self._rest = self._rest[:_ZSTD_STEP], self._rest[_ZSTD_STEP:]
        return bytes(self._decompressor.decompress(step))

    @property
    def needs_input(self) -> bool:
        return not self._rest

    @property
    def eof(self) -> bool:
        return bool(self._decompressor.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._decompressor.unused_data) + self._rest.tobytes()


def _gzip() -> Any:
    try:
        from isal import isal_zlib  # twice as fast
    except ImportError:
        return _Bounded(zlib.decompressobj(31))
    return _Bounded(isal_zlib.decompressobj(31))


def _zstd() -> Any:
    zstandard = require("zstandard", "reading .zst")
    return _InSteps(zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj())


class Compression(NamedTuple):
    """A way of compressing files.

    Attributes
    ----------
    magic
        What such a file begins with.
    suffix
        What its name ends with.
    decompressor
        Makes an object with ``decompress``, ``needs_input``, ``eof`` and ``unused_data`` for one
        stream of it, as `bz2.BZ2Decompressor`.
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


def without_compression(name: str) -> str:
    """Return a file's name without the ending that says that it is compressed."""
    for compression in COMPRESSIONS.values():
        name = name.removesuffix(compression.suffix)
    return name


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

    Pieces are small, however much a few bytes stand for.

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
        while data or (decompressor is not None and not decompressor.needs_input):
            if decompressor is None:
                data = data.lstrip(b"\0")  # tapes and disks fill up the last block
                if not data:
                    break
                decompressor = COMPRESSIONS[kind].decompressor()
            try:
                text = decompressor.decompress(data, MAX_OUTPUT)
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
