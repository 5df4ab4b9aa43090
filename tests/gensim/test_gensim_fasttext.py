"""gensim's FastText by the engine."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import fasttext as theirs

import huffvec.gensim
from huffvec.corpus import Vocabulary
from huffvec.gensim import FastText
from huffvec.subwords import Subwords

SMALL = {"vector_size": 16, "workers": 1, "epochs": 10, "sample": 0, "bucket": 500, "alpha": 0.05}


def topics_found(wv: Any) -> float:
    """Return which share of the words has a word of its own topic nearest."""
    nearest = [(word, wv.most_similar(word, topn=1)[0][0]) for word in wv.index_to_key]
    return float(np.mean([word[:-1] == near[:-1] for word, near in nearest]))


@pytest.fixture(scope="module")
def strange(sentences: list[list[str]]) -> list[list[str]]:
    """The sentences with words whose letters say nothing about their topics."""
    words = sorted({word for sentence in sentences for word in sentence})
    spelled = {word: f"{chr(97 + k % 26) * 3}{k * 7919 % 97}ä" for k, word in enumerate(words)}
    return [[spelled[word] for word in sentence] for sentence in sentences]


@pytest.mark.parametrize(
    "kind",
    [{"sg": 1}, {"sg": 0}, {"sg": 1, "hs": 1, "negative": 0}, {"sg": 0, "hs": 1}],
    ids=str,
)
def test_topics_are_found(
    sentences: list[list[str]], kind: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    model = FastText(sentences, **SMALL, **kind)
    assert topics_found(model.wv) == 1.0
    assert "huffvec.gensim" not in caplog.text


def test_ngrams_are_hashed_as_by_gensim(strange: list[list[str]]) -> None:
    model = FastText(**SMALL, min_n=2, max_n=5)
    model.build_vocab(strange)
    wv = model.wv
    vocabulary = Vocabulary(wv.index_to_key, wv.expandos["count"])
    offsets, rows = Subwords(min_n=2, max_n=5, buckets=500).bags(vocabulary)
    for word, (begin, end) in enumerate(itertools.pairwise(offsets)):
        assert rows[begin] == word
        assert sorted(rows[begin + 1 : end] - len(wv)) == sorted(wv.buckets_word[word])


def test_words_and_ngrams_are_trained(sentences: list[list[str]]) -> None:
    model = FastText(**SMALL)
    model.build_vocab(sentences)
    words, ngrams = model.wv.vectors_vocab.copy(), model.wv.vectors_ngrams.copy()
    model.train(sentences, total_examples=600, epochs=1)
    assert (model.wv.vectors_vocab != words).any(axis=1).all()
    used = np.unique(np.concatenate(model.wv.buckets_word))
    changed = np.flatnonzero((model.wv.vectors_ngrams != ngrams).any(axis=1))
    np.testing.assert_array_equal(changed, used)
    bag = model.wv.vectors_ngrams[model.wv.buckets_word[0]]
    mean = (model.wv.vectors_vocab[0] + bag.sum(axis=0)) / (1 + len(bag))
    np.testing.assert_allclose(model.wv.vectors[0], mean, rtol=1e-5)


def test_without_ngrams(sentences: list[list[str]], caplog: pytest.LogCaptureFixture) -> None:
    model = FastText(sentences, **SMALL, min_n=3, max_n=2)
    assert model.wv.bucket == 0
    assert topics_found(model.wv) == 1.0
    assert caplog.records == []


@pytest.mark.parametrize("name", ["vectors_vocab_lockf", "vectors_ngrams_lockf"])
def test_locked_rows_are_left_to_gensim(
    sentences: list[list[str]], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    model = FastText(**SMALL)
    model.build_vocab(sentences)
    setattr(model.wv, name, np.zeros(1, np.float32))
    model.train(sentences, total_examples=600, epochs=1)
    assert "gensim itself trains this FastText" in caplog.text
    assert "vectors_vocab_lockf or vectors_ngrams_lockf" in caplog.text


def test_words_that_are_no_lines_are_left_to_gensim(caplog: pytest.LogCaptureFixture) -> None:
    FastText([["a\nb", "c"]] * 9, **SMALL)
    assert "gensim itself trains this FastText: " in caplog.text


def test_facebooks_models_are_trained_on(sentences: list[list[str]], tmp_path: Path) -> None:
    path = str(tmp_path / "model.bin")
    theirs.save_facebook_model(theirs.FastText(sentences, **SMALL), path)
    model = huffvec.gensim.load_facebook_model(path)
    assert type(model) is FastText
    before = model.wv.vectors.copy()
    model.train(sentences, total_examples=600, epochs=1, compute_loss=True)
    assert model.get_latest_training_loss() > 0
    assert (model.wv.vectors != before).any()


def test_the_old_way_to_load_one(sentences: list[list[str]], tmp_path: Path) -> None:
    path = str(tmp_path / "model.bin")
    theirs.save_facebook_model(theirs.FastText(sentences, **SMALL), path)
    with pytest.warns(DeprecationWarning, match="load_facebook_model"):
        assert type(FastText.load_fasttext_format(path)) is FastText


def test_ngrams_of_no_letters_are_left_to_gensim(caplog: pytest.LogCaptureFixture) -> None:
    FastText([["one", "two"]] * 9, **SMALL, min_n=0, max_n=2)
    assert "gensim itself trains this FastText: min_n" in caplog.text
