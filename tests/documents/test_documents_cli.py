"""Documents on the command line."""

import json

import pyarrow as pa
import pyarrow.parquet
import pytest
from cli_helpers import run

import huffvec

TEXTS = ["the cat sat on the mat", "", "the dog sat on the cat", "a dog and a cat"] * 10
FEW = ("--dim", 4, "--threads", 1, "--subsample-threshold", 0, "-o", "docs.hv")
NO_COUNT = (*FEW, "-q")
OPTIONS = (*NO_COUNT, "--min-count", 1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tags = [f"d{n // 2}" for n in range(len(TEXTS))]
    pa.parquet.write_table(pa.table({"text": TEXTS, "id": tags}), "docs.parquet")
    (tmp_path / "docs.txt").write_text("\n".join(TEXTS))
    return tmp_path


@pytest.mark.parametrize("documents", ["dbow", "dbow-words", "dm"])
def test_documents_are_trained_from_a_table(folder, documents: str, capsys) -> None:
    columns = ("--column", "text", "--tag-column", "id")
    options = ("--documents", documents, *columns, *FEW, "--min-count", 1)
    assert run("train", "docs.parquet", *options) == 0
    shown = capsys.readouterr().out.split()
    assert shown[shown.index("documents") + 1] == "40"
    assert shown[shown.index("tags") + 1] == "20"
    if documents == "dbow":
        return
    model = huffvec.load("docs.hv")
    assert model.config.architecture == documents
    assert model.documents.words == [f"d{n}" for n in range(20)]


def test_documents_are_encoded_once(folder, capsys) -> None:
    options = ("--tag-column", "id", "--column", "text", "--min-count", 1)
    assert run("encode", "docs.parquet", *options, "-o", "d.hvc", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["documents"], facts["tags"]) == (40, 20)
    assert run("train", "d.hvc", "--documents", "dm", *NO_COUNT) == 0
    assert huffvec.load("docs.hv").documents.words == [f"d{n}" for n in range(20)]
    assert run("train", "d.hvc", *NO_COUNT) == 0  # sentences without tags
    assert run("train", "d.hvc", "--documents", "dm", "--tags", "first", *NO_COUNT) == 2
    assert "an encoded corpus is read as it is: give --tags when" in capsys.readouterr().err
    assert run("encode", "docs.txt", "--min-count", 1, "-o", "w.hvc", "-q") == 0
    assert run("train", "w.hvc", "--documents", "dbow", *NO_COUNT) == 0


def test_options_that_contradict_each_other(folder, capsys) -> None:
    both = ("--documents", "dbow", "--architecture", "cbow")
    assert run("train", "docs.txt", *both, *OPTIONS) == 2
    message = "--documents dbow and --architecture cbow are two ways to train: leave one out"
    assert message in capsys.readouterr().err
    assert run("train", "docs.txt", "--tags", "first", *OPTIONS) == 2
    assert "--tags is for vectors of documents" in capsys.readouterr().err
    assert run("train", "docs.txt", "--documents", "x", *OPTIONS) != 0
    assert "dbow-words" in capsys.readouterr().err
    agreeing = ("--documents", "dm", "--architecture", "dm")
    assert run("train", "docs.txt", *agreeing, *OPTIONS) == 0
