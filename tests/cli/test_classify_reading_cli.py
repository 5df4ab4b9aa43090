"""``huffvec classify`` on examples in any form."""

import csv
import io
import json
import sys

import pytest
from cli_helpers import run

from huffvec import classify

ROWS = [("The CAT sat", "pets, small", 1), ("The Fox ran!", "wild", 2)] * 40
FAST = ["--dim", 8, "--epochs", 9, "--threads", 1, "--quiet"]
SPELLING = ["--lowercase", "--tokenize", "words"]
COLUMNS = ["--column", "body", "--label-column", "kind"]


@pytest.fixture
def table(tmp_path):
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("body", "kind", "n"), *ROWS])
    return tmp_path / "rows.csv"


def test_a_table_is_trained_on_and_tested(table, tmp_path, capsys):
    model = tmp_path / "m.hvclf"
    weights = ["--weight-column", "n"]
    assert run("classify", "train", table, "-o", model, *FAST, *SPELLING, *COLUMNS, *weights) == 0
    found = classify.load(model)
    assert sorted(found.labels.words) == ["pets, small", "wild"]
    assert set(found.features.words.words) == {"the", "cat", "sat", "fox", "ran"}
    assert found.reading.tokenize == "words"
    capsys.readouterr()
    assert run("classify", "test", model, table, *COLUMNS, "--json") == 0
    assert json.loads(capsys.readouterr().out)["n_examples"] == 80
    assert run("classify", "calibrate", model, table, *COLUMNS, "-o", model, "--quiet") == 0
    assert classify.load(model).reading == found.reading


def test_columns_that_are_missing(table, tmp_path, capsys):
    assert run("classify", "train", table, "-o", tmp_path / "m.hvclf", *FAST) == 1
    err = capsys.readouterr().err
    assert "rows.csv: expected one column of text" in err
    assert "found several: 'body', 'kind'. Name it (--column)." in err


def test_standard_input_with_another_prefix(tmp_path, monkeypatch, capsys):
    lines = "".join(f"#{'ab'[i % 2]} word{i % 2}\n" for i in range(60))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    model = tmp_path / "m.hvclf"
    assert run("classify", "train", "-", "-o", model, *FAST, "--label-prefix", "#") == 0
    assert classify.load(model).labels.words == ["a", "b"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert run("classify", "train", "-", "-o", model, *FAST) == 1
    assert "Say what labels begin with (--label-prefix)." in capsys.readouterr().err
