"""gensim's Word2Vec by the engine: what is learned, what is counted, what is said."""

import logging
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import word2vec as theirs
from gensim.models.callbacks import CallbackAny2Vec

from huffvec.errors import TrainingError
from huffvec.gensim import Word2Vec
from huffvec.gensim.arguments import TRAIN_ARGUMENTS
from huffvec.gensim.encoding import encode
from huffvec.gensim.epochs import Epochs
from huffvec.gensim.progress import EpochLog
from huffvec.training.callbacks import Report

KINDS = [
    {"sg": sg, "hs": hs, "negative": negative, "shrink_windows": shrinks}
    for sg in (0, 1)
    for hs, negative in ((0, 5), (1, 0), (1, 5))
    for shrinks in (True, False)
]
SMALL = {"vector_size": 16, "workers": 1, "epochs": 10, "sample": 0, "alpha": 0.05}


def topics_found(wv: Any) -> float:
    """Return which share of the words has a word of its own topic nearest."""
    nearest = [(word, wv.most_similar(word, topn=1)[0][0]) for word in wv.index_to_key]
    return float(np.mean([word[:-1] == near[:-1] for word, near in nearest]))


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name == "huffvec.gensim"]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_topics_are_found(
    sentences: list[list[str]], kind: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    model = Word2Vec(sentences, **SMALL, **kind)
    assert topics_found(model.wv) == 1.0
    assert said(caplog) == []  # gensim has trained nothing


def test_the_vocabulary_is_gensims(sentences: list[list[str]]) -> None:
    ours, gensims = Word2Vec(sentences, **SMALL), theirs.Word2Vec(sentences, **SMALL)
    assert ours.wv.index_to_key == gensims.wv.index_to_key
    for name in ("count", "sample_int"):
        np.testing.assert_array_equal(ours.wv.expandos[name], gensims.wv.expandos[name])
    np.testing.assert_array_equal(ours.cum_table, gensims.cum_table)
    for name in ("corpus_count", "corpus_total_words", "train_count"):
        assert getattr(ours, name) == getattr(gensims, name)


def test_start_vectors_are_gensims(sentences: list[list[str]]) -> None:
    options = SMALL | {"alpha": 1e-30, "min_alpha": 1e-30}
    models = [kind(sentences, **options) for kind in (Word2Vec, theirs.Word2Vec)]
    np.testing.assert_array_equal(models[0].wv.vectors, models[1].wv.vectors)


def test_the_same_seed_gives_the_same(sentences: list[list[str]]) -> None:
    first, second, other = (Word2Vec(sentences, **SMALL, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.wv.vectors, second.wv.vectors)
    assert (first.wv.vectors != other.wv.vectors).any()


def test_what_train_returns_and_counts(sentences: list[list[str]]) -> None:
    model = Word2Vec(**SMALL)
    model.build_vocab(sentences)
    assert (model.corpus_count, model.corpus_total_words) == (600, 6000)
    trained = model.train(sentences, total_examples=600, epochs=3, compute_loss=True)
    assert trained == (18_000, 18_000)
    first = model.get_latest_training_loss()
    model.train(sentences, total_examples=600, epochs=3, compute_loss=True)
    assert model.train_count == 2
    assert model.total_train_time > 0
    assert 0 < model.get_latest_training_loss() < first


class Watching(CallbackAny2Vec):
    """Remembers when it was called, and the vectors."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.vectors: list[np.ndarray] = []
        self.losses: list[float] = []

    def on_train_begin(self, model: Any) -> None:
        self.calls.append("begin")

    def on_epoch_begin(self, model: Any) -> None:
        self.calls.append("epoch")

    def on_epoch_end(self, model: Any) -> None:
        self.calls.append("end of epoch")
        self.vectors.append(model.wv.vectors.copy())
        self.losses.append(model.get_latest_training_loss())

    def on_train_end(self, model: Any) -> None:
        self.calls.append("end")


def test_callbacks_see_every_epoch(sentences: list[list[str]]) -> None:
    watching = Watching()
    options = SMALL | {"epochs": 3}
    model = Word2Vec(sentences, **options, compute_loss=True, callbacks=[watching])
    assert watching.calls == ["begin", *["epoch", "end of epoch"] * 3, "end"]
    assert (watching.vectors[0] != watching.vectors[1]).any()
    np.testing.assert_array_equal(watching.vectors[2], model.wv.vectors)
    assert watching.losses == sorted(watching.losses)  # it adds up, as gensim's


class Stopping(CallbackAny2Vec):
    """Sets the rate to (nearly) nothing after an epoch."""

    def on_epoch_end(self, model: Any) -> None:
        if not hasattr(self, "vectors"):
            self.vectors = model.wv.vectors.copy()
        model.alpha = model.min_alpha = 1e-30


def test_a_callback_can_change_the_rate(sentences: list[list[str]]) -> None:
    stopping = Stopping()
    model = Word2Vec(sentences, **SMALL, callbacks=[stopping])
    np.testing.assert_array_equal(stopping.vectors, model.wv.vectors)


def test_words_can_be_added(sentences: list[list[str]]) -> None:
    model = Word2Vec(sentences, **SMALL)
    more = [["red1", "fresh", "red2", "fresh", "red3"]] * 100
    model.build_vocab(more, update=True)
    before = model.wv["fresh"].copy()
    model.train(more, total_examples=100, epochs=10)
    assert (model.wv["fresh"] != before).any()
    assert model.wv.most_similar("fresh", topn=1)[0][0].startswith("red")


@pytest.mark.parametrize("kind", [int, tuple, np.int64])
def test_keys_need_not_be_text(sentences: list[list[str]], kind: Any) -> None:
    names = sorted({word for sentence in sentences for word in sentence})
    keys = {name: kind([k, k] if kind is tuple else k) for k, name in enumerate(names)}
    walks = [[keys[word] for word in sentence] for sentence in sentences]
    model = Word2Vec(walks, **SMALL, sg=1)
    assert set(model.wv.key_to_index) == set(keys.values())
    same = Word2Vec(sentences, **SMALL, sg=1)
    np.testing.assert_array_equal(
        model.wv.vectors, same.wv.vectors
    )  # whatever the words are called


def test_locked_words_stay(sentences: list[list[str]]) -> None:
    model = Word2Vec(**SMALL)
    model.build_vocab(sentences)
    model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
    model.wv.vectors_lockf[3] = 0
    before = model.wv.vectors.copy()
    model.train(sentences, total_examples=600, epochs=1)
    changed = (model.wv.vectors != before).any(axis=1)
    assert changed.tolist() == [k != 3 for k in range(len(model.wv))]


FALLING_BACK = [
    ({"cbow_mean": 0}, "cbow_mean=0 adds up the vectors of a context"),
    ({"workers": 0}, "workers=0"),
    ({"window": 2000}, "window"),
]


@pytest.mark.parametrize(("options", "reason"), FALLING_BACK, ids=str)
def test_gensim_does_what_the_engine_cannot(
    sentences: list[list[str]],
    options: dict[str, Any],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    Word2Vec(sentences, **SMALL | {"epochs": 1} | options)
    lines = said(caplog)
    assert len(lines) == 1
    assert lines[0].startswith("huffvec.gensim: gensim itself trains this Word2Vec: ")
    assert reason in lines[0]


@pytest.mark.parametrize("options", [{}, {"window": 2000}], ids=str)
def test_sentences_that_come_once(
    sentences: list[list[str]], options: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    model = Word2Vec(**SMALL | options)
    model.build_vocab(sentence for sentence in sentences)
    before = model.wv.vectors.copy()
    trained = model.train((s for s in sentences), total_examples=600, epochs=1)
    assert trained == (6000, 6000)
    assert (model.wv.vectors != before).any(axis=1).all()
    assert ("gensim itself trains" in caplog.text) == bool(options)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"queue_factor": 4}, "the corpus is encoded before training, without a queue"),
        ({"word_count": 9}, "gensim does not use it either"),
    ],
)
def test_arguments_without_effect_say_so(
    sentences: list[list[str]],
    given: dict[str, int],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    name = next(iter(given))
    assert TRAIN_ARGUMENTS[name] == "no effect"
    model = Word2Vec(**SMALL)
    model.build_vocab(sentences)
    model.train(sentences, total_examples=600, epochs=1, **given)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [f"huffvec.gensim: {name} has no effect: {reason}"]


def test_training_that_diverges_is_an_error(sentences: list[list[str]]) -> None:
    model = Word2Vec(**SMALL | {"alpha": 10.0, "min_alpha": 10.0, "vector_size": 400}, sg=1)
    model.build_vocab(sentences)
    before = model.wv.vectors.copy()
    model.syn1neg[:] = 1e30
    with pytest.raises(TrainingError):
        model.train(sentences, total_examples=600, epochs=5)
    np.testing.assert_array_equal(model.wv.vectors, before)


def test_progress_is_logged_as_gensims(
    sentences: list[list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "gensim"):
        model = Word2Vec(sentences, **SMALL | {"epochs": 1})
        model.train(sentences, total_examples=7, total_words=70, epochs=1)
    assert "collected 32 word types from a corpus of 6000 raw words" in caplog.text
    assert "EPOCH 0: training on 6000 raw words (6000 effective words)" in caplog.text
    assert "supplied example count (600) did not equal expected count (7)" in caplog.text
    assert "supplied raw word count (6000) did not equal expected count (70)" in caplog.text


def test_progress_within_an_epoch_is_logged(
    sentences: list[list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    model = Word2Vec(**SMALL)
    model.build_vocab(sentences)
    epochs = Epochs(model, encode(sentences), watched=False)
    log = EpochLog(model, epochs, 3, {"total_examples": 600, "total_words": None}, 5.0)
    begun = Report(4, 10, 18_000, 60_000, 1.0, 1.0, 1.0, 0.01, 1.0)
    with caplog.at_level(logging.INFO, "gensim"):
        log.report(begun)
        log._began -= 2  # two seconds ago
        log.report(replace(begun, tokens=19_500))
        log.report(replace(begun, tokens=19_600))
    lines = [record.getMessage() for record in caplog.records]
    assert [line.partition(" examples")[0] for line in lines] == ["EPOCH 3 - PROGRESS: at 25.00%"]


def test_an_interrupt_keeps_what_was_learned(sentences: list[list[str]]) -> None:
    model = Word2Vec(**SMALL)
    model.build_vocab(sentences)
    before = model.wv.vectors.copy()
    timer = threading.Timer(1.0, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        model.train(sentences * 5, total_examples=3000, epochs=1_000_000)
    timer.join()
    assert (model.wv.vectors != before).any()
    assert np.isfinite(model.wv.vectors).all()


def test_a_file_needs_its_number_of_words(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("one two\n" * 9)
    model = Word2Vec(**SMALL)
    model.build_vocab(corpus_file=str(path))
    with pytest.raises(ValueError, match="total_words must be provided"):
        model.train(corpus_file=str(path), total_examples=9, epochs=1)


def test_a_text_in_place_of_words_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    Word2Vec(["one two", "two one"], min_count=1, workers=1)
    assert "Each 'sentences' item should be a list of words" in caplog.text
