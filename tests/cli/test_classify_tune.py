"""``huffvec classify tune`` as users type it."""

import json

import numpy as np
import pytest
from cli_helpers import run

import huffvec

WORDS = {"pets": ["cat", "dog", "horse"], "vehicles": ["car", "truck", "train"]}
QUICK = ["--dim", 4, "--epochs", 3, "--threads", 1, "--trials", 3, "--seeds", 1]


@pytest.fixture
def texts(tmp_path):
    rng = np.random.default_rng(1)
    names = rng.choice(list(WORDS), 150)
    lines = [f"__label__{name} the {' '.join(rng.choice(WORDS[name], 3))}" for name in names]
    (tmp_path / "train.txt").write_text("\n".join(lines) + "\n")
    return tmp_path / "train.txt"


def tune(texts, *options):
    output = texts.with_name("best.hvclf")
    return run("classify", "tune", texts, "-o", output, *QUICK, *options)


def test_the_best_classifier_is_written_and_the_trials_shown(texts, capsys):
    assert tune(texts, "--plot", texts.with_name("t.svg")) == 0
    shown = capsys.readouterr()
    head, *rows = shown.out.splitlines()
    assert head.split("\t") == [
        *("trial", "score", "other seeds", "±", "objective", "word_ngrams", "subwords"),
        *("weighting", "min_count", "min_ngram_count", "learning_rate", "seconds"),
    ]
    assert 1 <= len(rows) <= 3
    for said in ("trial 0 (objective=", "with seed 2", "The best classifier: ", "What to type"):
        assert said in shown.err
    assert huffvec.classify.load(texts.with_name("best.hvclf")).predict(["cat"]).labels == "pets"
    assert texts.with_name("t.svg").read_text("utf-8").count("<svg") == 1
    assert tune(texts) == 0
    again = capsys.readouterr()
    assert again.out == shown.out
    assert "Trainings found there and not repeated: " in again.err


def test_json_and_what_is_searched(texts, capsys):
    search = ["--search", "word-ngrams=1|2,learning-rate=0.1..2", "--objectives", "ova"]
    options = ["--validation", texts, "--measure", "log-loss", "--json", "-q"]
    assert tune(texts, *search, *options) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["best"]) == {"number", "word_ngrams", "learning_rate"}
    assert found["score"] == "log loss in nats (lower is better)"
    assert found["model"].endswith("best.hvclf")


def test_texts_are_read_as_they_are_trained(texts):
    marked = texts.read_text().replace("__label__", "#").replace("cat", "CAT")
    texts.write_text(marked)
    assert tune(texts, "--label-prefix", "#", "--lowercase", "-q") == 0
    model = huffvec.classify.load(texts.with_name("best.hvclf"))
    assert set(model.labels.words) == set(WORDS)
    assert model.predict(["Cat"]).labels == "pets"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--dim", -1], "--dim must be a whole number from 0"),
        (["--measure", "accuracy"], "--measure must be one of p@1"),
        (["--search", "dim"], "--dim is given and searched"),
        (["--search", "rates"], "--search: 'rates' cannot be searched"),
        (["--plot", "t.html"], "the picture's name must end in .png"),
        (["-o", "best.hv"], "--output must be a name that ends in .hvclf"),
        (["--subwords", "x"], "--subwords"),
    ],
)
def test_what_cannot_be_tuned_is_said_in_flags(texts, capsys, options, message):
    assert tune(texts, *options) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
