"""The number of n-gram buckets is fitted to the words unless it is given."""

from dataclasses import replace

import numpy as np
import pytest
from cli_helpers import run, write_english

import huffvec
from huffvec.errors import ConfigError, FormatError
from huffvec.subwords import MOST_BUCKETS, Subwords


def ngrams(words, min_n, max_n):
    marked = [f"<{word}>" for word in words]
    return {
        w[i : i + n] for w in marked for n in range(min_n, max_n + 1) for i in range(len(w) - n + 1)
    }


@pytest.fixture(scope="module")
def vocabulary():
    rng = np.random.default_rng(4)
    words = sorted(
        {"".join(rng.choice(list("abcdefghij"), rng.integers(2, 9))) for _ in range(4000)}
    )
    return huffvec.Vocabulary(words, np.full(len(words), 9))


@pytest.mark.parametrize("lengths", [(3, 3), (3, 6), (2, 2)])
def test_the_rule(vocabulary, lengths):
    n = len(ngrams(vocabulary.words, *lengths))
    buckets = Subwords(*lengths).fitted(vocabulary).buckets
    assert buckets.bit_count() == 1
    assert 0.95 * 2 * n <= buckets <= 1.05 * 4 * n
    assert replace(Subwords(*lengths), buckets=7).fitted(vocabulary).buckets == 7


def test_the_upper_end(vocabulary, monkeypatch):
    assert MOST_BUCKETS == 2_000_000
    monkeypatch.setattr("huffvec.subwords.MOST_BUCKETS", 1000)
    assert Subwords().fitted(vocabulary).buckets == 1000


def test_the_estimate_is_close(vocabulary):
    exact = len(ngrams(vocabulary.words, 3, 6))
    assert Subwords()._n_distinct(vocabulary) == pytest.approx(exact, rel=0.01)


def test_models_record_it(tmp_path, capsys):
    text, output = write_english(tmp_path / "t.txt", 200), tmp_path / "m.hv"
    assert run("train", text, "-o", output, "--subwords", "3", "--dim", 10, "--epochs", 1) == 0
    model = huffvec.load(output)
    assert model.config.subwords.buckets in (64, 128, 256)
    assert len(model.input_vectors) == len(model.vocabulary) + model.config.subwords.buckets
    err = capsys.readouterr().err
    said = f"{len(model.vocabulary)} words and {model.config.subwords.buckets} buckets of n-grams"
    assert f"training {said}, 10 numbers each: a model of " in err
    assert output.stat().st_size < 50_000
    assert huffvec.train_more(model, text, epochs=1).config.subwords == model.config.subwords


def test_without_a_vocabulary_there_is_no_number():
    with pytest.raises(ConfigError, match="buckets must be a number, or be fitted to words"):
        Subwords().n_rows(10)
    with pytest.raises(FormatError, match="subwords: expected"):
        Subwords.from_dict(Subwords().to_dict())
