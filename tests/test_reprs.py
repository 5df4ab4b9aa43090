"""Objects say in a line what they are, however large they are; notebooks show tables."""

import numpy as np
import pytest

import huffvec
from huffvec.comparison import Comparison
from huffvec.comparison.results import Results
from huffvec.corpus import Sentences
from huffvec.html import html_table

TEXT = [["<hund>", "bellt", "laut"], ["die", "katze", "schläft"]] * 40
OPTIONS = {"dim": 6, "epochs": 1, "min_count": 1, "n_threads": 1}


@pytest.fixture(scope="module")
def model():
    return huffvec.train(TEXT, "nce:samples=3", **OPTIONS)


def test_what_objects_say(model, tmp_path):
    assert repr(model) == "Model(6 words, dim 6, skipgram, nce)"
    assert repr(model.vectors) == "WordVectors(6 words, dim 6)"
    assert repr(model.vocabulary) == "Vocabulary(6 words, 240 tokens)"
    corpus = huffvec.encode(TEXT, min_count=1)
    words = "Vocabulary(6 words, 240 tokens)"
    assert repr(corpus) == f"Corpus(240 tokens, 80 sentences, {words})"
    assert repr(Sentences.from_arrays([0, 1], [0, 2])) == "Sentences(2 tokens, 1 sentences)"
    tree = huffvec.trees.huffman_tree(np.array([8, 4, 2, 1]))
    assert repr(tree) == "Tree(4 words, at most 3 turns deep)"
    subwords = huffvec.Subwords(2, 3, 20)
    small = huffvec.train(TEXT, subwords=subwords, **OPTIONS).vectors
    assert repr(small) == "SubwordVectors(6 words, dim 6)"
    results = Results({}, {}, ["nce", "blackout"])
    shown = repr(Comparison(results, tmp_path / "index.html"))
    assert shown.startswith("Comparison(Results(0 runs of 2 objectives), '")


def test_an_evaluation_says_its_scores(tmp_path):
    vectors = huffvec.WordVectors(["ja", "nein", "wohl"], np.eye(3) + np.arange(3) / 9)
    (tmp_path / "p.tsv").write_text("ja\tnein\t1\nja\twohl\t2\nnein\twohl\t3\nja\toh\t3\n")
    (tmp_path / "a.txt").write_text(": x\nja nein wohl ja\n")
    found = vectors.evaluate(tmp_path / "p.tsv", tmp_path / "a.txt")
    assert repr(found) == "Evaluation(p: 1.000 rank correlation of 3; a: 0.0% right of 1)"
    html = found._repr_html_()
    assert "<td style='text-align:right'>1.000</td>" in html
    assert html.count("<tr>") == 3


def test_tables_for_notebooks(model):
    assert "nce (samples 3, proposal unigram^0.75, log_z none)" in model._repr_html_()
    assert "<td style='text-align:right'>240</td>" in model._repr_html_()
    classifier = huffvec.classify.train([("sehr laut", "hund"), ("ganz leise", "katze")])
    shown = classifier._repr_html_()
    assert "<caption>Classifier</caption>" in shown
    assert "labels</td><td style='text-align:right'>2</td>" in shown
    assert "full-softmax" in shown
    assert "subwords</td><td style='text-align:right'>2-4</td>" in shown
    assert "&lt;hund&gt;" in model.vectors._repr_html_()
    assert "<hund>" not in model.vectors._repr_html_()
    answer = model.vectors.nearest("die", 3)
    assert answer == list(answer)
    assert answer._repr_html_().count("<tr>") == 4
    similarity = answer[0].similarity
    assert f"<td style='text-align:right'>{similarity:.4f}</td>" in answer._repr_html_()
    assert model.vectors.nearest_batch(["die", "laut"], 2)[1]._repr_html_().count("<tr>") == 3


def test_a_table_escapes_what_it_is_given():
    table = html_table(("a<b",), [("x&y",)], "'c'")
    assert table == (
        "<table><caption>&#x27;c&#x27;</caption><tr><th style='text-align:left'>a&lt;b</th></tr>"
        "<tr><td style='text-align:left'>x&amp;y</td></tr></table>"
    )
