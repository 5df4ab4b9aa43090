"""Checkpoints: a resumed run ends as the whole one would have, and nothing wrong is resumed."""

import contextlib
import json
import logging
import math
import os
import shutil
import signal
import threading
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import files_of, run
from hypothesis import given
from hypothesis import strategies as st
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec import Checkpoints, TrainingConfig, Vocabulary, objectives
from huffvec.corpus import Sentences
from huffvec.corpus.options import InputOptions
from huffvec.errors import ConfigError, CorpusError, FormatError, OutputError
from huffvec.formats.hv import read_parts, write_parts
from huffvec.model.saving import parts
from huffvec.training import waiting
from huffvec.training.callbacks import Callback, StopTraining
from huffvec.training.checkpoint import parse_duration, read_checkpoint, read_newest
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.position import Position
from huffvec.training.run import TrainingRun
from huffvec.training.source import CorpusSource, fingerprint
from huffvec.trees import balanced_tree

OPTIONS = {"dim": 12, "epochs": 3, "n_threads": 1, "min_count": 1}
TOKENS = 50_000  # of an epoch: five chunks


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A text of 30 words, 3 of them in each sentence's topic."""
    rng = np.random.default_rng(4)
    words = rng.integers(3, size=(TOKENS // 10, 10)) + 3 * rng.integers(10, size=(TOKENS // 10, 1))
    path = tmp_path_factory.mktemp("checkpoints") / "text.txt"
    path.write_text("\n".join(" ".join(f"w{k}" for k in row) for row in words))
    return path


@pytest.fixture
def text(original, tmp_path):
    return shutil.copy2(original, tmp_path / "text.txt")


class InterruptAt(Callback):
    """Ctrl-C as soon as so many tokens are trained."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.written = []

    def report(self, report):
        if report.tokens >= self.tokens:
            raise KeyboardInterrupt

    def checkpoint(self, report):
        self.written.append(report)


@pytest.fixture
def always_reporting(monkeypatch):
    """Reports as fast as can be, so that a short run can be interrupted in its middle."""
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.0)


def interrupted(at, train, *args, **options):
    """Train until so many tokens are trained, and return what was told of the checkpoint."""
    interrupt = InterruptAt(at)
    with pytest.raises(KeyboardInterrupt):
        train(*args, callbacks=interrupt, **options)
    [written] = interrupt.written
    assert at <= written.tokens < 3 * TOKENS
    return written


def content(model):
    """All that must be the same: everything but times."""
    tensors, sections = parts(model)
    record = {k: v for k, v in sections["training"].items() if k not in ("started", "seconds")}
    return {name: array.tobytes() for name, array in tensors.items()}, sections | {
        "training": record
    }


@pytest.mark.usefixtures("always_reporting")
@pytest.mark.parametrize("architecture", WORD_ARCHITECTURES)
@pytest.mark.parametrize("objective", objectives.OBJECTIVES.values(), ids=lambda cls: cls.name)
def test_a_resumed_run_ends_as_the_whole_one(text, tmp_path, architecture, objective):
    options = OPTIONS | {"architecture": architecture}
    whole = huffvec.train(text, objective(), heldout=text, **options)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    kept = {"heldout": text, "checkpoints": checkpoints}
    first = interrupted(25_000, huffvec.train, text, objective(), **kept, **options)
    second = interrupted(85_000, huffvec.resume, tmp_path / "m.ckpt", heldout=text)
    assert first.path == second.path == str(tmp_path / "m.ckpt")
    assert second.n_bytes == (tmp_path / "m.ckpt").stat().st_size
    resumed = huffvec.resume(tmp_path / "m.ckpt", heldout=text)
    assert content(resumed) == content(whole)
    assert read_newest(tmp_path / "m.ckpt").position.tokens == second.tokens
    assert read_newest(tmp_path / "m.ckpt.1").position.tokens == first.tokens


@pytest.mark.usefixtures("always_reporting")
def test_subwords_and_position_weights_are_resumed(text, tmp_path, capsys):
    subwords = huffvec.Subwords(2, 3, buckets=90)
    options = OPTIONS | {"architecture": "cbow", "subwords": subwords, "position_weights": True}
    whole = huffvec.train(text, **options)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(25_000, huffvec.train, text, checkpoints=checkpoints, **options)
    assert capsys.readouterr().err == ""
    assert content(huffvec.resume(tmp_path / "m.ckpt", progress=True)) == content(whole)
    assert "100.0 %" in capsys.readouterr().err


@pytest.mark.usefixtures("always_reporting")
@pytest.mark.parametrize("freeze", [False, True])
def test_start_vectors_and_frozen_words_are_resumed(text, tmp_path, freeze):
    rows = np.random.default_rng(7).normal(size=(4, 12)).astype(np.float32)
    words = Vocabulary(["w9", "elsewhere", "w2", "w25"], [4, 3, 2, 1])
    options = OPTIONS | {"start_vectors": huffvec.WordVectors(words, rows), "freeze": freeze}
    whole = huffvec.train(text, **options)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    interrupted(25_000, huffvec.train, text, checkpoints=checkpoints, **options)
    interrupted(85_000, huffvec.resume, tmp_path / "m.ckpt")
    assert content(huffvec.resume(tmp_path / "m.ckpt")) == content(whole)
    kept = [
        whole.vectors[word].tobytes() == row.tobytes()
        for word, row in zip(words.words, rows, strict=True)
        if word in whole.vectors
    ]
    assert kept == [freeze] * 3


@pytest.mark.usefixtures("always_reporting")
def test_a_tree_that_was_given_is_in_the_checkpoint(text, tmp_path):
    objective = huffvec.HierarchicalSoftmax(tree=balanced_tree(np.ones(30, np.int64)))
    whole = huffvec.train(text, objective, **OPTIONS)
    checkpoints = Checkpoints(tmp_path / "m.ckpt")
    interrupted(25_000, huffvec.train, text, objective, checkpoints=checkpoints, **OPTIONS)
    assert content(huffvec.resume(tmp_path / "m.ckpt")) == content(whole)


@pytest.mark.parametrize("at_epoch", [1, 2])
def test_an_interrupt_at_the_end_of_an_epoch(text, tmp_path, at_epoch):
    class InterruptAtEpoch(Callback):
        epochs = 0

        def epoch(self, report):
            self.epochs += 1
            if report.epoch == at_epoch:
                raise KeyboardInterrupt

    whole = huffvec.train(text, heldout=text, **OPTIONS)
    first, second = InterruptAtEpoch(), InterruptAtEpoch()
    checkpoints = Checkpoints(tmp_path / "m.ckpt")
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(text, heldout=text, callbacks=first, checkpoints=checkpoints, **OPTIONS)
    resumed = huffvec.resume(tmp_path / "m.ckpt", heldout=text, callbacks=second)
    assert first.epochs + second.epochs == 3
    assert content(resumed) == content(whole)


class StopAfterFour(InterruptAt):
    def report(self, report):
        if len(self.written) >= 4:
            raise StopTraining("four checkpoints")


def test_checkpoints_are_written_while_training_goes_on(text, tmp_path):
    told = StopAfterFour(math.inf)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every="0.01s", keep=3)
    options = OPTIONS | {"epochs": 100_000, "dim": 100}
    model = huffvec.train(text, callbacks=told, checkpoints=checkpoints, **options)
    tokens = [report.tokens for report in told.written]
    assert tokens == sorted(set(tokens))
    assert tokens[-1] <= model.training["tokens"]
    assert not any(report.error for report in told.written)
    assert [path.name for path in checkpoints.existing()] == ["m.ckpt", "m.ckpt.1", "m.ckpt.2"]
    kept = [read_checkpoint(path, checkpoints) for path in checkpoints.existing()]
    assert [found.position.tokens for found in kept] == tokens[: -len(kept) - 1 : -1]
    assert read_newest(tmp_path / "m.ckpt.2").position.tokens == tokens[-3]
    assert kept[0].model.vectors.nearest("w1", 2)  # a checkpoint is a model
    checkpoints.remove()
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


@pytest.fixture
def checkpoint(text, tmp_path, monkeypatch):
    """Two checkpoints of a run; the newest."""
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.0)
    path = tmp_path / "m.hv.ckpt"
    interrupted(25_000, huffvec.train, text, checkpoints=Checkpoints(path), **OPTIONS)
    interrupted(85_000, huffvec.resume, path)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.1)
    return path


def cut_in_half(path):
    os.truncate(path, path.stat().st_size // 2)


def test_of_a_cut_checkpoint_the_one_before_is_used(checkpoint, text, caplog):
    whole = huffvec.train(text, **OPTIONS)
    cut_in_half(checkpoint)
    with caplog.at_level(logging.WARNING):
        assert content(huffvec.resume(checkpoint)) == content(whole)
    assert "m.hv.ckpt' is not a huffvec file or is damaged" in caplog.text
    assert "The checkpoint before it is used: " in caplog.text
    cut_in_half(checkpoint.with_name("m.hv.ckpt.1"))
    with pytest.raises(FormatError, match=r"m\.hv\.ckpt' is not a huffvec file or is damaged"):
        huffvec.resume(checkpoint)


def test_of_a_checkpoint_with_a_flipped_bit_the_one_before_is_used(checkpoint, text, caplog):
    whole = huffvec.train(text, **OPTIONS)
    data = bytearray(checkpoint.read_bytes())
    data[-2000] ^= 1
    checkpoint.write_bytes(data)
    with caplog.at_level(logging.WARNING):
        assert content(huffvec.resume(checkpoint)) == content(whole)
    assert "is not what was written, by its checksum" in caplog.text
    assert "The checkpoint before it is used: " in caplog.text


def test_a_missing_checkpoint(checkpoint, caplog):
    with pytest.raises(
        FormatError, match=r"no checkpoint '.*m\.hw\.ckpt'\. Did you mean 'm\.hv\.c"
    ):
        huffvec.resume(checkpoint.with_name("m.hw.ckpt"))
    checkpoint.unlink()  # killed between the two renamings
    with caplog.at_level(logging.WARNING):
        assert read_newest(checkpoint).path.name == "m.hv.ckpt.1"
    assert "There is no checkpoint" in caplog.text


def test_a_model_is_no_checkpoint(checkpoint, text, tmp_path):
    huffvec.train(text, **OPTIONS).save(tmp_path / "m.hv")
    with pytest.raises(FormatError, match=r"m\.hv' is no checkpoint, but a finished model"):
        huffvec.resume(tmp_path / "m.hv")


def test_a_changed_text_is_refused_by_name(checkpoint, text, original):
    before = files_of(checkpoint.parent)
    text.write_text(original.read_text() + " w1")
    with pytest.raises(
        CorpusError, match=r"text\.txt: had \d+ bytes when training began, now it h"
    ):
        huffvec.resume(checkpoint)
    text.write_text(original.read_text().replace("w1 w2", "w2 w1", 1))
    with pytest.raises(
        CorpusError, match=r"is not the one that training began with: .*text\.txt\."
    ):
        huffvec.resume(checkpoint)
    text.unlink()
    with pytest.raises(CorpusError, match=r"text\.txt: there is no such file"):
        huffvec.resume(checkpoint)
    shutil.copy2(original, text)
    assert files_of(checkpoint.parent) == before


def test_a_text_may_be_touched_and_moved(checkpoint, text, tmp_path):
    whole = huffvec.train(text, **OPTIONS)
    os.utime(text, (1, 1))
    (tmp_path / "other").mkdir()
    text.rename(tmp_path / "other" / "place.txt")
    resumed = huffvec.resume(checkpoint, tmp_path / "other" / "place.txt")
    assert content(resumed) == content(whole)
    both = [tmp_path / "other" / "place.txt", checkpoint]
    with pytest.raises(CorpusError, match="began with 1 files and 2 are given now"):
        huffvec.resume(checkpoint, both)


@pytest.mark.usefixtures("always_reporting")
def test_a_text_that_is_no_file_is_read_as_before(text, tmp_path):
    """Column and lower-casing are kept, though the text itself has to be given again."""

    def rows():
        return ({"t": line.replace("w", "W")} for line in text.read_text().splitlines())

    whole = huffvec.train(rows(), column="t", lowercase=True, **OPTIONS)
    options = {"checkpoints": Checkpoints(tmp_path / "m.ckpt"), **OPTIONS}
    interrupted(25_000, huffvec.train, rows(), column="t", lowercase=True, **options)
    assert content(huffvec.resume(tmp_path / "m.ckpt", rows())) == content(whole)


def test_a_text_that_was_a_file_may_be_none_now(checkpoint, text):
    lines = text.read_text().splitlines()
    whole = huffvec.train(text, **OPTIONS)
    text.unlink()
    assert content(huffvec.resume(checkpoint, iter(lines))) == content(whole)


def test_another_run_does_not_write_over_checkpoints(checkpoint, text, tmp_path):
    before = files_of(tmp_path)
    for every in (10, None):
        with pytest.raises(ConfigError, match=r"checkpoint of a run that did not end.*resume="):
            huffvec.train(text, checkpoints=Checkpoints(checkpoint, every), **OPTIONS)
    checkpoint.unlink()
    with pytest.raises(ConfigError, match=r"ckpt\.1' is a checkpoint of a run that did not end"):
        huffvec.train(text, checkpoints=Checkpoints(checkpoint), **OPTIONS)
    shutil.copy2(tmp_path / "m.hv.ckpt.1", tmp_path / "other.ckpt")
    with pytest.raises(ConfigError, match="of a run that did not end"):
        huffvec.resume(tmp_path / "other.ckpt", checkpoints=Checkpoints(checkpoint))
    assert before.keys() - files_of(tmp_path).keys() == {"m.hv.ckpt"}


def test_without_a_place_for_checkpoints_nothing_begins(text, tmp_path):
    with pytest.raises(OutputError, match="does not exist"):
        huffvec.train(text, checkpoints=Checkpoints(tmp_path / "no" / "m.ckpt"), **OPTIONS)


def test_without_an_interval_a_checkpoint_is_written_when_training_is_interrupted(
    text, tmp_path, always_reporting
):
    interrupt = InterruptAt(25_000)
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=None)
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(text, callbacks=interrupt, checkpoints=checkpoints, **OPTIONS)
    assert [report.path for report in interrupt.written] == [str(tmp_path / "m.ckpt")]
    assert checkpoints.existing() == [tmp_path / "m.ckpt"]


def test_a_chunk_that_was_left_is_no_place_for_a_checkpoint(tmp_path):
    """A second Ctrl-C while the threads finish their chunks."""
    corpus = Sentences.from_arrays(np.arange(10_000), [0, 10_000])
    vocabulary = Vocabulary([f"w{k}" for k in range(60_000)], np.ones(60_000, np.int64))
    config = TrainingConfig(dim=64, epochs=1, n_threads=1)
    slow = TrainingRun(corpus, vocabulary, huffvec.FullSoftmax(), config)
    checkpoints = Checkpoints(tmp_path / "m.ckpt")
    presses = [0.3, 0.6]
    timers = [threading.Timer(at, signal.raise_signal, [signal.SIGINT]) for at in presses]
    for timer in timers:
        timer.start()
    with pytest.raises(KeyboardInterrupt):
        slow.train(Callback(), None, CheckpointWriter(checkpoints))
    for timer in timers:
        timer.join()
    assert slow.position.chunks == 0
    assert not checkpoints.existing()


def test_early_stopping_needs_no_checkpoint(text, tmp_path):
    class Stop(Callback):
        def epoch(self, report):
            raise StopTraining("enough")

    checkpoints = Checkpoints(tmp_path / "m.ckpt")
    model = huffvec.train(text, callbacks=Stop(), checkpoints=checkpoints, **OPTIONS)
    assert model.training["stopped"] == "enough"
    assert not checkpoints.existing()


def test_options_that_may_change(checkpoint):
    told = InterruptAt(math.inf)
    other = Checkpoints(str(checkpoint), every=0.001, keep=1)
    model = huffvec.resume(checkpoint, n_threads=2, callbacks=told, checkpoints=other)
    assert model.config.n_threads == 2
    assert told.written
    assert read_newest(checkpoint).checkpoints == other


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("90", 90),
        ("30s", 30),
        ("10min", 600),
        (" 1.5 h ", 5400),
        ("2d", 172_800),
        (0.25, 0.25),
        (7, 7),
    ],
)
def test_durations(value, seconds):
    assert parse_duration("every", value) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "ten", "10m", "10 minutes", "-5s", "0", 0, "1h30min", "1e3", True, math.nan, "9999999d"],
)
def test_what_is_no_duration(value):
    with pytest.raises(ConfigError, match=r"every must be a "):
        Checkpoints("m.ckpt", every=value)


def test_keep_must_be_sensible():
    with pytest.raises(ConfigError, match="keep must be a whole number from 1 to 1000, not 0"):
        Checkpoints("m.ckpt", keep=0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(
    name=st.sampled_from(["progress", "started", "source", "fingerprint", "every", "keep"]),
    value=JSON,
)
def test_damaged_records_raise_format_error(damageable, name, value):
    path, tensors, sections = damageable
    record = sections["checkpoint"]
    write_parts(path, tensors, sections | {"checkpoint": record | {name: value}})
    with contextlib.suppress(FormatError):
        found = read_newest(path)
        assert name != "progress"
        assert isinstance(found.fingerprint, str)


@pytest.fixture(scope="module")
def damageable(tmp_path_factory):
    """A path, and the parts of a checkpoint."""
    path = tmp_path_factory.mktemp("damaged") / "m.ckpt"
    corpus = Sentences.from_arrays([0, 1, 2, 1], [0, 4])
    vocabulary = Vocabulary(["a", "b", "c"], [2, 1, 1])
    training = TrainingRun(corpus, vocabulary, huffvec.NegativeSampling(), TrainingConfig(dim=4))
    writer = CheckpointWriter(Checkpoints(path))
    writer.begin(training)
    writer.finish(Callback())
    info, tensors = read_parts(path)
    tensors = {name: np.array(array) for name, array in tensors.items()}
    sections = {"config": info.config, "objective": info.objective, "training": info.training}
    return path, tensors, sections | {"checkpoint": info.checkpoint}


@pytest.mark.parametrize("name", ["progress", "started", "source", "fingerprint", "every", "keep"])
def test_records_that_lack_something(damageable, name):
    path, tensors, sections = damageable
    record = {key: value for key, value in sections["checkpoint"].items() if key != name}
    write_parts(path, tensors, sections | {"checkpoint": record})
    with pytest.raises(FormatError, match=rf"m\.ckpt' is damaged: it lacks '{name}'"):
        read_newest(path)


@pytest.mark.parametrize(
    ("frozen", "message"),
    [
        (np.ones(2, np.uint8), r"m\.ckpt' is damaged: shapes .*'frozen': \(2,\).* do not fit"),
        (np.ones(3, np.int64), r"m\.ckpt' is damaged: frozen should be uint8 with 1 dimensions"),
    ],
)
def test_frozen_words_that_fit_no_vocabulary(damageable, frozen, message):
    path, tensors, sections = damageable
    write_parts(path, tensors | {"frozen": frozen}, sections)
    with pytest.raises(FormatError, match=message):
        read_newest(path)


def test_more_progress_than_there_is(damageable, tmp_path):
    path, tensors, sections = damageable
    (tmp_path / "t.txt").write_text("a b c b")
    source = CorpusSource.of([tmp_path / "t.txt"], InputOptions()).to_dict()
    values = json.loads(json.dumps(sections["checkpoint"]))
    values |= {"source": source}
    values["progress"]["chunks"] = 9
    write_parts(path, tensors, sections | {"checkpoint": values})
    with pytest.raises(FormatError, match="is damaged: it is at part 9 of 5"):
        huffvec.resume(path)
    write_parts(path, tensors, sections)
    with pytest.raises(CorpusError, match="does not say where the text is, because it was not a"):
        huffvec.resume(path)


@pytest.mark.parametrize(
    "values", [None, {}, {"chunks": 1.5}, {"chunks": -1}, {"loss": math.inf}, {"heldout": [None]}]
)
def test_progress_that_cannot_be(values):
    good = {"chunks": 1, "tokens": 2, "targets": 3.0, "loss": 4.0, "seconds": 5.0}
    good |= {"epochs_ended": 0, "epoch_targets": 0.0, "epoch_loss": 0.0, "heldout": [2.5]}
    assert Position.from_dict(good).heldout == (2.5,)
    with pytest.raises(FormatError, match="its progress cannot be used"):
        Position.from_dict(good | values if values else values)


def test_a_fingerprint_tells_corpora_apart():
    ids, offsets = [0, 1, 2, 3], [0, 2, 4]
    same = fingerprint(Sentences.from_arrays(ids, offsets))
    assert same == fingerprint(Sentences.from_arrays(ids, offsets))
    others = [([0, 1, 3, 2], offsets), (ids, [0, 3, 4]), (ids, [0, 4]), (ids[:3], [0, 2, 3])]
    assert same not in {fingerprint(Sentences.from_arrays(*other)) for other in others}


def test_on_the_command_line(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    whole = ["train", "text.txt", "--dim", 8, "--epochs", 2, "--threads", 1, "--seed", 3]
    assert run(*whole, "-o", "whole.hv", "-q") == 0
    with monkeypatch.context() as patch:
        patch.setattr(waiting, "POLL_SECONDS", 0.0)
        config = TrainingConfig(dim=8, epochs=2, n_threads=1, seed=3)
        checkpoints = Checkpoints("m.hv.ckpt", every="1h", keep=3)
        interrupted(25_000, huffvec.train, "text.txt", config=config, checkpoints=checkpoints)
    assert run("train", "--resume", "m.hv.ckpt", "--dim", 8) == 2
    assert "--dim cannot be changed by --resume" in capsys.readouterr().err
    assert run(*whole, "-o", "m.hv") == 2
    assert "Continue it with --resume m.hv.ckpt" in capsys.readouterr().err
    assert run("train", "--resume", "m.hv.ckpt", "--checkpoint-every", "often") == 2
    assert "--checkpoint-every must be a number of seconds or" in capsys.readouterr().err
    assert run("train", "--resume", "m.hv.ckpt", "--keep", 0) == 2
    assert "--keep must be a whole number" in capsys.readouterr().err
    shutil.copy("m.hv.ckpt", "odd")
    assert run("train", "--resume", "odd") in (1, 2)
    assert "name the model to write with --output" in capsys.readouterr().err
    assert run("train") == 2
    capsys.readouterr()
    Path("m.hv.ckpt.tmp").write_bytes(b"as a process leaves it that is killed while it writes")
    assert run("train", "--resume", "m.hv.ckpt", "--log", "run.jsonl") == 0
    out, err = capsys.readouterr()
    assert "written\tm.hv\n" in out
    assert "epoch 2/2  100.0 %" in err
    assert content(huffvec.load("m.hv")) == content(huffvec.load("whole.hv"))
    assert {p.name for p in tmp_path.iterdir()} == {
        "m.hv", "whole.hv", "odd", "run.jsonl", "text.txt",
    }  # fmt: skip
