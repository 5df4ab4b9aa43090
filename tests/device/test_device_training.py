"""Whole runs on the device "cpu": they learn, go on from checkpoints, and do not diverge."""

import numpy as np
import pytest
from cli_helpers import run, write_english
from topic_texts import DOCUMENTS, N_TOPICS, topic_documents
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec.objectives import HierarchicalSoftmax, NegativeSampling
from huffvec.objectives.registry import OBJECTIVES
from huffvec.training.callbacks import Callback, StopTraining
from huffvec.training.checkpoint import Checkpoints

pytest.importorskip("torch")

SMALL = {"dim": 12, "epochs": 3, "n_threads": 1, "min_count": 1, "subsample_threshold": 0.0}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return str(write_english(tmp_path_factory.mktemp("device") / "text.txt", 800))


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_held_out_text_is_predicted_as_well_as_by_the_engine(text, architecture, objective):
    options = {**SMALL, "architecture": architecture, "heldout": text}
    by_engine, by_device = (
        huffvec.train(text, objective, device=device, **options) for device in (None, "cpu")
    )
    ours, untrained = by_device.training, np.log(len(by_device.vocabulary))
    assert ours["targets"] == by_engine.training["targets"]
    assert ours["device"] == "cpu"
    assert "device" not in by_engine.training
    assert ours["heldout"][-1] < 0.8 * untrained
    assert ours["heldout"][-1] == pytest.approx(by_engine.training["heldout"][-1], abs=0.08)


class StopsAfter(Callback):
    """Interrupts a run, as Ctrl-C does, after so many tokens."""

    def __init__(self, tokens):
        self.tokens = tokens

    def report(self, report):
        if report.tokens >= self.tokens:
            raise KeyboardInterrupt


@pytest.fixture
def interrupted(text, tmp_path, monkeypatch):
    """A function that interrupts a run, with small blocks, and returns its checkpoints."""
    monkeypatch.setattr("huffvec.training.run.CHUNK_TOKENS", 500)
    monkeypatch.setattr("huffvec.training.waiting.POLL_SECONDS", 0.01)

    def interrupt(device, after=6_000):
        checkpoints = Checkpoints(tmp_path / "run.ckpt", every=3600)
        with pytest.raises(KeyboardInterrupt):
            huffvec.train(
                text, callbacks=StopsAfter(after), checkpoints=checkpoints, device=device, **SMALL
            )
        return tmp_path / "run.ckpt"

    return interrupt


def test_a_run_that_was_interrupted_goes_on_as_if_it_had_not_been(text, interrupted):
    whole = huffvec.train(text, device="cpu", **SMALL)
    resumed = huffvec.resume(interrupted("cpu"), device="cpu")
    for name, rows in whole.weights.items():
        np.testing.assert_array_equal(resumed.weights[name], rows, err_msg=name)
    assert resumed.training["targets"] == whole.training["targets"]


@pytest.mark.parametrize(("first", "then"), [(None, "cpu"), ("cpu", None)])
def test_a_run_goes_on_where_it_did_not_begin(text, interrupted, first, then):
    resumed = huffvec.resume(interrupted(first), device=then, heldout=text)
    whole = huffvec.train(text, heldout=text, **SMALL)
    assert resumed.training["targets"] == whole.training["targets"]
    heldout = whole.training["heldout"][-1]
    assert resumed.training["heldout"][-1] == pytest.approx(heldout, abs=0.08)


def test_training_more_on_a_device(text):
    model = huffvec.train(text, **SMALL)
    more = huffvec.train_more(model, [["cat", "eats", "snails"]] * 50, device="cpu")
    assert "snails" in more.vectors
    assert more.training["device"] == "cpu"


@pytest.mark.parametrize("objective", [NegativeSampling(), HierarchicalSoftmax()])
@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("rate", [0.05, 1.0])
def test_steps_of_thousands_of_targets_with_few_words_do_not_diverge(
    objective, architecture, rate, monkeypatch
):
    monkeypatch.setattr("huffvec.device.trainer.LEAST_STEP", 1 << 14)
    draw = np.random.default_rng(3)
    ids = draw.integers(0, 7, 40_000).astype(np.int32)
    options = {**SMALL, "architecture": architecture, "learning_rate": rate}
    words = [[f"w{k}" for k in line] for line in ids.reshape(-1, 40)]
    model = huffvec.train(words, objective, device="cpu", **options)
    assert np.abs(model.weights["input_vectors"]).max() < 30
    loss_of_chance = {"negative-sampling": 6 * np.log(2), "hierarchical-softmax": 2.8 * np.log(2)}
    assert model.training["loss"] < 1.1 * loss_of_chance[objective.name]


def nearest_tags(model, tag):
    """Pairs of a document's number and those of the 5 that are nearest to it."""
    return [(tag, int(found)) for found, *_ in model.documents.nearest(str(tag), 5)]


@pytest.mark.parametrize("architecture", DOCUMENTS)
def test_documents_are_trained(architecture):
    documents = topic_documents(100)
    options = {**SMALL, "architecture": architecture, "epochs": 10}
    model = huffvec.train(documents, device="cpu", **options)
    near = [found for tag in range(10, 20) for found in nearest_tags(model, tag)]
    assert np.mean([tag % N_TOPICS == found % N_TOPICS for tag, found in near]) > 0.6


def test_a_callback_stops_a_run_between_blocks(text):
    class Stops(Callback):
        def report(self, report):
            raise StopTraining("enough")

    model = huffvec.train(text, device="cpu", callbacks=Stops(), **SMALL)
    assert model.training["stopped"] == "enough"


def test_an_id_that_is_no_word(text):
    vocabulary = huffvec.Vocabulary(["a", "b", "c"], [3, 2, 1])
    run = huffvec.training.run.TrainingRun(
        huffvec.corpus.sentences.Sentences(
            np.array([0, 1, 7, 2], np.int32), np.array([0, 4], np.int64)
        ),
        vocabulary,
        NegativeSampling(),
    )
    from huffvec.training.callback_list import as_callback
    from huffvec.training.elsewhere import trained_by

    with trained_by(run, None, "cpu"), pytest.raises(IndexError, match=r"the id 7, but .* 3 words"):
        run.train(as_callback(None))


def test_the_command_line_trains_on_a_device(text, tmp_path):
    output = tmp_path / "words.hv"
    options = ["--dim", 8, "--epochs", 1, "-o", output, "--quiet"]
    assert run("train", text, "--device", "cpu", *options) == 0
    assert huffvec.load(output).training["device"] == "cpu"
    more = tmp_path / "more.hv"
    assert run("train-more", output, text, "-o", more, "--device", "cpu", "--quiet") == 0
    assert huffvec.load(more).training["device"] == "cpu"
