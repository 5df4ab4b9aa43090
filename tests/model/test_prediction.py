"""Predictions of many contexts are those of one; next items are ranked as they should be."""

import json

import numpy as np
import pytest
from cli_helpers import run
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec import objectives
from huffvec.errors import ConfigError, CorpusError, UnknownWordError
from huffvec.evaluation.next_items import evaluate_next_items

WORDS = [f"i{(7 * k) % 31}" for k in range(31)]
RNG = np.random.default_rng(2)
SENTENCES = [[WORDS[(s + j * 3) % 31] for j in range(5)] for s in RNG.integers(0, 31, 600)]
CONTEXTS = [["i3"], ["i5", "i9"], ["i9", "i5", "i9"], [f"i{k}" for k in range(2, 20)]]
OPTIONS = {"dim": 18, "epochs": 3, "min_count": 1, "n_threads": 1, "learning_rate": 0.1}


@pytest.fixture(scope="module")
def items():
    options = {**OPTIONS, "epochs": 30, "subsample_threshold": 0, "architecture": "cbow"}
    return huffvec.train([s[:-1] for s in SENTENCES], **options)


@pytest.mark.parametrize("block", [1, 40, 1 << 23])
@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("cls", objectives.OBJECTIVES.values(), ids=lambda cls: cls.name)
def test_many_are_as_one(cls, architecture, block, monkeypatch):
    monkeypatch.setattr("huffvec.prediction.BLOCK_NUMBERS", block)
    model = huffvec.train(SENTENCES, cls(), architecture=architecture, **OPTIONS)
    many = model.predict_many(CONTEXTS, 7)
    for context, words, probs in zip(CONTEXTS, many.words, many.probabilities, strict=True):
        one = model.predict(context, 7)
        np.testing.assert_allclose(probs, [p.probability for p in one], rtol=1e-4)
        by_word = dict(model.predict(context, 31))
        np.testing.assert_allclose(probs, [by_word[word] for word in words], rtol=1e-4)


@pytest.mark.parametrize("options", [{"position_weights": True}, {"subwords": {"buckets": 90}}])
def test_other_inputs(options):
    model = huffvec.train(SENTENCES, architecture="cbow", **{**OPTIONS, **options})
    many = model.predict_many(CONTEXTS, 31)
    for context, words, probs in zip(CONTEXTS, many.words, many.probabilities, strict=True):
        by_word = dict(model.predict(context, 31))
        np.testing.assert_allclose(probs, [by_word[word] for word in words], rtol=1e-4)


def test_words_of_the_context_can_be_left_out(items):
    many = items.predict_many(CONTEXTS, 31, exclude="context")
    for context, words, probs in zip(CONTEXTS, many.words, many.probabilities, strict=True):
        n_left = 31 - len(set(context))
        assert not set(words[:n_left]) & set(context)
        assert (probs[:n_left] > 0).all()
        assert (probs[n_left:] == 0).all()
        others = [p for p in items.predict(context, 31) if p.word not in context]
        np.testing.assert_allclose(probs[:n_left], [p.probability for p in others], rtol=1e-4)


def test_what_cannot_be_predicted(items):
    with pytest.raises(ConfigError, match="there must be a context, and each must have"):
        items.predict_many([])
    with pytest.raises(ConfigError, match="there must be a context, and each must have"):
        items.predict_many([["i3"], []])
    with pytest.raises(ConfigError, match="exclude must be one of context"):
        items.predict_many([["i3"]], exclude="all")
    with pytest.raises(UnknownWordError, match="no word 'x'"):
        items.predict_many([["x"]])


@pytest.mark.parametrize("exclude", [False, True])
def test_next_items_are_ranked_one_by_one(items, exclude):
    sequences = [*SENTENCES[:40], ["i3", "unknown"], ["i5", "i9", "i5"]]
    found = {n.method: n for n in evaluate_next_items(
        items, sequences, context=2, exclude_context=exclude, cutoffs=(1, 3)
    )}  # fmt: skip
    ranks = {"predict": [], "popularity": []}
    for *before, last in [s for s in sequences if "unknown" not in s]:
        context = before[-2:]
        popular = items.vocabulary.words
        for method, words in (
            ("predict", [p.word for p in items.predict(context, 31)]),
            ("popularity", popular),
        ):
            if exclude:
                others = [w for w in words if w not in context]
                words = [*others, *(w for w in popular if w in context)]  # noqa: PLW2901
            ranks[method].append(1 + words.index(last))
    for method, numbers in ranks.items():
        own = np.array(numbers)
        assert found[method].n_sequences == 41
        assert found[method].hits == {1: (own <= 1).mean(), 3: (own <= 3).mean()}
        assert found[method].mrr == pytest.approx((1 / own).mean(), abs=2e-3)
    assert found["predict"].hits[3] > 0.9


def test_nothing_to_foretell(items):
    with pytest.raises(CorpusError, match="no sequence has two items of the model"):
        evaluate_next_items(items, [["i3"], ["i5", "unknown"]])


def test_on_the_command_line(items, tmp_path, capsys):
    items.save(tmp_path / "m.hv")
    file = tmp_path / "next.txt"
    file.write_text("\n".join(map(" ".join, SENTENCES[:50])))
    command = ["evaluate", tmp_path / "m.hv", "--next-item", file, "--context", 3]
    assert run(*command) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("\t")[0] for line in lines][-3:] == ["predict", "nearest", "popularity"]
    assert run(*command, "--exclude-context", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["sequences"] == 50
    assert run(*command, "--pairs", file) != 0
    assert "--next-item is an evaluation of its own" in capsys.readouterr().err
