from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import run
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec.corpus import Sentences, Vocabulary
from huffvec.corpus.file import Corpus, load_corpus
from huffvec.errors import ConfigError, CorpusError, FormatError
from huffvec.files.safetensors_file import write_tensors

SENTENCES = [["b", "a", "b"], ["c", "B"], ["b"]] * 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    huffvec.encode(SENTENCES, min_count=1, lowercase=True).save(tmp_path / "x.hvc")
    return tmp_path / "x.hvc"


def test_round_trip(path: Path) -> None:
    made = huffvec.encode(SENTENCES, min_count=1, lowercase=True)
    with load_corpus(path) as corpus:
        assert corpus.vocabulary.words == ["b", "a", "c"]
        assert corpus.vocabulary.counts.tolist() == [16, 4, 4]
        assert np.array_equal(corpus.ids, made.ids)
        assert np.array_equal(corpus.sentence_offsets, made.sentence_offsets)
        assert corpus.record == made.record
        assert (corpus.n_tokens, corpus.n_sentences) == (24, 12)
        assert not corpus.ids.flags.writeable
        assert repr(corpus) == "Corpus(24 tokens, 12 sentences, Vocabulary(3 words, 24 tokens))"
    with pytest.raises(CorpusError, match="the encoded corpus is closed"):
        _ = corpus.n_tokens


def test_is_read_as_any_input(path: Path) -> None:
    assert huffvec.encode(path).record.min_count == 1
    assert huffvec.encode(path, lowercase=True).n_tokens == 24
    model = huffvec.train(path, dim=4, epochs=1, subsample_threshold=0)
    assert model.config.min_count == 1
    assert model.training["lowercase"] is True
    renamed = path.rename(path.with_name("no-suffix"))
    assert huffvec.encode(renamed).n_tokens == 24


def test_options_that_come_too_late(path: Path) -> None:
    with pytest.raises(ConfigError, match="is read as it is: give column when it is encoded"):
        huffvec.encode(path, column="x")
    for name, value, encoded in (
        ("normalize", "NFC", "None"),
        ("lowercase", False, "True"),
        ("max_words", 2, "None"),
        ("keep_words", ["b"], r"\(\)"),
    ):
        message = f"{name}: the corpus was encoded with {encoded}, not .*: leave it out"
        with pytest.raises(ConfigError, match=message) as raised:
            huffvec.encode(path, **{name: value})
        assert raised.value.options == (name,)
    assert huffvec.encode(path, lowercase=True, normalize=None, keep_words=[]).n_tokens == 24
    with pytest.raises(ConfigError, match="min_count: the corpus was encoded with 1, not 3"):
        huffvec.encode(path, min_count=3)
    with pytest.raises(ConfigError, match="the corpus is encoded with another vocabulary"):
        huffvec.encode(path, vocabulary=Vocabulary(["b", "c", "a"], [1, 1, 1]))
    (path.parent / "x.txt").write_text("b")
    with pytest.raises(CorpusError, match=r"x\.hvc: an encoded corpus cannot be joined with other"):
        huffvec.encode([path, path.parent / "x.txt"])


def test_files_that_are_no_corpus(path: Path) -> None:
    (path.parent / "x.txt").write_text("some text")
    with pytest.raises(FormatError, match=r"x\.txt' is not a file of vectors .*, but text"):
        load_corpus(path.parent / "x.txt")
    huffvec.train(path, dim=4, epochs=1, subsample_threshold=0).save(path.parent / "m.hv")
    with pytest.raises(FormatError, match=r"m\.hv' is not an encoded corpus; huffvec encode"):
        load_corpus(path.parent / "m.hv")
    (path.parent / "short.hvc").write_bytes(path.read_bytes()[:-1])
    with pytest.raises(FormatError, match=r"short\.hvc' is not a huffvec file or is damaged"):
        huffvec.train(path.parent / "short.hvc")


GOOD = {
    "ids": np.array([1, 0, 1], np.int32),
    "sentence_offsets": np.array([0, 2, 3]),
    "words": np.frombuffer(b"b\na", np.uint8),
    "counts": np.array([1, 2]),
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ids": np.array([1, 2, 1], np.int32)}, "it has ids that are none of its 2 words"),
        ({"ids": np.array([1, -1, 1], np.int32)}, "it has ids that are none of its 2 words"),
        ({"ids": np.array([1, 0, 1])}, "expected ids, one axis of <i4"),
        ({"sentence_offsets": np.array([0, 2, 4])}, "its sentences do not rise from 0 to 3"),
        ({"sentence_offsets": np.array([0, 2, 2, 3])}, "its sentences do not rise from 0 to 3"),
        ({"sentence_offsets": np.array([1, 3])}, "its sentences do not rise from 0 to 3"),
        ({"counts": np.array([1])}, "1 counts, but 2 words|none of its 1 words"),
        ({"words": np.frombuffer(b"b\n\na", np.uint8)}, "2 counts, but 3 words"),
    ],
)
def test_damaged_tensors(tmp_path: Path, change: dict, message: str) -> None:
    metadata = {"format": "huffvec-corpus", "format_version": "1", "corpus": "{}"}
    write_tensors(tmp_path / "x.hvc", GOOD | change, metadata)
    with pytest.raises(FormatError, match=rf"x\.hvc' is damaged: .*({message})"):
        load_corpus(tmp_path / "x.hvc")


def test_repeated_words_are_named_with_the_file(tmp_path: Path) -> None:
    metadata = {"format": "huffvec-corpus", "format_version": "1", "corpus": "{}"}
    words = {"words": np.frombuffer(b"a\na", np.uint8)}
    write_tensors(tmp_path / "x.hvc", GOOD | words, metadata)
    with pytest.raises(FormatError, match=r"x\.hvc' is damaged: .*the word 'a' twice"):
        load_corpus(tmp_path / "x.hvc").vocabulary.id_of("b")


def test_damaged_records(tmp_path: Path) -> None:
    path = tmp_path / "x.hvc"
    for record in ("", "[1]", "3", '{"min_count": "3"}', '{"lowercase": 1}'):
        write_tensors(path, GOOD, {"format": "huffvec-corpus", "format_version": "1",
                                   "corpus": record})  # fmt: skip
        with pytest.raises(
            FormatError, match=r"damaged: its record (is not JSON|should be|has .* as)"
        ):
            load_corpus(path)
    write_tensors(path, GOOD, {"format": "huffvec-corpus", "format_version": "2"})
    with pytest.raises(FormatError, match="is a corpus of version 2; this huffvec reads version 1"):
        load_corpus(path)
    record = json.dumps({"min_count": 7, "of_a_later_version": 1})
    metadata = {"format": "huffvec-corpus", "format_version": "1", "corpus": record}
    write_tensors(path, GOOD, metadata)
    assert load_corpus(path).record.min_count == 7


@given(st.data())
def test_any_damage_is_found_or_harmless(tmp_path_factory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("damage") / "x.hvc"
    encoded = Sentences.from_arrays([1, 0, 1], [0, 2, 3])
    Corpus(encoded, Vocabulary(["b", "a"], [1, 2])).save(path)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        corpus = load_corpus(path)
    except FormatError:
        return
    assert corpus.ids.max() < len(corpus.vocabulary)


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("part.jsonl").write_text('{"text": "The cat Sat"}\n{"text": "the Dog sat"}\n' * 9)
    assert run("encode", "part.jsonl", "--column", "text", "--lowercase", "-o", "x.hvc") == 0
    shown = capsys.readouterr().out
    assert "tokens\t54\ntokens read\t54\n" in shown
    assert run("info", "x.hvc") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "format huffvec-corpus" in shown
    assert "words 4 tokens 54 sentences 18 encoded: n_raw_tokens 54" in shown
    assert run("nearest", "x.hvc", "cat") == 1
    assert "'x.hvc' is an encoded corpus, not a model: huffvec train" in capsys.readouterr().err
    assert run("vocab", "x.hvc", "-q") == 0
    assert Path("vocab.tsv").read_text() == "sat\t18\nthe\t18\ncat\t9\ndog\t9\n"
    assert run("train", "x.hvc", "--dim", 4, "--subsample-threshold", 0, "-q") == 0
    assert sorted(huffvec.load("model.hv").vocabulary.words) == ["cat", "dog", "sat", "the"]
    assert run("vocab", "part.jsonl", "--lowercase", "-o", "v.tsv", "-q") == 0
    assert Path("v.tsv").read_text() == "sat\t18\nthe\t18\ncat\t9\ndog\t9\n"
    Path("v.tsv").write_text("dog\t20\nsat\t1\n")
    assert run("encode", "part.jsonl", "--lowercase", "--vocab", "v.tsv", "-o", "y.hvc", "-q") == 0
    assert load_corpus("y.hvc").vocabulary.words == ["dog", "sat"]
    given = ("--vocab", "v.tsv", "--dim", 4, "--subsample-threshold", 0, "-o", "given.hv", "-q")
    assert run("train", "part.jsonl", "--lowercase", *given) == 0
    assert huffvec.load("given.hv").vocabulary.counts.tolist() == [20, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\t1\nb 2\n", "line 2: expected a word, a tab and its count, found b'b 2"),
        ("a\t-1\n", "line 1: expected a word"),
        ("a\t1\na\t2\n", "is no vocabulary: .*the word 'a' twice"),
    ],
)
def test_vocabulary_files(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "v.tsv").write_text(text)
    with pytest.raises(FormatError, match=rf"v\.tsv'.*{message}"):
        Vocabulary.read_tsv(tmp_path / "v.tsv")
    vocabulary = Vocabulary(["a b", "ž"], [3, 1])
    vocabulary.write_tsv(tmp_path / "v.tsv")
    again = Vocabulary.read_tsv(tmp_path / "v.tsv")
    assert (again.words, again.counts.tolist()) == (["a b", "ž"], [3, 1])


DOCUMENTS = [("a b a", ["x", "y"]), ("rare", ["z"]), ("b", []), ("a b", ["x"])]


def test_tags_come_back(tmp_path: Path, capsys) -> None:
    path = tmp_path / "d.hvc"
    corpus = huffvec.encode(DOCUMENTS, min_count=2, tags="given")
    corpus.save(path)
    with load_corpus(path) as loaded:
        tags = loaded.tags
        assert tags is not None
        assert corpus.tags is not None
        assert loaded.sentence_offsets.tolist() == [0, 3, 3, 4, 6]
        assert tags.offsets.tolist() == [0, 2, 3, 3, 4]
        assert tags.ids.tolist() == [0, 1, 2, 0]
        assert tags.vocabulary.words == ["x", "y", "z"]
        assert tags.vocabulary.counts.tolist() == corpus.tags.vocabulary.counts.tolist()
        assert repr(loaded).startswith("Corpus(6 tokens, 4 documents, ")
    assert run("info", path) == 0
    shown = capsys.readouterr().out.split()
    assert shown[shown.index("documents") + 1] == "4"
    assert shown[shown.index("tags") + 1] == "3"


GOOD_TAGS = GOOD | {
    "sentence_offsets": np.array([0, 2, 2, 3]),
    "tags": np.frombuffer(b"x\ny", np.uint8),
    "tag_offsets": np.array([0, 1, 1, 3]),
    "tag_ids": np.array([0, 1, 0], np.int32),
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tag_offsets": np.array([0, 1, 3])}, "its tags do not rise from 0 to 3"),
        ({"tag_offsets": np.array([0, 2, 1, 3])}, "its tags do not rise from 0 to 3"),
        ({"tag_offsets": np.array([0, 1, 1, 4])}, "its tags do not rise from 0 to 3"),
        ({"tag_offsets": np.empty(0, np.int64)}, "its tags do not rise from 0 to 3"),
        ({"tag_ids": np.array([0, 1, 2], np.int32)}, "it has ids that are none of its 2 tags"),
        ({"tag_ids": np.array([0, -1, 0], np.int32)}, "it has ids that are none of its 2 tags"),
        ({"tag_ids": np.array([0, 1, 1], np.int32)}, "a document has a tag twice"),
        ({"tags": np.frombuffer(b"x\n\ny", np.uint8)}, "empty|line feed|3 words"),
        ({"sentence_offsets": np.array([0, 2, 1, 3])}, "its sentences do not rise from 0 to 3"),
        ({"tag_ids": np.array([0, 1, 0])}, "expected tag_ids, one axis of <i4"),
    ],
)
def test_damaged_tags(tmp_path: Path, change: dict, message: str) -> None:
    metadata = {"format": "huffvec-corpus", "format_version": "1", "corpus": "{}"}
    write_tensors(tmp_path / "x.hvc", GOOD_TAGS, metadata)
    assert load_corpus(tmp_path / "x.hvc").tags.ids.tolist() == [0, 1, 0]
    write_tensors(tmp_path / "x.hvc", GOOD_TAGS | change, metadata)
    with pytest.raises(FormatError, match=rf"x\.hvc' is damaged: .*({message})"):
        load_corpus(tmp_path / "x.hvc")
    without = {name: array for name, array in GOOD_TAGS.items() if name != "tag_ids"}
    write_tensors(tmp_path / "x.hvc", without, metadata)
    with pytest.raises(FormatError, match="expected tag_ids, one axis of <i4"):
        load_corpus(tmp_path / "x.hvc")
