"""What a page holds: how finely, how much of a model, and nothing that is taken for HTML."""

import base64
import dataclasses
import hashlib
import json
import re
import zlib

import numpy as np
import pytest
from exploring_pages import as_kept, kept_vectors, scene_of
from harness import make_model

import huffvec
from huffvec import FullSoftmax, HierarchicalSoftmax, NegativeSampling
from huffvec.exploring import page
from huffvec.exploring.accuracy import error_of
from huffvec.exploring.page import render
from huffvec.exploring.quantized import QuantizedRows


def header_of(html: str) -> dict:
    """Return the header of a page."""
    found = re.search(r'<script id="header" type="application/json">(.*?)</script>', html)
    return json.loads(found[1])


def block_of(html: str, ref: dict) -> np.ndarray:
    """Return one of the arrays of a page."""
    texts = re.findall(r'<script class="block" type="text/plain">(.*?)</script>', html)
    data = zlib.decompress(base64.b64decode(texts[ref["block"]]))
    return np.frombuffer(data, ref["dtype"])


def test_words_are_no_part_of_the_html():
    words = ["<b>", "</script>", "&amp;", "\udc80 unpaired", "\x00"]
    html = render([scene_of(words=words, title="<x>&", facts={"<f>": "</f>"})])
    assert html.count("<script") == html.count("</script") == 8
    assert "<title>&lt;x&gt;&amp;</title>" in html
    assert html.encode("utf-8")
    header = header_of(html)["scenes"][0]
    assert header["title"] == "<x>&"
    assert header["facts"] == {"<f>": "</f>"}
    texts = re.findall(r'class="block" type="text/plain">(.*?)</script>', html)
    assert json.loads(zlib.decompress(base64.b64decode(texts[header["words"]["block"]]))) == words


def test_only_its_own_script_may_run():
    html = render([scene_of(words=["a", "b"])])
    policy = re.search(r'Security-Policy" content="(.*?)"', html)[1]
    for kind, element in (("script", "<script>"), ("style", "<style>")):
        text = html.partition(element)[2].partition(f"</{kind}>")[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"""(src|href)=["']?http""", html)


def test_numbers_are_those_of_the_scene():
    scene = scene_of(words=["a", "b", "c", "d"])
    html = render([scene])
    header = header_of(html)["scenes"][0]
    places = block_of(html, header["positions"]).reshape(-1, 2) / 32767.5 - 1
    assert places == pytest.approx(scene.positions, abs=2e-5)
    assert block_of(html, header["counts"]).tolist() == scene.counts.tolist()
    assert block_of(html, header["groups"]).tolist() == [-1, 0, 1, -1]
    assert header["labels"] is None


@pytest.mark.parametrize(("target", "levels"), [(505_000, 32_767), (503_500, 127), (503_050, 31)])
def test_output_rows_are_kept_as_finely_as_fits(monkeypatch, target, levels):
    monkeypatch.setattr(page, "TARGET_BYTES", target)
    output = header_of(render([scene_of(make_model(NegativeSampling(), dim=20))]))["scenes"][0]
    assert output["output"]["rows"]["levels"] == levels
    assert output["output"]["limits"] is None


def test_a_vocabulary_that_does_not_fit_is_left_out_and_this_is_said(monkeypatch, open_page):
    monkeypatch.setattr(page, "TARGET_BYTES", 0)
    model = as_kept(make_model(FullSoftmax(), dim=8, scale=0.3))
    words = model.vocabulary.words[:25]
    with open_page([scene_of(model, n=25)]) as opened:
        opened.choose("view", "Probabilities")
        opened.type_word("context", words[3])
        found = opened.ranked("predicted-0")
        text = opened.get("column-0").inner_text()
        assert "over the 25 words of this page; the model knows 40" in text
        assert "does not show" not in text
    probable = dict(model.predict(words[3], 40))
    total = sum(probable[word] for word in words)
    # Rows are kept in 31 levels here.
    assert found == pytest.approx({word: probable[word] / total for word in found}, rel=0.2)


def test_of_a_tree_what_is_above_shown_words_is_kept(monkeypatch):
    monkeypatch.setattr(page, "TARGET_BYTES", 0)
    model = make_model(HierarchicalSoftmax())
    output = header_of(render([scene_of(model, n=5)]))["scenes"][0]["output"]
    assert output["limits"] is None
    assert output["nRows"] < 39


@pytest.mark.parametrize("levels", [31, 32_767])
def test_the_difference_from_the_models_probabilities_is_measured(levels):
    model = make_model(NegativeSampling(), n_words=30)
    kept = kept_vectors(scene_of(model)).vectors
    rows = QuantizedRows.of(model.output_vectors, levels).rows()
    errors = []
    for i, hidden in enumerate(model.vectors.vectors):
        truth = model.predictor.log_probs(hidden)
        found = model.bound.predictor(rows).log_probs(kept[i])
        best = np.argsort(-truth)[:10]
        errors += np.abs(np.exp(found[best] - truth[best]) - 1).tolist()
    measured = error_of(model, np.arange(30), kept, levels)
    assert measured == {
        "contexts": 30,
        "words": 10,
        "median": pytest.approx(np.median(errors), rel=1e-3),
        "most": pytest.approx(max(errors), rel=1e-3),
    }


def test_documents_alone_predict_nothing():
    model = huffvec.train([["a", "b"], ["b", "c"]] * 9, architecture="dbow", dim=4, min_count=1)
    scene = dataclasses.replace(scene_of(words=["0", "1"]), model=model)
    assert header_of(render([scene]))["scenes"][0]["noOutput"] == (
        "In dbow, documents predict words; words do not."
    )
