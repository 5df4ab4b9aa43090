"""``huffvec classify``: the group, and training on the command line."""

import json
import re
import signal

import pytest
from classify_texts import content, write_topics
from cli_helpers import files_of, run, start
from typer.main import get_command

from huffvec import classify
from huffvec.classify import ClassifierConfig
from huffvec.cli import app
from huffvec.cli.declared import help_of, with_flags
from huffvec.options import options_of
from huffvec.other_names import flag_of

COMMANDS = vars(vars(get_command(app))["commands"]["classify"])["commands"]
FAST = ["--dim", 8, "--epochs", 6, "--threads", 1]


@pytest.fixture
def text(tmp_path):
    return write_topics(tmp_path / "t.txt")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_explains_every_option(name, capsys):
    assert run("classify", name, "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    for option in COMMANDS[name].params:
        assert getattr(option, "help", None), option.name
    taken = getattr(COMMANDS[name].callback, "taken", ())
    for own in (own for part in taken for own in part.options.values()):
        said = shown[shown.index(f" {flag_of(own.name)}") :]
        assert help_of(own) in said
        if own.default_text:
            assert f"{help_of(own)} [default: {with_flags(own.default_text)}]" in said


@pytest.mark.parametrize("width", [60, 100])
def test_the_group_lists_its_commands(width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    assert run("classify", "--help") == 0
    shown = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in COMMANDS)
    assert run("--help") == 0
    assert "classify" in capsys.readouterr().out


def test_help_fits_two_screens(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert run("classify", "train", "--help") == 0
    assert len(capsys.readouterr().out.splitlines()) <= 100


def test_train_takes_the_whole_record():
    taken = {
        name
        for part in COMMANDS["train"].callback.taken
        if part.record is ClassifierConfig
        for name in part.options
    }
    assert taken == set(options_of(ClassifierConfig))


def test_train_says_what_was_trained(text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("classify", "train", text, "--heldout", text, *FAST) == 0
    out, err = capsys.readouterr()
    facts = dict(line.split("\t") for line in out.splitlines())
    assert facts["labels"] == "6"
    assert facts["examples"] == "600"
    assert facts["objective"] == "full-softmax"
    assert float(facts["heldout P@1"]) > 0.9
    assert facts["written"] == "classifier.hvclf"
    assert re.search(r"epoch 6/6  100.0 %  .* examples/s  loss \d\.\d{3}  rate 0\.0000", err)
    assert "huffvec classify predict classifier.hvclf" in err
    assert len(classify.load("classifier.hvclf").labels) == 6
    assert run("classify", "train", text, *FAST) == 1
    assert "'classifier.hvclf' exists already, and no output was named" in capsys.readouterr().err


def test_train_passes_options_on(text, tmp_path, capsys):
    options = {
        "dim": 7, "epochs": 2, "learning-rate": 0.3, "min-learning-rate": 0.1, "word-ngrams": 3,
        "subwords": "2-4", "min-count": 2, "min-ngram-count": 3, "buckets": 999,
        "weighting": "mean", "threads": 1, "seed": 9,
    }  # fmt: skip
    flags = [x for name, value in options.items() for x in (f"--{name}", value)]
    weights = tmp_path / "w.tsv"
    weights.write_text("topic-1\t2\n")
    output = tmp_path / "c.hvclf"
    chosen = ["--objective", "nce:samples=3", "--label-weights", weights]
    assert run("classify", "train", text, "-o", output, *chosen, *flags, "--json") == 0
    assert json.loads(capsys.readouterr().out)["labels"] == 6
    options["n_threads"] = options.pop("threads")
    expected = {name.replace("-", "_"): value for name, value in options.items()}
    found = classify.load(output)
    assert found.config == ClassifierConfig(**expected)
    assert found.bound.objective.to_dict()["samples"] == 3
    python = classify.train(text, "nce:samples=3", label_weights={"topic-1": 2}, **expected)
    assert content(python)[0] == content(found)[0]


def test_how_a_classifier_was_trained_is_a_file_for_another(text, tmp_path, capsys):
    output, config = tmp_path / "c.hvclf", tmp_path / "c.toml"
    flags = ["--subwords", "2-3", "--lowercase", "--objective", "one-vs-all", *FAST]
    assert run("classify", "train", text, "-o", output, *flags, "-q") == 0
    assert run("info", output, "--config") == 0
    config.write_text(capsys.readouterr().out)
    assert "# How c.hvclf was trained." in config.read_text()
    first = classify.load(output)
    for again in (
        classify.train(text, config=config),
        classify.train(text, **classify.config_file.read_config(config)),
    ):
        assert content(again) == content(first)
    given = ["--config", config, "--epochs", 2, "--objective", "full-softmax"]
    assert run("classify", "train", text, "-o", tmp_path / "d.hvclf", *given, "-q") == 0
    second = classify.load(tmp_path / "d.hvclf")
    assert (second.config.epochs, second.config.subwords) == (2, (2, 3))
    assert second.bound.objective.name == "full-softmax"
    config.write_text("windw = 3")
    assert run("classify", "train", text, "--config", config) == 2
    assert "'windw' is no training option" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "code", "message"),
    [
        ([], 2, "Missing argument 'FILE'"),
        (["t.txt", "-o", "c.hv"], 2, "is named as files of huffvec are, and huffvec-classifier"),
        (["t.txt", "-o", "t.txt"], 2, "is named as files of word2vec-text are"),
        (["t.txt", "--subwords", "5-2"], 2, "--subwords must go from the shortest n-grams"),
        (["t.txt", "--objective", "one-vs-al"], 2, "Did you mean 'one-vs-all'?"),
        (["t.txt", "-wordNgrams", "2"], 2, "-wordNgrams is --word-ngrams"),
        (["t.txt", "-lr", "2"], 2, "-lr is --learning-rate"),
        (["t.txt", "--label-weights", "none.tsv"], 1, "none.tsv"),
        (["t.txt", "--patience", "2"], 2, "--patience needs --heldout"),
        (["none.txt"], 1, "none.txt"),
    ],
)
def test_errors_come_before_the_work(text, tmp_path, monkeypatch, capsys, flags, code, message):
    monkeypatch.chdir(tmp_path)
    before = files_of(tmp_path)
    assert run("classify", "train", *flags) == code
    assert message in capsys.readouterr().err
    assert files_of(tmp_path) == before


def stopped(number, *args):
    """Send a signal to a command when it trains, and return its exit code and messages."""
    process = start("classify", "train", *args)
    for line in process.stderr:
        if "epoch" in line:
            break
    process.send_signal(number)
    err = process.communicate(timeout=60)[1]
    return process.returncode, err


def test_a_stopped_run_is_resumed(tmp_path, capsys):
    text, output = write_topics(tmp_path / "t.txt", n=3000), tmp_path / "c.hvclf"
    checkpoint = tmp_path / "c.hvclf.ckpt"
    flags = ["--dim", 8, "--epochs", 100_000, "--threads", 1]
    code, err = stopped(signal.SIGTERM, text, "-o", output, *flags)
    assert code == 143
    assert f"Go on with: huffvec classify train --resume {checkpoint}" in err
    assert run("classify", "train", "--resume", checkpoint, "--epochs", 2) == 2
    assert "--epochs cannot be changed by --resume" in capsys.readouterr().err
    code, err = stopped(signal.SIGINT, "--resume", checkpoint)
    assert code == 130
    assert f"Go on with: huffvec classify train --resume {checkpoint}" in err
    assert checkpoint.exists()
    assert not output.exists()


def test_a_resumed_run_ends_with_its_classifier(tmp_path, capsys):
    text, output = write_topics(tmp_path / "t.txt", n=3000), tmp_path / "c.hvclf"
    flags = ["--dim", 8, "--epochs", 150, "--threads", 1, "--heldout", text]
    assert stopped(signal.SIGTERM, text, "-o", output, *flags)[0] == 143
    assert (
        run(
            "classify",
            "train",
            "--resume",
            tmp_path / "c.hvclf.ckpt",
            "--heldout",
            text,
            "--threads",
            1,
        )
        == 0
    )
    facts = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert facts["written"] == str(output)
    assert len(classify.load(output).training["heldout_precision"]) == 150
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.hvclf", "t.txt"]
