"""Every format: one contract for all, then what is particular to each."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from any_vectors import check_that_any_come_back, numbers_of_all_sizes
from gensim.models import KeyedVectors
from hypothesis import given, settings
from hypothesis import strategies as st

from huffvec.errors import ConfigError, FormatError, OutputError
from huffvec.files.suffixes import SUFFIXES
from huffvec.formats import FORMATS, detect, format_for_writing
from huffvec.model import load_vectors
from huffvec.vectors import WordVectors

# Files that hold words; floret's tables hold rows only (test_floret.py), folders are in
# test_folders.py.
NAMES = [name for name in FORMATS if name != "floret" and not FORMATS[name].folder_files]
WORDS = ["the", "Žilina", "日本", "a\tb", "\u00a0", "x" * 300, "0.5", "7", "\x85", "½"]


def sample(dim: int = 6) -> WordVectors:
    return numbers_of_all_sizes(WORDS, dim)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dim", [1, 6])
def test_what_is_written_is_read_and_recognised(tmp_path: Path, name: str, dim: int) -> None:
    wv = sample(dim)
    path = tmp_path / "no_suffix"
    wv.save(path, format=name)
    assert detect(path) == name
    for format in (name, None):
        found = load_vectors(path, format)
        assert found.words == wv.words
        np.testing.assert_array_equal(found.vectors, wv.vectors)
        keeps_counts = name in ("huffvec", "numpy", "fasttext", "parquet", "feather")
        np.testing.assert_array_equal(
            found.vocabulary.counts, wv.vocabulary.counts if keeps_counts else 0
        )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_the_order_in_memory_does_not_matter(tmp_path: Path, name: str, order: Any) -> None:
    wv = sample()
    WordVectors(wv.words, np.array(wv.vectors, order=order)).save(tmp_path / "x", format=name)
    np.testing.assert_array_equal(load_vectors(tmp_path / "x").vectors, wv.vectors)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_counts_stay_unknown(tmp_path: Path, name: str) -> None:
    WordVectors(["a", "b"], np.eye(2)).save(tmp_path / "x", format=name)
    # In fastText's files there is no word that never occurs.
    unknown = 1 if name == "fasttext" else 0
    assert load_vectors(tmp_path / "x").vocabulary.counts.tolist() == [unknown, unknown]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_any_words_and_numbers_come_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any_{name}"
    check_that_any_come_back(path, name, data, never="\0\n ")


@pytest.mark.parametrize("name", NAMES)
def test_every_format_writes_atomically(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="does not exist"):
        sample().save(tmp_path / "nowhere" / "x", format=name)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "glove"])  # it has no length
def test_truncated_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    sample().save(path, format=name)
    whole = path.read_bytes()
    # A text without its last digits is still a text.
    shortest = 20 if name == "word2vec-text" else 2
    for n_bytes in (*range(1, 100, 7), len(whole) // 2, len(whole) - shortest):
        path.write_bytes(whole[:n_bytes])
        with pytest.raises(FormatError):
            load_vectors(path, name)


@pytest.mark.parametrize("name", NAMES)
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "wiki.hv").touch()
    for path, message in [
        (tmp_path / "wiky.hv", "There is no file .* Did you mean 'wiki.hv'"),
        (tmp_path / "wiki.hv" / "x", "There is no file"),
        (tmp_path / "wiki.hv", "is empty; was writing it interrupted"),
        (tmp_path, "is a folder; give the name of a file"),
        (Path("/dev/null"), "is not a regular file"),
        (tmp_path / ("x" * 300), "Cannot read"),
    ]:
        with pytest.raises(FormatError, match=message):
            load_vectors(path, name)


@pytest.mark.parametrize(
    ("name", "format"),
    [("x.hv", "huffvec"), ("x.BIN", "word2vec-binary"), ("x.npz", "numpy"), ("x.glove", "glove")]
    + [("x.parquet", "parquet"), ("x.feather", "feather"), ("x.arrow", "feather")]
    + [(f"x{suffix}", "word2vec-text") for suffix in (".vec", ".txt")],
)
def test_the_suffix_tells_the_format(tmp_path: Path, name: str, format: str) -> None:
    assert format_for_writing(name) is FORMATS[format]
    sample().save(tmp_path / name)
    assert detect(tmp_path / name) == format


def test_unknown_formats(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no format has the suffix '.csv' .* use one of .hv, "):
        sample().save(tmp_path / "x.csv")
    with pytest.raises(ConfigError, match=r"format must be one of .* Did you mean 'word2vec-text'"):
        sample().save(tmp_path / "x.hv", format="word2vec-txt")
    with pytest.raises(ConfigError, match="format must be one of"):
        load_vectors(tmp_path / "x.hv", format="csv")
    (tmp_path / "x.csv").write_text("word,1,2\n")
    with pytest.raises(FormatError, match=r"is not a file of vectors that huffvec knows, but text"):
        load_vectors(tmp_path / "x.csv")


# --- word2vec ---------------------------------------------------------------------------------


@pytest.mark.parametrize("binary", [True, False])
def test_gensim_reads_ours(tmp_path: Path, binary: bool) -> None:
    wv = sample()
    wv.save(tmp_path / "x", format="word2vec-binary" if binary else "word2vec-text")
    keyed = KeyedVectors.load_word2vec_format(str(tmp_path / "x"), binary=binary)
    assert keyed.index_to_key == wv.words
    np.testing.assert_array_equal(keyed.vectors, wv.vectors)


@pytest.mark.parametrize("binary", [True, False])
def test_gensims_are_read(tmp_path: Path, binary: bool) -> None:
    wv = sample()
    keyed = KeyedVectors(wv.dim)
    keyed.add_vectors(wv.words, wv.vectors)
    keyed.save_word2vec_format(str(tmp_path / "x"), binary=binary)
    found = load_vectors(tmp_path / "x")
    assert found.words == wv.words
    np.testing.assert_array_equal(found.vectors, wv.vectors)


# Vectors whose bytes look like newlines and spaces, so that nothing but counting finds their ends.
TRAPS = np.frombuffer(b"\n \n \n\n\n\n    \n  \n" * 2, "<f4").reshape(4, 2)


@pytest.mark.parametrize("newline", [b"\n", b""])
def test_binary_with_and_without_newlines(tmp_path: Path, newline: bytes) -> None:
    rows = [b"w%d " % i + row.tobytes() + newline for i, row in enumerate(TRAPS)]
    path = tmp_path / "x.bin"
    path.write_bytes(b"4 2\n" + b"".join(rows))
    found = load_vectors(path)
    assert found.words == ["w0", "w1", "w2", "w3"]
    np.testing.assert_array_equal(found.vectors, TRAPS)
    keyed = KeyedVectors.load_word2vec_format(str(path), binary=True)
    np.testing.assert_array_equal(keyed.vectors, TRAPS)


@pytest.mark.parametrize(("name", "pattern"), [("binary", b"%b AAAABBBB"), ("text", b"%b 1 2\n")])
def test_words_that_are_not_utf8(tmp_path: Path, name: str, pattern: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"3 2\n" + b"".join(pattern % word for word in (b"a", b"\xff", b"\xfe\xc5")))
    assert load_vectors(path, f"word2vec-{name}").words == ["a", "\ufffd", "\ufffd\ufffd"]
    path.write_bytes(b"3 2\n" + b"".join(pattern % word for word in (b"\xff", b"a", b"\xfe")))
    with pytest.warns(UserWarning, match="x': left out 1 rows of repeated words"):
        found = load_vectors(path, f"word2vec-{name}")
    assert found.words == ["\ufffd", "a"]
    assert found.vectors.shape == (2, 2)


@pytest.mark.parametrize("name", ["word2vec-binary", "word2vec-text", "glove"])
def test_words_with_spaces_cannot_be_written(tmp_path: Path, name: str) -> None:
    wv = WordVectors(["a", "new york"], np.eye(2))
    with pytest.raises(FormatError, match="cannot hold the word 'new york': a space ends words"):
        wv.save(tmp_path / "x", format=name)
    assert list(tmp_path.iterdir()) == []


def test_text_has_all_digits(tmp_path: Path) -> None:
    """Between 1000 and 1024, neighboring float32 differ in the ninth digit only."""
    bits = np.float32(1000).view(np.uint32) + np.arange(500, dtype=np.uint32)
    wv = WordVectors(["a", "b"], bits.view(np.float32).reshape(2, 250))
    wv.save(tmp_path / "x.vec")
    np.testing.assert_array_equal(load_vectors(tmp_path / "x.vec").vectors, wv.vectors)


def test_text_of_other_programs(tmp_path: Path) -> None:
    """word2vec.c ends lines with a space, Windows with CR LF; GloVe has words with spaces."""
    path = tmp_path / "x.vec"
    path.write_bytes(b"3 2\na 1 -2e-3 \n. . 0.5 inf\r\n nan 3")
    with pytest.warns(UserWarning, match="x.vec': left out 1 rows whose word is empty"):
        assert load_vectors(path).words == ["a", ". ."]
    path.write_bytes(b"3 2\na 1 -2e-3 \n. . 0.5 inf\r\nlast nan 3")
    found = load_vectors(path)
    assert found.words == ["a", ". .", "last"]
    np.testing.assert_array_equal(
        found.vectors, np.array([[1, -2e-3], [0.5, np.inf], [np.nan, 3]], np.float32)
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"one two\n", "is not a word2vec file: its first line should be the number of words"),
        (b"3\n", "is not a word2vec file"),
        (b"-3 2\n", "is not a word2vec file"),
        (b"3 2", "is not a word2vec file"),
        (b"1" * 80 + b" 2\n", "is not a word2vec file"),
        (b"0 2\n", "holds no vectors: 0 words of dim 2"),
        (b"2 0\na \nb \n", "holds no vectors: 2 words of dim 0"),
        (
            b"999999999999999999 3\na 1 2 3\n",
            "truncated or damaged: .* bytes or more, and the file",
        ),
        (
            b"1 999999999999999999\na 1 2 3\n",
            "truncated or damaged: .* bytes or more, and the file",
        ),
    ],
)
@pytest.mark.parametrize("name", ["word2vec-binary", "word2vec-text"])
def test_word2vec_headers(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        load_vectors(path, name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"2 1\na AAAAbb AAA", "it ends in vector 2 of 2"),
        (b"2 1\na AAAAbbbbbbb", "it ends in vector 2 of 2"),
        (b"1 1\na AAAA\nmore", "5 bytes follow its 1 vectors of dim 1"),
        (b"1 1\na AAAA\n\n", "2 bytes follow"),
        (b"3 1\na AAAAbbbbbbb BBBB", "its first line announces 3 vectors, and it has 2"),
        (b"1 1\na AAAAb BBBB", "first line announces 1 vectors, and it has 2.*top=2"),
    ],
)
def test_damaged_binary(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        load_vectors(path, "word2vec-binary")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"2 2\na 1 2\nbbbbb 1\n", "line 3 must be a word and 2 numbers, not b'bbbbb 1"),
        (b"2 2\na 1 2\nbbbbbbbbb\n", "line 3 must be a word and 2 numbers"),
        (
            b"3 2\naaaaaaaaaaaaaaaaa 1 2\nb 2 1\n",
            "announces 3 vectors, and it has 2. It may have been cut off: .*top=2",
        ),
        (
            b"1 2\na 1 2\nb 1 2\n",
            r"announces 1 vectors, and it has 2\. If it is complete, .*: top=2\.",
        ),
        (b"2 2\na 1 2\nb 1 2x\n", "after line 1: .*'2x'"),
        (b"1 1\na \xff\n", "after line 1: "),
        (b"1 1\na \r \n", "line 2 must be a word and 1 numbers"),
    ],
)
def test_damaged_text(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message):
        load_vectors(path, "word2vec-text")


# --- GloVe ------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it closes no file
def test_gensim_reads_our_glove(tmp_path: Path) -> None:
    wv = sample()
    wv.save(tmp_path / "x.glove")
    keyed = KeyedVectors.load_word2vec_format(str(tmp_path / "x.glove"), no_header=True)
    assert keyed.index_to_key == wv.words
    np.testing.assert_array_equal(keyed.vectors, wv.vectors)


def test_gloves_words_with_spaces(tmp_path: Path) -> None:
    """As in glove.840B; dim is learned from lines without."""
    path = tmp_path / "x.txt"
    path.write_bytes(b". . . 1 2\n, 0.5 -2e-3\nat name@domain.com 3 4\n1 5 6\n\xff 7 8")
    assert detect(path) == "glove"
    found = load_vectors(path)
    assert found.words == [". . .", ",", "at name@domain.com", "1", "\ufffd"]
    expected = np.array([[1, 2], [0.5, -2e-3], [3, 4], [5, 6], [7, 8]], np.float32)
    np.testing.assert_array_equal(found.vectors, expected)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"the 1 2\nof 3 4\n", "glove"),
        (b"the 1", "glove"),
        (b"7 5 6\n8 1 2\n", "glove"),
        (b"2 2\na 1 2\nb 1 2\n", "word2vec-text"),
        (b"2 1\na 1\nb 1\n", "word2vec-text"),
        (b"1 1\na 1234", "word2vec-text"),
        (b"1 1\na \x001\x002", "word2vec-binary"),
        (b"2 1 3 4 2 2166136261 < >\n0 1\n1 1\n", "floret"),
        (b"the 1 2\nof 3 x\n", None),
        (b"the cat sat\n", None),
        (b"the\t1\t2\n", "glove"),
        (b"the\n", None),
        (b"the " + b"1" * (1 << 20) + b"\n", None),
    ],
)
def test_text_with_and_without_a_header(tmp_path: Path, content: bytes, name: str | None) -> None:
    (tmp_path / "x").write_bytes(content)
    if name is None:
        with pytest.raises(FormatError, match="is not a file of vectors that huffvec knows"):
            detect(tmp_path / "x")
    else:
        assert detect(tmp_path / "x") == name


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"word\n", "is not a file of GloVe: every line must be a word and numbers"),
        (b"a 1 2\n\n", "is not a file of GloVe"),
        (b"a 1 2\nb 1 2x\n", "after line 0: .*'2x'"),
        (b"a 1 2\nbbbbb 1\nc 1 2\n", "line 2 must be a word and 2 numbers, not b'bbbbb 1"),
        (b"a 1 2\n" * 100 + b"ccccc 1\n", "line 101 must be a word and 2 numbers, not"),
        (b"a" + b" 1" * 500 + b"\n", None),
        ((b"a" + b" 1" * 500 + b"\n") * 100 + b"\n" * 9999, "line 101 must be a word and 500"),
    ],
)
def test_damaged_glove(tmp_path: Path, content: bytes, message: str | None) -> None:
    (tmp_path / "x").write_bytes(content)
    if message is None:
        assert load_vectors(tmp_path / "x", "glove").dim == 500
        return
    with pytest.raises(FormatError, match=message):
        load_vectors(tmp_path / "x", "glove")


# --- NumPy ------------------------------------------------------------------------------------


def test_numpy_opens_npz_as_documented(tmp_path: Path) -> None:
    wv = sample()
    wv.save(tmp_path / "x.npz")
    data = np.load(tmp_path / "x.npz")
    assert bytes(data["words"]).decode().split("\n") == wv.words
    np.testing.assert_array_equal(data["vectors"], wv.vectors)
    np.testing.assert_array_equal(data["counts"], wv.vocabulary.counts)


GOOD = {"words": np.frombuffer(b"a\nb", np.uint8), "vectors": np.eye(2, dtype=np.float32)}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"vectors": GOOD["vectors"]}, "not a readable .npz file: .*words.npy"),
        (
            GOOD | {"vectors": np.eye(2)},
            "vectors should be float32, float16, int8 with 2 dim.* it is float64",
        ),
        (GOOD | {"vectors": np.eye(2, dtype=np.float32)[0]}, r"vectors should be .* shape \(2,\)"),
        (
            GOOD | {"vectors": np.ones((2, 0), np.float32)},
            r"vectors of shape \(2, 0\) does not fit",
        ),
        (GOOD | {"vectors": np.ones((3, 2), np.float32)}, "3 counts, but 2 words"),
        (GOOD | {"words": np.array(["a", "b"])}, "words should be uint8"),
        (GOOD | {"words": np.frombuffer(b"a\n", np.uint8)}, "an empty word"),
        (GOOD | {"counts": np.ones(2)}, "counts should be int64"),
        (GOOD | {"counts": np.ones(3, np.int64)}, "3 counts, but 2 words"),
    ],
)
def test_other_npz(tmp_path: Path, arrays: dict[str, np.ndarray], message: str) -> None:
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(FormatError, match=message):
        load_vectors(tmp_path / "x.npz")


def test_npz_without_counts(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", **GOOD)
    found = load_vectors(tmp_path / "x.npz")
    assert (found.words, found.vocabulary.counts.tolist()) == (["a", "b"], [0, 0])


def test_compressed_npz(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", **GOOD)
    with pytest.raises(FormatError, match=r"is compressed; save it with numpy\.savez instead"):
        load_vectors(tmp_path / "x.npz")


@pytest.mark.parametrize(
    ("version", "shape", "message"),
    [
        (b"\1\0", "(99999999999999, 2)", "truncated or damaged: vectors of shape"),
        (b"\1\0", "(3, 2)", "damaged: vectors has 16 bytes, not 24"),
        (b"\1\0", "(-2, -2)", "does not fit"),
        (b"\3\0", "(2, 2)", r"version \(3, 0\) are not read"),
        (b"\1\0", "(2, 2", "not a readable .npz file"),
    ],
)
def test_hostile_arrays(tmp_path: Path, version: bytes, shape: str, message: str) -> None:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    npy = b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header + b"AAAA" * 4
    words = io.BytesIO()
    np.save(words, GOOD["words"])
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("vectors.npy", npy)
        archive.writestr("words.npy", words.getvalue())
    with pytest.raises(FormatError, match=message):
        load_vectors(tmp_path / "x.npz")


def test_every_format_of_files_has_a_suffix_and_no_folder_has() -> None:
    assert set(SUFFIXES) == {*FORMATS, "huffvec-corpus", "huffvec-classifier"}
    for name, format in FORMATS.items():
        assert bool(SUFFIXES[name]) != bool(format.folder_files), name
