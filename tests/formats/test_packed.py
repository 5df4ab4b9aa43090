"""Vectors in compressed files and zip archives, some of a file's vectors, and foreign files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zstandard
from cli_helpers import run
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec import load_vectors
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.evaluation.similarity import read_pairs
from huffvec.formats import FORMATS, detect
from huffvec.subwords import Subwords
from huffvec.trees import read_tree
from huffvec.vectors import WordVectors
from huffvec.vectors.subword_vectors import SubwordVectors

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
    "zip": lambda data: zipped({"folder/member.txt": data}),
}
FILES = [name for name, format in FORMATS.items() if not format.folder_files]


def zipped(members: dict[str, bytes]) -> bytes:
    """The bytes of a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def sample(n_words: int = 40) -> WordVectors:
    rng = np.random.default_rng(5)
    words = [f"w{i * 7 % n_words}" for i in range(n_words)]
    return WordVectors(words, rng.normal(size=(n_words, 3)).astype(np.float32))


def saved(folder: Path, name: str) -> tuple[WordVectors, bytes]:
    """Vectors that the format can hold, and the file's bytes."""
    vectors = sample()
    if name == "floret":
        rows = np.arange(10, dtype=np.float32).reshape(5, 2)
        vectors = SubwordVectors(Vocabulary([], []), rows, Subwords(2, 3, 5, 2, hash_words=True))
    vectors.save(folder / "plain", format=name)
    return vectors, (folder / "plain").read_bytes()


# --- Packed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("name", FILES)
def test_packed_files_are_read_by_their_content(tmp_path: Path, name: str, packer: str) -> None:
    vectors, data = saved(tmp_path, name)
    packed = tmp_path / "misleading.hv"
    packed.write_bytes(PACKERS[packer](data))
    assert detect(packed) == name
    for given_format in (None, name):
        found = load_vectors(packed, given_format)
        assert found.words == vectors.words
        assert found["w7"].tolist() == vectors["w7"].tolist()


def test_several_streams_in_one_file(tmp_path: Path) -> None:
    """As bgzip, pbzip2 and cat make them."""
    _, data = saved(tmp_path, "word2vec-text")
    (tmp_path / "x.gz").write_bytes(gzip.compress(data[:200]) + gzip.compress(data[200:]))
    assert load_vectors(tmp_path / "x.gz").words == sample().words


def test_zip_archives_of_several_files(tmp_path: Path) -> None:
    glove = tmp_path / "glove.6B.zip"
    members = {"g.50d.txt": b"a 1 2\nb 3 4\n", "in/g.100d.txt": b"a 1 2 3\nc 3 4 5\n"}
    glove.write_bytes(zipped({**members, "__MACOSX/._g": b"x"}))
    assert load_vectors(glove / "g.50d.txt").dim == 2
    assert load_vectors(f"{glove}/in/g.100d.txt").words == ["a", "c"]
    with pytest.raises(
        FormatError, match=r"of several files: g.50d.txt, in/g.100d.txt. Name one .*6B.zip/g.50d"
    ):
        load_vectors(glove)
    with pytest.raises(FormatError, match=r"the zip archive has g\.50d\.txt, in/g\.100d\.txt"):
        load_vectors(glove / "other.txt")
    (tmp_path / "empty.zip").write_bytes(zipped({}))
    with pytest.raises(FormatError, match="is a zip archive without a file"):
        load_vectors(tmp_path / "empty.zip")
    (tmp_path / "folder.zip").write_bytes(zipped({"folder/": b""}))
    with pytest.raises(FormatError, match="the zip archive has no files"):
        load_vectors(tmp_path / "folder.zip")


def test_packed_models(tmp_path: Path) -> None:
    text = tmp_path / "t.txt"
    text.write_text("b a c a b d\n" * 60)
    model = huffvec.train(text, min_count=1, dim=4, epochs=1, n_threads=1)
    model.save(tmp_path / "m.hv")
    (tmp_path / "m.hv.gz").write_bytes(gzip.compress((tmp_path / "m.hv").read_bytes()))
    loaded = huffvec.load(tmp_path / "m.hv.gz")
    assert loaded.predict("a") == model.predict("a")
    assert run("info", tmp_path / "m.hv.gz") == 0


def test_damage_in_packed_files(tmp_path: Path) -> None:
    _, data = saved(tmp_path, "word2vec-text")
    whole = gzip.compress(data)
    path = tmp_path / "x.gz"
    path.write_bytes(whole[:-20])
    with pytest.raises(FormatError, match=r"x.gz': the gzip data ends too early, after \d+ bytes"):
        load_vectors(path)
    path.write_bytes(whole[:60] + b"\0" * 40 + whole[100:])
    with pytest.raises(FormatError, match=r"x\.gz': damaged gzip data before byte"):
        load_vectors(path)
    archive = bytearray(PACKERS["zip"](data))
    archive[100:120] = bytes(20)
    path.write_bytes(archive)
    with pytest.raises(FormatError, match=r"x\.gz' cannot be unpacked: "):
        load_vectors(path)
    sample().save(tmp_path / "m.hv")
    path.write_bytes(gzip.compress((tmp_path / "m.hv").read_bytes()[:-10]))
    with pytest.raises(FormatError, match=r"x\.gz' is not a huffvec file or is damaged"):
        load_vectors(path)


@given(st.data())
def test_any_change_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("mutated")
    name = data.draw(st.sampled_from(["word2vec-text", "word2vec-binary", "glove", "huffvec"]))
    packer = data.draw(st.sampled_from(list(PACKERS)))
    content = bytearray(PACKERS[packer](saved(folder, name)[1]))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = folder / "x"
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            load_vectors(path)
        except FormatError as error:
            message = str(error)
            assert str(path) in message


def test_memory_is_bounded_by_what_is_read(tmp_path: Path) -> None:
    """Headers of packed files may announce anything: memory is taken as vectors come."""
    path = tmp_path / "x.gz"
    for dim, row in ((2, b"a 1 2\n"), (10**7, b"a 1 2\n")):
        path.write_bytes(gzip.compress(b"999999999999 %d\n" % dim + row))
        for name in ("word2vec-text", "word2vec-binary"):
            tracemalloc.start()
            with pytest.raises(FormatError):
                load_vectors(path, name)
            assert tracemalloc.get_traced_memory()[1] < 50e6
            tracemalloc.stop()
    path.write_bytes(gzip.compress(b"1 99999999999\na 1 2\n"))
    with pytest.raises(FormatError, match="vectors of dim 99,999,999,999 are not read"):
        load_vectors(path, "word2vec-binary")


# --- Some of the vectors ----------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_some_vectors(tmp_path: Path, name: str) -> None:
    vectors = sample()
    if name == "floret":
        return  # it has no words
    vectors.save(tmp_path / "x", format=name)
    first = load_vectors(tmp_path / "x", top=5)
    assert first.words == vectors.words[:5]
    np.testing.assert_array_equal(first.vectors, vectors.vectors[:5])
    chosen = load_vectors(tmp_path / "x", words=["w3", "w21", "w7", "none"])
    assert chosen.words == ["w7", "w21", "w3"]
    np.testing.assert_array_equal(chosen.vectors, vectors[["w7", "w21", "w3"]])
    assert load_vectors(tmp_path / "x", words={"w3", "w21", "w7"}, top=2).words == ["w7", "w21"]
    assert len(load_vectors(tmp_path / "x", top=1000)) == 40


@pytest.mark.parametrize("name", ["word2vec-text", "word2vec-binary", "glove"])
def test_no_more_is_read_than_needed(tmp_path: Path, name: str) -> None:
    """The end of the file is damaged, and not looked at."""
    n_words = 100_000
    big = WordVectors([f"w{i}" for i in range(n_words)], np.ones((n_words, 20), np.float32) / 3)
    big.save(tmp_path / "x", format=name)
    content = (tmp_path / "x").read_bytes()
    (tmp_path / "x").write_bytes(gzip.compress(content, 1)[:-1000])
    assert len(load_vectors(tmp_path / "x", top=10)) == 10
    assert load_vectors(tmp_path / "x", words=["w9", "w5"]).words == ["w5", "w9"]
    with pytest.raises(FormatError, match="gzip data ends too early"):
        load_vectors(tmp_path / "x")


def test_what_to_read_is_checked(tmp_path: Path) -> None:
    sample().save(tmp_path / "x.vec")
    with pytest.raises(ConfigError, match="top must be a whole number"):
        load_vectors(tmp_path / "x.vec", top=0)
    for words in ("w1", [1]):
        with pytest.raises(ConfigError, match="words must be a list of words"):
            load_vectors(tmp_path / "x.vec", words=words)  # type: ignore[arg-type]
    with pytest.raises(FormatError, match="has none of the words asked for"):
        load_vectors(tmp_path / "x.vec", words=["none"])


# --- Headers, separators, empty words ---------------------------------------------------------


def test_headers_that_the_lines_contradict(tmp_path: Path) -> None:
    path = tmp_path / "x.vec"
    lines = [b"w%d " % i + b" ".join(b"%.6f" % (i + j / 7) for j in range(20)) for i in range(50)]
    for dim in (10, 19, 30):
        path.write_bytes(b"50 %d\n" % dim + b"\n".join(lines) + b"\n")
        with pytest.raises(
            FormatError, match=f"announces vectors of {dim} numbers, but the lines .* have 20"
        ):
            load_vectors(path)
    path.write_bytes(b"50 20\n" + b"\n".join(lines) + b"\n")
    assert load_vectors(path).dim == 20


def test_words_that_end_in_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.vec"
    lines = [b"section %d %.3f %.3f" % (i, i / 7, -i) for i in range(1, 9)]
    path.write_bytes(b"8 2\n" + b"\n".join(lines) + b"\n")
    assert load_vectors(path).words == [f"section {i}" for i in range(1, 9)]


@pytest.mark.parametrize("announced", [3, 5])
@pytest.mark.parametrize("name", ["word2vec-text", "word2vec-binary"])
def test_ways_round_a_wrong_number_of_words(tmp_path: Path, name: str, announced: int) -> None:
    path = tmp_path / "x"
    sample(4).save(path, format=name)
    content = path.read_bytes()
    path.write_bytes(b"%d 3\n" % announced + content.partition(b"\n")[2])
    with pytest.raises(FormatError, match=r"announce|truncated or damaged"):
        load_vectors(path, name)
    with pytest.warns(UserWarning, match=f"announces {announced} vectors, and it has 4"):
        assert load_vectors(path, name, top=1000).words == sample(4).words
    with pytest.warns(UserWarning, match=f"announces {announced} vectors, and it has 4"):
        assert load_vectors(path, name, words=["w1", "none"]).words == ["w1"]
    assert load_vectors(path, name, top=2).words == sample(4).words[:2]


def test_the_message_says_which_number_to_ask_for(tmp_path: Path) -> None:
    path = tmp_path / "x.vec"
    path.write_bytes(b"3 2\nsomething 1 2.55555\nb 3 4.77777\n")
    with pytest.raises(FormatError, match=r"announces 3 vectors, and it has 2\. It may .*top=2"):
        load_vectors(path)
    path.write_bytes(b"3 2\nsomething 1 2.55555\nb 3 4.77777\nc 1")
    with pytest.raises(FormatError, match=r"line 4 .* It is the last line: the file was cut off"):
        load_vectors(path)


def test_tabs_and_several_spaces(tmp_path: Path) -> None:
    path = tmp_path / "x.vec"
    expected = np.array([[1, 2.5], [-3, 4]], np.float32)
    for content in (
        b"a\t1\t2.5\nnew york\t-3\t4\n",
        b"a  1   2.5\nnew york -3  4\n",
        b"a\t1 2.5\nnew york\t-3 4\n",
        b"a \t1 \t2.5\t\r\nnew york\t\t-3\t4\r\n",
    ):
        path.write_bytes(b"2\t2\n" + content)
        found = load_vectors(path)
        assert found.words == ["a", "new york"]
        np.testing.assert_array_equal(found.vectors, expected)
    path.write_bytes(b"a\t1\t2.5\nb\t-3\t4\n")
    assert load_vectors(path).words == ["a", "b"]
    assert detect(path) == "glove"


def test_words_with_tabs_come_back(tmp_path: Path) -> None:
    vectors = WordVectors(["a\tb", "\t", "c\t"], np.eye(3))
    for name in ("word2vec-text", "glove", "word2vec-binary"):
        vectors.save(tmp_path / "x", format=name)
        assert load_vectors(tmp_path / "x").words == vectors.words


@pytest.mark.parametrize("binary", [True, False])
def test_gensims_empty_word(tmp_path: Path, binary: bool) -> None:
    keyed = KeyedVectors(3)
    keyed.add_vectors(["b", "", "a"], np.eye(3))
    keyed.save_word2vec_format(str(tmp_path / "x"), binary=binary)
    with pytest.warns(UserWarning, match="x': left out 1 rows whose word is empty"):
        found = load_vectors(tmp_path / "x")
    assert found.words == ["b", "a"]
    np.testing.assert_array_equal(found.vectors, np.eye(3)[[0, 2]])


# --- Byte order marks -------------------------------------------------------------------------

TEXTS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "glove": ("the 1 2\nof 3 4\n", lambda path: load_vectors(path).words),
    "word2vec-text": ("2 2\nthe 1 2\nof 3 4\n", lambda path: load_vectors(path).words),
    "floret": ("2 1 3 4 2 2166136261 < >\n0 1\n1 1\n", lambda path: load_vectors(path).dim),
    "vocabulary": ("the\t5\nof\t3\n", lambda path: Vocabulary.read_tsv(path).words),
    "pairs": ("the\tof\t3\n", read_pairs),
    "tree": ("root\tthe\tof\n", lambda path: read_tree(path, Vocabulary(["the", "of"], [2, 1]))),
}


@pytest.mark.parametrize("name", TEXTS)
def test_byte_order_marks(tmp_path: Path, name: str) -> None:
    text, read = TEXTS[name]
    plain, marked = tmp_path / "plain", tmp_path / "marked"
    plain.write_bytes(text.encode())
    marked.write_bytes(text.encode("utf-8-sig"))
    if name == "tree":
        read(marked)
    else:
        assert read(marked) == read(plain)
    for encoding in ("UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32"):
        marked.write_bytes(text.encode(encoding))
        with pytest.raises(
            FormatError, match=rf"is {encoding} text.*: iconv -f {encoding} -t UTF-8"
        ):
            read(marked)
    if name in ("vocabulary", "pairs", "tree"):
        marked.write_bytes(b"\xef\xbb\xbf")
        with pytest.raises(FormatError, match="is empty but for a byte order mark"):
            read(marked)


def test_byte_order_marks_in_the_projectors_tables(tmp_path: Path) -> None:
    sample(3).save(tmp_path / "x", format="projector")
    for name in ("vectors.tsv", "metadata.tsv"):
        file = tmp_path / "x" / name
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_vectors(tmp_path / "x").words == sample(3).words


# --- Foreign files ----------------------------------------------------------------------------


def pytorch() -> bytes:
    return zipped({"model/data.pkl": b"\x80\x02.", "model/data/0": b"1234"})


def gensims(folder: Path) -> bytes:
    keyed = KeyedVectors(2)
    keyed.add_vectors(["a", "b"], np.eye(2))
    keyed.save(str(folder / "kv"))
    return (folder / "kv").read_bytes()


def npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.eye(2))
    return file.getvalue()


FOREIGN: dict[str, tuple[bytes, str]] = {
    "npy": (npy(), r"is a NumPy array \(.npy\).*WordVectors\(words, numpy.load"),
    "pickle": (pickle.dumps([1, 2]), "is a pickle of Python.*Opening a pickle runs"),
    "pytorch": (pytorch(), "is a file of PyTorch.*torch.load"),
    "old pytorch": (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "is a file of PyTorch"),
    "git-lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "is a pointer of Git LFS.*run git lfs pull",
    ),
    "log": (b'{"event": "start", "tokens": 0}\n', "is a log of training.*the model that was"),
    "html": (b"\n<!DOCTYPE html><html><title>404", "is an HTML page.*get the file again"),
    "onnx": (b"\x08\x07\x12\x07pytorch\x1a", "is an ONNX model"),
    "hdf5": (b"\x89HDF\r\n\x1a\n\0\0", "is an HDF5 file"),
    "gguf": (b"GGUF\3\0\0\0", "is a GGUF model"),
    "sentencepiece": (b"\n\x0e\n\x05<unk>\x15\0\0", "is a tokeniser of SentencePiece"),
    "keras": (zipped({"config.json": b"{}", "model.weights.h5": b""}), "is a model of Keras"),
    "tar": (b"\0" * 257 + b"ustar\x0000" + b"\0" * 300, "is a tar archive.*Unpack it first"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "is a 7z archive"),
    "pdf": (b"%PDF-1.7", "is a PDF"),
    "text": ("The cat sat on the máta.\nNo.\n".encode(), "but text; huffvec.train makes"),
    "utf-16": ("The cat sat".encode("utf-16"), "is UTF-16 text"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_files_are_named(tmp_path: Path, name: str) -> None:
    content, message = FOREIGN[name]
    path = tmp_path / "vectors.bin"
    path.write_bytes(content)
    for read in (load_vectors, huffvec.load):
        with pytest.raises(FormatError, match=message):
            read(path)
    if not content.startswith(b"PK"):
        path.write_bytes(gzip.compress(content))
        with pytest.raises(FormatError, match=message):
            load_vectors(path)


def test_gensims_own_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gensims(tmp_path))
    with pytest.raises(FormatError, match=r"gensim's save\(\).*huffvec.interchange.from_gensim"):
        load_vectors(path)


def test_bytes_that_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\1\2\3\0\xff" * 9)
    with pytest.raises(FormatError, match=r"is not a file of vectors that huffvec knows \(huffv"):
        load_vectors(tmp_path / "x")
