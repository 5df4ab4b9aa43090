"""Probabilities that models give, against slow twins that go by `Objective.log_probs`."""

import gzip
import json
import math
import re

import numpy as np
import pytest
from harness import make_model
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.probabilities import SlowPredictor
from word_architectures import WORD_ARCHITECTURES

import huffvec.objectives
from huffvec import (
    AdaptiveSoftmax,
    DifferentiatedSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
)
from huffvec.architectures import CBOW, Skipgram
from huffvec.errors import ConfigError, CorpusError, FormatError, UnknownWordError
from huffvec.objectives import predictor as blocks
from huffvec.trees import TREES

OBJECTIVES = [
    *(
        cls()
        for name, cls in huffvec.objectives.OBJECTIVES.items()
        if name != "hierarchical-softmax"
    ),
    *(HierarchicalSoftmax(tree=name) for name in TREES),
]


def slow_probs(model, context):
    """Probability of every word, in float64."""
    rows = np.array([model.input_vectors[model.vocabulary.id_of(word)] for word in context])
    if model.config.architecture == "cbow":
        rows = rows.mean(axis=0, keepdims=True)
    slow = slow_predictor(model)
    return np.mean([np.exp(slow.log_probs(row)) for row in rows], axis=0)


def slow_predictor(model):
    counts = model.vocabulary.counts
    return SlowPredictor(model.objective, model.output_vectors, counts, model.tables)


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=repr)
@pytest.mark.parametrize("n_contexts", [1, 2, 5])
def test_log_prob_and_predict_equal_the_twin(objective, architecture, n_contexts):
    model = make_model(objective, architecture)
    words = model.vocabulary.words
    context = [words[3], words[30], words[0], words[30], words[11]][:n_contexts]
    probs = slow_probs(model, context)
    np.testing.assert_allclose(probs.sum(), 1, rtol=1e-6)
    found = [math.exp(model.log_prob(word, context)) for word in words]
    np.testing.assert_allclose(found, probs, rtol=2e-5)
    assert np.ptp(np.log(probs)) > 1, "the test must be able to fail"
    for k in (1, 6, 40, 1000):
        best = np.argsort(-probs)[:k]
        predictions = model.predict(context, k)
        assert [p.word for p in predictions] == [words[i] for i in best]
        np.testing.assert_allclose([p.probability for p in predictions], probs[best], rtol=2e-5)


def test_a_context_of_one_word_may_stand_alone():
    model = make_model(NegativeSampling())
    word = model.vocabulary.words[4]
    assert model.predict(word) == model.predict([word])
    assert model.log_prob("w0x", word) == model.log_prob("w0x", [word])


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 300), st.sampled_from(sorted(TREES)), st.integers(0, 99), st.integers(1, 3))
def test_tree_search_equals_scoring_all_leaves(n_words, tree, seed, n_hidden):
    model = make_model(
        HierarchicalSoftmax(tree=tree), n_words=n_words, dim=33, scale=0.4, seed=seed
    )
    hidden = np.random.default_rng(seed).normal(size=(n_hidden, 33)).astype(np.float32)
    slow = slow_predictor(model)
    one_by_one = [model.predictor.log_probs(row) for row in hidden]
    np.testing.assert_allclose(
        model.predictor.many_log_probs(hidden), one_by_one, rtol=1e-5, atol=1e-5
    )
    k = min(12, n_words)
    ids, log_probs = model.predictor.top(hidden, k)
    slow_ids, slow_log_probs = slow.top(hidden, k)
    np.testing.assert_allclose(log_probs, slow_log_probs, rtol=1e-5, atol=1e-5)
    assert (np.diff(log_probs) <= 0).all()
    # Both round in their own way: words may change places where they are as good as equal.
    for found, expected in zip(ids, slow_ids, strict=True):
        all_probs = np.logaddexp.reduce([slow.log_probs(row) for row in hidden], axis=0)
        assert found == expected or abs(all_probs[found] - all_probs[expected]) < 1e-4


def test_ties_go_by_word_id():
    model = make_model(HierarchicalSoftmax(tree="balanced"), n_words=16)
    model.output_vectors[:] = 0
    assert [p.word for p in model.predict("w0x", 5)] == model.vocabulary.words[:5]
    assert [p.probability for p in model.predict("w0x", 16)] == pytest.approx([1 / 16] * 16)
    model = make_model(NegativeSampling(proposal="uniform"), n_words=16)
    model.output_vectors[:] = 0
    assert [p.word for p in model.predict("w0x", 5)] == model.vocabulary.words[:5]


def test_saturated_turns_keep_finite_log_probs():
    model = make_model(HierarchicalSoftmax(), scale=60.0)
    word = model.vocabulary.words[5]
    log_probs = [model.log_prob(w, word) for w in model.vocabulary.words]
    assert min(log_probs) < -1000
    assert np.isfinite(log_probs).all()
    assert len(model.predict(word, 40)) == 40


@pytest.mark.parametrize("objective", OBJECTIVES, ids=repr)
def test_many_targets_at_once_equal_one_at_a_time(objective, monkeypatch):
    for name, size in {"BLOCK_HIDDEN": 4, "BLOCK_WORDS": 7, "BLOCK_PAIRS": 10}.items():
        monkeypatch.setattr(blocks, name, size)
    model = make_model(objective)
    rng = np.random.default_rng(1)
    hidden = rng.normal(size=(11, 7)).astype(np.float32)
    rows, targets = rng.integers(0, 11, 90), rng.integers(0, 40, 90)
    slow = slow_predictor(model)
    found = model.predictor.target_log_probs(hidden, rows, targets)
    np.testing.assert_allclose(found, slow.target_log_probs(hidden, rows, targets), rtol=1e-5)
    expected = [slow.log_probs(hidden[r])[t] for r, t in zip(rows, targets, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_huge_scores_do_not_overflow():
    model = make_model(NegativeSampling(), scale=40.0)
    hidden, targets = model.input_vectors[:9], np.arange(9)
    found = model.predictor.target_log_probs(hidden, targets, targets)
    slow = slow_predictor(model)
    expected = slow.target_log_probs(hidden, targets, targets)
    assert expected.min() < -1000
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-3)


def test_bad_questions():
    model = make_model(NegativeSampling())
    with pytest.raises(ConfigError, match="the context must have at least one word"):
        model.predict([])
    with pytest.raises(UnknownWordError, match="no word 'w3'"):
        model.predict(["w1x", "w3"])
    with pytest.raises(UnknownWordError, match="no word 'cat'"):
        model.log_prob("cat", "w1x")
    with pytest.raises(ConfigError, match="k must be a whole number from 1"):
        model.predict("w1x", 0)
    with pytest.raises(ConfigError, match=r"only models of hierarchical-softmax .* negative-sampl"):
        model.path("w1x")


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
def test_the_turns_of_a_path_multiply_to_the_probability(architecture):
    model = make_model(HierarchicalSoftmax(), architecture)
    context = ["w4x", "w12x", "w9x"]
    for word_id, word in enumerate(model.vocabulary.words):
        turns = model.path(word, context)
        assert np.prod([t.probability for t in turns]) == pytest.approx(
            math.exp(model.log_prob(word, context)), rel=1e-5
        )
        part = slice(*model.tables["path_offsets"][word_id : word_id + 2])
        assert [t.node for t in turns] == model.tables["path_ids"][part].tolist()
        assert [t.bit for t in turns] == model.tables["codes"][part].tolist()
        assert [t.probability for t in model.path(word)] == [None] * len(turns)


TEXT = """w3x w7x unknown w0x w3x w3x w9x w1x
w5x

lonely unknown
w8x oov w2x
w6x oov oov
"""


def slow_heldout(model, text):
    """Sum of -log p, targets, tokens alone, and tokens the vocabulary lacks, word by word."""
    nats, n_targets, n_alone, n_oov = 0.0, 0, 0, 0
    for line in text.split("\n"):
        words = [word for word in line.split() if word in model.vocabulary]
        n_oov += len(line.split()) - len(words)
        for place, word in enumerate(words):
            left = words[max(0, place - model.config.window) : place]
            context = left + words[place + 1 : place + 1 + model.config.window]
            if not context:
                n_alone += 1
                continue
            n_targets += 1
            nats -= math.log(slow_probs(model, context)[model.vocabulary.id_of(word)])
    return nats / n_targets, n_targets, n_alone, n_oov


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("objective", OBJECTIVES, ids=repr)
@pytest.mark.parametrize("window", [1, 3, 20])
def test_perplexity_equals_the_twin(tmp_path, monkeypatch, objective, architecture, window):
    model = make_model(objective, architecture, window=window)
    path = tmp_path / "text.txt"
    path.write_text(TEXT)
    result = huffvec.perplexity(model, path)
    expected = slow_heldout(model, TEXT)
    assert (result.n_targets, result.n_alone, result.n_oov) == expected[1:] == (9, 2, 6)
    assert result.nats == pytest.approx(expected[0], rel=1e-5)
    assert result.perplexity == pytest.approx(math.exp(expected[0]), rel=1e-4)
    for member in (Skipgram, CBOW):
        monkeypatch.setattr(member, "contexts_at_once", 4)  # stretches of one or two tokens
    calls = []
    again = huffvec.perplexity(model, [path], progress=lambda *call: calls.append(call))
    assert again.nats == pytest.approx(result.nats, rel=1e-6)
    assert again.n_targets == 9
    assert calls[-1] == ("predicting words", 44, 44)
    assert result.to_dict() == {
        "nats": result.nats, "n_targets": 9, "n_alone": 2, "n_oov": 6,
        "perplexity": result.perplexity,
    }  # fmt: skip


def test_the_perplexity_of_a_model_that_knows_nothing_is_the_vocabulary(tmp_path):
    model = make_model(NegativeSampling(proposal="uniform"))
    model.output_vectors[:] = 0
    (tmp_path / "t.txt").write_text(TEXT)
    assert huffvec.perplexity(model, tmp_path / "t.txt").perplexity == pytest.approx(40)


def test_texts_without_anything_to_predict(tmp_path):
    model = make_model(NegativeSampling())
    (tmp_path / "alone.txt").write_text("w1x\nw2x oov\n")
    with pytest.raises(CorpusError, match="to learn or predict: no sentence of the text has"):
        huffvec.perplexity(model, tmp_path / "alone.txt")
    (tmp_path / "oov.txt").write_text("cat dog\n")
    with pytest.raises(CorpusError, match="no token of the text is a word"):
        huffvec.perplexity(model, tmp_path / "oov.txt")
    with pytest.raises(CorpusError, match="there is no such file"):
        huffvec.perplexity(model, tmp_path / "nowhere.txt")


@pytest.mark.parametrize(
    ("objective", "change", "message"),
    [
        (NegativeSampling(), {"n_outputs": 39}, "40 words needs 40 output vectors, found 39"),
        (HierarchicalSoftmax(), {"n_outputs": 40}, "40 words needs 39 output vectors, found 40"),
        (HierarchicalSoftmax(), {"path_ids": -1}, "the tree names nodes outside 0 to 38"),
        (HierarchicalSoftmax(), {"path_ids": 39}, "the tree names nodes outside 0 to 38"),
        (HierarchicalSoftmax(), {"codes": 2}, "bits over 1"),
        (AdaptiveSoftmax(), {"n_outputs": 39}, "needs 46 output vectors, found 39"),
        (AdaptiveSoftmax(cutoffs=(20, 30)), {"clusters": 5}, "needs clusters that fit 40 words"),
        (DifferentiatedSoftmax(), {"bands": 2**30}, "needs bands that fit 40 words and dim 7"),
        (HierarchicalSoftmax(), {"path_offsets": 0}, "do not fit a vocabulary of 40 words"),
    ],
)
def test_tables_that_do_not_fit_are_refused_on_loading(tmp_path, objective, change, message):

    model = make_model(objective)
    if "n_outputs" in change:
        model.weights["output_vectors"] = np.zeros((change["n_outputs"], 7), np.float32)
    else:
        ((name, value),) = change.items()
        model.tables[name].flat[5] = value
    model.save(tmp_path / "m.hv")
    with pytest.raises(FormatError, match=f"m.hv' is damaged: .*{re.escape(message)}"):
        huffvec.load(tmp_path / "m.hv")


def test_paths_of_no_tree_are_refused_when_they_are_used():
    model = make_model(HierarchicalSoftmax())
    model.tables["codes"][7] ^= 1
    with pytest.raises(FormatError, match="not those of one binary tree"):
        model.predict("w1x")


@pytest.mark.parametrize("suffix", ["txt.gz", "jsonl", "parquet", "list", "corpus"])
def test_perplexity_of_any_input(tmp_path, suffix):
    sentences = [["a", "b", "x"], ["c", "a"], ["B", "b", "c", "a"]]
    lines = "\n".join(" ".join(sentence) for sentence in sentences)
    model = huffvec.train([["a", "B", "C"] * 30] * 9, lowercase=True, dim=8, n_threads=1)
    (tmp_path / "plain.txt").write_text(lines)
    expected = huffvec.perplexity(model, tmp_path / "plain.txt")
    assert (expected.n_oov, expected.n_targets) == (1, 8)
    data = tmp_path / f"x.{suffix}"
    if suffix == "txt.gz":
        data.write_bytes(gzip.compress(lines.encode()))
    elif suffix == "jsonl":
        data.write_text("\n".join(json.dumps({"t": s, "u": ""}) for s in sentences))
    elif suffix == "parquet":
        table = pytest.importorskip("pyarrow").table({"t": sentences, "u": [""] * 3})
        pytest.importorskip("pyarrow.parquet").write_table(table, data)
    elif suffix == "list":
        data = sentences
    else:
        data = huffvec.encode(sentences, vocabulary=model.vocabulary, lowercase=True)
    options = {"column": "t"} if suffix in ("jsonl", "parquet") else {}
    for _ in range(2):  # a corpus stays open
        assert huffvec.perplexity(model, data, **options) == expected
    held = huffvec.train([["a", "b"] * 30] * 9, heldout=[["a", "b"]], epochs=2, dim=8, n_threads=1)
    assert held.training["heldout"][-1] == huffvec.perplexity(held, [["a", "b"]]).nats
