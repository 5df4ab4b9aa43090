"""Writes word2vec binary files for peers that cannot; plain Python, independent of huffvec."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def write_word2vec_binary(
    path: Path, words: Sequence[str], dim: int, rows: Iterable[bytes]
) -> None:
    """Write a line "n dim", then for each word its UTF-8, a space, dim little-endian float32."""
    with path.open("wb") as file:
        file.write(f"{len(words)} {dim}\n".encode())
        for word, row in zip(words, rows, strict=True):
            file.write(word.encode() + b" " + row + b"\n")
