"""Training as a whole: it learns what is there to learn, says how it went, and stops cleanly."""

import math
import signal
import threading

import numpy as np
import pytest
from training_runs import train_encoded
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec import FullSoftmax, HierarchicalSoftmax, NegativeSampling, TrainingConfig, objectives
from huffvec.corpus import Sentences, Vocabulary
from huffvec.engine import engine
from huffvec.errors import ConfigError, CorpusError, TrainingError
from huffvec.training.position import Position
from huffvec.training.progress import Silent
from huffvec.training.run import TrainingRun

OBJECTIVES = [cls() for cls in objectives.OBJECTIVES.values()]
N_TOPICS, TOPIC_WORDS = 8, 6


@pytest.fixture(scope="module")
def topic_text(tmp_path_factory):
    """40,000 tokens on one line; the topic changes every 25 tokens, every topic has own words.

    Within a topic all words are alike, so a target's probability given its context is 1 /
    TOPIC_WORDS but for the borders: a loss near log(TOPIC_WORDS) is all that can be reached.
    """
    rng = np.random.default_rng(2)
    topics = rng.integers(N_TOPICS, size=1_600).repeat(25)
    words = rng.integers(TOPIC_WORDS, size=topics.size)
    path = tmp_path_factory.mktemp("topics") / "topics.txt"
    path.write_text(" ".join(f"t{t}w{w}" for t, w in zip(topics, words, strict=True)))
    return path


def topic_contrast(vectors) -> float:
    """Mean cosine within topics minus that between topics: 0 untrained, up to 1 and more."""
    rows = vectors.vectors - vectors.vectors.mean(axis=0)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    topic = np.array([word[:2] for word in vectors.words])
    same = topic[:, None] == topic
    off_diagonal = ~np.eye(len(topic), dtype=bool)
    cosines = unit @ unit.T
    return cosines[same & off_diagonal].mean() - cosines[~same].mean()


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
def test_topics_are_learned(topic_text, architecture, objective):
    model = huffvec.train(
        topic_text,
        objective,
        architecture=architecture,
        dim=16,
        window=4,
        epochs=6,
        subsample_threshold=0.0,
        learning_rate=0.1,
        n_threads=1,  # the same on every run: two threads collide often among so few words
    )
    assert topic_contrast(model.vectors) > 0.6
    nearest = model.vectors.nearest("t3w1", TOPIC_WORDS - 1)
    assert {neighbor.word[:2] for neighbor in nearest} == {"t3"}
    if isinstance(objective, HierarchicalSoftmax):  # a likelihood: it has a known best value
        assert math.log(TOPIC_WORDS) < model.training["loss"] < 0.8 * math.log(48)


def test_window_decides_what_is_learned(topic_text):
    """A window of many topics blurs them: the contrast must fall."""
    contrast = {
        window: topic_contrast(
            huffvec.train(
                topic_text, dim=16, window=window, epochs=2, learning_rate=0.05, n_threads=1
            ).vectors
        )
        for window in (3, 300)
    }
    assert contrast[3] > contrast[300] + 0.2


def test_twenty_kilobytes_of_english_lower_the_loss(tmp_path):
    from pydoc_data import topics

    text = " ".join(" ".join(topics.topics.values()).lower().split())[:20_000]
    (tmp_path / "english.txt").write_text(text)
    losses = []
    for epochs in (1, 12):
        model = huffvec.train(tmp_path / "english.txt", dim=20, epochs=epochs, n_threads=1)
        losses.append(model.training["loss"])
    assert losses[1] < losses[0] < 6 * math.log(2)  # the loss of untrained vectors


def test_same_seed_and_one_thread_give_identical_vectors(topic_text):
    options = {"dim": 8, "epochs": 1, "n_threads": 1}
    first, again = (huffvec.train(topic_text, seed=4, **options) for _ in range(2))
    other = huffvec.train(topic_text, seed=5, **options)
    assert first.input_vectors.tobytes() == again.input_vectors.tobytes()
    assert first.input_vectors.tobytes() != other.input_vectors.tobytes()


def test_the_record_says_how_training_went(topic_text):
    model = huffvec.train(topic_text, dim=8, epochs=2, n_threads=1)
    record = model.training
    assert record["corpus_tokens"] == record["raw_tokens"] == 40_000
    assert record["tokens"] == 80_000
    assert record["corpus_sentences"] == 1
    assert record["seconds"] > 0


class Recording(Silent):
    def __init__(self):
        super().__init__()
        self.reports, self.stages, self.closed = [], set(), False

    def stage(self, name, done, total):
        assert 0 <= done <= total
        self.stages.add(name)

    def report(self, report):
        self.reports.append(report)

    def close(self):
        self.closed = True


def test_progress_is_told(topic_text):
    sink = Recording()
    huffvec.train(topic_text, dim=8, epochs=3, n_threads=2, callbacks=sink)
    last = sink.reports[-1]
    assert (last.epoch, last.epochs, last.tokens, last.total_tokens) == (3, 3, 120_000, 120_000)
    assert last.words_per_second == pytest.approx(last.tokens / last.seconds)
    assert last.learning_rate == 0
    assert last.seconds_left == 0
    assert sink.stages == {"reading text", "encoding text"}
    assert sink.closed


def test_chunks_trained_in_parts_equal_one_run(topic_text):
    vocabulary = Vocabulary([f"w{k}" for k in range(9)], [90 - k for k in range(9)])
    ids = np.random.default_rng(1).integers(9, size=45_000)
    corpus = Sentences.from_arrays(ids, [0, 20_000, 20_003, 45_000])
    config = TrainingConfig(dim=8, epochs=2, n_threads=1)
    whole = train_encoded(corpus, vocabulary, config=config)
    run = TrainingRun(corpus, vocabulary, NegativeSampling(), config)
    for first in range(run.n_chunks):
        run.train_chunks(first, first + 1, Silent())
    assert run.position.tokens == whole.training["tokens"] == 90_000
    assert (run.weights["input_vectors"] == whole.input_vectors).all()


def test_words_are_skipped_as_keep_probs_say():
    corpus = Sentences.from_arrays(np.tile([2, 0, 1], 500), [0, 1500])
    vocabulary = Vocabulary(["a", "b", "c"], [500, 500, 500])
    config = TrainingConfig(dim=8, n_threads=1, epochs=1)
    keep_probs = np.array([1.0, 0.0, 1.0])
    run = TrainingRun(corpus, vocabulary, NegativeSampling(), config, keep_probs=keep_probs)
    before = run.weights["input_vectors"].copy()
    run.train(Silent())
    changed = (run.weights["input_vectors"] != before).any(axis=1)
    assert changed.tolist() == [True, False, True]


def test_a_loss_beyond_all_bounds_stops_training():
    corpus = Sentences.from_arrays(np.tile([1, 0], 500), [0, 1000])
    config = TrainingConfig(dim=8, n_threads=1)
    run = TrainingRun(corpus, Vocabulary(["a", "b"], [500, 500]), NegativeSampling(), config)
    run.position = Position(targets=100, loss=1e12)
    message = (
        r"in epoch \d, after .* tokens: the loss is .*e\+\d+ nats .* untrained model has 4\.16 at m"
    )
    with pytest.raises(TrainingError, match=message):
        run.train_chunks(0, 1, Silent())


def test_numbers_that_are_not_finite_stop_training():
    corpus = Sentences.from_arrays(np.tile([1, 0], 500), [0, 1000])
    config = TrainingConfig(dim=8, n_threads=1)
    run = TrainingRun(corpus, Vocabulary(["a", "b"], [500, 500]), NegativeSampling(), config)
    run.weights["input_vectors"][:] = math.nan
    with pytest.raises(TrainingError, match=r"stopped in epoch .* loss is not a finite number any"):
        run.train(Silent())


def test_an_interrupt_ends_the_threads(topic_text):
    run_threads = threading.active_count()
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(topic_text, dim=300, epochs=100_000, n_threads=2)
    timer.join()
    assert threading.active_count() == run_threads


def test_an_interrupt_does_not_wait_for_a_slow_chunk():
    """The one chunk takes half a minute: if it is left, nothing of it is counted."""
    vocabulary = Vocabulary([f"w{k}" for k in range(60_000)], np.ones(60_000, np.int64))
    corpus = Sentences.from_arrays(np.arange(10_000), [0, 10_000])
    run = TrainingRun(corpus, vocabulary, FullSoftmax(), TrainingConfig(dim=64, epochs=1))
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        run.train(Silent())
    timer.join()
    assert run.position.chunks == run.position.tokens == 0


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda o: o.name)
def test_one_word_is_not_enough(tmp_path, objective):
    (tmp_path / "one.txt").write_text("word " * 100)
    with pytest.raises(CorpusError, match=r"at least 2 different words, found 1"):
        huffvec.train(tmp_path / "one.txt", objective)


def test_unknown_options_are_named(topic_text):
    with pytest.raises(ConfigError, match=r"'windows'.*Did you mean 'window'"):
        huffvec.train(topic_text, **{"windows": 3})


def test_an_id_outside_the_vocabulary_is_refused():
    vocabulary = Vocabulary(["a", "b", "c"], [3, 2, 1])
    corpus = Sentences.from_arrays([0, 1, 7, 2], [0, 4])
    with pytest.raises(IndexError, match="has the id 7, but the vocabulary has 3 words"):
        train_encoded(corpus, vocabulary, config=TrainingConfig(subsample_threshold=0.0))


def test_the_instruction_set_can_be_forced(monkeypatch):
    monkeypatch.setenv("HUFFVEC_ISA", "base")
    assert engine().__name__ == "huffvec._engine_base"
    monkeypatch.setenv("HUFFVEC_ISA", "avx3")
    with pytest.raises(ConfigError, match="HUFFVEC_ISA='avx3' is not available here; choose from"):
        engine()
