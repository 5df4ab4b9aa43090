"""``huffvec classify test`` and ``calibrate``."""

import csv
import json
from dataclasses import asdict

import pytest
from classify_texts import OPTIONS, write_topics
from cli_helpers import run

from huffvec import classify


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli")
    write_topics(folder / "train.txt")
    write_topics(folder / "test.txt", 200, seed=4)
    with (folder / "test.txt").open("a") as file:
        file.write("__label__new n1 n2\n__label__topic-1 quite different\n")
    classify.train(folder / "train.txt", "full-softmax", **OPTIONS).save(folder / "m.hvclf")
    return folder


@pytest.fixture(scope="module")
def result(folder):
    return classify.load(folder / "m.hvclf").test(folder / "test.txt")


def test_test_prints_what_fasttext_does_and_more(folder, result, capsys):
    assert run("classify", "test", folder / "m.hvclf", folder / "test.txt") == 0
    out, err = capsys.readouterr()
    lines = [line.split("\t") for line in out.splitlines()]
    assert [name for name, _ in lines[:3]] == ["N", "P@1", "R@1"]
    assert lines[0][1] == "202"
    assert lines[1][1] == f"{result.at[0].precision:.6g}"
    assert dict(lines)["log loss"] == f"{result.log_loss:.6g}"
    assert "1 of the examples' labels is unknown to the classifier and counts as not found" in err
    assert ": 'new'\n" in err
    assert "1 text has no feature that the classifier knows: it gets the labels' prior" in err


def test_ranking_alone_is_that_of_all(folder, result, capsys):
    command = ["classify", "test", folder / "m.hvclf", folder / "test.txt", "--ranking"]
    assert run(*command, "--json", "-k", "1,3,5") == 0
    assert json.loads(capsys.readouterr().out) == {"at": [asdict(one) for one in result.at]}
    assert run(*command, "-k", "1") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines == [[name, f"{value:.6g}"] for name, value, _ in result.at[0].facts()]


def test_test_as_json_and_per_label(folder, result, capsys):
    command = ["classify", "test", folder / "m.hvclf", folder / "test.txt"]
    assert run(*command, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert "labels" not in found
    assert found["at"][2] == asdict(result.at[2])
    assert run(*command, "--json", "--per-label", "-k", "1,2") == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["k"] for one in found["at"]] == [1, 2]
    assert {one["label"] for one in found["labels"]} == {one.label for one in result.labels}
    assert run(*command, "--per-label", "--threshold", 0.4) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["label", "precision", "recall", "f1", "examples", "predicted"]
    counts = [int(line[4]) for line in lines[1:]]
    assert counts == sorted(counts, reverse=True)
    assert len(lines) == 1 + len(result.labels)


def test_test_writes_tables_and_pictures(folder, result, tmp_path, capsys):
    command = ["classify", "test", folder / "m.hvclf", folder / "test.txt"]
    table, picture = tmp_path / "c.csv", tmp_path / "c.png"
    assert run(*command, "--confusion", table, "--reliability", tmp_path / "r.svg") == 0
    with table.open(newline="") as file:
        rows = list(csv.reader(file))
    assert [list(map(int, row[1:])) for row in rows[1:]] == result.confusion.matrix().tolist()
    assert "<svg" in (tmp_path / "r.svg").read_text()
    assert run(*command, "--confusion", picture) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    capsys.readouterr()
    assert run(*command, "--confusion", folder / "test.txt") == 1
    assert "is also an input and would be lost" in capsys.readouterr().err
    for flag in ("--confusion", "--reliability"):
        assert run(*command, flag, tmp_path / "c.doc") == 2
        assert "picture's name must end in .png" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-k", "1,x"], "--k must be a whole number or several such as 1,3,5, not '1,x'"),
        (["-k", "9"], "--k must be a whole number from 1 to 6, not 9"),
        (["--ranking", "--per-label"], "--ranking measures the most probable labels alone, and"),
        (["--ranking", "--threshold", "0.5"], "--threshold needs all: leave one of them out"),
        (["--threshold", "2"], "--threshold must be a number from 0 to 1, not 2.0"),
    ],
)
def test_what_test_does_not_take(folder, options, message, capsys):
    assert run("classify", "test", folder / "m.hvclf", folder / "test.txt", *options) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("method", ["temperature", "isotonic"])
def test_calibrate(folder, method, tmp_path, capsys):
    output = tmp_path / "c.hvclf"
    command = ["classify", "calibrate", folder / "m.hvclf", folder / "test.txt", "-o", output]
    assert run(*command, "--method", method, "--thresholds") == 0
    facts = dict(line.split("\t") for line in capsys.readouterr().out.splitlines())
    # Of 200 texts, which are right nearly all, a curve is none too exact.
    assert float(facts["log loss"]) < float(facts["log loss before"]) + 0.02 * (
        method == "isotonic"
    )
    assert float(facts["micro f1"]) >= float(facts["micro f1 before"]) - 0.02
    assert facts["texts"] == "202"
    model = classify.load(output)
    assert model.calibration.method == method
    assert len(model.thresholds) == 6
    expected = classify.calibrate(classify.load(folder / "m.hvclf"), folder / "test.txt", method)
    assert (model.predict_proba(["t1w1"]) == expected.predict_proba(["t1w1"])).all()


def test_calibrate_in_place_and_quietly(folder, tmp_path, capsys):
    model = tmp_path / "m.hvclf"
    model.write_bytes((folder / "m.hvclf").read_bytes())
    command = ["classify", "calibrate", model, folder / "test.txt", "-o", model]
    assert run(*command, "--quiet") == 0
    assert capsys.readouterr().out == ""
    assert classify.load(model).thresholds is None
    assert run(*command, "--json", "--quiet") == 0
    assert json.loads(capsys.readouterr().out)["written"] == str(model)
    model.with_name("t.hvclf").write_bytes((folder / "test.txt").read_bytes())
    command[3] = command[5] = model.with_name("t.hvclf")
    assert run(*command) == 1
    assert "is also an input and would be lost" in capsys.readouterr().err
    command[5] = tmp_path / "new.hvclf"
    assert run(*command, "--method", "magic") == 2
    assert "--method must be one of temperature, isotonic" in capsys.readouterr().err
