r"""What a file of an index has besides usearch's own bytes: options, and whose vectors it is of.

::

    usearch's bytes
    JSON, UTF-8: n_bytes (of the above), options, fingerprint
    uint64 little-endian: the length of the JSON
    b"HVINDEX1"
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.errors import FormatError

if TYPE_CHECKING:
    from huffvec.vectors import WordVectors

MAGIC = b"HVINDEX1"
_LENGTH = struct.Struct("<Q")
_MAX_JSON = 1 << 16
_SAMPLED_ROWS = 256


@dataclass(frozen=True)
class Fingerprint:
    """What tells vectors from others.

    Attributes
    ----------
    n_words, dim
        Their shape.
    words
        SHA-256 of all words.
    rows
        SHA-256 of some rows, spread over the table that the vectors are stored in.
    """

    n_words: int
    dim: int
    words: str
    rows: str

    @classmethod
    def of(cls, vectors: WordVectors) -> Fingerprint:
        """Return the fingerprint of vectors."""
        table = vectors.stored_rows
        sample = np.linspace(0, len(table) - 1, _SAMPLED_ROWS).astype(np.int64)
        return cls(
            len(vectors),
            vectors.dim,
            hashlib.sha256(vectors.vocabulary.word_bytes().tobytes()).hexdigest(),
            hashlib.sha256(table[sample].astype("<f4").tobytes()).hexdigest(),
        )

    def check(self, path: str | os.PathLike[str], vectors: WordVectors) -> None:
        """Raise FormatError unless vectors have this fingerprint."""
        given = Fingerprint.of(vectors)
        if given == self:
            return
        if (given.n_words, given.dim) != (self.n_words, self.dim):
            what = f"{self.n_words:,} words of {self.dim} numbers, not of {given.n_words:,} of "
            what += f"{given.dim}"
        else:
            what = "other words" if given.words != self.words else "the same words, other numbers"
        raise FormatError(
            f"{str(path)!r} is an index of other vectors ({what}): make one of these, "
            "with vectors.index() or huffvec index."
        )


def append_footer(path: Path, options: dict[str, Any], fingerprint: Fingerprint) -> None:
    """Append to a file that holds usearch's bytes what `read_footer` reads."""
    record = {
        "n_bytes": path.stat().st_size,
        "options": options,
        "fingerprint": asdict(fingerprint),
    }
    text = json.dumps(record).encode()
    with path.open("ab") as file:
        file.write(text + _LENGTH.pack(len(text)) + MAGIC)


def read_footer(path: Path) -> tuple[dict[str, Any], Fingerprint]:
    """Return the options and the fingerprint in a file.

    Raises
    ------
    FormatError
        If it is no file of an index, or is damaged.
    """
    size = path.stat().st_size
    end = _LENGTH.size + len(MAGIC)
    with path.open("rb") as file:
        file.seek(max(0, size - end))
        tail = file.read()
        if len(tail) < end or tail[_LENGTH.size :] != MAGIC:
            raise FormatError(
                f"{str(path)!r} is no index of huffvec, or was cut off: make one with huffvec "
                "index."
            )
        (length,) = _LENGTH.unpack(tail[: _LENGTH.size])
        start = size - end - length
        if length > _MAX_JSON or start < 0:
            raise _damaged(path)
        file.seek(start)
        text = file.read(length)
    try:
        record = json.loads(text)
        fingerprint = Fingerprint(**record["fingerprint"])
        options, n_bytes = dict(record["options"]), record["n_bytes"]
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path) from error
    if n_bytes != start:
        raise _damaged(path)
    return options, fingerprint


def _damaged(path: Path) -> FormatError:
    return FormatError(f"{str(path)!r} is damaged: make the index again with huffvec index.")
