from __future__ import annotations

import bz2
import gzip
import io
import itertools
import json
import lzma
import os
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from corpus_strategies import texts
from hypothesis import given
from hypothesis import strategies as st
from reference import text as reference

import huffvec
from huffvec import _text
from huffvec.corpus import Vocabulary, count_words
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.pieces import split_sentences
from huffvec.corpus.word_rules import WordRules
from huffvec.errors import ConfigError, CorpusError

COMPRESSORS: dict[str, Any] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
SENTENCES = [["b", "a", "b"], ["c c", "a"], [], ["b"], ["ž", "b"]]


def as_lists(corpus: huffvec.Corpus) -> list[list[str]]:
    words, ids = corpus.vocabulary.words, corpus.ids
    bounds = corpus.sentence_offsets.tolist()
    return [[words[i] for i in ids[begin:end]] for begin, end in itertools.pairwise(bounds)]


def check_as_text(corpus: huffvec.Corpus, lines: list[list[bytes]], min_count: int) -> None:
    """Check a corpus against the plain twin of counting and encoding."""
    counted = reference.vocabulary(lines, min_count)
    assert corpus.vocabulary.words == [word.decode() for word, _ in counted]
    assert corpus.vocabulary.counts.tolist() == [n for _, n in counted]
    ids, offsets = reference.encoded(lines, [word for word, _ in counted])
    assert corpus.ids.tolist() == ids
    assert corpus.sentence_offsets.tolist() == offsets
    assert corpus.record.n_raw_tokens == sum(map(len, lines))
    assert corpus.record.n_raw_sentences == sum(map(bool, lines))
    assert corpus.record.n_types == len({word for line in lines for word in line})


def test_bounded_counting_is_exact(tmp_path: Path) -> None:
    """Half a million different words in tables of 16 MB in all: nothing may get lost."""
    path = tmp_path / "many.txt"
    rng = np.random.default_rng(5)
    numbers = rng.permutation(np.repeat(np.arange(500_000), 2))
    path.write_text("\n".join(map(str, numbers.tolist())))
    free = huffvec.encode([path], min_count=2, n_threads=2)
    bound = huffvec.encode([path], vocab_memory="16MB", min_count=2, n_threads=2)
    assert len(bound.vocabulary) == 500_000
    assert bound.record.n_types == 500_000
    assert bound.vocabulary.words == free.vocabulary.words
    assert np.array_equal(bound.ids, free.ids)
    assert np.array_equal(bound.sentence_offsets, free.sentence_offsets)


@given(texts(), st.sampled_from(sorted(COMPRESSORS)), st.integers(1, 2))
def test_compressed_files_are_read_as_they_are(tmp_path_factory, contents, suffix, min_count):
    folder = tmp_path_factory.mktemp("packed")
    paths = [folder / f"{i}.txt{suffix}" for i in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(COMPRESSORS[suffix](content))
    lines = reference.sentences(contents)
    if not reference.vocabulary(lines, min_count):
        with pytest.raises(CorpusError, match=r"no word is left|has no word"):
            huffvec.encode(paths, min_count=min_count)
        return
    check_as_text(huffvec.encode(paths, min_count=min_count, n_threads=2), lines, min_count)


@pytest.mark.parametrize("suffix", [*COMPRESSORS, ".zst"])
def test_damaged_and_short_files(tmp_path: Path, suffix: str) -> None:
    if suffix == ".zst":
        zstandard = pytest.importorskip("zstandard")
        packed = zstandard.ZstdCompressor(write_checksum=True).compress(b"some words\n" * 5000)
    else:
        packed = COMPRESSORS[suffix](b"some words\n" * 5000)
    path = tmp_path / f"text{suffix}"
    path.write_bytes(packed + packed)  # two streams in a file are one text
    assert huffvec.encode(path).n_tokens == 20_000
    path.write_bytes(packed + packed[:-7])
    with pytest.raises(CorpusError, match=rf"text{suffix}: the .* data ends too early, after"):
        huffvec.encode(path)
    path.write_bytes(packed + b"something else")
    with pytest.raises(CorpusError, match=rf"text{suffix}: damaged \w+ data before byte"):
        huffvec.encode(path)
    middle = len(packed) // 2
    path.write_bytes(packed[:middle] + bytes([packed[middle] ^ 0x55]) + packed[middle + 1 :])
    with pytest.raises(CorpusError, match=rf"text{suffix}: (damaged|the) \w+ data"):
        huffvec.encode(path)
    path.write_bytes(b"some words\n")
    with pytest.raises(CorpusError, match=r"is not \w+, as its name says, but begins with b'some"):
        huffvec.encode(path)


@pytest.mark.parametrize("is_fast", [True, False])
def test_gzip_with_either_library(tmp_path: Path, monkeypatch, is_fast: bool) -> None:
    if is_fast:
        pytest.importorskip("isal")
    else:
        monkeypatch.setitem(sys.modules, "isal", None)
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"a b\nc") + gzip.compress(b" b\n"))  # two streams
    assert as_lists(huffvec.encode(path, min_count=1)) == [["a", "b"], ["c", "b"]]
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(CorpusError, match=r"x\.gz: the gzip data ends too early, after \d+ bytes"):
        huffvec.encode(path)
    path.write_bytes(gzip.compress(b"a b c")[:-8] + b"12345678")
    with pytest.raises(CorpusError, match=r"x\.gz: damaged gzip data before byte \d+: "):
        huffvec.encode(path)


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(gzip.compress(b"a b\n") + b"\0" * 512)
    assert as_lists(huffvec.encode(path, min_count=1)) == [["a", "b"]]


@pytest.mark.parametrize(
    ("head", "kind"), [(b"PK\x03\x04", "a zip archive"), (b"%PDF-1.7", "a PDF")]
)
def test_files_of_other_kinds(tmp_path: Path, head: bytes, kind: str) -> None:
    (tmp_path / "x.txt").write_bytes(head + b" some")
    with pytest.raises(CorpusError, match=rf"x\.txt: is {kind}, which is not read"):
        huffvec.encode(tmp_path / "x.txt")


@pytest.mark.parametrize("errors", ["strict", "replace"])
@pytest.mark.parametrize("name", ["x.txt", "x.csv", "x.jsonl", "x.txt.gz"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("the cat".encode("utf-16"), "is UTF-16 text"),
        ("the cat sat".encode("utf-16-be"), "is UTF-16BE text"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\n", "run git lfs pull"),
        (b"\2" + b"\0" * 7 + b"{}", "a model is no text"),
        (b"2 3\nthe 0.5 -1 1e-3\ncat 1 2 3\n", "has word vectors .*, not text"),
        (b"2 300\nthe" + b" -0.1234" * 300 + b"\n", "has word vectors .*, not text"),
    ],
)
def test_what_is_no_text_in_utf8_is_named(
    tmp_path: Path, content: bytes, message: str, name: str, errors: str
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with pytest.raises(CorpusError, match=message):
        huffvec.encode(path, errors=errors)  # type: ignore[arg-type]
    if name.startswith("x.txt"):
        with pytest.raises(CorpusError, match=message):
            huffvec.random_walks(path, errors=errors)


def test_a_corpus_from_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huffvec.encode([["a", "b"]], min_count=1).save(tmp_path / "x.hvc")
    data = io.TextIOWrapper(io.BytesIO((tmp_path / "x.hvc").read_bytes()))
    monkeypatch.setattr(sys, "stdin", data)
    with pytest.raises(
        CorpusError, match="standard input: looks like an encoded corpus or a model"
    ):
        huffvec.encode("-")


@pytest.mark.parametrize("options", [{}, {"column": "text"}])
def test_tables_compressed_from_outside(tmp_path: Path, options: dict) -> None:
    (tmp_path / "x.parquet.gz").write_bytes(gzip.compress(b"PAR1 and so on"))
    with pytest.raises(
        CorpusError, match=r"x\.parquet\.gz: is a table that was compressed by gzip"
    ):
        huffvec.encode(tmp_path / "x.parquet.gz", **options)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.TextIOWrapper(io.BytesIO(gzip.compress(b"b a\nb\n")))
    monkeypatch.setattr(sys, "stdin", data)
    assert as_lists(huffvec.encode("-", min_count=1)) == [["b", "a"], ["b"]]


def test_pipes_and_plain_files_in_order(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "z.txt").write_text("a b")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"c b\nd",))
    writer.start()
    corpus = huffvec.encode([tmp_path / "z.txt", tmp_path / "pipe"], min_count=1)
    writer.join()
    assert as_lists(corpus) == [["a", "b"], ["c", "b"], ["d"]]


def test_long_text_without_line_end_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"one two " * 400_000))
    corpus = huffvec.encode(tmp_path / "x.gz", n_threads=2)
    assert corpus.sentence_offsets.tolist() == [0, 800_000]
    assert np.array_equal(corpus.ids, np.tile([0, 1], 400_000))


def test_text_without_white_space(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"x" * ((1 << 26) + (1 << 21)), 1))
    with pytest.raises(CorpusError, match="no white space within 64 MB"):
        huffvec.encode(tmp_path / "x.gz")


def test_broken_bytes_are_placed_in_the_text(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"caf\xe9 b"))
    for options in ({}, {"lowercase": True}):
        with pytest.raises(CorpusError, match=r"x\.gz: not UTF-8: byte 0xE9 at byte offset 3"):
            huffvec.encode(tmp_path / "x.gz", **options)
        corpus = huffvec.encode(tmp_path / "x.gz", min_count=1, errors="replace", **options)
        assert as_lists(corpus) == [["caf\ufffd", "b"]]


def test_lowercase_and_normal_forms(tmp_path: Path) -> None:
    text = "E\u0301cole ÉCOLE ℡ Ⅷ\n"
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")

    def words(**options: object) -> list[str]:
        return as_lists(huffvec.encode(tmp_path / "x.txt", min_count=1, **options))[0]

    assert words(normalize="NFC") == ["École", "ÉCOLE", "℡", "Ⅷ"]
    assert words(normalize="NFC", lowercase=True) == ["école", "école", "℡", "ⅷ"]
    assert words(normalize="NFKC", lowercase=True) == ["école", "école", "tel", "viii"]
    assert words(lowercase=True) == ["e\u0301cole", "école", "℡", "ⅷ"]


def test_lists_generators_and_tuples() -> None:
    kept = [sentence for sentence in SENTENCES if sentence]
    for data in (SENTENCES, (s for s in SENTENCES), tuple(map(tuple, SENTENCES))):
        corpus = huffvec.encode(data, min_count=1)
        assert as_lists(corpus) == kept
        assert corpus.vocabulary.words == ["b", "a", "c c", "ž"]
    assert as_lists(huffvec.encode([["A", "B"]], min_count=1, lowercase=True)) == [["a", "b"]]


TOKENS = st.characters(exclude_categories=["Cs"], exclude_characters="\n\0")


@given(st.lists(st.lists(st.text(TOKENS, min_size=1, max_size=12))))
def test_any_tokens_come_through(sentences: list[list[str]]) -> None:
    kept = [sentence for sentence in sentences if sentence]
    if kept:
        assert as_lists(huffvec.encode(sentences, min_count=1)) == kept


def test_many_pieces_keep_their_order() -> None:
    rng = np.random.default_rng(3)
    ids = rng.integers(0, 997, (40_000, 10))
    names = np.array([f"w{i * 7 % 997}" for i in range(997)])
    corpus = huffvec.encode([row.tolist() for row in names[ids]], min_count=1, n_threads=3)
    assert np.array_equal(np.array(corpus.vocabulary.words)[corpus.ids], names[ids].ravel())
    numbers = huffvec.encode(ids, min_count=1, n_threads=3)
    assert np.array_equal(np.array(numbers.vocabulary.words)[numbers.ids].astype(int),
                          ids.ravel())  # fmt: skip
    assert numbers.n_sentences == 40_000


def test_iterators_of_strings() -> None:
    assert as_lists(huffvec.encode(iter(["b a", "", "a\nb b"]), min_count=1)) == [
        ["b", "a"],
        ["a"],
        ["b", "b"],
    ]


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int16])
def test_arrays_of_ids(dtype: type) -> None:
    values = np.array([9, 7, 9, 7, 7, 3], dtype)
    corpus = huffvec.encode(values, min_count=1)
    assert as_lists(corpus) == [["9", "7", "9", "7", "7", "3"]]
    assert corpus.vocabulary.words == ["7", "9", "3"]
    assert as_lists(huffvec.encode(values.reshape(3, 2), min_count=1)) == [
        ["9", "7"], ["9", "7"], ["7", "3"],
    ]  # fmt: skip
    corpus = huffvec.encode(values, offsets=[0, 1, 1, 6], min_count=2)
    assert as_lists(corpus) == [["9"], ["7", "9", "7", "7"]]
    lists = huffvec.encode([values[:2], [], values[2:].tolist()], min_count=1)
    assert as_lists(lists) == [["9", "7"], ["9", "7", "7", "3"]]


def test_ids_of_64_bits() -> None:
    ids = np.array([2**62 + 1, 2**63 - 1, 2**62 + 1], np.uint64)
    names = [str(name) for name in ids]
    assert as_lists(huffvec.encode(ids, min_count=1)) == [names]
    assert as_lists(huffvec.encode([ids[:1], ids[1:]], min_count=1)) == [names[:1], names[1:]]
    ids[1] += 1
    for data in (ids, [ids]):
        with pytest.raises(CorpusError, match=f"the id {2**63} does not fit into 64 bits"):
            huffvec.encode(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([["a"], "b"], r"list: sentence 2 is str \('b'\), expected a list of tokens as those"),
        ([["a", 3]], r"list: sentence 1: token 2 is int \('3'\), expected text"),
        ([["a"], ["b", ""]], "list: sentence 2: token 2 is empty, expected at least one"),
        ([["a"], ["b", "c\nd"]], r"list: sentence 2: token 2 has a line feed in it: 'c\\nd'"),
        ([["a", "\ud800"]], "list: cannot be written in UTF-8"),
        ([[1, 2], [1.5]], r"list: sentence 2: id 1 is float \('1\.5'\), expected a whole number"),
        ([["a"], None], r"sentence 2 is missing \(None\)"),
        ([b"a b"], r"is bytes .*expected text, a list of tokens or a list of ids\. Decode"),
        ([{"text": "a"}], r"Name one of its keys as column: text"),
        (iter([1, 2]), r"sentence 1 is int"),
        (iter([Path("x.txt")]), r"an iterator of paths such as 'x\.txt': give them as a list"),
        (7, "cannot train on int: expected file names, an iterable"),
        (np.array("a b"), "cannot train on ndarray: expected file names, an iterable"),
        ([], "the input: has no word"),
        ([[]], "the input: has no word"),
        (np.zeros((2, 2, 2), int), r"expected whole numbers of one or two axes, got shape \(2, 2"),
        (["a b c"], r"a b c: there is no such file\. Names of files were expected; for sentences"),
    ],
)
def test_data_that_is_no_corpus(data: object, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        huffvec.encode(data, min_count=1)


@pytest.mark.parametrize("offsets", [[], [0, 2], [1, 3], [0, 3, 2, 3], [[0, 3]], [0.0, 3.0]])
def test_wrong_offsets(offsets: list) -> None:
    with pytest.raises(CorpusError, match="offsets: expected whole numbers rising from 0 to 3"):
        huffvec.encode(np.array([1, 2, 1]), offsets=offsets)


def test_offsets_without_an_array(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("a")
    for data in ([[1, 2]], tmp_path / "x.txt"):
        with pytest.raises(ConfigError, match="offsets belong to a NumPy array"):
            huffvec.encode(data, offsets=[0, 1])


def test_damaged_offsets_do_not_reach_the_engine(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        builder = _text.CorpusBuilder(
            np.empty(0, np.uint8), ids_fd=file.fileno(), offsets_fd=file.fileno(),
            runs_fd=file.fileno(), rules=WordRules().native(1), n_threads=1,
            table_bytes=1, replace_errors=False,
            count_only=False,
        )  # fmt: skip
        data, good = np.frombuffer(b"abc", np.uint8), np.array([0, 1])
        for bad in ([0, 4], [2, 1], [-1, 2], []):
            offsets = np.array(bad, np.int64)
            with pytest.raises(CorpusError, match="damaged data: offsets that do not rise"):
                builder.add_texts(0, b"x", data, offsets)
            with pytest.raises(CorpusError, match="damaged data: offsets that do not rise"):
                builder.add_tokens(0, b"x", data, offsets.astype(np.int32), good)
            with pytest.raises(CorpusError, match="damaged data: offsets that do not rise"):
                builder.add_integers(0, np.array([1, 2, 3]), offsets)


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    rows = [{"id": 1, "t": "b a"}, {"id": 2, "t": None}, {"id": 3, "t": "b"}]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    assert as_lists(huffvec.encode(path, column="t", min_count=1)) == [["b", "a"], ["b"]]
    with pytest.raises(
        CorpusError, match=r"x\.jsonl: line 1 has several columns: 'id', 't'\. Name"
    ):
        huffvec.encode(path)
    with pytest.raises(CorpusError, match=r"line 1 has no column 'text', but 'id', 't'"):
        huffvec.encode(path, column="text")
    path = tmp_path / "y.ndjson.gz"
    path.write_bytes(gzip.compress(b'["b", "a b"]\n["b"]'))
    assert as_lists(huffvec.encode(path, min_count=1)) == [["b", "a b"], ["b"]]
    path.write_bytes(gzip.compress(b'{"t": [4, 5]}\n{"t": [4]}'))
    assert as_lists(huffvec.encode(path, min_count=1)) == [["4", "5"], ["4"]]
    path.write_bytes(gzip.compress(b'{"t": "a"}\n{"t": '))
    with pytest.raises(CorpusError, match=r"y\.ndjson\.gz: line 2 is not JSON, expected a value"):
        huffvec.encode(path)
    (tmp_path / "z.txt").write_text("1 2")
    with pytest.raises(CorpusError, match=r"z\.txt: is plain text, which has no columns: leave"):
        huffvec.encode(tmp_path / "z.txt", column="t")
    (tmp_path / "z.txt").write_text("12")
    with pytest.raises(
        CorpusError, match=r"line 1 is int \('12'\), expected an object with the key"
    ):
        huffvec.encode(tmp_path / "z.txt", column="t")


def test_a_vocabulary_made_elsewhere(tmp_path: Path) -> None:
    vocabulary = Vocabulary(["a", "b"], [100, 7])
    (tmp_path / "x.txt").write_text("b c a\nc\nb")
    for data in (tmp_path / "x.txt", [["b", "c", "a"], ["c"], ["b"]]):
        corpus = huffvec.encode(data, vocabulary=vocabulary)
        assert corpus.vocabulary is vocabulary
        assert as_lists(corpus) == [["b", "a"], ["b"]]
        assert (corpus.record.n_raw_tokens, corpus.record.min_count) == (5, 0)
    with pytest.raises(CorpusError, match="no token of the text is a word of the vocabulary"):
        huffvec.encode([["x"]], vocabulary=vocabulary)
    broken = tmp_path / "y.txt"
    broken.write_bytes(b"b \xff\n")
    corpus = huffvec.encode(broken, errors="replace", vocabulary=Vocabulary(["\ufffd"], [1]))
    assert corpus.ids.tolist() == [0]


def test_training_with_a_vocabulary_made_elsewhere() -> None:
    sentences = [["a", "b", "x", "a"]] * 50
    options = {"epochs": 1, "dim": 4, "subsample_threshold": 0}
    model = huffvec.train(sentences, vocabulary=Vocabulary(["b", "a"], [50, 100]), **options)
    assert model.vocabulary.words == ["b", "a"]
    assert model.training["raw_tokens"] == 200
    with pytest.raises(ConfigError, match="vocabulary: the word 'b' has count 0"):
        huffvec.train(sentences, vocabulary=Vocabulary(["a", "b"], [1, 0]))


def test_training_is_the_same_from_every_input(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    lines = [" ".join(f"w{i}" for i in row) for row in rng.integers(0, 30, (300, 12))]
    (tmp_path / "x.txt").write_text("\n".join(lines))
    (tmp_path / "x.txt.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    options = {"dim": 8, "epochs": 1, "n_threads": 1}
    plain = huffvec.train(tmp_path / "x.txt", **options)
    inputs = [tmp_path / "x.txt.gz", [line.split() for line in lines], iter(lines)]
    inputs.append(huffvec.encode(tmp_path / "x.txt"))
    for data in inputs:
        model = huffvec.train(data, **options)
        assert np.array_equal(model.input_vectors, plain.input_vectors)
        assert model.training["raw_tokens"] == plain.training["raw_tokens"]


def test_counting_without_encoding(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("b a\n\nb B\n")
    for options in ({}, {"vocab_memory": "16MB"}):
        vocabulary, record = count_words(tmp_path / "x.txt", min_count=1, **options)
        assert (vocabulary.words, vocabulary.counts.tolist()) == (["b", "B", "a"], [2, 1, 1])
        assert (record.n_raw_tokens, record.n_raw_sentences, record.n_types) == (4, 2, 3)
    corpus = huffvec.encode(tmp_path / "x.txt", min_count=1)
    corpus.save(tmp_path / "x.hvc")
    assert count_words(tmp_path / "x.hvc", min_count=1).record == record
    assert count_words(corpus, min_count=1).record == record
    assert corpus.n_tokens == 4  # it is still open


def test_progress_ends_with_all_bytes(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"some words"))
    calls: list[tuple[str, int, int]] = []
    huffvec.encode(tmp_path / "x.gz", min_count=1, progress=lambda *call: calls.append(call))
    size = (tmp_path / "x.gz").stat().st_size
    assert ("reading text", size, size) in calls
    assert calls[-1][0] == "encoding text"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"normalize": "nfc"}, "normalize must be one of NFC, NFD, NFKC, NFKD, not 'nfc'"),
        ({"errors": "ignore"}, "errors must be one of strict, replace"),
        ({"vocab_memory": "much"}, "vocab_memory must be a number of bytes such as 8GB or 500MB"),
        (
            {"vocab_memory": "1KB"},
            "vocab_memory must be a whole number of bytes from 16000000 .*, not 1000",
        ),
        ({"colum": "a"}, "'colum' is no input option: .*Did you mean 'column'"),
    ],
)
def test_options_out_of_range(options: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        huffvec.encode([["a"]], **options)
    with pytest.raises(ConfigError, match="min_count must be a whole number from 1 to"):
        huffvec.encode([["a"]], min_count=0)


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [("8GB", 8 * 10**9), ("500mb", 5 * 10**8), ("1.5e9", 1_500_000_000), ("20M", 2 * 10**7)],
)
def test_sizes(text: str, n_bytes: int) -> None:
    assert InputOptions(vocab_memory=text).vocab_bytes == n_bytes


def test_splitting_sentences() -> None:
    offsets = np.array([5, 7, 7, 20, 21, 22])
    parts = split_sentences(offsets, 3)
    assert [part[0] for part in parts] == [0, *[part[1] for part in parts[:-1]]]
    assert parts[-1][1] == 5
    assert split_sentences(np.array([0]), 3) == []


@pytest.mark.parametrize("name", ["x.txt", "x.jsonl", "x.csv"])
def test_a_byte_order_mark_counts_in_the_place_of_a_bad_byte(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf12345\xff 7\n")
    with pytest.raises(CorpusError, match="byte 0xFF at byte offset 8"):
        huffvec.encode(tmp_path / name, lowercase=True)


@pytest.mark.parametrize("text", ["3 2\n5 1 2\n", "2 3\nthe 0.5 1\n", "2 1\ncat .\n", "2 3\n"])
def test_text_that_begins_like_vectors(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.txt").write_text(text)
    assert huffvec.encode(tmp_path / "x.txt", min_count=1).n_tokens == len(text.split())
