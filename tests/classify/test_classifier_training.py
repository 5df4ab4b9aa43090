"""Training of classifiers: every objective learns, options hold, what means nothing is an error."""

import logging
import math
from typing import Any

import numpy as np
import pytest
from classify_texts import OPTIONS, content, write_topics

import huffvec
from huffvec import WordVectors, classify
from huffvec.classify.loss import log_of_rest
from huffvec.errors import ConfigError, CorpusError, FormatError, TrainingError
from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES
from huffvec.training.callbacks import Callback, EarlyStopping

ALL = {**OBJECTIVES, **LABEL_OBJECTIVES}
TEXTS = [f"t{topic}w1 n3 t{topic}w2" for topic in range(6)]


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    return write_topics(tmp_path_factory.mktemp("single") / "train.txt")


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    return write_topics(tmp_path_factory.mktemp("several") / "train.txt", n_labels=3)


@pytest.fixture(scope="module")
def heldout(tmp_path_factory):
    return write_topics(tmp_path_factory.mktemp("heldout") / "dev.txt", n=200, seed=8)


@pytest.mark.parametrize("kind", ["single", "several"])
@pytest.mark.parametrize("name", ALL)
def test_every_objective_learns(name, kind, request):
    losses = []

    class Losses(Callback):
        def epoch(self, report):
            losses.append(report.loss)

    options = OPTIONS | {"epochs": 15}
    model = classify.train(request.getfixturevalue(kind), name, callbacks=Losses(), **options)
    assert model.predict(TEXTS).labels[:, 0].tolist() == [f"topic-{i}" for i in range(6)]
    assert min(losses[1:]) < losses[0] < 1.5 * model.bound.untrained_loss
    probs = model.predict_proba(TEXTS)
    assert probs.shape == (6, 6)
    if name in OBJECTIVES:
        assert probs.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-4)
    assert ((probs >= 0) & (probs <= 1)).all()


@pytest.mark.parametrize("name", ALL)
def test_the_same_seed_gives_the_same_bytes(single, name):
    first, second = (classify.train(single, name, **OPTIONS) for _ in range(2))
    assert content(first) == content(second)
    other = classify.train(single, name, **OPTIONS, seed=7)
    assert content(other)[0] != content(first)[0]


def test_the_objective_by_default_follows_the_labels(single, several):
    assert classify.train(single, **OPTIONS).bound.objective == huffvec.FullSoftmax()
    assert classify.train(several, **OPTIONS).bound.objective.name == "one-vs-all"


def test_thousands_of_labels_have_a_tree(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("".join(f"__label__{i} __label__{i + 1} word{i}\n" for i in range(2_000)))
    model = classify.train(path, **OPTIONS | {"epochs": 1})
    assert model.bound.objective.name == "label-tree"
    assert len(model.labels) == 2_001


@pytest.mark.parametrize("name", ["full-softmax", "one-vs-all"])
def test_what_is_held_out_is_measured_after_every_epoch(single, heldout, name):
    model = classify.train(single, name, heldout=heldout, **OPTIONS)
    record = model.training
    assert len(record["heldout"]) == len(record["heldout_precision"]) == OPTIONS["epochs"]
    lines = [line.split() for line in heldout.read_text().splitlines()]
    texts = [" ".join(words[1:]) for words in lines]
    truth = np.array([words[0].removeprefix("__label__") for words in lines])
    probs = model.predict_proba(texts).astype(np.float64)
    is_true = truth[:, None] == np.array(model.labels.words)
    if name == "one-vs-all":
        expected = -np.log(np.where(is_true, probs, 1 - probs)).sum(axis=1).mean()
    else:
        expected = -np.log(probs[is_true]).mean()
    assert record["heldout"][-1] == pytest.approx(expected, rel=1e-3)
    right = (model.predict(texts).labels[:, 0] == truth).mean()
    assert record["heldout_precision"][-1] == right > 0.9


def test_an_epoch_that_is_measured_twice_counts_once(single):
    class Twice(Callback):
        def start(self, run):
            measure = run.measure
            run.measure = lambda heldout: (measure(heldout), measure(heldout))[1]

    record = classify.train(single, heldout=single, callbacks=Twice(), **OPTIONS).training
    assert len(record["heldout_precision"]) == len(record["heldout"]) == OPTIONS["epochs"]


def test_the_loss_of_sets_is_that_of_training(tmp_path):
    # Where learning has come to its end, the loss of an epoch is that of the weights after it.
    path = write_topics(tmp_path / "t.txt", n=400, n_labels=3)
    options = OPTIONS | {"epochs": 60, "min_learning_rate": 0.0}
    losses = []

    class Losses(Callback):
        def epoch(self, report):
            losses.append((report.loss, report.heldout))

    logistic = "one-vs-all:link=logistic"
    classify.train(path, logistic, heldout=path, callbacks=Losses(), **options)
    assert losses[-1][1] == pytest.approx(losses[-1][0], rel=0.05)


def test_logs_of_what_is_left_are_exact():
    logs = np.log([0.5, 1e-30, 1 - 1e-9])
    assert log_of_rest(logs) == pytest.approx([math.log(0.5), -1e-30, math.log(1e-9)], rel=1e-6)
    assert np.isfinite(log_of_rest(np.array([0.0, -np.inf]))).all()


def test_training_ends_early_with_the_best_weights(single, heldout, tmp_path):
    # A third of the labels are wrong: what is learned of them makes it worse.
    lines = [line.split() for line in single.read_text().splitlines()]
    wrong = tmp_path / "t.txt"
    with wrong.open("w") as file:
        for i in range(len(lines)):
            file.write(" ".join([lines[i - (i % 3 == 0)][0], *lines[i][1:]]) + "\n")
    options = OPTIONS | {"epochs": 40, "learning_rate": 0.5, "min_learning_rate": 0.5}
    stopping = EarlyStopping(patience=3)
    model = classify.train(wrong, heldout=heldout, callbacks=stopping, **options)
    losses = model.training["heldout"]
    best = int(np.argmin(losses)) + 1
    assert len(losses) == best + 3 < 40
    assert model.training["kept_epoch"] == best
    again = classify.train(wrong, callbacks=StopAfter(best), **options)
    assert model.weights["input_vectors"].tobytes() == again.weights["input_vectors"].tobytes()


class StopAfter(Callback):
    """An end after some epochs."""

    def __init__(self, epochs):
        self.left = epochs

    def epoch(self, report):
        self.left -= 1
        if not self.left:
            raise huffvec.training.callbacks.StopTraining("enough")


def test_held_out_examples_without_a_known_label_are_left_out(single, tmp_path, caplog):
    dev = tmp_path / "dev.txt"
    dev.write_text("__label__topic-1 t1w1\n__label__new t1w1\n__label__topic-2 __label__new t2w0\n")
    with caplog.at_level(logging.WARNING, "huffvec"):
        model = classify.train(single, heldout=dev, **OPTIONS)
    assert model.training["heldout_precision"][-1] == 1
    assert (
        "1 of 3 held-out examples have no label that is trained, and are left out." in caplog.text
    )
    dev.write_text("__label__new t1w1\n")
    message = "the held-out examples have none of the labels that are trained, such as 'topic-0'"
    with pytest.raises(CorpusError, match=message):
        classify.train(single, heldout=dev, **OPTIONS)


def test_balanced_weights_let_rare_labels_count_as_much(tmp_path):
    # Nothing tells the labels apart: probabilities are the shares of the weights.
    path = tmp_path / "t.txt"
    path.write_text("__label__often same\n" * 900 + "__label__seldom same\n" * 100)
    options = OPTIONS | {"epochs": 40, "learning_rate": 0.1}
    for given, expected in [(None, 0.9), ("balanced", 0.5), ({"seldom": 3.0}, 0.75)]:
        model = classify.train(path, label_weights=given, **options)
        often = model.predict_proba(["same"])[0, model.labels.id_of("often")]
        assert often == pytest.approx(expected, abs=0.03)
        told = model.training.get("label_weights")
        assert told == (given if isinstance(given, str) else given and "given")
    table = tmp_path / "weights.tsv"
    table.write_text("seldom\t3\n")
    assert content(classify.train(path, label_weights=table, **options)) == content(model)


def test_an_example_has_the_mean_weight_of_its_labels(several):
    doubled = classify.train(several, label_weights=dict.fromkeys("abc", 1.0) and {}, **OPTIONS)
    assert content(doubled)[0] == content(classify.train(several, **OPTIONS))[0]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (3, ConfigError, "label_weights must be 'balanced', a dict of labels and"),
        ({"topic-1": -1}, ConfigError, "'topic-1' must be a number from 0 to 1,000, not -1"),
        ({"topic-1": math.nan}, ConfigError, "must be a number from 0 to 1,000, not nan"),
        ({"topic-9": 1}, ConfigError, "no example has the label 'topic-9'. Did you mean 'topic-"),
        ("a 3\n", FormatError, "line 1: expected a label, a tab and its weight, found 'a 3'"),
        ("a\tb\n", FormatError, "line 1: expected a label, a tab and its weight"),
        (dict.fromkeys((f"topic-{i}" for i in range(6)), 0), CorpusError,
         "nothing was learned: all examples have the weight 0"),
    ],
)  # fmt: skip
def test_weights_that_mean_nothing(single, tmp_path, given, error, message):
    if isinstance(given, str):
        (tmp_path / "weights.tsv").write_text(given)
        given = tmp_path / "weights.tsv"
    with pytest.raises(error, match=message):
        classify.train(single, label_weights=given, **OPTIONS)


def test_words_start_from_vectors(single):
    words = ["t1w1", "elsewhere", "t2w3"]
    vectors = WordVectors(words, np.arange(24, dtype=np.float32).reshape(3, 8) / 100)
    slow = OPTIONS | {"epochs": 1, "learning_rate": 1e-9}
    model = classify.train(single, start_vectors=vectors, **slow)
    assert model.training["start_vectors"] == {"found": 2, "words": len(model.features.words)}
    for word in ("t1w1", "t2w3"):
        assert model.vectors[word] == pytest.approx(vectors[word], abs=1e-5)
    with pytest.raises(ConfigError, match="start_vectors: none of their words is in the text"):
        classify.train(single, start_vectors=WordVectors(["x"], np.ones((1, 8))), **OPTIONS)
    with pytest.raises(ConfigError, match="start_vectors have dim 3, but the model has dim 8"):
        classify.train(single, start_vectors=WordVectors(["x"], np.ones((1, 3))), **OPTIONS)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("__label__a x\n__label__a y\n", "the only label is 'a': a classifier needs two labels"),
        (
            "__label__a\n__label__b\n",
            "none of the 2 texts has a word or an n-gram that occurs often",
        ),
        ("x y\n", "no line has a label, a token that begins with '__label__'"),
    ],
)
def test_examples_that_mean_nothing(tmp_path, lines, message):
    path = tmp_path / "t.txt"
    path.write_text(lines)
    with pytest.raises(CorpusError, match=message):
        classify.train(path, **OPTIONS)


def test_rates_at_which_it_diverges_are_said(tmp_path):
    path, draw = tmp_path / "t.txt", np.random.default_rng(4).integers
    lines = [f"__label__{draw(6)} w{draw(50)} w{draw(50)}\n" for _ in range(1200)]
    path.write_text("".join(lines))
    options = OPTIONS | {"learning_rate": 100.0, "min_learning_rate": 100.0}
    message = "after .* of 7,200 labels: the loss is .* The learning rate 100 is probably too high"
    with pytest.raises(TrainingError, match=message):
        classify.train(path, "hierarchical-softmax", **options)
    heavy = [(line.split(" ", 1)[1], line.split()[0], 1000) for line in lines]
    with pytest.raises(TrainingError, match="rate 100, times weights of examples up to 1000, is"):
        classify.train(heavy, "hierarchical-softmax", **options)


# Where all texts are the same and the labels are noise, steps add up as nowhere else.
NOISE = np.random.default_rng(0).integers(0, 10, size=200).tolist()
DEGENERATE: dict[str, list[tuple[str, Any]]] = {
    "contradictory": [("a", "x"), ("a", "y")],
    "uneven": [("a", "x")] * 190 + [("a", "y")] * 10,
    "noise": [("a b c", f"l{label}") for label in NOISE],
    "several": [("a b", [f"l{i % 6}" for i in NOISE[at : at + 3]]) for at in range(0, 180, 3)],
}


@pytest.mark.parametrize("weighting", ["tfidf", "mean"])
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kind", DEGENERATE)
def test_default_rates_never_diverge(name, kind, weighting):
    examples = DEGENERATE[kind]
    model = classify.train(examples, name, dim=8, weighting=weighting, n_threads=1)
    probabilities = model.predict_proba([examples[0][0]])[0]
    assert np.isfinite(probabilities).all()
    if kind in ("contradictory", "uneven"):
        truth = {"x": 0.5, "y": 0.5} if kind == "contradictory" else {"x": 0.95, "y": 0.05}
        expected = [truth[label] for label in model.label_names]
        np.testing.assert_allclose(probabilities, expected, atol=0.3)


def test_a_rate_is_lowered_until_it_does(caplog):
    model = classify.train(DEGENERATE["noise"], "one-vs-all", dim=8, n_threads=1)
    assert "diverged at the learning rate 0.15; it begins anew at 0.05" in caplog.text
    assert model.config.learning_rate == 0.05
    assert model.training["loss"] < 2 * model.bound.untrained_loss


@pytest.mark.parametrize("name", ALL)
def test_two_labels_are_no_divergence(tmp_path, name):
    path = write_topics(tmp_path / "t.txt", n_topics=2)
    model = classify.train(path, name, **OPTIONS | {"epochs": 1, "learning_rate": 1e-3})
    assert 0 < model.training["loss"] < 1.1 * model.bound.untrained_loss


def test_objectives_of_labels_are_not_for_words():
    message = "one-vs-all predicts the labels of texts, not words: huffvec.classify.train"
    sentences = [["a", "b", "c"]] * 20
    with pytest.raises(ConfigError, match=message):
        huffvec.train(sentences, "one-vs-all", min_count=1)
    with pytest.raises(ConfigError, match=message):
        huffvec.compare(sentences, "nce,one-vs-all")


@pytest.mark.parametrize(
    ("given", "lengths"),
    [("2-5", (2, 5)), ("2,5", (2, 5)), ((2, 5), (2, 5)), ("3", (3, 3)), ("none", None)],
)
def test_lengths_of_n_grams(given, lengths):
    config = classify.ClassifierConfig(subwords=given)
    assert config.subwords == lengths
    assert (config.min_chars, config.max_chars) == (lengths or (0, 0))
    assert classify.ClassifierConfig.from_dict({"subwords": lengths and list(lengths)}) == config


@pytest.mark.parametrize("given", ["a", (1, 2, 3), 0])
def test_lengths_that_cannot_be(given):
    with pytest.raises(ConfigError, match="subwords must be the lengths of n-grams, from 1 to 100"):
        classify.ClassifierConfig(subwords=given)
    with pytest.raises(ConfigError, match="subwords must go from the shortest n-grams to"):
        classify.ClassifierConfig(subwords="5-2")


def test_configurations_are_given_in_several_ways(single):
    config = classify.ClassifierConfig(**OPTIONS)
    one = classify.train(single, config=config, seed=4)
    assert content(classify.train(single, config=OPTIONS | {"seed": 4})) == content(one)
    with pytest.raises(ConfigError, match=r"config must be a huffvec\.classify\.ClassifierConfig"):
        classify.train(single, config=3)
    with pytest.raises(ConfigError, match="'windw' is no training option"):
        classify.train(single, **{"windw": 3})
