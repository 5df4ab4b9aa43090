from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from corpus_strategies import block_bytes, make_writer, rules_for, texts
from hypothesis import given
from hypothesis import strategies as st
from reference import text as reference

from huffvec import _text
from huffvec.corpus import Vocabulary, count_words
from huffvec.corpus.word_rules import WordRules
from huffvec.errors import ConfigError, CorpusError, FormatError, UnknownWordError


def check_count(paths: list[Path], lines: list[list[bytes]], min_count: int, **options) -> None:
    expected = reference.vocabulary(lines, min_count, options.get("rules"))
    if not expected:
        with pytest.raises(CorpusError, match=r"only white space|no word is left"):
            count_words(paths, min_count=min_count, **options)
        return
    count = count_words(paths, min_count=min_count, **options)
    assert count.vocabulary.words == [word.decode() for word, _ in expected]
    assert count.vocabulary.counts.tolist() == [number for _, number in expected]
    assert count.n_raw_tokens == sum(len(line) for line in lines)
    assert count.n_types == len({token for line in lines for token in line})
    assert count.n_sentences == len(lines)
    assert count.n_bytes == sum(path.stat().st_size for path in paths)


@given(texts(), st.integers(1, 3), block_bytes(), st.integers(1, 5))
def test_counts_as_its_twin(tmp_path_factory, contents, min_count, block_bytes, n_threads) -> None:
    paths = make_writer(tmp_path_factory.mktemp("count"))(contents)
    lines = reference.sentences(contents)
    check_count(paths, lines, min_count, block_bytes=block_bytes, n_threads=n_threads)


@given(texts(), st.integers(1, 3), st.integers(1, 5), st.data())
def test_rules_as_their_twin(tmp_path_factory, contents, min_count, n_threads, data) -> None:
    paths = make_writer(tmp_path_factory.mktemp("count"))(contents)
    lines = reference.sentences(contents)
    rules = data.draw(rules_for(lines))
    check_count(paths, lines, min_count, rules=rules, block_bytes=5, n_threads=n_threads)


@given(texts(broken=True), block_bytes(), st.integers(1, 3))
def test_replaces_broken_bytes_as_python(
    tmp_path_factory, contents, block_bytes, n_threads
) -> None:
    paths = make_writer(tmp_path_factory.mktemp("count"))(contents)
    lines = reference.sentences(contents, "replace")
    options = {"block_bytes": block_bytes, "n_threads": n_threads, "errors": "replace"}
    check_count(paths, lines, 1, **options)


@given(texts(broken=True), block_bytes(), st.integers(1, 3))
def test_names_the_first_broken_byte(tmp_path_factory, contents, block_bytes, n_threads) -> None:
    paths = make_writer(tmp_path_factory.mktemp("count"))(contents)
    options = {"min_count": 1, "block_bytes": block_bytes, "n_threads": n_threads}
    for path, content in zip(paths, contents, strict=True):
        try:
            content.decode()
        except UnicodeDecodeError as error:
            byte = f"0x{content[error.start]:02X}"
            message = f"{path}: not UTF-8: byte {byte} at byte offset {error.start}. Convert"
            with pytest.raises(CorpusError) as raised:
                count_words(paths, **options)
            assert str(raised.value).startswith(message)
            return
    check_count(paths, reference.sentences(contents), **options)


def test_replaces_every_kind_of_broken_character(tmp_path: Path) -> None:
    # The borders of all ranges in the table of well-formed UTF-8, in all orders.
    edges = bytes.fromhex("41 7f 80 8f 90 9f a0 bf c1 c2 df e0 e1 ed ee f0 f1 f4 f5 ff")
    tokens = [bytes(token) for n in (1, 2, 3, 4) for token in itertools.product(edges, repeat=n)]
    (path,) = make_writer(tmp_path)([b" ".join(tokens)])
    check_count(
        [path], [[reference.repair(token, "replace") for token in tokens]], 1, errors="replace"
    )


@pytest.mark.parametrize(
    ("content", "offset", "words"),
    [
        (b"ab c\0d e", 4, ["ab", "c\ufffdd", "e"]),
        (b"\0", 0, ["\ufffd"]),
        (b"ab " * 99 + b"\0", 297, ["ab", "\ufffd"]),
        (b"ab\0\xff c\0", 2, ["ab\ufffd\ufffd", "c\ufffd"]),
    ],
)
def test_nul(tmp_path: Path, content: bytes, offset: int, words: list[str]) -> None:
    (path,) = make_writer(tmp_path)([content])
    with pytest.raises(CorpusError, match=f"0.txt: NUL byte at byte offset {offset}, expected UTF"):
        count_words([path], min_count=1, block_bytes=16)
    found = count_words([path], min_count=1, block_bytes=16, errors="replace")
    assert found.vocabulary.words == words


def test_token_longer_than_any_buffer(tmp_path: Path) -> None:
    long = b"x" * 5_000_001
    (path,) = make_writer(tmp_path)([b"a " + long + b"\nb " + long + b" " + long])
    count = count_words([path], min_count=1, n_threads=3)
    assert count.vocabulary.words == [long.decode(), "a", "b"]
    assert count.vocabulary.counts.tolist() == [3, 1, 1]
    assert count.n_sentences == 2


def test_the_first_of_several_broken_bytes(tmp_path: Path) -> None:
    # The second block is broken at its start, so that it fails while the first is still read.
    first = b"some words " * 100_000 + b"\xfa"
    (path,) = make_writer(tmp_path)([first + b" \xfb " * 100_000])
    with pytest.raises(CorpusError, match=f"byte 0xFA at byte offset {len(first) - 1}"):
        count_words([path], n_threads=2, block_bytes=len(first))


def test_words_with_the_same_hash_are_kept_apart(tmp_path: Path) -> None:
    # The engine's hash of eight bytes can be undone: find two words of 16 letters that collide.
    def hash_of(eight: bytes) -> int:
        product = int.from_bytes(eight, "little") * 0x9E3779B97F4A7C15 % 2**64
        return product ^ (product >> 32)

    start, end = b"collide!", b"withthis"
    rng = np.random.default_rng(5)
    for other in rng.integers(ord("!"), ord("~"), (100_000, 8), np.uint8):
        both = hash_of(start) ^ hash_of(other.tobytes()) ^ int.from_bytes(end, "little")
        rest = both.to_bytes(8, "little")
        if rest.isascii() and rest.decode().isprintable() and b" " not in rest:
            break
    words = [start + end, other.tobytes() + rest]
    (path,) = make_writer(tmp_path)([b" ".join([words[0], words[1], words[0]])])
    count = count_words([path], min_count=1)
    assert count.vocabulary.words == [word.decode() for word in words]
    assert count.vocabulary.counts.tolist() == [2, 1]


def test_many_words_and_threads(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    drawn = rng.zipf(1.2, 60_000) % 20_011
    (path,) = make_writer(tmp_path)([" ".join(f"w{number}" for number in drawn).encode()])
    lines = reference.sentences([path.read_bytes()])
    check_count([path], lines, 2, n_threads=4, block_bytes=4096)


def test_nothing_left_says_the_largest_count(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"one two two three two"])
    message = (
        "no word is left: none occurs min_count = 4 times. The most frequent of 3 words is 'two' "
        "with 3. Set min_count to at most 3"
    )
    with pytest.raises(CorpusError, match=message):
        count_words([path], min_count=4)


def test_nothing_left_shortens_a_long_word(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"x" * 1000])
    with pytest.raises(CorpusError, match=r"is 'x{50}…' with 1"):
        count_words([path])


def test_only_white_space(tmp_path: Path) -> None:
    paths = make_writer(tmp_path)([b" \r\n\t\n", b"\xef\xbb\xbf"])
    with pytest.raises(CorpusError, match=r"0\.txt and 1 more: only white space, expected words"):
        count_words(paths)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_count": 0}, "min_count must be a whole number from 1 to .*, not 0"),
        ({"n_threads": -1}, "n_threads must be a whole number from 0 to 1024, not -1"),
        ({"block_bytes": 0}, "block_bytes must be a whole number from 1 to .*, not 0"),
        (
            {"errors": "replase"},
            "errors must be one of strict, replace, not 'replase'. Did you mean 'replace'?",
        ),
    ],
)
def test_options_out_of_range(tmp_path: Path, options: dict, message: str) -> None:
    (path,) = make_writer(tmp_path)([b"a"])
    with pytest.raises(ConfigError, match=message):
        count_words([path], **options)


def test_missing_file() -> None:
    with pytest.raises(CorpusError, match="nowhere: there is no such file"):
        count_words(["nowhere"])


def native_count(files: list[tuple[bytes, int]], block_bytes: int = 1 << 20) -> _text.WordCounter:
    return _text.WordCounter(
        files,
        rules=WordRules().native(1),
        n_threads=2,
        block_bytes=block_bytes,
        replace_errors=False,
    )


def test_engine_names_files_that_cannot_be_read(tmp_path: Path) -> None:
    counter = native_count([(os.fsencode(tmp_path / "gone"), 5)])
    with pytest.raises(CorpusError, match="gone: cannot be read: No such file"):
        counter.wait(60)


def test_engine_takes_no_file_of_another_size(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a b c"])
    counter = native_count([(os.fsencode(path), 6)])
    with pytest.raises(CorpusError, match=r"0\.txt: changed its size .* \(it had 6 bytes\)"):
        counter.wait(60)


def test_engine_takes_no_empty_blocks(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="block_bytes must be at least 1"):
        native_count([], block_bytes=0)


def test_file_cut_short_while_it_is_read(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words\n" * 400_000])

    def cut(*_: object) -> None:
        os.truncate(path, 4_399_999)

    with pytest.raises(CorpusError, match=r"0\.txt: changed its size"):
        count_words([path], progress=cut, block_bytes=4)


def test_file_written_to_while_it_is_read(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words\n" * 400_000])
    seen = []

    def touch(*_: object) -> None:
        if not seen:
            os.utime(path, ns=(0, 7))
        seen.append(1)

    with pytest.raises(CorpusError, match=r"0\.txt: changed while it was being read"):
        count_words([path], progress=touch, block_bytes=64)


def test_interrupt_ends_the_work(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words\n" * 2_000_000])
    # A shell may have started the tests with SIGINT ignored.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    done = []
    try:
        with pytest.raises(KeyboardInterrupt):
            count_words([path], progress=lambda *state: done.append(state), block_bytes=4)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, handler)
    assert all(stage == "counting words" and part < 22_000_000 for stage, part, _ in done)


def test_stopped_engine_reads_no_more(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words\n" * 400_000])
    counter = native_count([(os.fsencode(path), 4_400_000)], block_bytes=1)
    counter.stop()
    assert counter.wait(0)
    assert counter.bytes_done < 4_400_000


def test_progress_ends_with_all_bytes(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words"])
    calls = []
    count_words([path], min_count=1, progress=lambda *state: calls.append(state))
    assert calls[-1] == ("counting words", 10, 10)


def test_path_that_is_not_utf8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_bytes(b"ab \xff")
    with pytest.raises(CorpusError, match=r"caf.\.txt: not UTF-8: byte 0xFF at byte offset 3"):
        count_words([path])


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
