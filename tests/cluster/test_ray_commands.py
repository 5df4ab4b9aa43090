"""All that a run on one machine can do, done on two workers of a Ray cluster."""

import dataclasses
import json
import random
from pathlib import Path

import pytest
from classify_texts import write_topics
from cli_helpers import run
from topic_texts import topic_documents

import huffvec
from huffvec import Checkpoints
from huffvec.cli.declared import Given
from huffvec.cli.machines import Machines, Place, given_again
from huffvec.cluster.encoding import encoders
from huffvec.cluster.options import Ray
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.training.callbacks import Callback, CheckpointReport
from huffvec.training.progress import Silent

ray = pytest.importorskip("ray")
TWO = Ray(address="auto", workers=2, interval=0.01)
ON_TWO = ("--ray", "auto", "--workers", 2, "--interval", 0.01)
SMALL = {"dim": 8, "min_count": 1}


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """A cluster that all tests share."""
    ray.init(address="local", num_cpus=4, include_dashboard=False, logging_level="ERROR")
    yield
    ray.shutdown()


def write(path, documents):
    path.write_text("\n".join(map(" ".join, documents)))
    return path


@pytest.fixture
def text(tmp_path):
    return write(tmp_path / "text.txt", topic_documents(150))


@pytest.fixture
def mixed(tmp_path):
    """A text in which words of all topics stand together: the less is learned, the better."""
    words = sorted({word for document in topic_documents(150) for word in document})
    draw = random.Random(2)
    return write(tmp_path / "mixed.txt", [draw.choices(words, k=40) for _ in range(20)])


class InterruptAfterAnEpoch(Callback):
    """Ctrl-C at the end of the first epoch."""

    def epoch(self, report):
        raise KeyboardInterrupt


def test_a_command_trains_measures_logs_and_stops_early(text, mixed, tmp_path, capsys):
    output, log = tmp_path / "m.hv", tmp_path / "log.jsonl"
    options = ["--dim", 8, "--epochs", 50, "--min-count", 1, "--half", "--json"]
    watching = ["--heldout", mixed, "--patience", 1, "--log", log]
    assert run("train", text, "-o", output, *options, *watching, *ON_TWO) == 0
    assert json.loads(capsys.readouterr().out)["workers"] == 2
    model = huffvec.load(output)
    assert model.training["workers"] == 2
    epochs = len(model.training["heldout"])
    assert 1 < epochs < 50
    assert "stopped" in model.training
    assert model.training["tokens"] == epochs * model.training["corpus_tokens"]
    assert model.vocabulary.words == huffvec.encode(text, min_count=1).vocabulary.words
    events = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert events[0] == "start"
    assert events.count("epoch") == epochs
    assert events[-1] == "end"
    run("info", output)
    assert "workers" in capsys.readouterr().out


def test_a_run_is_resumed_by_another_number_of_workers(text, tmp_path):
    checkpoint = tmp_path / "m.hv.ckpt"
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(
            text,
            epochs=6,
            callbacks=InterruptAfterAnEpoch(),
            checkpoints=Checkpoints(checkpoint, every=3600),
            cluster=TWO,
            **SMALL,
        )
    assert run("train", "--resume", checkpoint, "--ray", "auto", "--workers", 1) == 0
    model = huffvec.load(tmp_path / "m.hv")
    assert model.training["workers"] == 1
    alone = huffvec.train(text, epochs=6, **SMALL).config.learning_rate
    assert model.config.learning_rate == pytest.approx(2 ** (1 / 6) * alone, rel=5e-3)
    assert model.training["tokens"] == 6 * model.training["corpus_tokens"]
    assert not checkpoint.exists()


def test_what_is_to_be_typed_next_says_where_to_train():
    given = Given({Machines: {"ray": "local"}, Place: {}, Ray: {"workers": 3, "half": True}})
    assert given_again(given) == ("--ray", "local", "--workers", "3", "--half")
    assert given_again(Given({Machines: {}, Place: {"device": "cuda"}})) == ("--device", "cuda")
    sink = Silent()
    sink.placed = given_again(given)
    sink.saved = CheckpointReport("m.hv.ckpt", 7)
    assert sink.how_to_resume.endswith("m.hv.ckpt --ray local --workers 3 --half")


def test_a_deterministic_run_is_resumed_by_another_number_of_workers(text, tmp_path, capsys):
    flags = ["--deterministic", "--epochs", 4, "--dim", 8, "--min-count", 1]
    alone = ["--ray", "auto", "--workers", 1, "--blocks", 2]
    assert run("train", text, "-o", tmp_path / "alone.hv", *flags, *alone) == 0
    with pytest.raises(KeyboardInterrupt):
        huffvec.train(
            text,
            epochs=4,
            deterministic=True,
            callbacks=InterruptAfterAnEpoch(),
            checkpoints=Checkpoints(tmp_path / "m.hv.ckpt", every=3600),
            cluster=Ray(address="auto", workers=2),
            **SMALL,
        )
    assert run("train", "--resume", tmp_path / "m.hv.ckpt") == 2
    assert "rounds of many machines, always the same ones" in capsys.readouterr().err
    assert run("train", "--resume", tmp_path / "m.hv.ckpt", "--ray", "auto", "--workers", 3) == 0
    undisturbed, resumed = huffvec.load(tmp_path / "alone.hv"), huffvec.load(tmp_path / "m.hv")
    assert resumed.training["rounds"]["blocks"] == 2
    for name, rows in undisturbed.weights.items():
        assert resumed.weights[name].tobytes() == rows.tobytes()


def test_a_model_goes_on_with_new_text(text, mixed, tmp_path):
    huffvec.train(text, n_threads=1, epochs=1, **SMALL).save(tmp_path / "m.hv")
    new = write(tmp_path / "new.txt", [["new", "words"] * 30] * 20)
    output = tmp_path / "more.hv"
    assert run("train-more", tmp_path / "m.hv", mixed, new, "-o", output, *ON_TWO) == 0
    more = huffvec.load(output)
    assert more.training["workers"] == 2
    assert "new" in more.vocabulary.words


def test_a_classifier_is_trained_and_resumed(tmp_path):
    texts, output = write_topics(tmp_path / "texts.txt"), tmp_path / "c.hvclf"
    flags = ["--dim", 8, "--epochs", 10, "--heldout", texts]
    assert run("classify", "train", texts, "-o", output, *flags, *ON_TWO) == 0
    model = huffvec.classify.load(output)
    assert model.training["workers"] == 2
    assert model.training["heldout_precision"][-1] > 0.8
    checkpoint = tmp_path / "d.hvclf.ckpt"
    with pytest.raises(KeyboardInterrupt):
        huffvec.classify.train(
            texts,
            dim=8,
            epochs=5,
            callbacks=InterruptAfterAnEpoch(),
            checkpoints=Checkpoints(checkpoint, every=3600),
        )
    again = huffvec.classify.resume(checkpoint, cluster=TWO)
    assert again.training["workers"] == 2
    assert again.training["tokens"] == 5 * len(texts.read_text().splitlines())


def test_a_deterministic_classifier_does_not_depend_on_the_number_of_workers(tmp_path):
    texts, found = write_topics(tmp_path / "texts.txt"), []
    for workers in (1, 2):
        cluster = Ray(address="auto", workers=workers, blocks=2)
        model = huffvec.classify.train(texts, dim=8, epochs=3, deterministic=True, cluster=cluster)
        found.append({name: rows.tobytes() for name, rows in model.weights.items()})
    assert found[0] == found[1]


def test_texts_are_encoded_by_workers_to_the_same_bytes(text, mixed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files, reading = ["text.txt", "mixed.txt"], InputOptions(lowercase=True)
    huffvec.encode(files, min_count=2, lowercase=True).save("alone.hvc")
    spread = dataclasses.replace(encoders(TWO), share_bytes=5_000)
    assert len(spread.shares([Path(name) for name in files], reading)) > 2 * 2 + 1
    with open_corpus(files, reading, min_count=2, spread=spread) as corpus:
        corpus.save("workers.hvc")
    assert Path("workers.hvc").read_bytes() == Path("alone.hvc").read_bytes()
