"""safetensors files: written as a stream, checked by the library, opened as a memory map.

Layout: 8 bytes little-endian length of the header; the header, JSON, which gives dtype, shape and
position of each tensor and text under ``__metadata__``; the tensors' bytes, without gaps. See
https://huggingface.co/docs/safetensors. The library checks files; it cannot write a table without
holding a second copy of it, nor open one without copying, so these two are done here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.errors import FormatError
from huffvec.files.checksum import crc32
from huffvec.files.digests import KEY, digests_record, seal, verify_digests
from huffvec.files.opening import explain, open_content
from huffvec.files.paths import PathLike
from huffvec.files.reading import check_readable
from huffvec.files.writing import Place, atomic_path

# Tensors start at multiples of this many bytes as far as their sizes allow (a cache line).
ALIGNMENT = 64
_NOT_WHOLE = "its end is missing, or something follows it; copy or download it again"

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
    "I8": "|i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1", "BOOL": "|b1",
}  # fmt: skip
BFLOAT16 = "BF16"  # which NumPy does not have: its bits are read


@dataclass(frozen=True)
class TensorInfo:
    """Where a tensor is in its file.

    Attributes
    ----------
    dtype
        NumPy's dtype.
    shape
        Its lengths.
    start, end
        Bytes from the start of the file, end not included.
    is_bfloat16
        Whether the numbers, uint16 to NumPy, are the bits of bfloat16 ones.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    end: int
    is_bfloat16: bool = False

    @property
    def n_bytes(self) -> int:
        """Size in bytes."""
        return self.end - self.start


def write_tensors(
    path: PathLike,
    tensors: Mapping[str, npt.NDArray[Any]],
    metadata: Mapping[str, str],
    place: Place = atomic_path,
    *,
    digests: bool = True,
) -> None:
    """Write tensors and text to a file, atomically; a strided tensor is not copied as a whole.

    Parameters
    ----------
    path
        The file.
    tensors, metadata
        What to write.
    place
        Gives the file that is written and puts it into its place.
    digests
        Whether checksums are written as well (:mod:`huffvec.files.digests`).

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    # Whole lines of the cache first, so that the rows of tables share none with others where they
    # need not; then large items, so that every tensor is aligned to the size of its items.
    names = sorted(
        tensors, key=lambda name: (tensors[name].nbytes % ALIGNMENT > 0, -tensors[name].itemsize)
    )
    values: dict[str, int] = {}
    with place(path) as temporary, temporary.open("wb") as file:
        file.write(_header(tensors, names, metadata, values if digests else None))
        for name in names:
            table = np.atleast_2d(tensors[name].T).T  # rows of one number where it has one axis
            for rows in row_blocks(table):
                block = table[rows]
                data = np.ascontiguousarray(block, block.dtype.newbyteorder("<")).data
                file.write(data)
                if digests:
                    values[name] = crc32(data.cast("B"), values.get(name, 0))
        if digests:
            file.seek(0)
            file.write(_header(tensors, names, metadata, values, sealed=True))


def _header(
    tensors: Mapping[str, npt.NDArray[Any]],
    names: list[str],
    metadata: Mapping[str, str],
    digests: Mapping[str, int] | None,
    *,
    sealed: bool = False,
) -> bytes:
    """Return the start of a file, up to its tensors, which follow in the order of names."""
    codes = {np.dtype(dtype): code for code, dtype in DTYPES.items()}
    text: dict[str, Any] = dict(metadata)
    if digests is not None:
        text[KEY] = digests_record(digests, names)
    header: dict[str, Any] = {"__metadata__": text}
    end = 0
    for name in names:
        start, end = end, end + tensors[name].nbytes
        header[name] = {
            "dtype": codes[tensors[name].dtype.newbyteorder("<")],
            "shape": list(tensors[name].shape),
            "data_offsets": [start, end],
        }
    content = json.dumps(header).encode()
    content += b" " * (-(8 + len(content)) % ALIGNMENT)
    if sealed:
        content = seal(content)
    return len(content).to_bytes(8, "little") + content


def is_safetensors(path: Path) -> bool:
    """Return whether the file starts as a safetensors file does."""
    with open_content(path) as content:
        start = content.file.read(9)
        size = content.size
    length = int.from_bytes(start[:8], "little")
    return start[8:] == b"{" and (size is None or length <= size - 8)


def read_header(
    path: PathLike, kind: str = "a huffvec file"
) -> tuple[dict[str, TensorInfo], dict[str, str]]:
    """Return the tensors' places and the text of a file, without reading the tensors.

    Messages say that the file is not of this ``kind``.

    Raises
    ------
    FormatError
        If the file cannot be read or is not a whole safetensors file.
    """
    from safetensors import SafetensorError, safe_open

    found = check_readable(path)
    damaged = f"{str(path)!r} is not {kind} or is damaged"
    if not is_safetensors(found):
        raise FormatError(explain(path) or f"{damaged}: it does not start as one does.")
    try:
        with safe_open(found, framework="numpy"):
            pass
    except (SafetensorError, OSError) as error:
        reason = _NOT_WHOLE if "not fully covered" in str(error) else error
        raise FormatError(f"{damaged}: {reason}.") from error
    with found.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    metadata = header.pop("__metadata__", None) or {}
    infos = {name: _tensor_info(entry, 8 + length) for name, entry in header.items()}
    for name, info in infos.items():
        size = info.dtype.itemsize * int(np.prod(info.shape, dtype=object))
        if size != info.n_bytes or info.end > found.stat().st_size:
            raise FormatError(f"{damaged}: {name} does not fit.")
    return infos, metadata


def verify(path: PathLike) -> bool:
    """Compare a file with the checksums in it; tell whether it has any.

    The whole file is read.

    Raises
    ------
    FormatError
        If the file cannot be read, or is damaged.
    """
    infos, metadata = read_header(path)
    with open(path, "rb") as file:
        header = file.read(int.from_bytes(file.read(8), "little"))
    return verify_digests(path, header, infos, metadata)


def map_tensors(path: PathLike, infos: Mapping[str, TensorInfo]) -> dict[str, npt.NDArray[Any]]:
    """Return the tensors of a file as read-only arrays whose memory is the file itself."""
    data = np.memmap(path, np.uint8, "r")
    return {
        name: np.asarray(data[info.start : info.end]).view(info.dtype).reshape(info.shape)
        for name, info in infos.items()
    }


def _tensor_info(entry: dict[str, Any], data_start: int) -> TensorInfo:
    """Return what a header's entry says; the library has checked that it is well formed."""
    is_bfloat16 = entry["dtype"] == BFLOAT16
    if not is_bfloat16 and entry["dtype"] not in DTYPES:
        raise FormatError(f"tensors of type {entry['dtype']} are not read.")
    start, end = entry["data_offsets"]
    return TensorInfo(
        np.dtype("<u2" if is_bfloat16 else DTYPES[entry["dtype"]]),
        tuple(entry["shape"]),
        data_start + start,
        data_start + end,
        is_bfloat16,
    )
