"""Held-out documents: one half of each is predicted from the other."""

import random

import numpy as np
import pytest
from topic_texts import DOCUMENTS, topic_documents

import huffvec
from huffvec.errors import ConfigError, CorpusError
from huffvec.subwords import Subwords
from huffvec.training.callbacks import Callback, EarlyStopping

OPTIONS = {"dim": 6, "epochs": 3, "min_count": 2, "n_threads": 1, "window": 3}
HELD_OUT = [*topic_documents(330)[300:], ["topic1word1"], ["unknown"], [], ["topic2word3"] * 2]


def twin(model: huffvec.Model, documents: list[list[str]]) -> tuple[float, int]:
    """Return the mean of -log p by loops, and how many targets there are; softmax models only."""
    nats, words = [], model.vocabulary
    for document in documents:
        known = [word for word in document if word in words]
        vector = model.documents.infer([known[::2]]).vectors[0].astype(float) if known else None
        for place in range(1, len(known), 2):
            low, high = max(0, place - model.config.reach), place + model.config.reach + 1
            around = known[low:place] + known[place + 1 : high]
            inputs = [vector]
            if model.config.architecture != "dbow":
                inputs += [model.vectors[word].astype(float) for word in around]
            if model.config.architecture == "dm":
                weights = np.ones(len(inputs))
                if model.config.subwords:
                    sizes = [len(model.config.subwords.rows([w], words)[1]) for w in around]
                    weights = np.array([np.mean(sizes), *sizes])
                inputs = [np.average(inputs, axis=0, weights=weights)]
            scores = np.array(inputs) @ model.output_vectors.astype(float).T
            probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
            nats.append(-np.log(probs[:, words.id_of(known[place])].mean()))
    return float(np.mean(nats)), len(nats)


@pytest.mark.parametrize("architecture", DOCUMENTS)
@pytest.mark.parametrize("subwords", [None, Subwords(3, 4, buckets=50)])
def test_the_loss_is_that_of_loops(architecture: str, subwords: Subwords | None) -> None:
    if subwords and architecture == "dbow":
        return
    options = {**OPTIONS, "architecture": architecture, "subwords": subwords}
    model = huffvec.train(topic_documents(), "softmax", **options)
    found = huffvec.perplexity(model, HELD_OUT)
    nats, n_targets = twin(model, HELD_OUT)
    assert found.nats == pytest.approx(nats, rel=1e-5)
    assert (found.n_targets, found.n_alone, found.n_oov) == (n_targets, 1, 1)
    assert huffvec.perplexity(model, HELD_OUT) == found


@pytest.mark.parametrize("architecture", DOCUMENTS)
@pytest.mark.parametrize("objective", ["negative-sampling", "hierarchical-softmax"])
def test_better_vectors_predict_better(architecture: str, objective: str) -> None:
    options = {**OPTIONS, "architecture": architecture, "subsample_threshold": 0, "epochs": 1}
    losses = []
    for epochs in (1, 4, 16):
        model = huffvec.train(topic_documents(), objective, **{**options, "epochs": epochs})
        losses.append(huffvec.perplexity(model, topic_documents(330)[300:]).nats)
    assert losses[2] < losses[1] < losses[0]
    if objective == "hierarchical-softmax":  # a document's topic has 40 of the 200 words
        assert np.log(40) * 0.97 < losses[2] < np.log(200) - 0.5


@pytest.mark.parametrize("architecture", DOCUMENTS)
def test_documents_are_held_out_while_training_goes_on(architecture: str) -> None:
    class Losses(Callback):
        def __init__(self) -> None:
            self.losses: list[float] = []

        def epoch(self, report) -> None:
            self.losses.append(report.heldout)

    losses, heldout = Losses(), topic_documents(330)[300:]
    options = {**OPTIONS, "architecture": architecture, "subsample_threshold": 0}
    model = huffvec.train(topic_documents(), heldout=heldout, callbacks=losses, **options)
    assert losses.losses[-1] == pytest.approx(huffvec.perplexity(model, heldout).nats)
    assert len(losses.losses) == 3
    alone = huffvec.train(topic_documents(), **options)
    assert all(np.array_equal(rows, alone.weights[name]) for name, rows in model.weights.items())


def test_training_ends_early() -> None:
    draw = random.Random(2)
    noise = [draw.choices([f"w{k}" for k in range(30)], k=40) for _ in range(60)]
    stopping = EarlyStopping(patience=1)
    options = {**OPTIONS, "epochs": 60, "learning_rate": 0.2, "subsample_threshold": 0}
    model = huffvec.train(
        noise[:40], architecture="dbow", heldout=noise[40:], callbacks=stopping, **options
    )
    assert "stopped" in model.training


def test_held_out_documents_come_in_any_form(tmp_path) -> None:
    options = {**OPTIONS, "architecture": "dbow"}
    rows = [(words, f"t{n}") for n, words in enumerate(topic_documents())]
    model = huffvec.train(rows, tags="given", heldout=rows[:9], **options)
    lists = huffvec.perplexity(model, [words for words, _ in rows[:9]])
    texts = huffvec.perplexity(model, iter(["\n".join(words) for words, _ in rows[:9]]))
    (tmp_path / "t.txt").write_text("\n".join(" ".join(words) for words, _ in rows[:9]))
    assert texts == lists == huffvec.perplexity(model, tmp_path / "t.txt")
    assert lists == huffvec.perplexity(model, rows[:9], tags="given")
    corpus = huffvec.encode(rows[:9], tags="given", vocabulary=model.vocabulary)
    assert lists.nats == huffvec.perplexity(model, corpus).nats
    with pytest.raises(CorpusError, match="no sentence of the text has two tokens"):
        huffvec.perplexity(model, [["topic1word1"], []])


def test_words_alone_have_no_calibration_in_dbow() -> None:
    model = huffvec.train(topic_documents(40), architecture="dbow", **OPTIONS)
    with pytest.raises(ConfigError, match="dbow predicts words from documents alone"):
        huffvec.calibration(model, topic_documents(40))
