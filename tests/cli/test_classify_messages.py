"""What the commands on classifiers say of what they cannot use: in the words that one types."""

import pytest
from classify_texts import OPTIONS, write_topics
from cli_helpers import files_of, run

from huffvec import classify


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("messages")
    model = classify.train(write_topics(folder / "train.txt"), "full-softmax", **OPTIONS)
    model.save(folder / "m.hvclf")
    (folder / "bare.txt").write_text("t1w1 t1w2\nt2w1 t2w2\n")
    (folder / "bare.csv").write_text("topic-1,t1w1 t1w2\ntopic-2,t2w1 t2w2\n")
    (folder / "numbers.csv").write_text("topic-1,t1w1,3\ntopic-2,t2w1,4\n")
    (folder / "heavy.csv").write_text("label,text,w\ntopic-1,t1w1,1e30\ntopic-2,t2w1,1\n")
    return folder


@pytest.fixture(autouse=True)
def inside(folder, monkeypatch):
    monkeypatch.chdir(folder)


def fails(capsys, code, *command):
    """Return the only line of what a command says that does nothing."""
    before = files_of(".")
    assert run("classify", *command) == code
    assert files_of(".") == before
    out, err = capsys.readouterr()
    assert out == ""
    return next(line for line in err.splitlines() if line.startswith("Error: "))


@pytest.mark.parametrize(
    "command",
    [
        ["train", "bare.txt"],
        ["tune", "bare.txt", "--trials", 1],
        ["test", "m.hvclf", "bare.txt"],
        ["calibrate", "m.hvclf", "bare.txt", "-o", "c.hvclf"],
        ["quantize", "m.hvclf", "-o", "q.hvclf", "--retrain", "bare.txt"],
    ],
)
def test_texts_without_labels(capsys, command):
    said = fails(capsys, 1, *command)
    assert "no line has a label" in said
    assert said.endswith("Say what labels begin with (--label-prefix).")


def test_another_prefix_than_in_training(folder, tmp_path, capsys):
    other = tmp_path / "other.txt"
    other.write_text((folder / "train.txt").read_text().replace("__label__", "#"))
    shown = []
    for command in (["train.txt"], [other, "--label-prefix", "#"]):
        assert run("classify", "test", "m.hvclf", *command) == 0
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    command = ["-o", tmp_path / "q.hvclf", "--retrain", other, "--label-prefix", "#", "-q"]
    assert run("classify", "quantize", "m.hvclf", *command) == 0
    assert run("classify", "test", tmp_path / "q.hvclf", "train.txt") == 0


def test_options_of_reading_need_what_is_read(capsys):
    said = fails(capsys, 2, "quantize", "m.hvclf", "-o", "q.hvclf", "--column", "text")
    assert said == "Error: --column needs --retrain"


@pytest.mark.parametrize("command", [["train"], ["test", "m.hvclf"], ["predict", "m.hvclf"]])
def test_a_first_row_that_is_no_header(capsys, command):
    said = fails(capsys, 1, *command, "bare.csv")
    assert "found several: 'topic-1', 't1w1 t1w2'. Name it (--column)." in said
    assert said.endswith("If its first row has no names of columns, say so (--no-header).")
    assert "(--no-header)" in fails(capsys, 1, *command, "bare.csv", "--column", "text")
    said = fails(capsys, 1, *command, "bare.csv", "--no-header", "--column", "text")
    assert said.endswith("has no column 'text', but '1', '2'.")


def test_a_first_row_that_is_a_header(capsys):
    said = fails(capsys, 1, "train", "numbers.csv", "--column", "text")
    assert said.endswith("has names of columns, and no values, say so (--header).")
    assert run("train", "bare.csv", "-o", "x.hv") == 1
    assert "say so (--no-header)." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("x.bin", "and make fastText's file of it: huffvec convert x.hvclf x.bin"),
        ("x.ftz", "of it: huffvec classify quantize x.hvclf -o x.ftz"),
        ("x.vec", "are, and huffvec-classifier would be written: name it 'x.hvclf'"),
    ],
)
def test_names_of_other_formats(capsys, name, rest):
    assert fails(capsys, 2, "train", "train.txt", "-o", name).endswith(rest)


@pytest.mark.parametrize(
    "command", [["predict"], ["test"], ["calibrate", "-o", "c.hvclf"]], ids=lambda words: words[0]
)
def test_a_text_given_before_its_classifier(capsys, command):
    said = fails(capsys, 2, *command, "bare.txt", "m.hvclf")
    assert said == (
        "Error: 'bare.txt' is no classifier, but 'm.hvclf' is: the classifier comes first, then "
        "the texts"
    )
    assert "There is no file 'no.txt'" in fails(capsys, 1, *command, "no.txt", "m.hvclf")
    assert "'bare.txt' is no classifier" in fails(capsys, 1, *command, "bare.txt", "train.txt")


def test_tables_that_do_not_fit(capsys):
    huge = ["--dim", 65_536, "--buckets", 2_000_000_000, "--min-ngram-count", 0]
    said = fails(capsys, 2, "train", "train.txt", *huge)
    assert said.startswith("Error: the buckets would take 524")
    assert said.endswith(" of memory are free: lower --buckets, or raise --min-ngram-count")


def test_a_weight_that_no_rate_can_bear(capsys):
    said = fails(capsys, 1, "train", "heavy.csv", "--weight-column", "w")
    assert said == (
        "Error: heavy.csv: column 'w': row 1 weighs 1e+30, expected a number from 0 to 1,000. "
        "Weights are factors of the rate: divide all."
    )
