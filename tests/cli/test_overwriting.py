"""Nothing is lost or misnamed by a file that huffvec writes."""

import numpy as np
import pytest
from cli_helpers import run, write_english

import huffvec
from huffvec.errors import ConfigError, OutputError
from huffvec.training.log_records import read_log
from huffvec.training.logs import JsonLines

FAST = ("--dim", 4, "--epochs", 1, "--threads", 1, "-q")


@pytest.fixture
def text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_english(tmp_path / "text.txt", 200)


@pytest.fixture
def model(text):
    return huffvec.train(text, dim=4, epochs=1, n_threads=1)


def fails(capsys, *args, match):
    capsys.readouterr()
    assert run(*args) != 0
    err = capsys.readouterr().err
    assert match in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("default", "command"),
    [
        ("model.hv", ("train", "text.txt", *FAST)),
        ("corpus.hvc", ("encode", "text.txt", "-q")),
        ("vocab.tsv", ("vocab", "text.txt", "-q")),
        ("walks.hvc", ("walks", "graph.txt", "-q")),
    ],
)
def test_a_default_name_replaces_no_file(text, default, command, capsys):
    (text.parent / "graph.txt").write_text("7 9\n9 3\n")
    (text.parent / default).write_bytes(b"of yesterday")
    fails(capsys, *command, match=f"'{default}' exists already, and no output was named")
    assert (text.parent / default).read_bytes() == b"of yesterday"
    assert run(*command, "-o", default) == 0
    assert (text.parent / default).read_bytes() != b"of yesterday"
    (text.parent / default).unlink()
    assert run(*command) == 0


@pytest.mark.parametrize(
    "name", ["w.vec", "w.txt", "W.NPZ", "w.floret", "w.hvc", "w.vec.gz", "w.hv.zst"]
)
def test_models_are_saved_under_no_other_format_s_name(model, name, tmp_path, text, capsys):
    path = tmp_path / name
    with pytest.raises(ConfigError, match=f"'.*{name}' is named as files of .* are, and huffvec w"):
        model.save(path)
    with pytest.raises(ConfigError, match="is named as files of"):
        model.vectors.save(path, "huffvec")
    fails(capsys, "train", text, *FAST, "-o", path, match="is named as files of")
    assert not path.exists()


def test_other_names_are_free(model, tmp_path):
    for name in ("w.hv", "w", "w.model", "w.bin"):
        model.save(tmp_path / name)
    assert (huffvec.load(tmp_path / "w").input_vectors == model.input_vectors).all()
    model.vectors.save(tmp_path / "glove.txt", "glove")
    for name, format in (("w.hv", "glove"), ("w.hvc", "word2vec-text")):
        with pytest.raises(ConfigError, match=f"is named as files of huffvec.* are, and {format}"):
            model.vectors.save(tmp_path / name, format)
    with pytest.raises(ConfigError, match="are, and fasttext would be written"):
        model.save(tmp_path / "w.hv", "fasttext")


@pytest.mark.parametrize("name", ["c.txt", "c.hv", "c.bin"])
def test_corpora_are_saved_under_no_other_format_s_name(text, name, tmp_path, capsys):
    with huffvec.encode(text) as corpus, pytest.raises(ConfigError, match="and huffvec-corpus"):
        corpus.save(tmp_path / name)
    fails(capsys, "encode", text, "-o", name, match="is named as files of")


@pytest.mark.parametrize("content", ["a text\n", '{"text": "a line of JSON"}\n', "[1]\n", "\n"])
def test_a_log_is_added_to_logs_only(text, content, capsys):
    other = text.parent / "other.txt"
    other.write_text(content)
    with pytest.raises(OutputError, match=r"other\.txt' is no log of huffvec"):
        JsonLines(other)
    for log in (other, text):
        before = log.read_bytes()
        fails(capsys, "train", text, *FAST, "-o", "m.hv", "--log", log, match="is no log of huff")
        assert log.read_bytes() == before
    assert not (text.parent / "m.hv").exists()


def test_a_log_is_continued(text):
    log = text.parent / "run.jsonl"
    log.write_bytes(b"")
    for _ in range(2):
        assert run("train", text, *FAST, "-o", "m.hv", "--log", log) == 0
    assert [record["event"] for record in read_log(log)].count("start") == 2


def test_log_and_output_are_two_files(text, capsys):
    fails(capsys, "train", text, *FAST, "-o", "m.hv", "--log", "./m.hv", match="same file")


def test_min_count_of_an_encoded_corpus(text, capsys):
    with huffvec.encode(text, min_count=10) as corpus:
        assert huffvec.train(corpus, dim=4, epochs=1).config.min_count == 10
        huffvec.train(corpus, dim=4, epochs=1, min_count=np.int64(10))
        for given in (
            {"min_count": 5},
            {"min_count": 20},
            {"config": {"min_count": 5}},
            {"config": huffvec.TrainingConfig(min_count=5)},
        ):
            with pytest.raises(ConfigError, match=r"encoded with 10, not \d+: leave it out"):
                huffvec.train(corpus, dim=4, epochs=1, **given)
        corpus.save("c.hvc")
    assert run("train", "c.hvc", *FAST, "-o", "m.hv") == 0
    for command in (
        ("train", "c.hvc", *FAST, "-o", "m.hv"),
        ("encode", "c.hvc", "-o", "d.hvc"),
        ("vocab", "c.hvc"),
        ("compare", "c.hvc", "--dim", 4),
    ):
        fails(capsys, *command, "--min-count", 5, match="encoded with 10, not 5")
