r"""What a file of an index has besides usearch's own bytes: options, and whose vectors it is of.

::

    usearch's bytes
    JSON, UTF-8: n_bytes and crc32 (of the above), options, fingerprint
    uint64 little-endian: the length of the JSON; uint32: its CRC-32
    b"HVINDEX2"

usearch follows what its bytes say without a look: all of them are checked before it opens them.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from huffvec.errors import FormatError
from huffvec.files.checksum import crc32, file_checksum, hexadecimal
from huffvec.files.paths import PathLike

if TYPE_CHECKING:
    from huffvec.vectors.word_vectors import WordVectors

MAGIC, _WITHOUT_CHECKSUM = b"HVINDEX2", b"HVINDEX1"
_TAIL = struct.Struct("<QI8s")
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

    def check(self, path: PathLike, vectors: WordVectors) -> None:
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


@dataclass(frozen=True)
class Footer:
    """What a file of an index says about itself.

    Attributes
    ----------
    options
        The fields of `huffvec.search.index_options.IndexOptions`.
    fingerprint
        Of the vectors that it was made of.
    """

    options: dict[str, str | int]
    fingerprint: Fingerprint


def append_footer(path: Path, options: dict[str, Any], fingerprint: Fingerprint) -> None:
    """Append to a file that holds usearch's bytes what `read_footer` reads."""
    record = {
        "n_bytes": path.stat().st_size,
        "crc32": hexadecimal(file_checksum(path)),
        "options": options,
        "fingerprint": asdict(fingerprint),
    }
    text = json.dumps(record).encode()
    with path.open("ab") as file:
        file.write(text + _TAIL.pack(len(text), crc32(text), MAGIC))


def read_footer(path: Path) -> Footer:
    """Return what a file says about itself, once every byte of it is known to be as written.

    Raises
    ------
    FormatError
        If it is no file of an index, or is damaged.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL.size))
        tail = file.read()
        if tail.endswith(_WITHOUT_CHECKSUM):
            raise FormatError(
                f"{str(path)!r} is an index of an older huffvec, without a checksum: make it again "
                "with huffvec index."
            )
        if len(tail) < _TAIL.size or not tail.endswith(MAGIC):
            raise FormatError(
                f"{str(path)!r} is no index of huffvec, or was cut off: make one with huffvec "
                "index."
            )
        length, checksum, _ = _TAIL.unpack(tail)
        start = size - _TAIL.size - length
        if length > _MAX_JSON or start < 0:
            raise _damaged(path)
        file.seek(start)
        text = file.read(length)
    if crc32(text) != checksum:
        raise _damaged(path)
    record = _parsed(path, text)
    if record["n_bytes"] != start or record["crc32"] != hexadecimal(file_checksum(path, 0, start)):
        raise _damaged(path)
    return Footer(record["options"], Fingerprint(**record["fingerprint"]))


def _parsed(path: Path, text: bytes) -> dict[str, Any]:
    """Return the footer's JSON, with exactly the fields that it should have."""
    names = {
        "options": {"dtype", "connectivity", "expansion_add", "expansion_search"},
        "fingerprint": {field.name for field in fields(Fingerprint)},
    }
    try:
        record = json.loads(text)
        for name, expected in names.items():
            if record[name].keys() != expected:
                raise TypeError(name)
        if type(record["n_bytes"]) is not int or type(record["crc32"]) is not str:
            raise TypeError("n_bytes")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _damaged(path) from error
    return dict(record)


def _damaged(path: Path) -> FormatError:
    return FormatError(f"{str(path)!r} is damaged: make the index again with huffvec index.")
