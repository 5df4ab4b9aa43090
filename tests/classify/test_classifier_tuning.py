"""Tuning a classifier: what is searched, measured, kept and gone on with."""

import json

import numpy as np
import pytest

import huffvec
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.searchable import SEARCHABLE
from huffvec.classify.trials import EncodedExamples, divided
from huffvec.corpus.labelled import read_examples
from huffvec.errors import ConfigError, CorpusError, FormatError, TrainingError
from huffvec.tuning.log import log_of
from huffvec.tuning.progress import SilentTrials

QUICK = {"n_threads": 1, "dim": 4, "epochs": 3}
WORDS = {
    "pets": ["cat", "dog", "horse", "eats", "sleeps"],
    "vehicles": ["car", "truck", "train", "drives"],
    "food": ["bread", "rice", "soup", "cooks"],
}


def lines(n, seed, n_labels=1):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        labels = rng.choice(list(WORDS), rng.integers(1, n_labels + 1), replace=False)
        words = [word for label in labels for word in rng.choice(WORDS[label], 3)]
        yield " ".join([*(f"__label__{label}" for label in labels), *words, "the"])


def write(path, n=200, seed=1, n_labels=1):
    path.write_text("\n".join(lines(n, seed, n_labels)) + "\n")
    return str(path)


@pytest.fixture
def train(tmp_path):
    return write(tmp_path / "train.txt")


def tune(data, tmp_path, **options):
    options = {"trials": 4, "seeds": 0, "output": tmp_path / "best.hvclf"} | QUICK | options
    return huffvec.classify.tune(data, **options)


def said(trials):
    configs = [json.loads(json.dumps(one.config)) for one in trials]  # lists, as logs have them
    return [
        (one.number, config, one.score, one.moments, one.state)
        for one, config in zip(trials, configs, strict=True)
    ]


def test_the_best_classifier_is_kept_and_not_trained_again(train, tmp_path):
    validation = write(tmp_path / "valid.txt", 80, 2)
    begun = []

    class Watch(SilentTrials):
        def begin(self, name, best):
            begun.append(name.partition(" (")[0])

    found = tune(train, tmp_path, seeds=1, validation=validation, progress=Watch())
    best = found.best.trial
    assert begun[:4] == [f"trial {n}" for n in range(4)]
    assert all("with seed 2" in name for name in begun[4:])
    assert best.score > 90
    model = huffvec.classify.load(tmp_path / "best.hvclf")
    assert model.test(validation).at[0].precision == pytest.approx(best.score / 100)
    assert model.bound.objective.name == best.objective["name"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("best.hvclf", "best.trials.jsonl", "train.txt", "valid.txt")
    ]
    again = huffvec.classify.train(train, **found.options)
    np.testing.assert_array_equal(
        again.predict_proba(["the cat", "car"]), model.predict_proba(["the cat", "car"])
    )
    assert json.loads(json.dumps(found.to_dict()))["model"] == str(tmp_path / "best.hvclf")
    assert "examples, 3 labels; 80 to measure by" in found.text


def test_what_is_searched(train, tmp_path):
    found = tune(train, tmp_path, trials=2)
    assert found.names == [
        *("objective", "word_ngrams", "subwords", "weighting", "min_count", "min_ngram_count"),
        "learning_rate",
    ]  # dim and epochs are given; softmax has no samples
    assert [one.objective["name"] for one in found.trials] == ["full-softmax", "one-vs-all"]
    for trial in found.trials:  # both are the defaults
        options = trial.setting()[1].but(learning_rate=None, min_learning_rate=None)
        assert options == ClassifierConfig(**QUICK)
    one = tune(
        train, tmp_path, objectives="nce", output=tmp_path / "b.hvclf",
        search="samples,word_ngrams=1|3,subwords=none|2-4", trials=6,
    )  # fmt: skip
    assert one.names == ["word_ngrams", "subwords", "samples"]
    assert {trial.config["word_ngrams"] for trial in one.trials} <= {1, 3}
    assert len({trial.objective["samples"] for trial in one.trials}) > 1
    assert set(SEARCHABLE.names) <= {*ClassifierConfig.__dataclass_fields__, "samples"}


def test_where_texts_have_several_labels_one_versus_all_is_first(tmp_path):
    train = write(tmp_path / "train.txt", n_labels=2)
    found = tune(train, tmp_path, measure="f1-micro")
    assert [one.objective["name"] for one in found.trials[:2]] == ["one-vs-all", "full-softmax"]
    assert found.best.trial.score > 80


def test_a_tenth_is_held_out_and_not_trained_on(train, tmp_path):
    found = tune(train, tmp_path, trials=1)
    assert "180 examples, 3 labels; 20 to measure by" in found.text
    assert huffvec.classify.load(found.path).training["examples"] == 180


@pytest.mark.parametrize(
    ("measure", "of"),
    [
        ("p@1", lambda test: 100 * test.at[0].precision),
        ("r@2", lambda test: 100 * test.at[0].recall),
        ("ndcg@2", lambda test: 100 * test.at[0].ndcg),
        ("f1-macro", lambda test: 100 * test.macro.f1),
        ("f1-micro", lambda test: 100 * test.micro.f1),
        ("log-loss", lambda test: test.log_loss),
    ],
)
def test_measures_are_those_of_a_test(tmp_path, measure, of):
    train = write(tmp_path / "train.txt", n_labels=2)
    validation = write(tmp_path / "valid.txt", 60, 2, n_labels=3)
    with open(validation, "a") as file:
        file.write("__label__unknown cat\n")
    found = tune(train, tmp_path, measure=measure, validation=validation)
    k = int(measure[-1]) if "@" in measure else 1
    test = huffvec.classify.load(found.path).test(validation, k=k)
    assert found.best.trial.score == pytest.approx(of(test))
    scores = [one.score for one in found.trials if one.is_complete]
    best = min if measure == "log-loss" else max
    assert found.best.trial.score == best(scores)


def test_an_interrupted_tuning_of_a_classifier_goes_on(train, tmp_path):
    whole = tune(train, tmp_path, output=tmp_path / "whole.hvclf", seeds=1)

    class Stop(SilentTrials):
        def begin(self, name, best):
            if name.startswith("trial 2"):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(train, tmp_path, seeds=1, progress=Stop())
    assert huffvec.classify.load(tmp_path / "best.hvclf").labels.n_tokens == 180  # the best so far
    found = tune(train, tmp_path, seeds=1)
    assert found.n_kept == 2
    assert said(found.trials) == said(whole.trials)
    assert found.verdict == whole.verdict
    assert found.path.read_bytes()[-400:] == whole.path.read_bytes()[-400:]


def test_the_log_of_another_tuning_of_a_classifier_is_refused(train, tmp_path):
    tune(train, tmp_path, trials=1)
    for options in ({"measure": "f1-macro"}, {"seed": 3}, {"search": "word_ngrams"}, {"dim": 5}):
        with pytest.raises(ConfigError, match=r"has the trials of another tuning \(.* differs"):
            tune(train, tmp_path, trials=1, **options)
    write(tmp_path / "train.txt", 201)
    with pytest.raises(ConfigError, match=r"another tuning \(text differs\)"):
        tune(train, tmp_path, trials=1)
    log_of(tmp_path / "best.hvclf").write_text('{"event": "trial", "number": 0}\n')
    with pytest.raises(FormatError, match="is not a log of tuning: a trial has no"):
        tune(train, tmp_path)


def test_bad_trials_of_a_classifier_are_stopped_early(train, tmp_path):
    search = {"learning_rate": (1e-4, 1.0)}
    found = tune(train, tmp_path, search=search, epochs=8, trials=14, measure="log-loss")
    stopped = [one for one in found.trials if one.state == "pruned"]
    assert stopped
    assert all(one.moments for one in stopped)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measure": "accuracy"}, r"measure must be one of p@1, f1-micro, .* not 'accuracy'"),
        ({"measure": 5}, "measure must be one of"),
        ({"measure": "p@0"}, "measure must be one of"),
        ({"output": "best.hv"}, r"output must be a name that ends in \.hvclf, not 'best.hv'"),
        ({"trials": 0}, "trials must be a whole number from 1"),
        ({"search": "dims"}, "search: 'dims' cannot be searched; .* Did you mean 'dim'"),
        ({"search": "dim"}, "dim is given and searched"),
        ({"search": "word_ngrams=7"}, "word_ngrams must be one of 1, 2, 3, not '7'"),
        ({"word_ngrams": 99}, "word_ngrams must be a whole number from 1 to 16"),
        ({"objectives": "sofmax"}, "objective must be one of"),
    ],
)
def test_options_of_a_tuning_are_checked_before_the_work(train, tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        tune(train, tmp_path, **options)
    assert [path.name for path in tmp_path.iterdir()] == ["train.txt"]


def test_too_few_labels_to_tune(tmp_path):
    (tmp_path / "one.txt").write_text("__label__a cat\n" * 20)
    with pytest.raises(CorpusError, match="the only label is 'a'"):
        tune(str(tmp_path / "one.txt"), tmp_path)


def test_too_few_examples_to_tune(tmp_path):
    lines = ["__label__b dog\n", "__label__a cat\n", "__label__a cow\n"]
    (tmp_path / "two.txt").write_text("".join(lines[:2]))
    with pytest.raises(CorpusError, match=r"3 examples at least, .* found 2\. .* with validation"):
        tune(str(tmp_path / "two.txt"), tmp_path)
    for first in range(3):  # whichever is held out by the seed, it is that of b once
        (tmp_path / f"{first}.txt").write_text("".join(lines[first:] + lines[:first]))
    messages = []
    for first in range(3):
        output = tmp_path / f"{first}.hvclf"
        try:
            tune(str(tmp_path / f"{first}.txt"), tmp_path, trials=1, output=output)
        except CorpusError as error:
            messages.append(str(error))
    assert len(messages) == 1
    assert messages[0].startswith("of 3 examples, 1 measure the others, which all have the label ")
    assert messages[0].endswith("Give more, or others to measure by with validation")


def test_a_size_limit_counts_quantisation(tmp_path):
    noise = np.random.default_rng(3).integers(0, 2000, (400, 10))
    texts = [
        f"{line} {' '.join(map(str, row))}" for line, row in zip(lines(400, 1), noise, strict=True)
    ]
    (tmp_path / "train.txt").write_text("\n".join(texts) + "\n")
    train = str(tmp_path / "train.txt")
    found = tune(train, tmp_path, model_size="80KB", dim=16, trials=3, seeds=1)
    assert found.path.stat().st_size <= 80_000
    assert found.best.trial.score > 90
    assert "at most 80" in found.score
    model = huffvec.classify.load(found.path)
    assert "quantized" in model.training
    large = tune(train, tmp_path, model_size="9MB", dim=16, output=tmp_path / "large.hvclf")
    assert "quantized" not in huffvec.classify.load(large.path).training
    for n_bytes, message in (
        (10, "it cannot be made so small: "),
        ("x", "model_size must be a num"),
    ):
        with pytest.raises((TrainingError, ConfigError), match=message):
            tune(train, tmp_path, model_size=n_bytes, output=tmp_path / "other.hvclf")


def test_labels_have_weights_in_trials(train, tmp_path):
    weights = {"label_weights": {"pets": 0.0, "food": 2.0}}
    found = tune(train, tmp_path, trials=2, objectives="full-softmax", **weights)
    model = huffvec.classify.load(found.path)
    assert model.predict_proba(["cat dog horse"])[0, model.labels.id_of("pets")] < 0.5
    with pytest.raises(ConfigError, match=r"another tuning \(text differs\)"):
        tune(train, tmp_path, trials=2, objectives="full-softmax")
    with pytest.raises(ConfigError, match="label_weights: no example has the label 'zoo'"):
        tune(train, tmp_path, output=tmp_path / "b.hvclf", label_weights={"zoo": 2})


def test_features_are_encoded_once_for_each_setting():
    examples = read_examples([("cat dog", "pets"), ("car", "vehicles")] * 5)
    encoded = EncodedExamples(examples, examples, n_threads=1)
    config = ClassifierConfig()
    assert encoded.of(config) is encoded.of(config.but(dim=3, epochs=2, learning_rate=0.3, seed=2))
    first = encoded.of(config)
    for change in ({"word_ngrams": 1}, {"subwords": (3, 3)}, {"weighting": "mean"}):
        assert encoded.of(config.but(**change)) is not first
    assert encoded.of(config) is first
    encoded.of(config.but(min_count=2))
    encoded.of(config.but(min_count=3))
    assert encoded.of(config.but(word_ngrams=1)) is not first  # the oldest is forgotten


def test_what_is_held_out_and_the_rest_are_all_examples():
    rows = [(f"word{i} x", f"l{i % 3}", i) for i in range(50)]
    train, held_out = divided(read_examples(rows), 0.2, 8, seed=1)
    assert (len(train), len(held_out)) == (42, 8)
    texts = sorted(" ".join(text) for part in (train, held_out) for text in part.texts)
    assert texts == sorted(text for text, _, _ in rows)
    for part in (train, held_out):
        assert [f"word{weight:.0f}" for weight in part.weights] == [text[0] for text in part.texts]
    for n in (1, 2):
        with pytest.raises(
            CorpusError, match=rf"tuning needs 3 examples at least, .*; found {n}\."
        ):
            divided(read_examples(rows[:n]), 0.2, 8, seed=1)
