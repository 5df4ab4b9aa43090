"""fastText's .ftz files: their bytes there and back, and damaged ones."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from huffvec.errors import FormatError
from huffvec.formats.fasttext_file import read_fasttext_file
from huffvec.formats.fasttext_output import write_fasttext_file
from huffvec.product_codes import encode_rows

FILES = Path(__file__).parent / "fasttext_files"


@pytest.mark.parametrize("name", ["quantized", "pruned"])
def test_rows_are_fasttexts(name: str) -> None:
    content = read_fasttext_file(FILES / f"{name}.ftz", quantized=True)
    model = pytest.importorskip("fasttext").load_model(str(FILES / f"{name}.ftz"))
    assert content.input_codes is not None
    rows = [model.get_input_vector(row) for row in range(len(content.input_codes))]
    np.testing.assert_allclose(content.input_codes.rows(), rows, rtol=0, atol=1e-6)
    assert (content.pruned is not None) == (name == "pruned")


@pytest.mark.parametrize("norms", [False, True])
@pytest.mark.parametrize("sub_dim", [1, 2, 3])
def test_there_and_back(tmp_path: Path, sub_dim: int, norms: bool) -> None:
    path = tmp_path / "x.ftz"
    content = read_fasttext_file(FILES / "pruned.ftz", quantized=True)
    assert content.input_codes is not None
    codes = encode_rows(content.input_codes.rows() * 3, sub_dim, norms=norms)
    outputs = encode_rows(content.output_vectors, 2, norms=norms)
    changed = replace(content, input_codes=codes, output_codes=outputs)
    write_fasttext_file(path, changed)
    found = read_fasttext_file(path, quantized=True)
    assert found.input_codes is not None
    assert found.output_codes is not None
    np.testing.assert_array_equal(found.input_codes.rows(), codes.rows())
    np.testing.assert_array_equal(found.output_codes.rows(), outputs.rows())
    assert found.pruned is not None
    np.testing.assert_array_equal(found.pruned, content.pruned)
    model = pytest.importorskip("fasttext").load_model(str(path))
    np.testing.assert_allclose(
        [model.get_input_vector(row) for row in range(256)], codes.rows(), rtol=1e-5, atol=1e-7
    )


def test_there_and_back_to_the_byte(tmp_path: Path) -> None:
    source, path = FILES / "quantized.ftz", tmp_path / "x.ftz"
    write_fasttext_file(path, read_fasttext_file(source, quantized=True))
    assert path.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("name", ["quantized", "pruned"])
def test_a_part_of_a_file(tmp_path: Path, name: str) -> None:
    data = (FILES / f"{name}.ftz").read_bytes()
    for size in [*range(8, 900, 7), *range(900, len(data), 97), len(data) - 1]:
        (tmp_path / "x.ftz").write_bytes(data[:size])
        with pytest.raises(FormatError, match=r"is truncated or damaged|is damaged"):
            read_fasttext_file(tmp_path / "x.ftz", quantized=True)


def _entries_end(data: bytes) -> int:
    """Return where the words and labels end."""
    pos = 8 + struct.calcsize("<12id") + struct.calcsize("<3i2q")
    (n_entries,) = struct.unpack_from("<i", data, 8 + struct.calcsize("<12id"))
    for _ in range(n_entries):
        pos = data.index(b"\0", pos) + 1 + 9
    return pos


def _patched(place: int, layout: str, *values: int) -> Callable[[bytearray], None]:
    """Return what overwrites numbers so many bytes behind the entries."""

    def patch(data: bytearray) -> None:
        struct.pack_into(layout, data, _entries_end(bytes(data)) + place, *values)

    return patch


INDEX = 246 * 8  # of pruned.ftz


@pytest.mark.parametrize(
    ("name", "patch", "message"),
    [
        ("pruned", _patched(0, "<2i", 5, 3), "pruning index does not number rows from 0 on"),
        ("pruned", _patched(0, "<i", 300), "pruning index has buckets beyond its 300"),
        ("pruned", _patched(0, "<i", -1), "pruning index has buckets beyond its 300"),
        ("pruned", _patched(INDEX + 2, "<q", 300), "300 input rows have 768 codes"),
        ("pruned", _patched(INDEX + 2, "<q", -1), "input matrix has -1 rows"),
        ("pruned", _patched(INDEX + 10, "<q", 4), "rows of 4 numbers, and dim is 3"),
        ("pruned", _patched(INDEX + 18, "<i", 2**31 - 1), "the codes of its input matrix take"),
        ("pruned", _patched(INDEX + 18, "<i", -1), "its 256 input rows have 0 codes|quantizer"),
        ("quantized", _patched(22 + 936, "<i", 5), r"an impossible quantizer \(5, 3, 1, 1\)"),
        ("quantized", _patched(22 + 936 + 8, "<i", 0), r"an impossible quantizer \(3, 3, 0, 1\)"),
        ("quantized", _patched(22 + 936 + 4, "<i", 2), r"an impossible quantizer \(3, 2, 1, 1\)"),
    ],
)
def test_damaged_files(tmp_path: Path, name: str, patch, message: str) -> None:
    data = bytearray((FILES / f"{name}.ftz").read_bytes())
    patch(data)
    (tmp_path / "x.ftz").write_bytes(data)
    with pytest.raises(FormatError, match=message):
        read_fasttext_file(tmp_path / "x.ftz", quantized=True)


def test_impossible_pruning(tmp_path: Path) -> None:
    content = read_fasttext_file(FILES / "pruned.ftz", quantized=True)
    assert content.input_codes is not None
    assert content.pruned is not None
    path = tmp_path / "x.ftz"
    write_fasttext_file(path, replace(content, pruned=content.pruned[:-1]))
    with pytest.raises(FormatError, match=r"does not number rows|245 n-grams are left"):
        read_fasttext_file(path, quantized=True)
    dense = content.input_codes.rows()
    write_fasttext_file(path, replace(content, input_codes=None, input_vectors=dense))
    with pytest.raises(FormatError, match="246 n-grams are left, but it has 256 input rows"):
        read_fasttext_file(path, quantized=True)
    data = bytearray((FILES / "pruned.ftz").read_bytes())
    struct.pack_into("<q", data, 8 + struct.calcsize("<12id") + struct.calcsize("<3iq"), -2)
    path.write_bytes(data)
    with pytest.raises(FormatError, match="pruning index has -2 entries"):
        read_fasttext_file(path, quantized=True)
