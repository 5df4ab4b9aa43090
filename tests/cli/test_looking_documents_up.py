"""Commands that ask for documents by their tags, on a model whose words have no vectors."""

import io
import json

import numpy as np
import pyarrow.parquet
import pytest
from cli_helpers import run
from topic_texts import topic_documents

import huffvec

OPTIONS = {"dim": 16, "epochs": 8, "min_count": 2, "n_threads": 1, "subsample_threshold": 0}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    trained = huffvec.train(topic_documents(100), architecture="dbow", **OPTIONS)
    trained.save(tmp_path_factory.mktemp("documents") / "d.hv")
    return tmp_path_factory.getbasetemp() / "documents0" / "d.hv", trained


def printed(capsys, *command):
    assert run(*command) == 0
    return capsys.readouterr().out


def test_nearest_documents(model, capsys):
    path, trained = model
    out = printed(capsys, "nearest", path, "3", "13", "--documents", "-k", 2)
    expected = [(tag, *one) for tag in ["3", "13"] for one in trained.documents.nearest(tag, 2)]
    assert out == "".join(f"{a}\t{b}\t{similarity:.6f}\n" for a, b, similarity in expected)
    assert run("nearest", path, "7", "--documents") == 2
    assert "nothing is known of the document '7'" in capsys.readouterr().err
    assert run("nearest", path, "d", "--documents") == 1
    assert "no document has the tag 'd'" in capsys.readouterr().err


def test_documents_nearest_to_new_texts(model, capsys, monkeypatch):
    path, trained = model
    texts = ["topic3word1 topic3word5", "unknown", "topic4word2 topic4word2"]
    options = ("--documents", "--sentences", "-k", 3)
    given = io.TextIOWrapper(io.BytesIO("\n".join(texts).encode()))
    monkeypatch.setattr("sys.stdin", given)
    assert run("nearest", path, "-", *options) == 0
    out, err = capsys.readouterr()
    assert "Warning: no known word in 'unknown': left out." in err
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[0] for line in lines] == [texts[0]] * 3 + [texts[2]] * 3
    found = trained.documents.nearest(trained.documents.text_vector(texts[0]), 3)
    assert [line[1] for line in lines[:3]] == [word for word, _ in found]
    records = json.loads(printed(capsys, "nearest", path, texts[0], texts[2], *options, "--json"))
    assert [record["text"] for record in records] == [texts[0], texts[2]]
    assert records[0]["neighbors"][0]["word"] == found[0].word
    for asked in (texts, ["unknown"]):
        assert run("nearest", path, *asked, "--documents", "--sentences") == 1
        out, err = capsys.readouterr()
        assert (out, "the model knows no word of 'unknown'" in err) == ("", True)
    for wrong in (["--sentences"], ["--sentences", "--documents", "--together"]):
        assert run("nearest", path, "a", *wrong) != 0
    assert "--sentences needs --documents" in capsys.readouterr().err


def test_other_commands_that_look_documents_up(model, capsys):
    path, trained = model
    similarity = trained.documents.similarity(3, 8)
    out = printed(capsys, "similarity", path, "3", "8", "--documents")
    assert out == f"3\t8\t{similarity:.6f}\n"
    assert len(printed(capsys, "analogy", path, "3", "8", "4", "--documents").splitlines()) == 10
    row = printed(capsys, "print-vectors", path, "3", "--documents").split("\t")
    assert np.array_equal(np.array(row[1:], np.float32), trained.documents["3"])
    text = "topic3word1 topic3word2"
    row = printed(capsys, "print-vectors", path, text, "--documents", "--sentences").split("\t")
    assert np.array_equal(np.array(row[1:], np.float32), trained.documents.text_vector(text))
    assert run("print-vectors", path, "7", "--documents") == 0
    out, err = capsys.readouterr()
    assert set(out.split("\t")[1:-1]) == {"0.0"}
    assert "the model knows no word of the document '7': zeros" in err
    rows = json.loads(printed(capsys, "print-vectors", path, "3", "--documents", "--json"))
    assert rows[0]["tag"] == "3"
    rows = json.loads(printed(capsys, "cluster", path, "-k", 3, "--documents", "--json"))
    assert [row["tag"] for row in rows] == trained.documents.words


def test_evaluation_and_index_of_documents(model, capsys, tmp_path):
    path, _ = model
    (tmp_path / "pairs.tsv").write_text("3\t8\t3\n3\t4\t1\n4\t9\t2\n")
    evaluation = ("evaluate", path, "--documents")
    assert "Spearman" in printed(capsys, *evaluation, "--pairs", tmp_path / "pairs.tsv")
    assert run(*evaluation, "--next-item", tmp_path / "pairs.tsv") != 0
    assert "--next-item is an evaluation of its own" in capsys.readouterr().err
    pytest.importorskip("usearch")
    index = tmp_path / "d.idx"
    assert "documents\t99\n" in printed(capsys, "index", path, "-o", index, "--documents")
    out = printed(capsys, "nearest", path, "3", "--documents", "--index", index, "-k", 1)
    assert int(out.split("\t")[0]) % 5 == 3


@pytest.mark.parametrize("name", ["d.vec", "d.bin", "d.npz", "d.hv", "d.glove", "d.parquet"])
def test_documents_are_converted(model, capsys, tmp_path, name):
    path, trained = model
    out = printed(capsys, "convert", path, tmp_path / name, "--documents")
    assert out.startswith("documents\t100\n")
    if name == "d.parquet":
        assert pyarrow.parquet.read_schema(tmp_path / name).names[0] == "tag"
    vectors = huffvec.load_vectors(tmp_path / name)
    assert vectors.words == trained.documents.words
    np.testing.assert_allclose(vectors.vectors, trained.documents.vectors, rtol=1e-6)
    if name == "d.hv":
        assert (vectors.vocabulary.counts == trained.tags.counts).all()
    assert len(vectors.nearest("3", k=100)) == 98  # neither itself nor the row of zeros


def test_words_that_a_document_makes_probable(model, capsys):
    path, trained = model
    best = trained.predict(document="3", k=1)[0]
    out = printed(capsys, "predict", path, "--document", "3", "-k", 1)
    assert out == f"{best.word}\t{best.probability:.6g}\n"
    assert run("predict", path) != 0
    assert "must have at least one word, or be in a document" in capsys.readouterr().err
    assert run("predict", path, "topic3word1", "--document", "3") != 0
    assert "dbow predicts words from documents alone" in capsys.readouterr().err


def test_facts_of_documents(model, capsys):
    path, _ = model
    facts = json.loads(printed(capsys, "info", path, "--json"))
    assert (facts["documents"], facts["documents_without_words"]) == (100, 1)
    assert facts["tensors"]["input_vectors"] == "float32 0×16"


@pytest.mark.parametrize(
    "command",
    [
        ["nearest", "{}", "a"],
        ["similarity", "{}", "a", "b"],
        ["analogy", "{}", "a", "b", "c"],
        ["print-vectors", "{}", "a"],
        ["cluster", "{}", "-k", "2"],
        ["convert", "{}", "new.vec"],
        ["index", "{}", "-o", "new.idx"],
        ["evaluate", "{}", "--pairs", "{}"],
    ],
)
def test_words_without_vectors_are_said_to_have_none(model, capsys, command):
    path, _ = model
    assert run(*(part.format(path) for part in command)) == 1
    err = " ".join(capsys.readouterr().err.split())
    assert "is a model of documents whose words have no vectors (dbow): huffvec.load(path)." in err
    assert "commands ask for them by their option --documents." in err


def test_models_of_words_have_no_documents(capsys, tmp_path):
    huffvec.train(topic_documents(9), **OPTIONS).save(tmp_path / "w.hv")
    assert run("nearest", tmp_path / "w.hv", "3", "--documents") != 0
    assert "the model has no documents: it was trained by skipgram" in capsys.readouterr().err
