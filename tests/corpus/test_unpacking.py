"""What is unpacked comes in pieces that stay small, however much a few bytes stand for."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest

import huffvec
from huffvec.errors import CorpusError
from huffvec.files.compression import COMPRESSIONS, MAX_OUTPUT, decompressed

zstandard = pytest.importorskip("zstandard")

PACK = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.compress,
}
LINE = b"[" + b"1," * (32 << 20)  # never ends; 64 MB and more


def in_chunks(data: bytes, size: int = 1 << 16) -> Iterator[bytes]:
    for begin in range(0, len(data), size):
        yield data[begin : begin + size]


@pytest.mark.parametrize("kind", sorted(COMPRESSIONS))
@pytest.mark.parametrize("n_bytes", [0, 1, MAX_OUTPUT - 1, MAX_OUTPUT, MAX_OUTPUT + 1, 9 << 20])
def test_nothing_is_lost_at_the_bound(kind: str, n_bytes: int) -> None:
    text = bytes(n_bytes // 2) + b"ab " * n_bytes
    text = text[:n_bytes]
    packed = PACK[kind](text) + PACK[kind](b"more") + bytes(512)
    for size in (1 << 16, 100_000_000):
        pieces = list(decompressed(in_chunks(packed, size), kind, CorpusError))
        assert b"".join(pieces) == text + b"more"
        assert max(map(len, pieces)) <= (1 << 26 if kind == "zstd" else MAX_OUTPUT)


@pytest.mark.parametrize("kind", sorted(COMPRESSIONS))
def test_a_line_that_unpacks_to_more_than_is_allowed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"bomb.jsonl{COMPRESSIONS[kind].suffix}"
    path.write_bytes(PACK[kind](LINE))
    assert path.stat().st_size < 200_000
    with pytest.raises(CorpusError, match="line 1 has more than 64,000,000 bytes"):
        huffvec.encode(path)


def test_zeros_without_end_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "bomb.txt.bz2"
    path.write_bytes(bz2.compress(bytes(1 << 27)))
    with pytest.raises(CorpusError, match="no white space within 64 MB"):
        huffvec.encode(path)
