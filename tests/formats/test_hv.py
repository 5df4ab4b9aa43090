"""huffvec's own format: laid out as documented, streamed out, memory-mapped in."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from cli_helpers import run

from huffvec import __version__
from huffvec.corpus.options import InputOptions
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError
from huffvec.files.safetensors_file import map_tensors, read_header, verify, write_tensors
from huffvec.formats.hv import read_hv, read_info, write_hv, write_parts
from huffvec.vectors import WordVectors

TENSORS: dict[str, Any] = {
    "words": np.frombuffer("é\nb\na".encode(), np.uint8),
    "counts": np.array([9, 4, 3]),
    "input_vectors": np.arange(12, dtype=np.float32).reshape(3, 4),
    "output_vectors": np.arange(8, dtype=np.float32).reshape(2, 4),
    "path_ids": np.array([0, 1, 1], np.int32),
}
SECTIONS = {"config": {"dim": 4}, "objective": {"name": "ž"}, "training": {"loss": 0.5}}
FORMAT = {"format": "huffvec", "format_version": "1"}


def test_the_safetensors_library_reads_what_is_documented(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    write_parts(path, TENSORS, SECTIONS)
    found = safetensors.numpy.load_file(path)
    assert found.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert found[name].dtype == tensor.dtype
        np.testing.assert_array_equal(found[name], tensor)
    with safetensors.safe_open(path, "numpy") as file:
        metadata = file.metadata()
    assert {name: metadata[name] for name in FORMAT} == FORMAT
    assert {name: json.loads(metadata[name]) for name in SECTIONS} == SECTIONS
    assert json.loads(metadata["versions"])["huffvec"] == __version__


def test_what_the_safetensors_library_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    safetensors.numpy.save_file(TENSORS, path, FORMAT)
    wv = read_hv(path)
    assert wv.words == ["é", "b", "a"]
    np.testing.assert_array_equal(wv["b"], [4, 5, 6, 7])


def test_info(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    write_parts(path, TENSORS, SECTIONS)
    info = read_info(path)
    assert (info.n_words, info.dim, info.is_model) == (3, 4, True)
    assert {"config": info.config, "objective": info.objective, "training": info.training} == (
        SECTIONS
    )
    assert info.tensors["path_ids"].shape == (3,)
    assert info.tensors["path_ids"].dtype == np.int32
    assert info.tensors["output_vectors"].n_bytes == 32
    write_hv(path, WordVectors(["a"], [[1]]))
    assert not read_info(path).is_model


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?"])
def test_tensors_of_every_type_and_layout(tmp_path: Path, dtype: str) -> None:
    path = tmp_path / "x"
    table = np.arange(60).reshape(6, 10).astype(dtype)
    tensors = {
        "first": np.ones(3, np.int8),  # its odd size must not spoil the others' alignment
        "padded": table[:, :7],
        "transposed": table.T,
        "every_second": table[0, ::2],
        "cube": table.reshape(3, 4, 5),
        "none": table[:0],
        "big_endian": table.astype(table.dtype.newbyteorder(">")),
    }
    write_tensors(path, tensors, {})
    infos, metadata = read_header(path)
    found = map_tensors(path, infos)
    assert {k: v for k, v in metadata.items() if k != "digests"} == {}
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(found[name], tensor)
        assert found[name].flags.aligned
        assert not found[name].flags.writeable


def test_writing_holds_no_second_table(tmp_path: Path) -> None:
    table = np.ones((300_000, 64), np.float32)
    words = Vocabulary([f"{i}" for i in range(len(table))], np.ones(len(table), np.int64))
    wv = WordVectors(words, table[:, :50])
    tracemalloc.start()
    write_hv(tmp_path / "x.hv", wv)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < table.nbytes / 5


@pytest.mark.parametrize("change", [lambda content: content[:-1], lambda content: content + b"!"])
def test_a_file_that_is_not_whole(change: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    write_hv(path, WordVectors(["a"], [[1]]))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(FormatError, match="its end is missing, or something follows it; copy or"):
        read_header(path)


def test_large_files_open_without_reading_the_weights(tmp_path: Path) -> None:
    """64 GiB of weights that are holes in the file: reading them would not end."""
    n_words, dim = 3, 2**34 // 3
    path = tmp_path / "x.hv"
    sizes = {"counts": 8 * n_words, "input_vectors": 4 * n_words * dim, "words": 5}
    shapes = {"counts": [n_words], "input_vectors": [n_words, dim], "words": [5]}
    types = {"counts": "I64", "input_vectors": "F32", "words": "U8"}
    header: dict[str, Any] = {"__metadata__": FORMAT}
    end = 0
    for name, size in sizes.items():
        offsets = [end, end + size]
        header[name] = {"dtype": types[name], "shape": shapes[name], "data_offsets": offsets}
        end += size
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.seek(end - 5, 1)
        file.write(b"x\ny\nz")
    assert read_info(path).dim == dim
    wv = read_hv(path)
    assert wv.words == ["x", "y", "z"]
    assert wv["y"][-1] == 0


def test_a_mapped_file_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    write_hv(path, WordVectors(["a"], [[1, 2]]))
    old = read_hv(path)
    write_hv(path, WordVectors(["a"], old.vectors * 2))
    assert old["a"].tolist() == [1, 2]
    assert read_hv(path)["a"].tolist() == [2, 4]


@pytest.mark.parametrize(
    ("tensors", "metadata", "message"),
    [
        (TENSORS, {}, "is a safetensors file, but not one of huffvec's"),
        (TENSORS, {"format": "pt"}, "is a safetensors file, but not one of huffvec's"),
        (TENSORS, FORMAT | {"format_version": "2"}, r"has format version 2; .* reads version 1\."),
        (TENSORS | {"counts": np.ones(3)}, FORMAT, "counts should be int64 with 1 dimensions"),
        (TENSORS | {"words": np.ones((1, 5), np.uint8)}, FORMAT, "words should be uint8 with 1"),
        ({"words": TENSORS["words"]}, FORMAT, "lacks words, counts or input_vectors"),
        (TENSORS | {"counts": np.array([1, 2])}, FORMAT, "shapes .* do not fit one another"),
        (
            TENSORS | {"output_vectors": np.ones((2, 3), np.float32)},
            FORMAT,
            "shapes .* do not fit one another",
        ),
        (
            TENSORS | {"input_vectors": np.ones((3, 0), np.float32)},
            FORMAT,
            "shapes .* do not fit one another",
        ),
        (TENSORS | {"words": np.frombuffer(b"a\nb", np.uint8)}, FORMAT, "3 counts, but 2 words"),
        (TENSORS, FORMAT | {"config": "{"}, "config is not JSON"),
        (TENSORS, FORMAT | {"config": "[" * 100_000}, "config is not JSON"),
        (TENSORS, FORMAT | {"training": "[]"}, "training should be an object of JSON"),
    ],
)
def test_files_that_are_no_models(
    tmp_path: Path, tensors: dict[str, Any], metadata: dict[str, str], message: str
) -> None:
    path = tmp_path / "x.hv"
    safetensors.numpy.save_file(tensors, path, metadata)
    with pytest.raises(FormatError, match=message):
        read_hv(path)


def test_types_that_are_not_read(tmp_path: Path) -> None:
    header = {"other": {"dtype": "F8_E4M3", "shape": [4], "data_offsets": [0, 4]}}
    text = json.dumps(header).encode()
    (tmp_path / "x.hv").write_bytes(len(text).to_bytes(8, "little") + text + b"\0" * 4)
    with pytest.raises(FormatError, match="tensors of type F8_E4M3 are not read"):
        read_hv(tmp_path / "x.hv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\3\4 something else", "is a zip archive, which is not read. Unpack it first"),
        (b"\xff" * 8 + b"{}", "it does not start as one does"),
        (b"\2" + b"\0" * 7 + b"{]", "is damaged: "),
        (b"\2" + b"\0" * 7 + b"{} ", "is damaged: "),
    ],
)
def test_files_that_are_no_safetensors(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.hv"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_hv(path)


def test_vectors_keep_how_their_text_was_read(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    reading = InputOptions(lowercase=True, normalize="NFKC")
    write_hv(path, WordVectors(["b", "a"], np.eye(2), reading=reading))
    wv = read_hv(path)
    assert wv.reading == reading
    assert wv.nearest("A") == wv.nearest("a")
    write_hv(path, WordVectors(["b", "a"], np.eye(2)))
    assert read_hv(path).reading is None


def test_a_record_of_reading_that_nothing_can_be_read_by(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    for record in ({"normalize": "NFX"}, {"normalize": [1]}):
        write_parts(path, TENSORS, {**SECTIONS, "training": record})
        with pytest.raises(FormatError, match="is damaged: normalize must be one of NFC"):
            read_info(path)


def test_checksums_find_every_changed_byte(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    write_parts(path, TENSORS, SECTIONS)
    assert verify(path)
    whole = path.read_bytes()
    length = int.from_bytes(whole[:8], "little")
    for pos in range(8 + length, len(whole)):
        path.write_bytes(whole[:pos] + bytes([whole[pos] ^ 16]) + whole[pos + 1 :])
        with pytest.raises(FormatError, match=r"x\.hv' is damaged: \w+ is not what was written"):
            verify(path)
    path.write_bytes(whole.replace(b"0.5", b"0.6"))
    with pytest.raises(FormatError, match="damaged: the header is not what was written"):
        verify(path)
    path.write_bytes(whole.replace(b'\\"algorithm\\"', b'\\"algorithx\\"'))
    with pytest.raises(FormatError, match="the header is not what was written"):
        verify(path)
    path.write_bytes(whole.replace(b'{\\"algorithm', b'[\\"algorithm'))
    with pytest.raises(FormatError, match="its checksums cannot be read"):
        verify(path)


def test_files_without_checksums_still_load(tmp_path: Path) -> None:
    path = tmp_path / "x.hv"
    safetensors.numpy.save_file(TENSORS, path, FORMAT)
    assert not verify(path)
    assert read_hv(path).words == ["é", "b", "a"]


def test_verify_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.hv"
    write_hv(path, WordVectors(["b", "a"], np.eye(2)))
    assert run("info", path, "--verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["checksums"] == "correct"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert run("info", path) == 0
    assert "checksum" not in capsys.readouterr().out
    assert run("info", path, "--verify") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "x.hv' is damaged: words is not what was written, by its checksum" in (
        " ".join(err.split())
    )
    safetensors.numpy.save_file(TENSORS, path, FORMAT)
    assert run("info", path, "--verify") == 0
    assert "checksums\tnone in this file\n" in capsys.readouterr().out
