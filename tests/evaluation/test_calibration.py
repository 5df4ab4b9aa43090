"""Calibration: of models that are right and of some that are not, and against slow loops."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from cli_helpers import run
from harness import make_model
from reference.probabilities import SlowPredictor

import huffvec
from huffvec.config import TrainingConfig
from huffvec.corpus.sentences import Sentences
from huffvec.errors import ConfigError, CorpusError
from huffvec.evaluation import reliability
from huffvec.evaluation.calibration import calibration_of
from huffvec.evaluation.reliability_plot import plot_calibration
from huffvec.evaluation.windows import sample_places

N_WORDS = 30


@pytest.fixture(scope="module")
def joint():
    """A distribution of pairs of words, the same in either order."""
    joint = np.random.default_rng(6).dirichlet(np.full(N_WORDS**2, 0.2)).reshape(N_WORDS, N_WORDS)
    return (joint + joint.T + 1e-6) / (joint + joint.T + 1e-6).sum()


@pytest.fixture(scope="module")
def pairs(joint):
    """Sentences of two words, drawn from it."""
    drawn = np.random.default_rng(7).choice(N_WORDS**2, 10_000, p=joint.ravel())
    ids = np.stack(np.divmod(drawn, N_WORDS), axis=1).astype(np.int32)
    return Sentences.from_arrays(ids.ravel(), 2 * np.arange(10_001))


def true_model(joint, scale=1.0):
    """A model whose scores are the true log-probabilities, times scale."""
    words = [f"w{i}" for i in range(N_WORDS)]
    vocabulary = huffvec.Vocabulary(words, np.arange(N_WORDS, 0, -1) * 100)
    config = TrainingConfig(architecture="cbow", dim=N_WORDS, window=1)
    scores = scale * np.log(joint / joint.sum(axis=0))  # of the row given the column
    return huffvec.Model(
        vocabulary=vocabulary,
        weights={
            "input_vectors": np.eye(N_WORDS, dtype=np.float32),
            "output_vectors": scores.astype(np.float32),
        },
        bound=huffvec.FullSoftmax().bind(vocabulary, config),
        config=config,
    )


def test_a_model_that_is_right_is_calibrated(joint, pairs):
    result = calibration_of(true_model(joint), pairs)
    assert result.n_targets == 10_000
    # Numbers of a fixed seed. Of others, four standard errors would be passed once in 16,000.
    assert abs(result.nats - result.entropy) < 4 * result.nats_std_error
    deviation = math.sqrt(sum((one.std_error * one.n_events) ** 2 for one in result.top_bins))
    assert abs(result.accuracy - result.confidence) < 4 * deviation / 10_000
    for one in (*result.top_bins, *result.word_bins):
        assert abs(one.observed - one.predicted) < 4 * one.std_error
    assert result.ece < 2 * result.ece_by_chance < 0.03
    assert result.log_error < 2 * result.log_error_by_chance < 0.2
    assert len(result.word_bins) > 8


@pytest.mark.parametrize(("scale", "sign"), [(2, 1), (0.5, -1)])
def test_scores_that_are_too_large_or_small_are_over_or_under_confident(joint, pairs, scale, sign):
    result = calibration_of(true_model(joint, scale), pairs)
    assert sign * (result.nats - result.entropy) > 10 * result.nats_std_error
    assert sign * (result.confidence - result.accuracy) > 0.05
    assert result.ece > 5 * result.ece_by_chance
    assert result.log_error > 5 * result.log_error_by_chance
    likely, unlikely = result.word_bins[-1], result.word_bins[0]
    assert sign * (likely.predicted - likely.observed) > 10 * likely.std_error
    assert sign * (unlikely.observed - unlikely.predicted) > 4 * unlikely.std_error


TEXT = [[3, 1, 0, 7, 1], [5], [2, 2, 39, 8], [11, 0], [0, 4, 9, 30, 12, 1, 1, 17]]


def sentences(texts):
    offsets = np.cumsum([0, *map(len, texts)])
    return Sentences.from_arrays(np.concatenate(texts).astype(np.int32), offsets)


def slow_predictions(model, corpus):
    """Yield the target and float64 probabilities of all words for each token, one by one."""
    slow = SlowPredictor(
        model.objective, model.output_vectors, model.vocabulary.counts, model.tables
    )
    for start, end in pairwise(corpus.sentence_offsets.tolist()):
        for place in range(start, end):
            around = [
                *range(max(start, place - model.config.window), place),
                *range(place + 1, min(end, place + 1 + model.config.window)),
            ]
            if around:
                rows = model.input_vectors[corpus.ids[around]].astype(np.float64)
                if model.config.architecture == "cbow":
                    rows = rows.mean(axis=0, keepdims=True)
                probs = np.mean([np.exp(slow.log_probs(row)) for row in rows], axis=0)
                yield int(corpus.ids[place]), probs


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("name", ["negative-sampling", "hierarchical-softmax", "full-softmax"])
def test_all_numbers_equal_slow_loops(architecture, name, monkeypatch):
    monkeypatch.setattr(reliability, "MIN_HITS", 2.0)
    monkeypatch.setattr(reliability, "_AT_ONCE", 100)
    model = make_model(huffvec.objectives.by_name(name)(), architecture, scale=0.8)
    corpus = sentences(TEXT)
    result = calibration_of(model, corpus)
    found = list(slow_predictions(model, corpus))
    assert result.n_targets == len(found) == 19
    assert result.accuracy == np.mean([probs.argmax() == target for target, probs in found])
    assert result.confidence == pytest.approx(np.mean([probs.max() for _, probs in found]), 1e-5)
    nats = np.array([-np.log(probs[target]) for target, probs in found])
    entropies = np.array([-(probs * np.log(probs)).sum() for _, probs in found])
    assert result.nats == pytest.approx(nats.mean(), 1e-5)
    assert result.entropy == pytest.approx(entropies.mean(), 1e-5)
    assert result.nats_std_error == pytest.approx((nats - entropies).std() / 19**0.5, 1e-4)
    log_error = 0.0
    for one in result.word_bins:
        masses, hits, n_events = [], 0, 0
        for target, probs in found:
            inside = (probs >= one.low) & (probs < one.high)
            masses.append(probs[inside].sum())
            n_events += inside.sum()
            hits += inside[target]
        assert one.n_events == n_events
        assert one.predicted * n_events == pytest.approx(sum(masses), 1e-5)
        assert one.observed * n_events == pytest.approx(hits)
        deviation = math.sqrt(sum(mass * (1 - mass) for mass in masses))
        assert one.std_error * n_events == pytest.approx(deviation, 1e-4)
        log_error += hits * abs(math.log((hits + 0.5) / (sum(masses) + 0.5))) / 19
    assert result.log_error == pytest.approx(log_error, 1e-4)
    assert sum(one.n_events for one in result.word_bins) == 19 * 40
    assert len(result.word_bins) > 2


def test_bins_of_the_most_probable_words():
    tops = np.array([0.9, 0.1, 0.5, 0.3, 0.7, 0.2, 0.6])
    hits = np.array([1, 0, 1, 0, 1, 0, 0], bool)
    rest = np.zeros(7)
    bins = np.zeros((7, 65))
    tally = reliability.Tally(tops, hits, rest, rest, rest.astype(np.int64), bins, bins)
    found = reliability.top_bins(tally.tops, tally.is_top)
    assert [one.n_events for one in found] == [1] * 7
    assert [(one.low, one.high, one.observed) for one in found][:3] == [
        (0.1, 0.1, 0.0), (0.2, 0.2, 0.0), (0.3, 0.3, 0.0)
    ]  # fmt: skip
    twice = reliability.joined([tally] * 15)
    found = reliability.top_bins(twice.tops, twice.is_top)
    assert [one.n_events for one in found] == [7] * 15
    assert found[-1].std_error == pytest.approx(math.sqrt(7 * 0.9 * 0.1) / 7)


def test_the_sample_is_drawn_among_tokens_with_a_context():
    corpus = sentences(TEXT)
    assert sample_places(corpus, 99, 1).tolist() == [p for p in range(20) if p != 5]
    some = [sample_places(corpus, 4, seed) for seed in range(200)]
    assert all(len(set(places.tolist())) == 4 and (np.diff(places) > 0).all() for places in some)
    assert set(np.concatenate(some).tolist()) == set(range(20)) - {5}
    model = make_model(huffvec.NCE())
    assert calibration_of(model, corpus, 4, seed=3) == calibration_of(model, corpus, 4, seed=3)
    assert calibration_of(model, corpus, 4, seed=3) != calibration_of(model, corpus, 4, seed=4)


def test_any_input_and_what_cannot_be_measured(tmp_path):
    model = make_model(huffvec.FullSoftmax())
    words = model.vocabulary.words
    lines = [[words[i] for i in sentence] for sentence in TEXT]
    (tmp_path / "t.txt").write_text("\n".join(" ".join(line) for line in lines))
    calls = []
    result = huffvec.calibration(
        model, tmp_path / "t.txt", progress=lambda *call: calls.append(call)
    )
    assert result == huffvec.calibration(model, lines) == calibration_of(model, sentences(TEXT))
    assert calls[-1] == ("predicting words", 4 * 19, 4 * 19)
    assert result.nats == pytest.approx(huffvec.perplexity(model, lines).nats, 1e-5)
    assert json.loads(json.dumps(result.to_dict()))["top_bins"][0]["n_events"] == 2
    assert repr(result).startswith("Calibration(most probable word right: ")
    assert "<caption>Calibration on 19 targets</caption>" in result._repr_html_()
    with pytest.raises(ConfigError, match="max_targets must be a whole number from 1 to"):
        huffvec.calibration(model, lines, max_targets=0)
    with pytest.raises(ConfigError, match="seed must be a whole number from 0 to"):
        huffvec.calibration(model, lines, seed=-1)
    with pytest.raises(CorpusError, match="no sentence of the text has two tokens"):
        huffvec.calibration(model, [[words[0]], [words[1]]])


def test_pictures(joint, pairs, tmp_path):
    one, two = (calibration_of(true_model(joint, scale), pairs, 500) for scale in (1, 3))
    plot_calibration({"right": one, "_over $x_1$": two}, tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ConfigError, match=r"picture's name must end in \.png, \.svg, \.pdf"):
        plot_calibration({"right": one}, tmp_path / "a.txt")


def test_the_command(tmp_path, capsys):
    model = make_model(huffvec.FullSoftmax())
    words = model.vocabulary.words
    model.save(tmp_path / "m.hv")
    text = tmp_path / "t.txt"
    text.write_text("\n".join(" ".join(words[i] for i in sentence) for sentence in TEXT))
    expected = huffvec.calibration(model, text, max_targets=9, seed=2)
    options = ["calibration", tmp_path / "m.hv", text, "--max-targets", 9, "--seed", 2]
    assert run(*options, "--json", "--quiet") == 0
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == (json.loads(json.dumps(expected.to_dict())), "")
    assert run(*options) == 0
    out, err = capsys.readouterr()
    facts = dict(line.split("\t") for line in out.splitlines())
    assert float(facts["log error"]) == float(f"{expected.log_error:.6g}")
    assert facts["targets"] == "9"
    assert "predicting words: 100 %" in err
    assert run(*options, "--bins", "--plot", tmp_path / "r.svg", "-q") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:4] == ["words", "from", "to", "events"]
    assert len(lines) == 1 + len(expected.top_bins) + len(expected.word_bins)
    assert "<svg" in (tmp_path / "r.svg").read_text()
    assert run(*options, "--plot", text) == 1
    assert "is also an input and would be lost" in capsys.readouterr().err
    assert run(*options, "--plot", tmp_path / "r.doc") == 2
    assert "picture's name must end in .png" in capsys.readouterr().err
