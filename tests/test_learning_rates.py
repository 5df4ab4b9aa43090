"""The learning rates of a run that none are given for."""

import json
from dataclasses import replace

import numpy as np
import pytest
from cli_helpers import run, write_english
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec import learning_rates as rule
from huffvec.architectures import ARCHITECTURES
from huffvec.config import TrainingConfig
from huffvec.corpus import Sentences, Vocabulary
from huffvec.errors import ConfigError
from huffvec.learning_rates import default_learning_rate, learning_rates
from huffvec.objectives import NCE, OBJECTIVES, NegativeSampling
from huffvec.subwords import Subwords
from huffvec.training.run import TrainingRun

SUBWORDS = Subwords(3, 4, 64)
COUNTS = [1, 10, 100, 1_000, 10**5, 10**9]
QUICK = {"dim": 8, "epochs": 2, "n_threads": 1}


@pytest.fixture
def steep(monkeypatch):
    """A rule by which size and objective matter, whatever today's numbers are."""
    monkeypatch.setattr(rule, "REFERENCE_USES", 1_000)
    monkeypatch.setattr(rule, "LEAST", 0.1)
    monkeypatch.setattr(rule, "MOST", 10)
    monkeypatch.setattr(rule, "END_SHARE", 0.1)
    monkeypatch.setattr(NCE, "learning_rate_factor", 3.0)


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return write_english(tmp_path_factory.mktemp("rates") / "english.txt", 200)


def a_run(config, n_tokens=100, objective=None, replicas=1):
    """Return a run on words that take turns."""
    ids = np.arange(n_tokens) % 5
    sentences = Sentences.from_arrays(ids, [0, n_tokens])
    vocabulary = Vocabulary([f"w{k}" for k in range(5)], np.bincount(ids))
    return TrainingRun(
        sentences, vocabulary, objective or NegativeSampling(), config, replicas=replicas
    )


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
def test_at_the_reference_it_is_the_base_times_the_factor(architecture):
    own = ARCHITECTURES[architecture]
    config = TrainingConfig(architecture=architecture, epochs=5)
    mean_count = rule.REFERENCE_USES / 5
    for cls in OBJECTIVES.values():
        factor = cls.rate_factor(architecture)
        found = default_learning_rate(config, cls(), mean_count)
        assert found == pytest.approx(own.learning_rate * factor, rel=5e-3)


def test_no_default_is_larger_or_smaller_than_what_can_be_given():
    for name in WORD_ARCHITECTURES:
        for cls in OBJECTIVES.values():
            for mean_count in COUNTS:
                config = TrainingConfig(architecture=name)
                rates = learning_rates(config, cls(), mean_count)
                assert 0 <= rates.end <= rates.start
                config.but(learning_rate=rates.start, min_learning_rate=rates.end)


def test_more_text_never_makes_it_larger(steep):
    for config in (TrainingConfig(), TrainingConfig(architecture="cbow", subwords=SUBWORDS)):
        rates = [default_learning_rate(config, NCE(), mean_count) for mean_count in COUNTS]
        assert rates == sorted(rates, reverse=True)
        assert rates[0] == pytest.approx(rates[-1] * rule.MOST / rule.LEAST)
        one = config.but(epochs=1)
        assert default_learning_rate(one, NCE(), 5 * 100) == rates[2]  # 5 epochs of 100
        assert rates[0] > rates[2] > rates[3]


def test_the_rule(steep):
    config = TrainingConfig(epochs=1)
    mean_count = 4 * rule.REFERENCE_USES
    base = ARCHITECTURES["skipgram"].learning_rate
    assert default_learning_rate(config, NegativeSampling(), mean_count) == base / 2
    rates = learning_rates(config, NCE(), mean_count)
    assert rates == pytest.approx((1.5 * base, 0.15 * base))
    given = config.but(learning_rate=0.02, min_learning_rate=0.0)
    assert learning_rates(given, NCE(), mean_count) == (0.02, 0.0)
    assert learning_rates(replace(given, min_learning_rate=None), NCE(), mean_count).end == 0.002


@pytest.mark.parametrize(("replicas", "factor"), [(1, 1.0), (2, 1.122), (8, 2**0.5), (64, 2**0.5)])
def test_replicas_make_larger_steps(steep, replicas, factor):
    config = TrainingConfig(epochs=2)
    alone = learning_rates(config, NegativeSampling(), 500)
    found = learning_rates(config, NegativeSampling(), 500, replicas)
    assert found.start == pytest.approx(alone.start * factor, rel=5e-3)
    assert found.end == pytest.approx(0.1 * found.start)
    given = TrainingConfig(learning_rate=0.02, min_learning_rate=0.01)
    assert learning_rates(given, NegativeSampling(), 500, replicas) == (0.02, 0.01)
    assert a_run(config, replicas=replicas).rates.start == pytest.approx(
        a_run(config).rates.start * factor, rel=5e-3
    )


def test_a_run_takes_it_and_records_it(steep):
    config = TrainingConfig(epochs=1, dim=4)
    small, large = a_run(config, 100), a_run(config, 10_000)
    assert config.learning_rate is None
    assert small.rates.start == small.config.learning_rate == small.model().config.learning_rate
    assert (
        small.rates.end == small.config.min_learning_rate == pytest.approx(small.rates.start / 10)
    )
    assert small.rates.start > large.rates.start
    assert a_run(config, objective=NCE()).rates.start == pytest.approx(
        3 * small.rates.start, rel=5e-3
    )
    assert a_run(small.config, 10_000).rates == small.rates


def test_the_end_is_not_over_the_start():
    config = TrainingConfig(min_learning_rate=9.0)  # whether that is too much depends on the text
    with pytest.raises(
        ConfigError, match=r"min_learning_rate must be a number from 0 to 0\.\d+, not 9"
    ):
        a_run(config)


def test_files_have_the_number(steep, text, tmp_path):
    options = {"checkpoints": huffvec.Checkpoints(tmp_path / "m.hv.ckpt"), **QUICK}
    log = huffvec.training.logs.JsonLines(tmp_path / "run.jsonl")
    model = huffvec.train(text, callbacks=log, **options)
    mean_count = model.training["corpus_tokens"] / len(model.vocabulary)
    rates = learning_rates(TrainingConfig(epochs=2), model.objective, mean_count)
    model.save(tmp_path / "m.hv")
    found = huffvec.load(tmp_path / "m.hv").config
    assert (found.learning_rate, found.min_learning_rate) == rates
    start = json.loads((tmp_path / "run.jsonl").read_text("utf-8").splitlines()[0])
    assert start["config"]["learning_rate"] == rates.start
    again = huffvec.train(text, config=model.config)
    assert again.config == model.config
    assert (again.input_vectors == model.input_vectors).all()


def test_the_command_line_shows_it(text, tmp_path, capsys):
    output = tmp_path / "m.hv"
    options = ["--dim", 8, "--epochs", 2, "--threads", 1]
    assert run("train", text, "-o", output, *options) == 0
    rate = huffvec.load(output).config.learning_rate
    assert f"learning rate\t{rate:g}\n" in capsys.readouterr().out
    assert run("train", text, "-o", output, *options, "--min-learning-rate", 9) == 2
    assert "min-learning-rate must be a number from 0 to" in capsys.readouterr().err


@pytest.mark.parametrize("n_tokens", [100, 1_500, 50_000])
def test_documents_are_counted_where_only_they_have_vectors(n_tokens):
    config = TrainingConfig(architecture="dbow", epochs=2, dim=4)
    run = a_run(config, n_tokens)  # a document of all tokens
    factor = min(rule.MOST, np.sqrt(rule.REFERENCE_USES / (2 * n_tokens)))
    expected = ARCHITECTURES["dbow"].learning_rate * max(factor, rule.LEAST_OF_DOCUMENTS)
    assert run.rates.start == pytest.approx(expected, rel=5e-3)
    words = a_run(config.but(architecture="dbow-words"), n_tokens).rates.start
    own = ARCHITECTURES["dbow-words"].learning_rate
    factor = rule.uses_factor(2 * n_tokens / 5, has_documents=True)
    assert words == pytest.approx(own * factor, rel=5e-3)
