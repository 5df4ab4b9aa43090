"""Checkpoints of classifiers: a resumed run ends as the whole one would have."""

import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from classify_texts import OPTIONS, content, write_topics

import huffvec
from huffvec import Checkpoints, WordVectors, classify
from huffvec.classify.resuming import read_newest
from huffvec.errors import ConfigError, CorpusError, FormatError
from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES
from huffvec.training import waiting
from huffvec.training.callbacks import Callback

ALL = [*OBJECTIVES, *LABEL_OBJECTIVES]


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    # 3,000 labels at least: six chunks an epoch.
    return write_topics(tmp_path_factory.mktemp("original") / "t.txt", n=3000, n_labels=2)


@pytest.fixture
def text(original, tmp_path):
    return shutil.copy2(original, tmp_path / "t.txt")


class InterruptAt(Callback):
    """Ctrl-C as soon as so many labels are trained."""

    def __init__(self, labels):
        self.labels = labels
        self.written = []

    def report(self, report):
        if report.tokens >= self.labels:
            raise KeyboardInterrupt

    def checkpoint(self, report):
        self.written.append(report)


@pytest.fixture(autouse=True)
def _always_reporting(monkeypatch):
    """Reports as fast as can be, so that a short run can be interrupted in its middle."""
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.0)


def interrupted(at, train, *args, **options):
    """Train until so many labels are trained."""
    interrupt = InterruptAt(at)
    with pytest.raises(KeyboardInterrupt):
        train(*args, callbacks=interrupt, **options)
    [written] = interrupt.written
    assert at <= written.tokens


@pytest.mark.parametrize("name", ALL)
def test_a_resumed_run_ends_as_the_whole_one(text, tmp_path, name):
    whole = classify.train(text, name, heldout=text, **OPTIONS)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    kept = {"heldout": text, "checkpoints": checkpoints}
    interrupted(1_000, classify.train, text, name, **kept, **OPTIONS)
    interrupted(12_000, classify.resume, tmp_path / "m.ckpt", heldout=text)
    resumed = classify.resume(tmp_path / "m.ckpt", heldout=text)
    assert content(resumed) == content(whole)


@pytest.mark.parametrize("name", ["hierarchical-softmax", "one-vs-all", "label-tree"])
def test_threads_and_interruptions_make_no_difference(text, tmp_path, name):
    options = OPTIONS | {"deterministic": True}
    whole, *others = (classify.train(text, name, **(options | {"n_threads": n})) for n in (1, 2, 4))
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(1_000, classify.train, text, name, checkpoints=checkpoints, **options)
    others.append(classify.resume(tmp_path / "m.ckpt", n_threads=3))
    for other in others:
        assert content(replace(other, config=whole.config)) == content(whole)
    assert content(classify.train(text, name, **OPTIONS)) != content(whole)


def test_options_that_follow_the_examples_are_resumed(text, tmp_path):
    whole = classify.train(text, n_threads=1)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(5_000, classify.train, text, checkpoints=checkpoints, n_threads=1)
    resumed = classify.resume(tmp_path / "m.ckpt")
    assert content(resumed) == content(whole)
    assert resumed.config.epochs == whole.config.epochs > 0


def test_label_weights_and_start_vectors_are_resumed(text, tmp_path):
    vectors = WordVectors(["t1w1", "t2w0"], np.ones((2, 8), np.float32))
    options = OPTIONS | {"label_weights": "balanced", "start_vectors": vectors, "subwords": "2-3"}
    whole = classify.train(text, heldout=text, **options)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(9_000, classify.train, text, checkpoints=checkpoints, heldout=text, **options)
    assert content(classify.resume(tmp_path / "m.ckpt", heldout=text)) == content(whole)


def test_tables_are_read_again_as_they_were(text, tmp_path):
    table = tmp_path / "t.jsonl"
    with table.open("w") as file:
        for number, line in enumerate(text.read_text().splitlines()):
            words = line.split()
            row = {"labels": [w.removeprefix("__label__") for w in words if w[0] == "_"]}
            row |= {"said": " ".join(w for w in words if w[0] != "_").upper(), "w": number % 3}
            file.write(json.dumps(row) + "\n")
    options = OPTIONS | {"column": "said", "weight_column": "w", "lowercase": True}
    options |= {"tokenize": "words:digits=zero"}
    whole = classify.train(table, heldout=table, **options)
    assert "t0w0" in whole.features.words
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(9_000, classify.train, table, heldout=table, checkpoints=checkpoints, **options)
    assert content(classify.resume(tmp_path / "m.ckpt", heldout=table)) == content(whole)


def test_examples_that_are_in_no_file_are_given_again(text, tmp_path):
    lines = [line.split() for line in text.read_text().splitlines()]
    texts = [" ".join(word for word in line if word[0] != "_") for line in lines]
    labels = [[w.removeprefix("__label__") for w in line if w[0] == "_"] for line in lines]
    given = {"labels": labels, "example_weights": np.arange(len(lines)) % 3}
    whole = classify.train(texts, **given, **OPTIONS)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(9_000, classify.train, texts, checkpoints=checkpoints, **given, **OPTIONS)
    with pytest.raises(CorpusError, match="does not say where the text is"):
        classify.resume(tmp_path / "m.ckpt")
    interrupted(12_000, classify.resume, tmp_path / "m.ckpt", texts, **given)
    assert content(classify.resume(tmp_path / "m.ckpt", texts, **given)) == content(whole)


def test_a_checkpoint_is_a_classifier(text, tmp_path):
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(9_000, classify.train, text, checkpoints=checkpoints, **OPTIONS)
    found = classify.load(tmp_path / "m.ckpt")
    assert found.predict(["t1w1 t1w2"]).labels.tolist() == [["topic-1"]]
    shutil.copy(tmp_path / "m.ckpt", tmp_path / "m.ckpt.1")
    with (tmp_path / "m.ckpt").open("r+b") as file:
        file.seek(-9, os.SEEK_END)
        file.write(b"x")
    assert read_newest(tmp_path / "m.ckpt").path.name == "m.ckpt.1"
    found.save(tmp_path / "m.hvclf")
    with pytest.raises(FormatError, match="is no checkpoint, but a finished model"):
        classify.resume(tmp_path / "m.hvclf")


def test_only_the_same_examples_are_resumed(text, tmp_path):
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(9_000, classify.train, text, checkpoints=checkpoints, **OPTIONS)
    with pytest.raises(ConfigError, match="is a checkpoint of a run that did not end"):
        classify.train(text, checkpoints=checkpoints, **OPTIONS)
    content = text.read_text()
    text.write_text(content.replace("topic-1 ", "topic-9 ", 1))
    with pytest.raises(CorpusError, match="the text is not the one that training began with: "):
        classify.resume(tmp_path / "m.ckpt")
    text.write_text(content[:-20])
    with pytest.raises(CorpusError, match="bytes when training began, now it has"):
        classify.resume(tmp_path / "m.ckpt")


def test_checkpoints_of_the_other_kind(text, tmp_path):
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(9_000, classify.train, text, checkpoints=checkpoints, **OPTIONS)
    with pytest.raises(FormatError, match="is a classifier, not a model of word vectors"):
        huffvec.resume(tmp_path / "m.ckpt")
    words = Checkpoints(tmp_path / "w.ckpt", every=3600)
    interrupted(9_000, huffvec.train, text, checkpoints=words, dim=4, epochs=3, n_threads=1)
    with pytest.raises(FormatError, match=r"is a model of word vectors \(huffvec\), not a class"):
        classify.resume(tmp_path / "w.ckpt")
