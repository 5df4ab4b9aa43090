"""What is sent to workers of a text, and what is said before a run where it cannot be spread."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import run
from topic_texts import topic_documents

import huffvec
from huffvec.classify.config import ClassifierConfig
from huffvec.cluster.encoding import located
from huffvec.cluster.joined import joined
from huffvec.cluster.mapped import Mapped, opened, travelling
from huffvec.cluster.options import Ray
from huffvec.config import TrainingConfig
from huffvec.corpus.spread.shares import Files, Lines
from huffvec.errors import ConfigError, CorpusError


def test_encoded_corpora_are_mapped_where_they_arrive(tmp_path):
    huffvec.encode(topic_documents(50), min_count=1).save(tmp_path / "c.hvc")
    with huffvec.load_corpus(tmp_path / "c.hvc") as corpus:
        for array in (corpus.ids, corpus.sentence_offsets, corpus.ids[7:100]):
            sent = travelling(array)
            assert isinstance(sent, Mapped)
            there = opened(pickle.loads(pickle.dumps(sent)))
            assert there.tobytes() == array.tobytes()
            assert there.dtype == array.dtype
        gone = travelling(corpus.ids)._replace(path=Path("/nowhere/c.hvc"))
        with pytest.raises(CorpusError, match=r"/nowhere/c\.hvc: the worker on .* cannot see this"):
            opened(gone)
        with pytest.raises(CorpusError, match=r"c\.hvc: another file on .* Copy it there again"):
            opened(travelling(corpus.ids)._replace(n_bytes=1))


def test_temporary_corpora_are_sent_without_copies():
    corpus = huffvec.encode(topic_documents(50), min_count=1)
    buffers = []
    sent = travelling(corpus.ids)
    assert type(sent) is np.ndarray
    assert len(pickle.dumps(sent, 5, buffer_callback=buffers.append)) < 500
    assert buffers[0].raw().nbytes == corpus.ids.nbytes
    assert travelling(3) == opened(3) == 3


def test_shares_are_named_for_any_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("text.txt")
    assert located(Lines(path, 2, 5)) == Lines(tmp_path / path, 2, 5)
    assert located(Files((path, tmp_path), 7)) == Files((tmp_path / path, tmp_path), 7)
    assert located("a part of a dataset") == "a part of a dataset"


@pytest.mark.parametrize("record", [TrainingConfig, ClassifierConfig])
def test_blocks_are_for_deterministic_training(record):
    with (
        pytest.raises(ConfigError, match=r"^blocks needs deterministic$"),
        joined(Ray(blocks=4), record()),
    ):
        pass


@pytest.mark.parametrize("given", ["local", 2, Ray])
def test_a_cluster_is_told_by_its_record(given):
    message = r"cluster must be a huffvec\.Ray, such as huffvec\.Ray\(workers=2\), not "
    with pytest.raises(ConfigError, match=message):
        huffvec.train(topic_documents(20), min_count=1, cluster=given)


@pytest.mark.parametrize("command", ["train", "train-more", "classify train"])
@pytest.mark.parametrize(
    "option", [("--workers", 2), ("--interval", 3), ("--half",), ("--blocks", 2)]
)
def test_options_of_a_cluster_need_one(command, option, tmp_path, capsys):
    (tmp_path / "text.txt").write_text("a b\n")
    model = [tmp_path / "m.hv"] if command == "train-more" else []
    if model:
        huffvec.train(topic_documents(20), n_threads=1, epochs=1, min_count=1).save(model[0])
    output = tmp_path / ("o.hvclf" if "classify" in command else "o.hv")
    assert run(*command.split(), *model, tmp_path / "text.txt", "-o", output, *option) == 2
    assert f"{option[0]} needs --ray" in capsys.readouterr().err


def test_messages_of_the_command_line_use_its_names(tmp_path, capsys):
    (tmp_path / "text.txt").write_text("a b\n")
    train = ["train", tmp_path / "text.txt", "-o", tmp_path / "m.hv", "--ray", "local"]
    assert run(*train, "--threads", 0) == 2
    assert "--threads must be" in capsys.readouterr().err
    assert run(*train, "--blocks", 3) == 2
    assert "--blocks needs --deterministic" in capsys.readouterr().err
