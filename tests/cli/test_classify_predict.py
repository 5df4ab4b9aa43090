"""``huffvec classify predict``: what it prints, in order, and how it stops."""

import io
import json
import signal
import sys
import time

import numpy as np
import pytest
from classify_texts import OPTIONS, write_topics
from cli_helpers import run, start

from huffvec import classify


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("predict")
    write_topics(folder / "train.txt")
    write_topics(folder / "texts.txt", 300, seed=4)
    model = classify.train(folder / "train.txt", "full-softmax", **OPTIONS)
    model.save(folder / "m.hvclf")
    classify.choose_thresholds(model, folder / "texts.txt").save(folder / "own.hvclf")
    return folder


@pytest.fixture(scope="module")
def probs(folder):
    """Labels by probability, and the probabilities, for the texts without their labels."""
    model = classify.load(folder / "m.hvclf")
    lines = (folder / "texts.txt").read_text().splitlines()
    probs = model.predict_proba([line.split(" ", 1)[1] for line in lines])
    order = np.argsort(-probs, axis=1, kind="stable")
    return np.array(model.labels.words)[order], np.take_along_axis(probs, order, 1)


def printed(capsys, *options):
    assert run("classify", "predict", *options) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


def test_a_line_for_each_text(folder, probs, capsys):
    command = [folder / "m.hvclf", folder / "texts.txt"]
    names, sorted_probs = probs
    assert printed(capsys, *command) == names[:, 0].tolist()
    assert printed(capsys, *command, "-k", 3) == ["\t".join(row[:3]) for row in names.tolist()]
    for line, row, values in zip(
        printed(capsys, *command, "-k", 2, "--probabilities"), names, sorted_probs, strict=True
    ):
        first, prob, second, _ = line.split("\t")
        assert [first, second] == row[:2].tolist()
        assert float(prob) == pytest.approx(values[0], 1e-5)
    lines = printed(capsys, *command, "--prefix", "-p", "--k", 2)
    assert lines[0].split(" ")[::2] == [f"__label__{name}" for name in names[0, :2]]


def test_thresholds(folder, probs, capsys):
    names, values = probs
    least = float(np.median(values[:, 1])) * 1.001
    command = [folder / "m.hvclf", folder / "texts.txt", "--threshold", least]
    kept = [row[p >= least].tolist() for row, p in zip(names, values, strict=True)]
    assert len({len(row) for row in kept}) > 1
    assert printed(capsys, *command) == ["\t".join(row) for row in kept]
    assert printed(capsys, *command, "-k", 1) == ["\t".join(row[:1]) for row in kept]
    lines = [json.loads(line) for line in printed(capsys, *command, "--json")]
    assert [line["labels"] for line in lines] == kept
    assert lines[0]["probabilities"] == pytest.approx(values[0][: len(kept[0])].tolist(), 1e-5)
    own = classify.load(folder / "own.hvclf")
    leasts = dict(zip(own.labels.words, own.thresholds.tolist(), strict=True))
    expected = [
        "\t".join(n for n, p in zip(row, of_row, strict=True) if p >= leasts[n])
        for row, of_row in zip(names.tolist(), values, strict=True)
    ]
    assert printed(capsys, folder / "own.hvclf", folder / "texts.txt") == expected
    assert printed(capsys, folder / "own.hvclf", folder / "texts.txt", "--threshold", 0) == [
        "\t".join(row) for row in names.tolist()
    ]


def test_standard_input_and_texts_without_features(folder, capsys, monkeypatch):
    model = classify.load(folder / "m.hvclf")
    text = b"t1w1 t1w2\n\nquite other\nt2w1 t2w2"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert run("classify", "predict", folder / "m.hvclf", "-") == 0
    out, err = capsys.readouterr()
    most = model.labels.words[0]
    assert out.splitlines() == ["topic-1", most, most, "topic-2"]
    assert "2 texts have no feature that the classifier knows: they get the labels' prior" in err


def test_answers_come_before_more_is_written(folder):
    with start("classify", "predict", folder / "m.hvclf", "-", stdin=-1) as process:
        for text, label in (("t1w1 t1w2", "topic-1"), ("t2w1 t2w2", "topic-2")):
            process.stdin.write(f"{text}\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"{label}\n"
        process.stdin.write("t1w1")
        process.stdin.close()
        assert process.stdout.read() == "topic-1\n"
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_rows_are_answered_before_more_is_written(folder):
    rows = ["classify", "predict", folder / "m.hvclf", "-", "--column", "text"]
    with start(*rows, stdin=-1) as process:
        for text, label in (("t1w1 t1w2", "topic-1"), ("t2w1 t2w2", "topic-2")):
            for end in ("\n", "\n\n"):  # an empty line is none
                process.stdin.write(f'{{"text": "{text}"}}{end}')
                process.stdin.flush()
                assert process.stdout.readline() == f"{label}\n"
        process.stdin.write('{"text": "t1w1"}\n{"text": "t2w1"}\n{"text": "t1w2"}')
        process.stdin.close()
        assert process.stdout.read() == "topic-1\ntopic-2\ntopic-1\n"
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_what_came_before_bad_bytes_is_answered(folder):
    with start("classify", "predict", folder / "m.hvclf", "-", stdin=-1, text=False) as process:
        process.stdin.write(b"t1w1 t1w2\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"topic-1\n"
        process.stdin.write(b"\xff\n")
        process.stdin.close()
        assert b"not UTF-8: byte 0xFF at byte offset 10" in process.stderr.read()
    assert process.returncode == 1


def test_no_texts_have_no_labels(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    assert run("classify", "predict", folder / "m.hvclf", "-") == 0
    assert capsys.readouterr() == ("", "")


def test_words_are_spelled_as_in_training(folder, tmp_path, capsys):
    write_topics(tmp_path / "t.txt")
    model = classify.train(tmp_path / "t.txt", lowercase=True, **OPTIONS)
    model.save(tmp_path / "m.hvclf")
    (tmp_path / "other.txt").write_text("T1W1 T1W2\n")
    assert printed(capsys, tmp_path / "m.hvclf", tmp_path / "other.txt") == ["topic-1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-k", 0], "--k must be a whole number from 1 to"),
        (["--threshold", -1], "--threshold must be a number from 0 to 1, not -1.0"),
    ],
)
def test_what_cannot_be_asked(folder, options, message, capsys):
    assert run("classify", "predict", folder / "m.hvclf", folder / "texts.txt", *options) == 2
    assert message in capsys.readouterr().err


def test_a_closed_pipe_and_ctrl_c_end_it_quietly(folder):
    command = ["classify", "predict", folder / "m.hvclf"]
    many = folder / "many.txt"
    many.write_text((folder / "texts.txt").read_text() * 500)
    process = start(*command, many)
    process.stdout.readline()
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(60) == 1
    process = start(*command, "-", stdin=-1)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "Stopped.\n")
