"""Text is counted and encoded in one pass, as its plain twin does in two."""

from __future__ import annotations

import errno
import itertools
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from corpus_building import build
from corpus_strategies import make_writer, rules_for, texts
from hypothesis import given
from hypothesis import strategies as st
from reference import text as reference

import huffvec
from huffvec.corpus import count_words
from huffvec.corpus.readers.pieces import PIECE_BYTES
from huffvec.errors import ConfigError, CorpusError, OutputError

CUTS = st.sampled_from([0, 1, 2, 3, 5, 8, 13, 1000])


def files_in(folder: Path) -> list[Path]:
    """Return where the engine's result goes."""
    return [folder / name for name in ("ids", "offsets", "runs")]


def check_built(folder: Path, contents: list[bytes], lines: list[list[bytes]], **options) -> None:
    """Check the engine's pass over pieces against the twin."""
    min_count, rules = options.get("min_count", 1), options.get("rules")
    counted = reference.vocabulary(lines, min_count, rules)
    built = build(contents, files_in(folder), **options)
    assert built.builder.words().tobytes() == b"\n".join(word for word, _ in counted)
    assert built.builder.counts().tolist() == [n for _, n in counted]
    ids, offsets = reference.encoded(lines, [word for word, _ in counted])
    assert built.ids.tolist() == ids
    assert built.offsets.tolist() == (offsets if ids else [0])
    assert built.builder.n_tokens == sum(map(len, lines))
    assert built.builder.n_sentences == sum(map(bool, lines))
    assert built.builder.n_types == len({token for line in lines for token in line})
    assert (built.n_run_bytes > 0) == (options.get("table_bytes") == 0 and bool(lines))


def check_files(paths: list[Path], lines: list[list[bytes]], min_count: int, **options) -> None:
    """Check counting and encoding of files against the twin."""
    expected = reference.vocabulary(lines, min_count)
    if not expected:
        with pytest.raises(CorpusError, match=r"has no word|no word is left"):
            huffvec.encode(paths, min_count=min_count, **options)
        return
    counted = count_words(paths, min_count=min_count, **options)
    with huffvec.encode(paths, min_count=min_count, **options) as corpus:
        for vocabulary in (counted.vocabulary, corpus.vocabulary):
            assert vocabulary.words == [word.decode() for word, _ in expected]
            assert vocabulary.counts.tolist() == [number for _, number in expected]
        ids, offsets = reference.encoded(lines, [word for word, _ in expected])
        assert corpus.ids.tolist() == ids
        assert corpus.sentence_offsets.tolist() == offsets
        assert (corpus.n_tokens, corpus.n_sentences) == (len(ids), len(offsets) - 1)
        assert corpus.record == counted.record
        assert corpus.record.n_raw_tokens == sum(map(len, lines))
        assert corpus.record.n_raw_sentences == len(lines)
        assert corpus.record.n_types == len({token for line in lines for token in line})


@given(texts(), st.integers(1, 3), st.sampled_from([0, 1 << 62]), CUTS, st.data())
def test_one_pass_is_as_its_twin(
    tmp_path_factory, contents, min_count, table_bytes, cuts, data
) -> None:
    """Also when every piece's table goes to the disk."""
    lines = reference.sentences(contents)
    check_built(
        tmp_path_factory.mktemp("build"),
        contents,
        lines,
        rules=data.draw(rules_for(lines)),
        min_count=min_count,
        table_bytes=table_bytes,
        cuts=cuts,
    )


@given(texts(broken=True), CUTS)
def test_replaces_broken_bytes_as_python(tmp_path_factory, contents, cuts) -> None:
    lines = reference.sentences(contents, "replace")
    folder = tmp_path_factory.mktemp("build")
    check_built(folder, contents, lines, cuts=cuts, replace_errors=True)


@given(texts(broken=True), CUTS)
def test_names_the_first_broken_byte(tmp_path_factory, contents, cuts) -> None:
    folder = tmp_path_factory.mktemp("build")
    for content in contents:
        try:
            content.decode()
        except UnicodeDecodeError as error:
            byte = f"0x{content[error.start]:02X}"
            message = f"x: not UTF-8: byte {byte} at byte offset {error.start}. Convert"
            with pytest.raises(CorpusError, match=message):
                build(contents, files_in(folder), cuts)
            return
    check_built(folder, contents, reference.sentences(contents), cuts=cuts)


@given(texts(), st.integers(1, 3), st.integers(1, 5))
def test_files_as_their_twin(tmp_path_factory, contents, min_count, n_threads) -> None:
    paths = make_writer(tmp_path_factory.mktemp("files"))(contents)
    check_files(paths, reference.sentences(contents), min_count, n_threads=n_threads)


def test_replaces_every_kind_of_broken_character(tmp_path: Path) -> None:
    # The borders of all ranges in the table of well-formed UTF-8, in all orders.
    edges = bytes.fromhex("41 7f 80 8f 90 9f a0 bf c1 c2 df e0 e1 ed ee f0 f1 f4 f5 ff")
    tokens = [bytes(token) for n in (1, 2, 3, 4) for token in itertools.product(edges, repeat=n)]
    text = b" ".join([b"word", *tokens])
    lines = [[reference.repair(token, "replace") for token in text.split()]]
    check_files(make_writer(tmp_path)([text]), lines, 1, errors="replace")


@pytest.mark.parametrize(
    ("content", "offset", "words"),
    [
        (b"ab c\0d e", 4, ["ab", "c\ufffdd", "e"]),
        (b"ab " * 99 + b"\0", 297, ["ab", "\ufffd"]),
        (b"ab\0\xff c\0", 2, ["ab\ufffd\ufffd", "c\ufffd"]),
    ],
)
def test_nul(tmp_path: Path, content: bytes, offset: int, words: list[str]) -> None:
    (path,) = make_writer(tmp_path)([content])
    with pytest.raises(CorpusError, match=f"0.txt: NUL byte at byte offset {offset}, expected UTF"):
        count_words(path, min_count=1)
    assert count_words(path, min_count=1, errors="replace").vocabulary.words == words


def test_many_words_and_threads_in_many_pieces(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    drawn = rng.zipf(1.2, 600_000) % 20_011
    ends = rng.choice(["\n", " ", " ", "\r\n"], len(drawn))
    text = "".join(f"w{number}{end}" for number, end in zip(drawn, ends, strict=True)).encode()
    assert len(text) > 2 * PIECE_BYTES
    check_files(make_writer(tmp_path)([text]), reference.sentences([text]), 2, n_threads=4)


def test_token_longer_than_any_buffer(tmp_path: Path) -> None:
    long = b"x" * 5_000_001
    (path,) = make_writer(tmp_path)([b"a " + long + b"\nb " + long + b" " + long])
    vocabulary, record = count_words(path, min_count=1, n_threads=3)
    assert vocabulary.words == [long.decode(), "a", "b"]
    assert vocabulary.counts.tolist() == [3, 1, 1]
    assert record.n_raw_sentences == 2


def test_the_first_of_several_broken_bytes(tmp_path: Path) -> None:
    # Each later piece is broken at its start, so that it fails while the first is still read.
    first = b"some words " * (PIECE_BYTES // 11) + b"\xfa"
    (path,) = make_writer(tmp_path)([first + b" \xfb " * PIECE_BYTES])
    for _ in range(5):
        with pytest.raises(CorpusError, match=f"byte 0xFA at byte offset {len(first) - 1}"):
            count_words(path, n_threads=4)


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
    vocabulary = count_words(path, min_count=1).vocabulary
    assert vocabulary.words == [word.decode() for word in words]
    assert vocabulary.counts.tolist() == [2, 1]


def test_nothing_left_says_the_largest_count(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"one two two three three two"])
    message = (
        "no word is left: none occurs 4 times. The most frequent of 3 words is 'two' "
        "with 3. Set min_count to at most 3"
    )
    with pytest.raises(CorpusError, match=message):
        count_words(path, min_count=4)


def test_nothing_left_shortens_a_long_word(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"x" * 1000])
    with pytest.raises(CorpusError, match=r"is 'x{50}…' with 1"):
        count_words(path)


def test_only_white_space(tmp_path: Path) -> None:
    paths = make_writer(tmp_path)([b" \r\n\t\n", b"\xef\xbb\xbf"])
    with pytest.raises(CorpusError, match=r"0\.txt and 1 more: has no word, expected at least one"):
        count_words(paths)


def test_options_out_of_range(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a"])
    with pytest.raises(ConfigError, match=r"min_count must be a whole number from 1 to .*, not 0"):
        count_words(path, min_count=0)
    with pytest.raises(ConfigError, match="n_threads must be a whole number from 0 to"):
        count_words(path, n_threads=-1)


def test_missing_file() -> None:
    with pytest.raises(CorpusError, match="nowhere: there is no such file"):
        count_words("nowhere")


def test_interrupt_ends_the_work(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words\n" * 8_000_000])
    # A shell may have started the tests with SIGINT ignored.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    done: list[int] = []

    def interrupt(stage: str, n_done: int, n_bytes: int) -> None:
        if not done:
            timer.start()
        done.append(n_done)

    timer = threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT))
    try:
        with pytest.raises(KeyboardInterrupt):
            count_words(path, progress=interrupt, n_threads=1)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, handler)
    assert done[-1] < path.stat().st_size


def test_path_that_is_not_utf8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_bytes(b"ab \xff")
    with pytest.raises(CorpusError, match=r"caf.\.txt: not UTF-8: byte 0xFF at byte offset 3"):
        count_words(path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")
@pytest.mark.parametrize("full", [0, 1, 2])
def test_full_disk(tmp_path: Path, full: int) -> None:
    paths = [tmp_path / str(i) for i in range(3)]
    paths[full] = Path("/dev/full")
    message = rf"cannot write the encoded corpus .*{os.strerror(errno.ENOSPC)}.*more room"
    with pytest.raises(OutputError, match=message):
        build([b"a b c"], paths, 0, table_bytes=0)


def test_file_over_the_size_limit(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a b\n" * 100_000])
    code = f"""if True:
        import resource
        import huffvec
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            huffvec.encode({str(path)!r}, n_threads=2)
        except huffvec.errors.OutputError as error:
            print(error)"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "cannot write the encoded corpus" in result.stdout
    assert os.strerror(errno.EFBIG) in result.stdout
