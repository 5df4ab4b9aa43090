from __future__ import annotations

import errno
import gc
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from corpus_strategies import block_bytes, make_writer, texts
from hypothesis import given
from hypothesis import strategies as st
from reference import text as reference

from huffvec import _text
from huffvec.corpus import Sentences, Vocabulary, count_words
from huffvec.corpus.sentences import encode
from huffvec.errors import CorpusError, OutputError


def check_encode(paths: list[Path], lines, words: list[str], **options) -> None:
    vocabulary = Vocabulary(words, [1] * len(words))
    ids, offsets = reference.encoded(lines, [word.encode() for word in words])
    if not ids:
        with pytest.raises(CorpusError, match="no token of the text is a word of the vocabulary"):
            encode(paths, vocabulary, **options)
        return
    with encode(paths, vocabulary, **options) as corpus:
        assert corpus.ids.tolist() == ids
        assert corpus.sentence_offsets.tolist() == offsets
        assert (corpus.n_tokens, corpus.n_sentences) == (len(ids), len(offsets) - 1)


@given(texts(), st.integers(1, 3), block_bytes(), st.integers(1, 5))
def test_encodes_as_its_twin(tmp_path_factory, contents, min_count, block_bytes, n_threads) -> None:
    paths = make_writer(tmp_path_factory.mktemp("encode"))(contents)
    lines = reference.sentences(contents)
    words = [word.decode() for word, _ in reference.vocabulary(lines, min_count)]
    check_encode(paths, lines, words[::-1], block_bytes=block_bytes, n_threads=n_threads)


@given(texts(broken=True), block_bytes(), st.integers(1, 3))
def test_replaces_broken_bytes(tmp_path_factory, contents, block_bytes, n_threads) -> None:
    paths = make_writer(tmp_path_factory.mktemp("encode"))(contents)
    lines = reference.sentences(contents, "replace")
    words = [word.decode() for word, _ in reference.vocabulary(lines, 1)]
    options = {"block_bytes": block_bytes, "n_threads": n_threads, "errors": "replace"}
    check_encode(paths, lines, words, **options)


def test_many_words_and_threads(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    drawn = rng.zipf(1.2, 60_000) % 20_011
    ends = rng.choice(["\n", " ", " ", "\r\n"], len(drawn))
    text = "".join(f"w{number}{end}" for number, end in zip(drawn, ends, strict=True)).encode()
    (path,) = make_writer(tmp_path)([text])
    lines = reference.sentences([text])
    words = [word.decode() for word, _ in reference.vocabulary(lines, 3)]
    check_encode([path], lines, words, n_threads=4, block_bytes=1000)


def test_one_line_is_one_sentence(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"one two " * 300_000])
    count = count_words([path], n_threads=2)
    with encode([path], count.vocabulary, stamps=count.stamps, n_threads=2) as corpus:
        assert corpus.sentence_offsets.tolist() == [0, 600_000]
        assert np.array_equal(corpus.ids, np.tile([0, 1], 300_000))


def test_arrays_are_read_only_maps(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"b a b\nb"])
    with encode([path], Vocabulary(["a", "b"], [1, 3])) as corpus:
        assert isinstance(corpus.ids, np.memmap)
        assert (corpus.ids.dtype, corpus.sentence_offsets.dtype) == (np.int32, np.int64)
        with pytest.raises(ValueError, match="read-only"):
            corpus.ids[0] = 1


def test_broken_words_out_of_the_vocabulary(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a b\xff"])
    with pytest.raises(CorpusError, match=r"0\.txt: not UTF-8: byte 0xFF at byte offset 3"):
        encode([path], Vocabulary(["a"], [1]))


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a b a"])
    folder = tmp_path / "temporary"
    folder.mkdir()
    gc.collect()  # what earlier tests left to the collector is not to be counted
    n_open = len(os.listdir("/dev/fd"))
    corpus = encode([path], Vocabulary(["b", "a"], [1, 2]), folder=folder)
    ids = corpus.ids
    assert list(folder.iterdir()) == []
    corpus.close()
    corpus.close()
    assert ids.tolist() == [1, 0, 1]
    with pytest.raises(CorpusError, match="the encoded corpus is closed"):
        _ = corpus.ids
    del ids
    gc.collect()
    assert len(os.listdir("/dev/fd")) == n_open


def test_file_changed_since_it_was_counted(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a b a"])
    count = count_words([path], min_count=1)
    path.write_bytes(b"a b a c")
    with pytest.raises(CorpusError, match=r"changed while .* it had 5 bytes, now it has 7"):
        encode([path], count.vocabulary, stamps=count.stamps)


def test_file_cut_short_while_it_is_read(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words\n" * 400_000])

    def cut(*_: object) -> None:
        os.truncate(path, 4_399_999)

    vocabulary = Vocabulary(["some"], [1])
    with pytest.raises(CorpusError, match=r"0\.txt: changed its size"):
        encode([path], vocabulary, progress=cut, block_bytes=4, n_threads=3)


def test_progress_ends_with_all_bytes(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"some words"])
    calls = []
    encode([path], Vocabulary(["some"], [1]), progress=lambda *state: calls.append(state)).close()
    assert calls[-1] == ("encoding text", 10, 10)


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a"])
    message = "nowhere: cannot hold temporary files: No such file or directory. Name another"
    with pytest.raises(OutputError, match=message):
        encode([path], Vocabulary(["a"], [1]), folder=tmp_path / "nowhere")


def test_default_folder_that_is_not_there(tmp_path: Path, monkeypatch) -> None:
    (path,) = make_writer(tmp_path)([b"a"])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(OutputError, match="nowhere: cannot hold temporary files"):
        encode([path], Vocabulary(["a"], [1]))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")
@pytest.mark.parametrize("full", ["ids_fd", "offsets_fd"])
def test_full_disk(tmp_path: Path, full: str) -> None:
    (path,) = make_writer(tmp_path)([b"a b\n" * 100])
    with open("/dev/full", "wb") as full_file, open(tmp_path / "other", "wb") as other_file:
        descriptors = {"ids_fd": other_file.fileno(), "offsets_fd": other_file.fileno()}
        descriptors[full] = full_file.fileno()
        encoder = _text.Encoder(
            [(os.fsencode(path), 400)],
            np.frombuffer(b"a\nb", np.uint8),
            n_threads=3,
            block_bytes=7,
            replace_errors=False,
            **descriptors,
        )
        message = rf"cannot write the encoded corpus .*{os.strerror(errno.ENOSPC)}.*more room"
        with pytest.raises(OutputError, match=message):
            encoder.wait(60)


def test_file_over_the_size_limit(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a b\n" * 100_000])
    code = f"""if True:
        import resource
        from huffvec.corpus import Vocabulary
        from huffvec.corpus.sentences import encode
        from huffvec.errors import OutputError
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            encode([{str(path)!r}], Vocabulary(["a", "b"], [1, 1]), n_threads=2, block_bytes=9999)
        except OutputError as error:
            print(error)"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "cannot write the encoded corpus" in result.stdout
    assert os.strerror(errno.EFBIG) in result.stdout


def test_vocabulary_with_a_word_twice(tmp_path: Path) -> None:
    (path,) = make_writer(tmp_path)([b"a"])
    twice = Vocabulary.from_bytes(np.frombuffer(b"a\nb\na", np.uint8), [1, 1, 1])
    with pytest.raises(CorpusError, match="the vocabulary has the word 'a' twice"):
        encode([path], twice)


def test_from_arrays() -> None:
    corpus = Sentences.from_arrays([7, 5, 7], [0, 1, 3])
    assert corpus.ids.dtype == np.int32
    assert corpus.sentence_offsets.dtype == np.int64
    assert (corpus.n_tokens, corpus.n_sentences) == (3, 2)


@pytest.mark.parametrize("offsets", [[], [1, 3], [0, 2], [0, 2, 2, 3], [0, 4, 3]])
def test_from_arrays_with_wrong_offsets(offsets: list[int]) -> None:
    with pytest.raises(
        CorpusError, match="sentence_offsets: expected numbers going up from 0 to 3"
    ):
        Sentences.from_arrays([7, 5, 7], offsets)
