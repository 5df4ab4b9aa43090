"""Changes to the bytes of a file: blind ones, and some that know how a file is built."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import re
import struct
import zipfile
from collections.abc import Callable

NUMBERS = (0, 1, -1, 2, 127, 255, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1)
TEXTS = (
    *(str(number).encode() for number in NUMBERS),
    *(b"-1", b"1e400", b"-0.0", b"1.5", b"NaN", b"null", b"true", b'""', b'"x"', b"[]", b"{}"),
    *(b"9" * 30, b"9" * 5000, b"[" * 3000, b'{"a":' * 1000, b'"\\ud800"', b'"\\u0000"', b"[[1]]"),
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe3\x80\x80", b"\r\n", b"\n\n", b"\t", b" " * 5),
)
_TOKEN = re.compile(rb'-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|"[^"\n]*"|null|true|false')


def mutate(data: bytes, suffix: str, rng: random.Random) -> bytes:
    """Return data with one to four changes; within what it is packed in, every other time."""
    inside = _INSIDE.get(suffix)
    if inside and rng.random() < 0.6:
        try:
            return inside(data, rng)
        except (ValueError, OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, struct.error):
            pass
    return _changed(data, rng)


def _changed(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        data = rng.choice(_CHANGES)(data, rng)
    return data


def _flip(data: bytes, rng: random.Random) -> bytes:
    if not data:
        return data
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1 :]


def _number(data: bytes, rng: random.Random) -> bytes:
    """Write a number over some bytes, often where numbers are: at multiples of its size."""
    size = rng.choice((1, 2, 4, 8))
    if len(data) < size:
        return data
    place = rng.randrange(len(data) - size + 1)
    place -= place % size if rng.random() < 0.7 else 0
    value = rng.choice(NUMBERS) % 2 ** (8 * size)
    return data[:place] + value.to_bytes(size, "little") + data[place + size :]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _remove(data: bytes, rng: random.Random) -> bytes:
    begin = rng.randrange(len(data) + 1)
    return data[:begin] + data[begin + rng.choice((1, 4, 8, 64)) :]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    begin = rng.randrange(len(data) + 1)
    part = data[begin : begin + rng.choice((1, 4, 8, 64, 1000))]
    return data[:begin] + part * rng.choice((2, 3, 50)) + data[begin + len(part) :]


def _insert(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice(TEXTS) + data[place:]


def _value(data: bytes, rng: random.Random) -> bytes:
    """Replace what looks like a number or a value of JSON."""
    found = list(_TOKEN.finditer(data))
    if not found:
        return _flip(data, rng)
    place = rng.choice(found)
    return data[: place.start()] + rng.choice(TEXTS) + data[place.end() :]


def _swap_lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"\n".join(lines)


_CHANGES = (_flip, _number, _cut, _remove, _repeat, _insert, _value, _value, _swap_lines)


def _unpacked(
    unpack: Callable[[bytes], bytes], pack: Callable[[bytes], bytes]
) -> Callable[[bytes, random.Random], bytes]:
    return lambda data, rng: pack(_changed(unpack(data), rng))


def _safetensors(data: bytes, rng: random.Random) -> bytes:
    """Change the header, and its length so that it fits."""
    size = int.from_bytes(data[:8], "little")
    header = _changed(data[8 : 8 + size], rng)
    return len(header).to_bytes(8, "little") + header + data[8 + size :]


def _zip(data: bytes, rng: random.Random) -> bytes:
    """Change one member, so that checksums fit."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    changed = rng.choice(sorted(members))
    members[changed] = _changed(members[changed], rng)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


_INSIDE: dict[str, Callable[[bytes, random.Random], bytes]] = {
    ".gz": _unpacked(gzip.decompress, lambda data: gzip.compress(data, 1)),
    ".bz2": _unpacked(bz2.decompress, bz2.compress),
    ".xz": _unpacked(lzma.decompress, lambda data: lzma.compress(data, preset=0)),
    ".npz": _zip,
    ".zip": _zip,
    **dict.fromkeys((".hv", ".hvc", ".ckpt", ".safetensors"), _safetensors),
}
