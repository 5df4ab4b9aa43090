r"""Checksums of the tensors in safetensors files, kept among the text of the header.

Under the key ``digests``, a JSON object: ``algorithm`` is ``crc32`` (:mod:`.checksum`),
``tensors`` has the checksum of every tensor's bytes, as eight hexadecimal digits, and ``header``
that of the header itself, its JSON in which this one value is ``00000000``. All have the same
length whatever they are, so that the header can be written first and completed at the end.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from huffvec.errors import FormatError
from huffvec.files.checksum import crc32, file_checksum, hexadecimal
from huffvec.files.paths import PathLike

if TYPE_CHECKING:
    from huffvec.files.safetensors_file import TensorInfo

KEY = "digests"
ALGORITHM = "crc32"
_NONE = hexadecimal(0)


def digests_record(digests: Mapping[str, int], names: Collection[str], header: str = _NONE) -> str:
    """Return the text for the header; of tensors whose checksum is not known yet it is zero."""
    tensors = {name: hexadecimal(digests.get(name, 0)) for name in names}
    return json.dumps({"algorithm": ALGORITHM, "header": header, "tensors": tensors})


def seal(header: bytes) -> bytes:
    """Return a header in which the checksum of the header itself is still zero, with it."""
    return _with_header_digest(header, _NONE, hexadecimal(crc32(header)))


def verify_digests(
    path: PathLike,
    header: bytes,
    infos: Mapping[str, TensorInfo],
    metadata: Mapping[str, str],
) -> bool:
    """Compare a file with its checksums; tell whether it has any.

    Parameters
    ----------
    path
        The file.
    header
        The bytes of its header's JSON, with the spaces behind it.
    infos, metadata
        What the header says.

    Raises
    ------
    FormatError
        If a checksum is another one.
    """
    if KEY not in metadata:
        return False
    header_digest, tensors = _parsed(path, metadata[KEY])
    wrong = []
    if hexadecimal(crc32(_with_header_digest(header, header_digest, _NONE))) != header_digest:
        wrong.append("the header")
    for name, info in infos.items():
        found = file_checksum(path, info.start, info.end)
        if tensors.get(name) != hexadecimal(found):
            wrong.append(name)
    if wrong:
        raise FormatError(
            f"{str(path)!r} is damaged: {', '.join(wrong)} is not what was written, by its "
            "checksum. Get or make the file again."
        )
    return True


def _parsed(path: PathLike, text: str) -> tuple[str, dict[str, Any]]:
    """Return the checksum of the header and those of the tensors."""
    try:
        record = json.loads(text)
        header, tensors = record["header"], record["tensors"]
        if not isinstance(header, str) or len(header) != len(_NONE):
            raise TypeError(header)
        return header, dict(tensors)
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise FormatError(f"{str(path)!r} is damaged: its checksums cannot be read.") from error


def _with_header_digest(header: bytes, old: str, new: str) -> bytes:
    """Return a header with another checksum of itself; text in its JSON is JSON once more."""
    before, after = (json.dumps(f'"header": "{value}"')[1:-1].encode() for value in (old, new))
    return header.replace(before, after, 1)
