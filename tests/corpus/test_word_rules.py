from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import huffvec
from huffvec.corpus import count_words
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError, CorpusError, FormatError, MissingFileError

# the 5, of 4, cat 3, dog 3, emu 1, fox 1
LINES = ["the cat of the dog", "of the cat dog of", "cat the dog of the emu fox"]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("\n".join(LINES))
    return path


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({}, ["the", "of", "cat", "dog"]),
        ({"max_words": 3}, ["the", "of", "cat"]),
        ({"max_words": np.int64(9)}, ["the", "of", "cat", "dog"]),
        ({"keep_words": ["fox", "gnu"]}, ["the", "of", "cat", "dog", "fox"]),
        ({"drop_words": {"the", "of"}}, ["cat", "dog"]),
        ({"max_words": 2, "keep_words": ("fox",)}, ["the", "fox"]),
        ({"max_words": 3, "keep_words": ["fox"], "drop_words": ["the"]}, ["of", "cat", "fox"]),
    ],
)
def test_all_ways_of_reading_follow_the_rules(text: Path, rules, words: list[str]) -> None:
    everything = huffvec.encode(text, min_count=1)
    known = dict(zip(everything.vocabulary.words, everything.vocabulary.counts, strict=True))
    for data, more in (
        (text, {}),
        (text, {"lowercase": True}),
        ([line.split() for line in LINES], {}),
    ):
        with huffvec.encode(data, min_count=3, **rules, **more) as corpus:
            assert corpus.vocabulary.words == words
            assert corpus.vocabulary.counts.tolist() == [known[word] for word in words]
            assert corpus.record.n_types == 6
            tokens = [token for line in LINES for token in line.split() if token in words]
            assert [words[i] for i in corpus.ids] == tokens
        assert count_words(data, min_count=3, **rules, **more).vocabulary.words == words


def test_words_to_keep_are_spelled_as_the_text_is_read(text: Path) -> None:
    options = {"lowercase": True, "tokenize": "words", "keep_words": ["FOX,", "fox"]}
    with huffvec.encode(text, min_count=5, **options) as corpus:
        assert corpus.vocabulary.words == ["the", "fox"]
        assert corpus.record.keep_words == ("fox",)


def test_whole_numbers_and_items_with_spaces_are_words(tmp_path: Path) -> None:
    ids = [[10, 20, 10], [20, 30, 10]]
    with huffvec.encode(ids, min_count=2, keep_words=[30], drop_words=np.array([20])) as corpus:
        assert corpus.vocabulary.words == ["10", "30"]
    table = tmp_path / "rows.csv"
    table.write_text("user,item\na,whole milk\na,bread\nb,whole milk\nb,salt\n")
    options = {"column": "item", "group_by": "user", "drop_words": ["whole milk"]}
    with huffvec.encode(table, min_count=1, **options) as corpus:
        assert corpus.vocabulary.words == ["bread", "salt"]


def test_files_of_words(tmp_path: Path, text: Path) -> None:
    path = tmp_path / "stop.txt"
    path.write_bytes(b"\xef\xbb\xbfthe\r\n\n of \n")
    with huffvec.encode(text, min_count=3, drop_words=path) as corpus:
        assert corpus.record.drop_words == ("the", "of")
        assert corpus.vocabulary.words == ["cat", "dog"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"max_words": 1}, "max_words must be a whole number from 2"),
        ({"max_words": 2.5}, "max_words must be a whole number from 2"),
        ({"max_words": 2, "keep_words": "abc"}, "keep_words must be a list or set of words, or"),
        ({"drop_words": 7}, "drop_words must be a list or set of words, or .*, not 7"),
        ({"max_words": 2, "keep_words": list("abc")}, "max_words is 2, but keep_words has 3"),
        ({"keep_words": ["a"], "drop_words": ["b", "a"]}, "'a' is both in keep_words and in drop"),
        ({"drop_words": ["new york"]}, "drop_words: 'new york' has white space in it"),
        ({"keep_words": ["a\nb"], "group_by": "user"}, r"keep_words: 'a\\nb' has white space"),
        ({"keep_words": [""]}, "keep_words: '' is empty"),
        ({"keep_words": ["\ud800"]}, "keep_words: '.ud800' cannot be written in UTF-8"),
        ({"keep_words": [None]}, "expected a word, not None"),
    ],
)
def test_rules_that_cannot_be(rules, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        InputOptions.of(**rules)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "stop.txt"
    with pytest.raises(MissingFileError, match="There is no file"):
        InputOptions(drop_words=path)
    path.write_bytes(b"the\nnew york\n")
    with pytest.raises(FormatError, match=r"drop_words: .*stop.txt': line 2: 'new york' has white"):
        InputOptions(drop_words=path)
    path.write_bytes(b"caf\xe9\n")
    with pytest.raises(FormatError, match="line 1: expected text in UTF-8, found b'caf"):
        InputOptions(drop_words=path)


def test_nothing_left(text: Path) -> None:
    everything = ["the", "of", "cat", "dog", "emu", "fox"]
    with pytest.raises(CorpusError, match="drop_words has all of the 6 different words"):
        huffvec.encode(text, drop_words=everything)
    with pytest.raises(CorpusError, match=r"The most frequent of 6 words is 'of' with 4"):
        huffvec.encode(text, min_count=9, drop_words=["the"])


def test_rules_are_for_counting(text: Path) -> None:
    with pytest.raises(ConfigError, match=r"max_words is a rule .* out where a vocabulary is"):
        huffvec.encode(text, vocabulary={"a": 1}, max_words=3)
    with huffvec.encode(text, min_count=1, drop_words=["the"]) as corpus:
        huffvec.encode(corpus, drop_words=["the"])  # as it is
        with pytest.raises(ConfigError, match="drop_words: the corpus was encoded with"):
            huffvec.encode(corpus, drop_words=["of"])
    with pytest.raises(ConfigError, match="phrases are of any words"):
        huffvec.find_phrases(text, max_words=3)


def test_corpora_and_models_keep_the_rules(tmp_path: Path, text: Path) -> None:
    rules = {"max_words": 4, "keep_words": ["emu"], "drop_words": ["the"]}
    with huffvec.encode(text, min_count=3, **rules) as corpus:
        corpus.save(tmp_path / "c.hvc")
    with huffvec.load_corpus(tmp_path / "c.hvc") as corpus:
        record = corpus.record
        assert (record.max_words, record.keep_words, record.drop_words) == (4, ("emu",), ("the",))
        model = huffvec.train(corpus, dim=4, subsample_threshold=0, n_threads=1)
    assert model.vocabulary.words == ["of", "cat", "dog", "emu"]
    path = tmp_path / "m.hv"
    model.save(path)
    model = huffvec.load(path)
    same = huffvec.train(text, dim=4, subsample_threshold=0, n_threads=1, min_count=3, **rules)
    assert np.array_equal(model.vectors.vectors, same.vectors.vectors)
    assert model.vectors.reading is None  # queries have nothing to follow
    assert huffvec.perplexity(model, text) == huffvec.perplexity(same, text)
    lines = ["the gnu of the gnu hen", "gnu the hen gnu emu the cat"]
    more_text = [line.split() for line in lines]
    assert (
        huffvec.train_more(model, more_text, min_count=2).vocabulary.words == model.vocabulary.words
    )
    more = huffvec.train_more(model, more_text, min_count=2, max_words=5)
    assert sorted(more.vocabulary.words) == ["cat", "dog", "emu", "gnu", "of"]
    assert more.training["max_words"] == 5
    assert list(more.training["drop_words"]) == ["the"]
    more = huffvec.train_more(model, more_text, min_count=3, max_words=6, keep_words=["hen"])
    assert sorted(more.vocabulary.words) == ["cat", "dog", "emu", "gnu", "hen", "of"]


def test_a_damaged_record(tmp_path: Path, text: Path) -> None:
    from huffvec.files.safetensors_file import read_header

    with huffvec.encode(text, min_count=1, keep_words=["emu"]) as corpus:
        corpus.save(tmp_path / "c.hvc")
    data = (tmp_path / "c.hvc").read_bytes()
    assert "emu" in read_header(tmp_path / "c.hvc")[1]["corpus"]
    for old, new in (
        (b'[\\"emu\\"]', b'\\"/emu/\\"'),
        (b'max_words\\": null', b'max_words\\": 1   '),
    ):
        assert len(old) >= len(new)
        assert old in data
        damaged = data.replace(old, new.ljust(len(old)))
        (tmp_path / "d.hvc").write_bytes(damaged)
        with pytest.raises(FormatError, match=r"its record (has|cannot be used)"):
            huffvec.load_corpus(tmp_path / "d.hvc")


def test_comparisons_keep_rare_words() -> None:
    generator = np.random.default_rng(3)
    lines = [" ".join(f"w{k}" for k in generator.integers(0, 40, 12)) for _ in range(800)]
    lines[300] += " emu"
    from huffvec.comparison.split import split_corpus

    with huffvec.encode(iter(lines), keep_words=["emu"], drop_words=["w7"], max_words=30) as corpus:
        split = split_corpus(corpus, corpus.vocabulary, 5, corpus.record.keep_words)
    in_training = "emu" in split.vocabulary.words
    assert len(split.vocabulary) == 29 + in_training
    assert "w7" not in split.vocabulary.words
