"""``deterministic``: the same files for any number of threads, resumed ones too."""

from dataclasses import replace

import numpy as np
import pytest
from harness import CASES
from topic_texts import DOCUMENTS
from word_architectures import WORD_ARCHITECTURES

import huffvec
from huffvec import Checkpoints, TrainingConfig
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.errors import FormatError
from huffvec.formats.hv import read_parts, write_parts
from huffvec.training import waiting
from huffvec.training.callbacks import Callback
from huffvec.training.run import TrainingRun

TIMES = ("started", "seconds")


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """6,000 tokens of 40 words, of which sentences have a few; w1 is not the most frequent."""
    rng = np.random.default_rng(2)
    words = np.minimum(rng.geometric(0.15, (600, 10)) + 4 * rng.integers(6, size=(600, 1)), 40)
    path = tmp_path_factory.mktemp("deterministic") / "text.txt"
    path.write_text("\n".join(" ".join(f"w{k}" for k in row) for row in words))
    return path


def content(path):
    """All that a file has but times and the number of threads."""
    info, tensors = read_parts(path)
    config = {name: value for name, value in info.config.items() if name != "n_threads"}
    training = {name: value for name, value in info.training.items() if name not in TIMES}
    return {name: array.tobytes() for name, array in tensors.items()}, config, training


def trained(text, path, objective, n_threads, **options):
    """The file of a run of four epochs of three rounds each."""
    config = TrainingConfig(
        dim=9, epochs=4, n_threads=n_threads, deterministic=True, min_count=1, **options
    )
    with open_corpus(text, InputOptions(), min_count=1, n_threads=1) as corpus:
        run = TrainingRun(corpus, corpus.vocabulary, objective, config, chunk_tokens=300)
        assert run.n_chunks == 4 * 20
        run.train(Callback())
        run.model().save(path)
    return content(path)


@pytest.mark.parametrize("architecture", [*WORD_ARCHITECTURES, *DOCUMENTS])
@pytest.mark.parametrize("case", CASES)
def test_files_are_the_same_for_any_number_of_threads(text, tmp_path, case, architecture):
    one, *others = (
        trained(text, tmp_path / f"{n}.hv", CASES[case], n, architecture=architecture)
        for n in (1, 2, 4)
    )
    assert others == [one, one]


class InterruptAt(Callback):
    def __init__(self, tokens):
        self.tokens = tokens

    def report(self, report):
        if report.tokens >= self.tokens:
            raise KeyboardInterrupt


@pytest.mark.parametrize("objective", ["negative-sampling", "hierarchical-softmax"])
def test_resumed_runs_are_the_same_with_other_numbers_of_threads(
    text, tmp_path, monkeypatch, objective
):
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.0)
    long = tmp_path / "long.txt"  # of two rounds an epoch, and a bit
    long.write_text("\n".join([text.read_text()] * 60))
    options = {"dim": 8, "epochs": 2, "deterministic": True, "min_count": 1}
    huffvec.train(long, objective, **options, n_threads=3).save(tmp_path / "whole.hv")
    checkpoints = Checkpoints(tmp_path / "m.ckpt", every=3600)
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(
            long,
            objective,
            checkpoints=checkpoints,
            callbacks=InterruptAt(1),
            n_threads=1,
            **options,
        )
    with pytest.raises(KeyboardInterrupt):
        huffvec.resume(tmp_path / "m.ckpt", n_threads=2, callbacks=InterruptAt(400_000))
    huffvec.resume(tmp_path / "m.ckpt", n_threads=4).save(tmp_path / "resumed.hv")
    assert content(tmp_path / "resumed.hv") == content(tmp_path / "whole.hv")


def test_checkpoints_where_no_round_begins_are_damaged(text, tmp_path):
    long, path = tmp_path / "long.txt", tmp_path / "m.ckpt"
    long.write_text("\n".join([text.read_text()] * 60))
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(
            long,
            checkpoints=Checkpoints(path, every=3600),
            callbacks=InterruptAt(1),
            dim=8,
            deterministic=True,
            min_count=1,
        )
    info, tensors = read_parts(path)
    tensors = {name: np.array(array) for name, array in tensors.items()}
    sections = {"config": info.config, "objective": info.objective, "training": info.training}
    progress = {**info.checkpoint["progress"], "chunks": 5}
    write_parts(path, tensors, sections | {"checkpoint": {**info.checkpoint, "progress": progress}})
    with pytest.raises(FormatError, match=r"m\.ckpt' is damaged: no round of chunks begins at 5\."):
        huffvec.resume(path)


def test_models_are_trained_more_deterministically(text, tmp_path):
    model = huffvec.train(text, dim=8, epochs=1, deterministic=True, min_count=1, n_threads=2)
    for n in (1, 3):
        more = huffvec.train_more(model, text, n_threads=n)
        assert more.config.deterministic
        more = replace(more, training={**more.training, "before": {}})
        more.save(tmp_path / f"{n}.hv")
    assert content(tmp_path / "1.hv") == content(tmp_path / "3.hv")


@pytest.mark.parametrize("n_lines", [30, 600])
def test_texts_of_any_size_are_learned_as_well(text, n_lines):
    """A round of one chunk of a few hundred tokens, and rounds of eight."""
    losses = []
    for deterministic in (False, True):
        config = TrainingConfig(
            dim=16, epochs=8, min_count=1, n_threads=1, deterministic=deterministic
        )
        sentences = [line.split() for line in text.read_text().splitlines()[:n_lines]]
        with open_corpus(sentences, InputOptions(), min_count=1, n_threads=1) as corpus:
            run = TrainingRun(
                corpus, corpus.vocabulary, CASES["full-softmax"], config, chunk_tokens=400
            )
            run.train(Callback())
            losses.append(run.record()["loss"])
    assert losses[1] == pytest.approx(losses[0], rel=0.05)
