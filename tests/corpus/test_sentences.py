from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

import huffvec
from huffvec.corpus import Sentences, Vocabulary
from huffvec.errors import CorpusError, OutputError


def test_one_line_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"one two " * 300_000)
    with huffvec.encode(tmp_path / "x.txt", n_threads=2) as corpus:
        assert corpus.sentence_offsets.tolist() == [0, 600_000]
        assert np.array_equal(corpus.ids, np.tile([0, 1], 300_000))


def test_arrays_are_read_only_maps() -> None:
    with huffvec.encode(iter(["b a b", "b"]), min_count=1) as corpus:
        assert isinstance(corpus.ids, np.memmap)
        assert (corpus.ids.dtype, corpus.sentence_offsets.dtype) == (np.int32, np.int64)
        with pytest.raises(ValueError, match="read-only"):
            corpus.ids[0] = 1


def test_broken_words_out_of_the_vocabulary(tmp_path: Path) -> None:
    (tmp_path / "0.txt").write_bytes(b"a b\xff")
    with pytest.raises(CorpusError, match=r"0\.txt: not UTF-8: byte 0xFF at byte offset 3"):
        huffvec.encode(tmp_path / "0.txt", vocabulary=Vocabulary(["a"], [1]))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gc.collect()  # what earlier tests left to the collector is not to be counted
    n_open = len(os.listdir("/dev/fd"))
    corpus = huffvec.encode(iter(["a b a"]), vocabulary=Vocabulary(["b", "a"], [1, 2]))
    ids = corpus.ids
    assert list(tmp_path.iterdir()) == []
    corpus.close()
    corpus.close()
    assert ids.tolist() == [1, 0, 1]
    with pytest.raises(CorpusError, match="the encoded corpus is closed"):
        _ = corpus.ids
    del ids
    gc.collect()
    assert len(os.listdir("/dev/fd")) == n_open


def test_folder_that_is_not_there(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    message = "nowhere: cannot hold temporary files: No such file or directory. Name another"
    with pytest.raises(OutputError, match=message):
        huffvec.encode([["a"]], min_count=1)


def test_vocabulary_with_a_word_twice() -> None:
    twice = Vocabulary.from_bytes(np.frombuffer(b"a\nb\na", np.uint8), [1, 1, 1])
    with pytest.raises(CorpusError, match="the vocabulary has the word 'a' twice"):
        huffvec.encode([["a"]], vocabulary=twice)


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


def test_names_of_before() -> None:
    with pytest.raises(AttributeError, match=r"EncodedCorpus is huffvec\.corpus\.Sentences now"):
        _ = huffvec.corpus.EncodedCorpus
    with (
        huffvec.encode([["a", "b"]], min_count=1) as corpus,
        pytest.raises(AttributeError, match="is the corpus itself now"),
    ):
        _ = corpus.encoded
