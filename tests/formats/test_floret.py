"""floret's tables: one that floret made, damaged ones, and what spaCy reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import run

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.formats import detect, read_vectors
from huffvec.subwords import Subwords
from huffvec.vectors.subword_vectors import SubwordVectors

FILES = Path(__file__).parent / "fasttext_files"
WORDS = ["the", "Žilina", "unseen", "日本", "👍🏽👍", "שלומי", "e\u0301", "x" * 40, "a"]


@pytest.fixture
def vectors() -> SubwordVectors:
    table = np.random.default_rng(3).normal(size=(70, 5)).astype(np.float32)
    vocabulary = Vocabulary(["the", "Žilina"], [5, 2])
    return SubwordVectors(vocabulary, table, Subwords(2, 4, 70, 3, hash_words=True))


def test_florets_tables_have_florets_vectors() -> None:
    path = FILES / "hashed.floret"
    assert detect(path) == "floret"
    found = read_vectors(path)
    assert isinstance(found, SubwordVectors)
    assert found.subwords == Subwords(2, 4, 30, 2, hash_words=True)
    expected = json.loads((FILES / "expected.json").read_text())["hashed"]
    # floret has no rows for its end of a line, and for its most frequent word answers with another
    # vector than the mean of the rows that it lists. spaCy takes the mean for all words.
    del expected["</s>"], expected["the"]
    for word, vector in expected.items():
        np.testing.assert_allclose(found[word], vector, atol=1e-5)  # of five digits


def test_ours_come_back(tmp_path: Path, vectors: SubwordVectors) -> None:
    vectors.save(tmp_path / "x.floret")
    found = read_vectors(tmp_path / "x.floret")
    assert isinstance(found, SubwordVectors)
    np.testing.assert_array_equal(found.input_vectors, vectors.input_vectors)
    assert found.subwords == vectors.subwords
    assert (len(found), found.vectors.shape) == (0, (0, 5))
    for word in WORDS:
        np.testing.assert_array_equal(found[word], vectors[word])
    # Through huffvec's own file, which needs no words either.
    assert run("convert", tmp_path / "x.floret", tmp_path / "y.hv", "-q") == 0
    assert run("convert", tmp_path / "y.hv", tmp_path / "z.floret", "-q") == 0
    assert (tmp_path / "z.floret").read_bytes() == (tmp_path / "x.floret").read_bytes()


def test_without_words(tmp_path: Path, vectors: SubwordVectors, capsys) -> None:
    path = tmp_path / "x.floret"
    vectors.save(path)
    found = read_vectors(path)
    with pytest.raises(ConfigError, match="no words to search, only the rows of n-grams"):
        found.nearest("the")
    for name in ("word2vec-text", "word2vec-binary", "numpy"):
        with pytest.raises(FormatError, match="no words to write, only the rows of n-grams"):
            found.save(tmp_path / "y", format=name)
    (tmp_path / "pairs.tsv").write_text("the\tunseen\t9\na\tb\t1\nŽilina\tthe\t3\n")
    assert run("evaluate", path, "--pairs", tmp_path / "pairs.tsv", "--json") == 0
    assert json.loads(capsys.readouterr().out)["pairs"][0]["n_pairs"] == 3
    assert run("info", path) == 0
    assert "floret" in capsys.readouterr().out
    assert run("nearest", path, "the") == 2
    assert "no words to search" in capsys.readouterr().err


def test_words_with_rows_of_their_own_are_not_written(tmp_path: Path) -> None:
    table = np.ones((2 + 9, 3), np.float32)
    for subwords in (Subwords(2, 3, 9), Subwords(2, 3, 11, 1, hash_words=True)):
        own = SubwordVectors(Vocabulary(["a", "b"], [2, 1]), table, subwords)
        if subwords.hash_words:
            own.save(tmp_path / "x.floret")
            continue
        with pytest.raises(FormatError, match="hashed words only, and these are not"):
            own.save(tmp_path / "x.floret")


HEADER = b"2 1 3 4 2 2166136261 < >\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"2 1 3 4 2\n0 1\n1 1\n", "is not a table of floret: its first line should be rows"),
        (b"2 1 3 4 x 2166136261 < >\n0 1\n1 1\n", "is not a table of floret"),
        (b"2 1 3 4 2 7 < >\n0 1\n1 1\n", "must have the seed 2166136261 .* not 7"),
        (b"2 1 3 4 2 2166136261 [ ]\n0 1\n1 1\n", "the marks < and >, not"),
        (b"2 1 4 3 2 2166136261 < >\n0 1\n1 1\n", "not supported: subwords must go from the"),
        (b"2 1 3 4 5 2166136261 < >\n0 1\n1 1\n", "not supported: hashes must be"),
        (b"99999 99 3 4 2 2166136261 < >\n0 1\n1 1\n", "truncated or damaged: 99,999 rows of dim"),
        (b"2 0 3 4 2 2166136261 < >\n0\n1\n", "truncated or damaged: 2 rows of dim 0"),
        (HEADER + b"0 1.25\n", "is truncated: it ends after 1 of 2 rows"),
        (HEADER + b"0 1\n2 1\n", "rows should be numbered from 0 on"),
        (HEADER + b"0 1\n1 1\n2 1\n", "lines follow its 2 rows"),
        (HEADER + b"0 1\n1 x\n", "after line 1: "),
        (HEADER + b"0 1\n1111\n", "line 3 must be a word and 1 numbers"),
    ],
)
def test_damaged(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_vectors(tmp_path / "x", "floret")


SPACY = """
import json, sys
import spacy
vocab = spacy.load(sys.argv[1]).vocab
print(json.dumps({word: vocab[word].vector.tolist() for word in json.loads(sys.argv[2])}))
"""


def test_spacy_has_the_same_vectors(tmp_path: Path, vectors: SubwordVectors) -> None:
    pytest.importorskip("spacy")
    vectors.save(tmp_path / "x.floret")
    command = [sys.executable, "-m", "spacy", "init", "vectors", "sk"]
    options = ["--mode", "floret"]
    subprocess.run(
        [*command, tmp_path / "x.floret", tmp_path / "out", *options],
        check=True,
        capture_output=True,
    )
    shown = subprocess.run(
        [sys.executable, "-c", SPACY, tmp_path / "out", json.dumps(WORDS)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    for word, vector in json.loads(shown.stdout).items():
        np.testing.assert_allclose(vector, vectors[word], rtol=0, atol=1e-6)
