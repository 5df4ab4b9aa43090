"""Prepares the one text file that all peers read: UTF-8, lines of at most 1,000 tokens.

gensim silently drops what a line has beyond 10,000 tokens, word2vec-like programs cut sentences at
1,000, and text8 is a single line: with lines of at most 1,000 tokens all of them see the same text.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, cast

MAX_LINE_TOKENS = 1000
_OPENERS: dict[str, Callable[..., object]] = {".xz": lzma.open, ".gz": gzip.open, ".bz2": bz2.open}
_BLOCK_BYTES = 1 << 22


@dataclass(frozen=True)
class Corpus:
    """A prepared text file, with its number of tokens (all of them, before min_count)."""

    path: Path
    n_tokens: int
    n_bytes: int


def open_text(path: Path) -> BinaryIO:
    """Open a plain or compressed file for reading bytes."""
    return cast(BinaryIO, _OPENERS.get(path.suffix, open)(path, "rb"))


def decompressed(path: Path, folder: Path) -> Path:
    """Return path itself, or an uncompressed copy in folder if it is compressed."""
    if path.suffix not in _OPENERS:
        return path
    copy = folder / path.stem
    if not copy.exists() or copy.stat().st_mtime < path.stat().st_mtime:
        partial = copy.with_name(copy.name + ".part")
        with open_text(path) as text, partial.open("wb") as output:
            while block := text.read(_BLOCK_BYTES):
                output.write(block)
        partial.rename(copy)
    return copy


def read_blocks(path: Path, limit: int | None) -> Iterator[bytes]:
    """Yield blocks of whole tokens (and line ends), of the first limit bytes if given."""
    left, rest = limit, b""
    with open_text(path) as text:
        while block := text.read(_BLOCK_BYTES if left is None else min(left, _BLOCK_BYTES)):
            left = None if left is None else left - len(block)
            block = rest + block
            cut = max(block.rfind(b" "), block.rfind(b"\n")) + 1
            rest = block[cut:]
            yield block[:cut]
    if left is None:
        yield rest  # a word cut by the limit is dropped


def short_lines(blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the tokens of each line, a long line in pieces; lines may go on in the next block."""
    pending: list[bytes] = []
    for block in blocks:
        for line in block.splitlines(keepends=True):
            pending += line.split()
            n_full = len(pending) // MAX_LINE_TOKENS * MAX_LINE_TOKENS
            for begin in range(0, n_full, MAX_LINE_TOKENS):
                yield pending[begin : begin + MAX_LINE_TOKENS]
            del pending[:n_full]
            if pending and line.endswith(b"\n"):
                yield pending
                pending = []
    if pending:
        yield pending


def prepare(path: Path, folder: Path, limit_mb: float | None = None) -> Corpus:
    """Write (or find) the prepared copy of the first limit_mb megabytes of path in folder."""
    limit = None if limit_mb is None else int(limit_mb * 1e6)
    name = path.name + ("" if limit_mb is None else f".{limit_mb:g}mb") + ".lines"
    target, about = folder / name, folder / f"{name}.json"
    source = {"bytes": path.stat().st_size, "mtime": path.stat().st_mtime, "of": str(path)}
    if about.exists() and target.exists():
        known = json.loads(about.read_text())
        if known.pop("source") == source:
            return Corpus(**known | {"path": target})
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(f"{name}.prototype.*"):
        stale.unlink()
    n_tokens = 0
    with target.open("wb") as output:
        for line in short_lines(read_blocks(path, limit)):
            n_tokens += len(line)
            output.write(b" ".join(line) + b"\n")
    corpus = Corpus(target, n_tokens, target.stat().st_size)
    about.write_text(json.dumps(asdict(corpus) | {"path": str(target), "source": source}))
    return corpus
