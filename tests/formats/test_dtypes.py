"""Vectors in fewer bits: every format that has them rounds alike, all others say which do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cli_helpers import run
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from huffvec import Subwords, WordVectors, load_vectors
from huffvec.corpus import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.safetensors_file import verify, write_tensors
from huffvec.formats import FORMATS, dtypes
from huffvec.formats.hv import read_info
from huffvec.vectors.subword_vectors import SubwordVectors

WORDS = ["the", "Žilina", "日本", "x"]
PAIRS = [(name, dtype) for name in FORMATS for dtype in dtypes.DTYPES]


def sample() -> WordVectors:
    table = np.random.default_rng(1).normal(size=(len(WORDS), 64)).astype(np.float32)
    table[2] *= 1e-3
    table[3] = 0
    return WordVectors(Vocabulary(WORDS, [40, 30, 20, 10]), table)


@pytest.mark.parametrize(("name", "dtype"), PAIRS)
def test_numbers_come_back_rounded_or_are_refused(tmp_path: Path, name: str, dtype: str) -> None:
    wv, path = sample(), tmp_path / "x"
    if dtype not in FORMATS[name].dtypes:
        with pytest.raises(ConfigError, match=f"{name} has no {dtype} numbers; huffvec, numpy"):
            wv.save(path, name, dtype)
        assert not path.exists()
        return
    if name == "floret":  # a table of hashed words
        return
    wv.save(path, name, dtype=dtype)
    found = load_vectors(path)
    assert found.words == wv.words
    assert found.vectors.dtype == np.float32
    error = np.abs(found.vectors - wv.vectors)
    if dtype == "int8":
        assert (error <= np.abs(wv.vectors).max(1, keepdims=True) / 127 / 2 * 1.0001).all()
    else:
        expected = wv.vectors.astype(dtype).astype(np.float32)
        np.testing.assert_array_equal(found.vectors, expected)
    if name in ("huffvec", "numpy", "static-embedding"):
        size = sum(file.stat().st_size for file in path.rglob("*")) or path.stat().st_size
        assert size - wv.vectors.size * np.dtype(dtype).itemsize < 2000


@given(arrays(np.float32, (3, 4), elements=st.floats(-(2.0**100), 2.0**100, width=32)))
def test_rounding(table: np.ndarray) -> None:
    whole, scales = dtypes.to_int8(table)
    assert whole.min() >= -127
    exact = np.abs(table.astype(float)).max(1, keepdims=True) / 127
    error = np.abs(dtypes.to_float32(whole, scales).astype(float) - table)
    assert (error <= exact * 0.5001 + 1e-42).all()
    small = table / max(1, np.abs(table).max() / 60000)
    error = np.abs(dtypes.to_float16(small).astype(float) - small)
    assert (error <= np.maximum(2.0**-11 * np.abs(small), 2.0**-25)).all()


def test_numbers_that_do_not_fit(tmp_path: Path) -> None:
    for number, dtype, message in [
        (7e4, "float16", "float16 holds numbers up to 65,504; one is 70,000. Save as float32"),
        (np.nan, "int8", "int8 holds finite numbers only"),
        (np.inf, "int8", "int8 holds finite numbers only"),
    ]:
        wv = WordVectors(["a", "b"], [[1, 2], [number, np.inf]])
        for name in FORMATS:
            if dtype in FORMATS[name].dtypes:
                with pytest.raises(FormatError, match=message):
                    wv.save(tmp_path / "x", name, dtype)
                assert list(tmp_path.iterdir()) == []
    WordVectors(["a"], [[np.nan, -np.inf]]).save(tmp_path / "x.hv", dtype="float16")
    np.testing.assert_array_equal(load_vectors(tmp_path / "x.hv").vectors, [[np.nan, -np.inf]])
    with pytest.raises(ConfigError, match="dtype must be one of float32, float16, int8, not 'f2'"):
        sample().save(tmp_path / "x.npz", dtype="f2")


@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_n_grams_are_kept(tmp_path: Path, dtype: str) -> None:
    subwords = Subwords(min_n=3, max_n=3, buckets=10)
    table = np.random.default_rng(2).normal(size=(subwords.n_rows(4), 8)).astype(np.float32)
    wv = SubwordVectors(Vocabulary(WORDS, [4, 3, 2, 1]), table, subwords)
    wv.save(tmp_path / "x.hv", dtype=dtype)
    assert verify(tmp_path / "x.hv")
    np.testing.assert_allclose(load_vectors(tmp_path / "x.hv")["unseen"], wv["unseen"], atol=0.02)


@pytest.mark.parametrize("scales", [None, np.ones(3, np.float32), np.ones((4, 1), np.float32)])
def test_scales_that_do_not_fit(tmp_path: Path, scales: np.ndarray | None) -> None:
    path = tmp_path / "x.hv"
    words = Vocabulary(WORDS, [4, 3, 2, 1])
    tensors = {
        "words": words.word_bytes(),
        "counts": words.counts,
        "input_vectors": np.ones((4, 2), np.int8),
    }
    arrays = {"words": words.word_bytes(), "vectors": tensors["input_vectors"]}
    if scales is not None:
        tensors["input_scales"] = arrays["scales"] = scales
    write_tensors(path, tensors, {"format": "huffvec", "format_version": "1"})
    with pytest.raises(FormatError, match="damaged"):
        read_info(path)
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(FormatError, match="scales"):
        load_vectors(tmp_path / "x.npz")


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample().save(tmp_path / "x.hv")
    assert run("convert", tmp_path / "x.hv", tmp_path / "y.hv", "--dtype", "int8") == 0
    assert run("info", "--verify", tmp_path / "y.hv") == 0
    assert "int8 4×64" in capsys.readouterr().out
    assert run("convert", tmp_path / "y.hv", tmp_path / "y.vec", "--dtype", "float16") in (1, 2)
    assert "word2vec-text has no float16 numbers; huffvec, numpy, parquet, feather, static-" in (
        " ".join(capsys.readouterr().err.split())
    )
    assert not (tmp_path / "y.vec").exists()
