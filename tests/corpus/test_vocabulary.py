from __future__ import annotations

import pickle
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from huffvec.corpus import Vocabulary
from huffvec.errors import FormatError, UnknownWordError

WORDS = ["the", "žltý", "Paris", "of", "\U0001f600"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(WORDS, [50, 40, 30, 20, 10])


def test_words_have_ids(vocabulary: Vocabulary) -> None:
    assert [vocabulary.id_of(word) for word in WORDS] == [0, 1, 2, 3, 4]
    assert len(vocabulary) == 5
    assert vocabulary.n_tokens == 150
    assert "of" in vocabulary
    assert "off" not in vocabulary
    assert 3 not in vocabulary
    assert repr(vocabulary) == "Vocabulary(5 words, 150 tokens)"


def test_counts_and_bytes_are_read_only(vocabulary: Vocabulary) -> None:
    with pytest.raises(ValueError, match="read-only"):
        vocabulary.counts[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        vocabulary.word_bytes()[0] = 1


def test_counts_are_a_copy() -> None:
    counts = np.array([5, 4], np.int64)
    vocabulary = Vocabulary(["b", "a"], counts)
    counts[0] = 9
    assert vocabulary.counts.tolist() == [5, 4]


@pytest.mark.parametrize(
    ("word", "suggested"), [("teh", "the"), ("paris", "Paris"), ("OF", "of"), ("žlty", "žltý")]
)
def test_unknown_word_suggests_another(vocabulary: Vocabulary, word: str, suggested: str) -> None:
    message = rf"the vocabulary has no word '{word}'\. Did you mean '{suggested}'\?"
    with pytest.raises(UnknownWordError, match=message):
        vocabulary.id_of(word)


def test_bytes_round_trip(vocabulary: Vocabulary) -> None:
    again = Vocabulary.from_bytes(vocabulary.word_bytes(), vocabulary.counts)
    assert again.words == WORDS
    assert again.counts.tolist() == vocabulary.counts.tolist()
    assert again.id_of("of") == 3


def test_a_few_of_many_words_are_found_without_a_map_of_all() -> None:
    n_words = 120_000
    words = [f"w{i}ž" for i in range(n_words)]
    data = np.frombuffer("\n".join(words).encode(), np.uint8)
    vocabulary = Vocabulary.from_bytes(data, np.ones(n_words, np.int64))
    known = [0, 1, 11, 70_000, n_words - 1]
    unknown = ["", "w1", "1ž", "w0ž\nw1ž", "\ud800", "žw"]
    tracemalloc.start()
    for word_id in known:
        assert vocabulary.id_of(words[word_id]) == word_id
        assert vocabulary.word(word_id) == words[word_id]
    assert not any(word in vocabulary for word in unknown)
    with pytest.raises(UnknownWordError, match=r"no word 'W9Ž'\. Did you mean 'w9ž'"):
        vocabulary.id_of("W9Ž")
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 10 * n_words  # where words begin; a map would take fifteen times as much
    assert peak < 40 * n_words
    for _ in range(9):  # then the map is made
        assert [vocabulary.id_of(words[word_id]) for word_id in known] == known
    assert not any(word in vocabulary for word in [*unknown, b"w1", 1])
    assert [vocabulary.word(word_id) for word_id in known] == [words[i] for i in known]


def test_a_copy_is_the_same(vocabulary: Vocabulary) -> None:
    assert "of" in vocabulary
    again = pickle.loads(pickle.dumps(vocabulary))
    assert again.words == WORDS
    assert again.id_of("of") == 3


def test_empty_vocabulary() -> None:
    empty = Vocabulary([], [])
    again = Vocabulary.from_bytes(empty.word_bytes(), empty.counts)
    assert (len(again), again.words, again.n_tokens) == (0, [], 0)


@pytest.mark.parametrize(
    ("words", "counts", "message"),
    [
        (["a", "b"], [1], "1 counts, but 2 words"),
        (["a\nb"], [1, 1], "1 words, but 2 counts"),
        (["a\nb"], [1], r"1 counts, but 2 words \(none may have a line feed\)"),
        (["a", ""], [1, 1], "an empty word"),
        ([""], [1], "an empty word"),
        (["a", "b", "a"], [1, 1, 1], "has the word 'a' twice"),
        (["a"], [-3], "counts: expected none below 0, got -3"),
        (["a"], [1.5], r"counts: expected a list of integers, got shape \(1,\) of float64"),
        (["a"], [[1]], r"counts: expected a list of integers, got shape \(1, 1\)"),
        (["a\ud800"], [1], r"a word cannot be written in UTF-8: 'a\\ud800'"),
    ],
)
def test_words_that_no_vocabulary_can_have(words, counts, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        Vocabulary(words, counts)


@pytest.mark.parametrize(
    ("data", "counts", "message"),
    [
        (b"a\nb", [1], "1 counts, but 2 words"),
        (b"", [1], "an empty word"),
        (b"a", [], "0 counts, but 1 words"),
        (b"\n", [1, 1], "an empty word"),
        (b"a\n", [1, 1], "an empty word"),
        (b"\na", [1, 1], "an empty word"),
        (b"a\n\nb", [1, 1, 1], "an empty word"),
    ],
)
def test_bytes_that_no_vocabulary_can_have(data: bytes, counts, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        Vocabulary.from_bytes(np.frombuffer(data, np.uint8), counts)


def test_bytes_of_another_type() -> None:
    with pytest.raises(FormatError, match=r"words: expected bytes, got shape \(1,\) of int32"):
        Vocabulary.from_bytes(np.zeros(1, np.int32), [1])


def test_what_is_found_out_late() -> None:
    broken = Vocabulary.from_bytes(np.frombuffer(b"a\n\xff", np.uint8), [2, 1])
    with pytest.raises(FormatError, match=r"the words are not UTF-8: .*0xff in position 2"):
        _ = broken.words
    twice = Vocabulary.from_bytes(np.frombuffer(b"a\nb\na", np.uint8), [2, 1, 1])
    with pytest.raises(FormatError, match="has the word 'a' twice"):
        twice.id_of("b")


def test_tsv(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.write_tsv(tmp_path / "vocab.tsv")
    content = (tmp_path / "vocab.tsv").read_bytes().decode()
    assert content == "the\t50\nžltý\t40\nParis\t30\nof\t20\n\U0001f600\t10\n"


def test_vocabulary_needs_no_engine() -> None:
    code = (
        "import sys; from huffvec.corpus import Vocabulary; Vocabulary(['a'], [1]).id_of('a');"
        "sys.exit('huffvec._text' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
