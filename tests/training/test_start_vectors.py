"""Training that starts from vectors made elsewhere."""

import numpy as np
import pytest
from cli_helpers import run, write_english

import huffvec
from huffvec import NegativeSampling
from huffvec.corpus import Sentences
from huffvec.errors import ConfigError
from huffvec.training.run import TrainingRun

OPTIONS = {"dim": 6, "epochs": 1, "n_threads": 1, "learning_rate": 1e-9}


def test_found_words_start_there(tmp_path, capsys):
    text = write_english(tmp_path / "t.txt", 200)
    rows = np.arange(18, dtype=np.float32).reshape(3, 6) / 10
    start = huffvec.WordVectors(huffvec.Vocabulary(["zebra", "cat", "the"], [3, 2, 1]), rows)
    start.save(tmp_path / "start.vec")
    for given in (start, tmp_path / "start.vec"):
        model = huffvec.train(text, start_vectors=given, **OPTIONS)
        plain = huffvec.train(text, **OPTIONS)
        np.testing.assert_allclose(model.vectors[["cat", "the"]], rows[1:], atol=1e-5)
        np.testing.assert_allclose(model.vectors["dog"], plain.vectors["dog"], atol=1e-5)
        n_words = len(model.vocabulary)
        assert model.training["start_vectors"] == {"found": 2, "words": n_words, "frozen": False}
    command = ["train", text, "-o", tmp_path / "m.hv", "--dim", 6, "--epochs", 1]
    assert run(*command, "--start-vectors", tmp_path / "start.vec") == 0
    assert "(2 with start vectors)" in capsys.readouterr().err
    subwords = huffvec.Subwords(3, 3, 50)
    model = huffvec.train(text, start_vectors=start, subwords=subwords, **OPTIONS)
    np.testing.assert_allclose(
        model.input_vectors[model.vocabulary.id_of("cat")], rows[1], atol=1e-5
    )
    with pytest.raises(ConfigError, match="have dim 6, but the model has dim 5: they"):
        huffvec.train(text, start_vectors=start, **{**OPTIONS, "dim": 5})
    with pytest.raises(ConfigError, match="start_vectors must be a file or word vectors, not 7"):
        huffvec.train(text, start_vectors=7, **OPTIONS)
    hashed = huffvec.Subwords(3, 3, 50, hash_words=True)
    with pytest.raises(ConfigError, match="which hash_words does without"):
        huffvec.train(text, start_vectors=start, subwords=hashed, **OPTIONS)
    other = huffvec.WordVectors(huffvec.Vocabulary(["pes"], [3]), rows[:1])
    with pytest.raises(ConfigError, match="none of their words is in the text"):
        huffvec.train(text, start_vectors=other, **OPTIONS)


@pytest.fixture
def start():
    """Vectors of words that are in the text, in another order, and of one that is not."""
    words = ["zebra", "truck", "the", "cat"]
    rows = np.random.default_rng(3).normal(size=(4, 6)).astype(np.float32)
    return huffvec.WordVectors(huffvec.Vocabulary(words, [4, 3, 2, 1]), rows)


@pytest.mark.parametrize("objective", ["ns", "hs", "softmax", "ns:share=8"])
@pytest.mark.parametrize(
    "options",
    [
        {"architecture": "skipgram"},
        {"architecture": "cbow"},
        {"architecture": "cbow", "position_weights": True},
        {"architecture": "skipgram", "n_threads": 2},
        {"architecture": "skipgram", "window": "all"},
    ],
    ids=lambda options: "-".join(map(str, options.values())),
)
def test_frozen_words_do_not_change_at_all(tmp_path, start, objective, options):
    text = write_english(tmp_path / "t.txt", 500)
    options = {"dim": 6, "epochs": 2, "n_threads": 1, **options}
    frozen = huffvec.train(text, objective, start_vectors=start, freeze=True, **options)
    free = huffvec.train(text, objective, start_vectors=start, **options)
    untrained = huffvec.train(text, objective, **{**options, "learning_rate": 1e-9})
    found = ["cat", "the", "truck"]
    assert frozen.vectors[found].tobytes() == start[found].tobytes()
    assert (free.vectors[found] != start[found]).all()
    others = [word for word in frozen.vocabulary.words if word not in found]
    moved = frozen.vectors[others] - untrained.vectors[others]
    assert (np.abs(moved).max(axis=1) > 1e-3).all()
    n_words = len(frozen.vocabulary)
    assert frozen.training["start_vectors"] == {"found": 3, "words": n_words, "frozen": True}


def test_continued_models_train_frozen_words_again(tmp_path, start):
    text = write_english(tmp_path / "t.txt", 500)
    options = {"dim": 6, "epochs": 1, "n_threads": 1}
    model = huffvec.train(text, start_vectors=start, freeze=True, **options)
    more = huffvec.train_more(model, text)
    assert (more.vectors["cat"] != start["cat"]).all()
    assert more.training["before"]["start_vectors"]["frozen"]
    assert "start_vectors" not in more.training


def test_what_cannot_be_frozen_is_refused(tmp_path, start, capsys):
    text = write_english(tmp_path / "t.txt", 200)
    with pytest.raises(ConfigError, match=r"^freeze needs start vectors: the words found"):
        huffvec.train(text, freeze=True, **OPTIONS)
    with pytest.raises(ConfigError, match=r"^freeze must be true or false, not 'cat'"):
        huffvec.train(text, freeze="cat", start_vectors=start, **OPTIONS)
    subwords = huffvec.Subwords(3, 3, 50)
    with pytest.raises(ConfigError, match=r"^freeze cannot be used with subwords: a word's vector"):
        huffvec.train(text, freeze=True, start_vectors=start, subwords=subwords, **OPTIONS)
    command = ["train", text, "-o", tmp_path / "m.hv", "--dim", 6, "--freeze"]
    assert run(*command) != 0
    assert "--freeze needs start vectors" in capsys.readouterr().err
    assert not (tmp_path / "m.hv").exists()


def test_freezing_on_the_command_line(tmp_path, start, capsys):
    text = write_english(tmp_path / "t.txt", 200)
    start.save(tmp_path / "start.hv")
    command = ["train", text, "-o", tmp_path / "m.hv", "--dim", 6, "--epochs", 1]
    assert run(*command, "--start-vectors", tmp_path / "start.hv", "--freeze") == 0
    assert "(3 with start vectors, frozen)" in capsys.readouterr().err
    model = huffvec.load(tmp_path / "m.hv")
    assert model.vectors["truck"].tobytes() == start["truck"].tobytes()


@pytest.mark.parametrize("set_rows", [True, False])
def test_rows_that_the_caller_sets(set_rows):
    corpus = Sentences.from_arrays([0, 1, 0], [0, 3])
    run = TrainingRun(
        corpus, huffvec.Vocabulary(["a", "b"], [2, 1]), NegativeSampling(), set_rows=set_rows
    )
    assert run.weights["input_vectors"].any() == set_rows
