"""huffvec infer: vectors of new documents on the command line."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from cli_helpers import run

import huffvec

TEXTS = ["the cat sat on the mat", "", "the dog sat on the cat", "a dog and a cat"] * 10
NEW = ["the dog sat", "unheard", "a cat"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = huffvec.train(
        iter(TEXTS), architecture="dm", dim=4, min_count=1, n_threads=1, subsample_threshold=0
    )
    model.save("docs.hv")
    (tmp_path / "new.txt").write_text("\n".join(NEW) + "\n")
    pa.parquet.write_table(pa.table({"text": NEW, "id": ["x", "y", "z"]}), "new.parquet")
    return tmp_path


def test_vectors_are_lines_of_numbers(folder, capsys) -> None:
    assert run("infer", "docs.hv", "new.txt", "-q") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in rows] == ["0", "1", "2"]
    expected = huffvec.load("docs.hv").documents.infer(NEW).vectors
    assert np.array_equal(np.array([row[1:] for row in rows], np.float32), expected)


def test_vectors_are_json(folder, capsys) -> None:
    assert run("infer", "docs.hv", "new.txt", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["document"] for row in rows] == ["0", "1", "2"]
    assert rows[1]["vector"] == [0, 0, 0, 0]


@pytest.mark.parametrize("output", ["v.hv", "v.npz", "v.parquet", "v.vec"])
def test_vectors_are_written_in_any_format(folder, output: str, capsys) -> None:
    columns = ("--column", "text", "--tag-column", "id")
    assert run("infer", "docs.hv", "new.parquet", *columns, "-o", output, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts == {"documents": 3, "without_known_word": 1, "written": output}
    found = huffvec.load_vectors(output)
    if output == "v.parquet":
        assert pa.parquet.read_schema(output).names == ["tag", "count", "vector"]
    assert found.words == ["x", "y", "z"]
    assert not found["y"].any()
    expected = huffvec.load("docs.hv").documents.infer(NEW).vectors
    np.testing.assert_allclose(found.vectors, expected, rtol=1e-6)


def test_epochs_and_rate_are_given(folder, capsys) -> None:
    options = ("--epochs", 2, "--learning-rate", 0.2, "--threads", 2)
    assert run("infer", "docs.hv", "new.txt", *options, "-o", "v.npz") == 0
    assert "documents" in capsys.readouterr().out
    documents = huffvec.load("docs.hv").documents
    expected = documents.infer(NEW, epochs=2, learning_rate=0.2).vectors
    assert np.array_equal(huffvec.load_vectors("v.npz").vectors, expected)


def test_models_of_words_infer_nothing(folder, capsys) -> None:
    huffvec.train(iter(TEXTS), dim=4, min_count=1, n_threads=1).save("words.hv")
    assert run("infer", "words.hv", "new.txt") == 2
    assert "the model has no documents" in capsys.readouterr().err


def test_the_model_is_not_overwritten(folder, capsys) -> None:
    assert run("infer", "docs.hv", "new.txt", "-o", "docs.hv") == 1
    assert "is also an input and would be lost" in capsys.readouterr().err


def test_help_offers_no_encoded_corpus(folder, capsys) -> None:
    assert run("infer", "--help") == 0
    assert "a corpus that encode wrote" not in " ".join(capsys.readouterr().out.split())
    assert run("encode", "--help") == 0
    assert "a corpus that encode wrote" in " ".join(capsys.readouterr().out.split())


def test_progress_counts_documents(folder, capsys) -> None:
    assert run("infer", "docs.hv", "new.txt", "-o", "v.npz") == 0
    assert "inferring: 100 % of 3 documents\n" in capsys.readouterr().err
