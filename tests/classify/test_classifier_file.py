"""Files of classifiers: what is written comes back, and what is damaged or another kind is said."""

import json
import subprocess
import sys

import numpy as np
import pytest
from classify_texts import OPTIONS, content, write_topics
from cli_helpers import run
from safetensors.numpy import load_file, save_file

import huffvec
from huffvec import classify
from huffvec.classify.file import is_classifier_file, load
from huffvec.errors import ConfigError, FormatError
from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES

WORDS = {"dim": 4, "epochs": 1, "min_count": 1, "subsample_threshold": 0}
TEXTS = ["t1w1 n3 t2w2", "t4w0", "unknown words", ""]


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    return write_topics(tmp_path_factory.mktemp("examples") / "train.txt", n=100)


@pytest.fixture(scope="module")
def model(examples):
    return classify.train(examples, subwords="2-3", **OPTIONS)


@pytest.fixture(scope="module")
def path(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "c.hvclf"
    model.save(path)
    return path


@pytest.mark.parametrize("name", [*OBJECTIVES, *LABEL_OBJECTIVES])
def test_classifiers_of_every_objective_come_back(examples, tmp_path, name):
    model = classify.train(examples, name, **OPTIONS)
    model.save(tmp_path / "c.hvclf")
    found = load(tmp_path / "c.hvclf")
    assert content(found) == content(model)
    assert found.predict_proba(TEXTS).tobytes() == model.predict_proba(TEXTS).tobytes()
    assert found.config == model.config
    assert found.bound.objective == model.bound.objective
    assert found.training == model.training


def test_arrays_are_those_of_the_file(path):
    found = load(path)
    for rows in found.weights.values():
        assert not rows.flags.writeable
        assert not rows.flags.owndata


def test_predicting_loads_nothing_else(path):
    code = (
        "import sys\nfrom huffvec import classify\n"
        "classify.load(sys.argv[1]).predict(['t1w1'])\n"
        "slow = ('formats', 'evaluation', 'classify.reading', 'classify.measures', 'training')\n"
        "print([name for name in slow if f'huffvec.{name}' in sys.modules])"
    )
    command = [sys.executable, "-c", code, path]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_what_was_added_later_stays(model, tmp_path):
    weights = np.arange(6, dtype=np.float64)
    more = {"extra": {"calibration": {"method": "temperature"}}, "extra_arrays": {"t": weights}}
    classify.Classifier(**{**vars_of(model), **more}).save(tmp_path / "c.hvclf")
    found = load(tmp_path / "c.hvclf")
    assert found.extra == more["extra"]
    assert found.extra_arrays["t"].tolist() == weights.tolist()


def vars_of(model):
    names = ("features", "labels", "weights", "bound", "config", "training")
    return {name: getattr(model, name) for name in names}


def test_vectors_are_those_of_words(model, tmp_path):
    words = model.features.words
    assert model.vectors.words == words.words
    row = model.weights["input_vectors"][words.id_of("t1w1")]
    assert model.vectors["t1w1"].tolist() == row.tolist()
    model.vectors.save(tmp_path / "words.vec")
    assert huffvec.load_vectors(tmp_path / "words.vec").words == words.words


def test_vectors_are_asked_for_words_as_texts_are_read(examples, tmp_path):
    model = classify.train(examples, lowercase=True, normalize="NFC", **OPTIONS)
    model.vectors.save(tmp_path / "words.hv")
    found = huffvec.load_vectors(tmp_path / "words.hv").reading
    assert (found.lowercase, found.normalize) == (True, "NFC")


def changed(path, to, metadata=None, **tensors):
    """Write a file with other tensors (none: without it) or metadata."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))["__metadata__"]
    header = {k: v for k, v in {**header, **(metadata or {})}.items() if v is not None}
    header.pop("digests", None)
    found = {**load_file(path), **tensors}
    save_file({k: v for k, v in found.items() if v is not None}, to, header)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": None}, "is damaged: it lacks labels"),
        ({"input_vectors": None, "output_vectors": None}, "it lacks input_vectors, output_vectors"),
        ({"label_counts": np.zeros(6, np.int32)}, "label_counts should be int64 with 1 dimensions"),
        ({"input_vectors": np.zeros((3, 8), np.float32)}, "do not fit .* features, 6 labels"),
        ({"output_vectors": np.zeros((6, 9), np.float32)}, "shapes .* do not fit"),
        ({"output_vectors": np.zeros((5, 8), np.float32)}, "needs 6 output vectors, found 5"),
        ({"label_weights": np.zeros(5, np.float32)}, "shapes .* do not fit"),
        ({"labels": np.frombuffer(b"a\nb", np.uint8)}, "6 counts, but 2 words"),
        ({"features.idf": None}, "features: idf is missing"),
        ({"features.idf": np.zeros(3, np.float32)}, "features: .* rows, but 3 weights"),
        ({"features.buckets": np.array([5, 5], np.int32)}, "features: a bucket is there twice"),
        ({"features.buckets": np.array([2**31 - 1], np.int32)}, "buckets from 0 to 1999999"),
        ({"metadata": {"config": "[]"}}, "config should be an object of JSON"),
        ({"metadata": {"config": '{"dim": -1}'}}, "the file's training options cannot be used"),
        ({"metadata": {"config": '{"dims": 8}'}}, "unknown training options in the file: dims"),
        ({"metadata": {"objective": '{"name": "x"}'}}, "the file's objective cannot be used"),
        ({"metadata": {"format_version": "2"}}, "has format version 2; this huffvec .* version 1"),
        ({"metadata": {"format": None}}, "is no classifier of huffvec"),
    ],
)  # fmt: skip
def test_damaged_files(path, tmp_path, change, message):
    changed(path, tmp_path / "d.hvclf", **change)
    with pytest.raises(FormatError, match=message):
        load(tmp_path / "d.hvclf")


def test_files_of_other_kinds(tmp_path, path, capsys):
    words = huffvec.train([["a", "b", "c"]] * 30, **WORDS)
    words.save(tmp_path / "w.hv")
    words.vectors.save(tmp_path / "w.vec")
    (tmp_path / "t.txt").write_text("some text\n")
    kind = r"is {} of word vectors \({}\), not a classifier: huffvec.load or huffvec.load_vectors"
    for name, message in [
        ("w.hv", kind.format("a model", "huffvec")),
        ("w.vec", kind.format("a file", "word2vec-text")),
        ("t.txt", "is no classifier of huffvec"),
        ("none.hvclf", "none.hvclf"),
    ]:
        with pytest.raises(FormatError, match=message):
            load(tmp_path / name)
    assert run("classify", "test", tmp_path / "w.hv", tmp_path / "t.txt") == 1
    assert "a model of word vectors (huffvec), not a classifier" in capsys.readouterr().err
    message = "is a classifier, not a model of word vectors: huffvec.classify.load opens it"
    for opening in (huffvec.load, huffvec.load_vectors):
        with pytest.raises(FormatError, match=message):
            opening(path)
    assert is_classifier_file(path)
    assert not is_classifier_file(tmp_path / "w.hv")
    assert not is_classifier_file(tmp_path / "t.txt")


def test_names_of_other_kinds(model, tmp_path):
    with pytest.raises(ConfigError, match="is named as files of word2vec-text are"):
        model.save(tmp_path / "c.vec")
    with pytest.raises(ConfigError, match="is named as files of huffvec-classifier are"):
        huffvec.train([["a", "b"]] * 9, **WORDS).save(tmp_path / "w.hvclf")


def test_commands_say_what_it_is(path, capsys):
    assert run("info", path, "--verify") == 0
    facts = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert (facts["format"], facts["labels"]) == ("huffvec-classifier", "6")
    assert facts["config: subwords"] == "[2, 3]" or facts["config: subwords"] == "(2, 3)"
    assert facts["checksums"] == "correct"
    for command in (["nearest", path, "t1w1"], ["predict", path, "t1w1"]):
        assert run(*command) == 1
        assert "is a classifier, not a model of word vectors" in capsys.readouterr().err
