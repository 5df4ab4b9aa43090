"""Callbacks: what they are told is right, and they can end training."""

import math

import numpy as np
import pytest
from training_runs import train_encoded
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec import TrainingConfig, Vocabulary, objectives
from huffvec.corpus import Sentences
from huffvec.errors import ConfigError, CorpusError
from huffvec.training.callback_list import CallbackList
from huffvec.training.callbacks import Callback, EarlyStopping, StopTraining
from huffvec.training.position import Position
from huffvec.training.run import TrainingRun

VOCABULARY = Vocabulary([f"w{k}" for k in range(40)], np.arange(400, 0, -10))
EPOCHS = 3


def make_corpus(n_tokens=45_000, seed=1):
    ids = np.random.default_rng(seed).integers(40, size=n_tokens)
    return Sentences.from_arrays(ids, [*range(0, n_tokens, 500), n_tokens])


class Recording(Callback):
    """Keeps all that it is told."""

    def __init__(self):
        self.events, self.reports, self.epochs = [], [], []

    def start(self, run):
        self.run = run
        self.events.append("start")

    def report(self, report):
        self.reports.append(report)

    def epoch(self, report):
        self.events.append("epoch")
        self.epochs.append(report)

    def end(self, report):
        self.events.append("end")
        self.last = report


@pytest.mark.parametrize("objective", objectives.OBJECTIVES.values(), ids=lambda cls: cls.name)
def test_losses_are_means_over_all_targets(objective):
    seen = Recording()
    config = TrainingConfig(dim=8, epochs=EPOCHS, n_threads=2)
    model = train_encoded(make_corpus(), VOCABULARY, objective(), config, seen)
    assert seen.events == ["start", *["epoch"] * EPOCHS, "end"]
    assert [(r.epoch, r.epochs, r.tokens) for r in seen.epochs] == [
        (1, 3, 45_000), (2, 3, 90_000), (3, 3, 135_000),
    ]  # fmt: skip
    assert seen.last.loss == model.training["loss"]
    assert seen.last.objective == objective.name
    targets = np.diff([r.targets for r in seen.epochs], prepend=0)
    assert targets @ [r.loss for r in seen.epochs] / seen.last.targets == pytest.approx(
        seen.last.loss, rel=1e-12
    )
    told = [(r.targets, r.loss) for r in seen.reports if not math.isnan(r.loss)]
    targets = np.diff([t for t, _ in told], prepend=0)
    assert targets @ [loss for _, loss in told] == pytest.approx(
        seen.last.loss * seen.last.targets, rel=1e-12
    )


@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("objective", objectives.OBJECTIVES.values(), ids=lambda cls: cls.name)
def test_the_loss_does_not_depend_on_the_number_of_threads(objective, architecture):
    """With steps too small to change a weight, every thread count must measure the same."""
    losses = []
    for n_threads in (1, 2, 5):
        config = TrainingConfig(
            architecture=architecture, dim=8, epochs=2, n_threads=n_threads, learning_rate=1e-30
        )
        model = train_encoded(make_corpus(), VOCABULARY, objective(), config)
        losses.append(model.training["loss"])
        assert model.training["targets"] > 20_000
    assert losses[1:] == pytest.approx([losses[0]] * 2, rel=1e-9)


class StopAt(Callback):
    def __init__(self, event):
        self.event = event

    def report(self, report):
        if self.event == "report":
            raise StopTraining("seen enough")

    def epoch(self, report):
        if self.event == "epoch" and report.epoch == 2:
            raise StopTraining("seen enough")


@pytest.mark.parametrize("event", ["report", "epoch"])
def test_a_callback_can_end_training(event):
    seen = Recording()
    config = TrainingConfig(dim=8, epochs=50, n_threads=2)
    callbacks = [StopAt(event), seen]
    model = train_encoded(make_corpus(), VOCABULARY, None, config, callbacks)
    assert model.training["stopped"] == "seen enough"
    assert seen.events[-1] == "end"
    assert seen.last.tokens == model.training["tokens"]
    if event == "epoch":
        assert seen.events == ["start", "epoch", "epoch", "end"]  # told although the first stopped
        assert model.training["tokens"] == 90_000
    else:  # whole chunks
        assert 0 < model.training["tokens"] < 50 * 45_000
        assert model.training["tokens"] % 5_000 == 0


def test_an_epoch_can_be_looked_at():
    norms = []

    class Norms(Recording):
        def epoch(self, report):
            norms.append(float(np.linalg.norm(self.run.model().vectors.vectors)))

    config = TrainingConfig(dim=8, epochs=4, n_threads=1)
    train_encoded(make_corpus(), VOCABULARY, None, config, Norms())
    assert len(set(norms)) == 4


def test_other_errors_of_callbacks_are_not_hidden():
    class Broken(Callback):
        def report(self, report):
            raise ZeroDivisionError("in a callback")

    with pytest.raises(ZeroDivisionError, match="in a callback"):
        train_encoded(make_corpus(), VOCABULARY, callbacks=[Recording(), Broken()])


@pytest.fixture
def texts(tmp_path):
    """A text to train on, and one of pure noise: whatever is learned makes it less probable."""
    rng = np.random.default_rng(3)
    words = rng.integers(6, size=(400, 10)) + 6 * rng.integers(5, size=(400, 1))
    train, heldout = tmp_path / "train.txt", tmp_path / "heldout.txt"
    train.write_text("\n".join(" ".join(f"w{k}" for k in row) for row in words))
    noise = rng.integers(30, size=(40, 10))
    heldout.write_text("\n".join(" ".join(f"w{k}" for k in row) for row in noise))
    return train, heldout


OPTIONS = {"dim": 8, "epochs": 9, "n_threads": 1, "learning_rate": 0.1, "subsample_threshold": 0.0}


def test_the_heldout_loss_is_measured_after_every_epoch(texts):
    seen = Recording()
    model = huffvec.train(texts[0], heldout=texts[1], callbacks=seen, **OPTIONS)
    told = [report.heldout for report in seen.epochs]
    assert model.training["heldout"] == told
    assert len(told) == 9
    assert told[-1] == huffvec.perplexity(model, texts[1]).nats
    assert math.isnan(seen.last.heldout)
    with pytest.raises(CorpusError, match="there is no such file"):
        huffvec.train(texts[0], heldout="nowhere.txt", **OPTIONS)


def test_early_stopping(texts):
    stopping = EarlyStopping(patience=2)
    model = huffvec.train(texts[0], heldout=texts[1], callbacks=stopping, **OPTIONS)
    losses = model.training["heldout"]
    assert len(losses) == int(np.argmin(losses)) + 1 + 2 < 9
    assert f"least after epoch {np.argmin(losses) + 1}" in model.training["stopped"]
    assert model.training["tokens"] == 4000 * len(losses)
    assert huffvec.perplexity(model, texts[1]).nats == min(losses) == model.training["kept_heldout"]
    assert model.training["kept_epoch"] == int(np.argmin(losses)) + 1
    stopping = EarlyStopping(patience=2, keep_best=False)
    model = huffvec.train(texts[0], heldout=texts[1], callbacks=stopping, **OPTIONS)
    assert huffvec.perplexity(model, texts[1]).nats == model.training["heldout"][-1]
    assert "kept_epoch" not in model.training


def test_early_stopping_tells_when_the_best_epoch_was_not_kept(caplog):
    run = TrainingRun(make_corpus(), VOCABULARY, objectives.NegativeSampling())
    run.position = Position(heldout=(5.0, 6.0))  # of a run that was resumed
    stopping, before = EarlyStopping(2), run.weights["input_vectors"].copy()
    stopping.start(run)
    stopping.end(None)
    assert np.array_equal(run.weights["input_vectors"], before)
    assert "that of epoch 2: the weights of epoch 1, which was best, were not kept" in caplog.text


@pytest.mark.parametrize(
    ("losses", "min_improvement", "stops"),
    [
        ([5.0], 0.0, False),
        ([5.0, 4.0, 4.5], 0.0, False),
        ([5.0, 4.0, 4.5, 4.2], 0.0, True),
        ([5.0, 4.0, 4.5, 3.9], 0.0, False),
        ([5.0, 4.0, 4.5, 3.9], 0.2, True),
        ([5.0, math.nan, math.nan], 0.0, True),
    ],
)
def test_early_stopping_judges_by_all_epochs(losses, min_improvement, stops):
    seen = Recording()
    run = TrainingRun(make_corpus(), VOCABULARY, objectives.NegativeSampling())
    run.position = Position(heldout=tuple(losses))
    stopping = EarlyStopping(2, min_improvement)
    stopping.start(run)
    run.train_chunks(0, 1, seen)
    if stops:
        with pytest.raises(StopTraining, match=r"least after epoch \d .* after epoch \d"):
            stopping.epoch(seen.reports[-1])
    else:
        stopping.epoch(seen.reports[-1])


def test_early_stopping_needs_sensible_values():
    with pytest.raises(ConfigError, match="patience must be a whole number from 1"):
        EarlyStopping(0)
    with pytest.raises(ConfigError, match="min_improvement must be a number from 0"):
        EarlyStopping(1, -0.1)


def test_every_event_reaches_every_callback():
    first, second = Recording(), Recording()
    both = CallbackList([first, CallbackList([second])])
    config = TrainingConfig(dim=8, epochs=2, n_threads=1)
    train_encoded(make_corpus(), VOCABULARY, None, config, both)
    assert first.events == second.events == ["start", "epoch", "epoch", "end"]
    assert first.reports == second.reports


@pytest.mark.parametrize("callbacks", [5, [Recording(), Recording]])
def test_callbacks_of_other_classes(callbacks):
    with pytest.raises(ConfigError, match=r"one huffvec\.training\.callbacks\.Callback or a list"):
        train_encoded(make_corpus(), VOCABULARY, callbacks=callbacks)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("progress", "it is run.position now"),
        ("input_table", r"it is run.weights\['input_vectors'\] now"),
        ("wieghts", "no attribute 'wieghts'$"),
    ],
)
def test_what_a_run_had_before(before, now):
    class Asks(Callback):
        def start(self, run):
            getattr(run, before)

    with pytest.raises(AttributeError, match=now):
        huffvec.train([["a", "b"] * 20] * 9, dim=4, epochs=1, callbacks=Asks())
