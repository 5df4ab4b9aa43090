"""Queries of several words, weights and choices: the answers are gensim's."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from gensim.models import KeyedVectors

from huffvec.corpus import InputOptions
from huffvec.errors import ConfigError, MissingExtraError, UnknownWordError
from huffvec.search.queries import Neighbor
from huffvec.vectors import WordVectors

WORDS = [f"w{7 * i % 60:02}" for i in range(60)]


@pytest.fixture(scope="module")
def wv() -> WordVectors:
    table = np.random.default_rng(3).normal(size=(60, 8)) * np.linspace(0.1, 3, 60)[:, None]
    return WordVectors(WORDS, table)


@pytest.fixture(scope="module")
def keyed(wv: WordVectors) -> KeyedVectors:
    keyed = KeyedVectors(wv.dim)
    keyed.add_vectors(WORDS, wv.vectors)
    return keyed


def check_same(found: list[Neighbor], expected: list[tuple[str, float]]) -> None:
    assert [neighbor.word for neighbor in found] == [word for word, _ in expected]
    assert [neighbor.similarity for neighbor in found] == pytest.approx(
        [score for _, score in expected], abs=1e-5
    )


def test_several_words_are_gensims_most_similar(wv: WordVectors, keyed: KeyedVectors) -> None:
    found = wv.nearest(["w03", "w11"], 20, negative=["w40"])
    check_same(found, keyed.most_similar(positive=["w03", "w11"], negative=["w40"], topn=20))
    assert not {"w03", "w11", "w40"} & {neighbor.word for neighbor in found}
    assert wv.nearest(["w03"], 5) == wv.nearest("w03", 5)
    check_same(wv.nearest("w03", 9, negative="w40"), keyed.most_similar(["w03"], ["w40"], topn=9))


def test_weights_are_gensims(wv: WordVectors, keyed: KeyedVectors) -> None:
    weighted = {"w03": 1.5, "w11": 0.5, "w40": -2}
    expected = keyed.most_similar([("w03", 1.5), ("w11", 0.5)], [("w40", -2.0)], topn=12)
    check_same(wv.nearest(weighted, 12), expected)
    check_same(wv.nearest({"w03": 1.5, "w11": 0.5}, 12, negative={"w40": 2}), expected)


def test_words_and_vectors_mix(wv: WordVectors, keyed: KeyedVectors) -> None:
    expected = keyed.most_similar([wv["w11"] / wv.norms[wv.id_of("w11")], "w03"], ["w40"], topn=12)
    check_same(wv.nearest([wv["w11"], "w03"], 12, negative=["w40"]), expected)
    both = wv.nearest(wv[["w11", "w03"]], 62)
    assert both == wv.nearest([wv["w11"].tolist(), wv["w03"].tolist()], 62)
    assert {both[0].word, both[1].word} == {"w11", "w03"}  # vectors have no words to leave out


@pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning")  # in gensim
def test_multiply_is_gensims_cosmul(wv: WordVectors, keyed: KeyedVectors) -> None:
    for positive, negative in ((["w03", "w11"], ["w40"]), (["w03"], []), (["w03"], ["w12", "w50"])):
        expected = keyed.most_similar_cosmul(positive, negative, topn=57)
        found = wv.nearest(positive, 57, negative=negative, method="multiply")
        scores = dict(found)
        assert [word for word, _ in expected] == [word for word, _ in found]
        for word, score in expected:
            assert scores[word] == pytest.approx(score, rel=1e-4)
    assert wv.analogy("w40", "w03", "w11", 9, method="multiply") == wv.nearest(
        ["w03", "w11"], 9, negative=["w40"], method="multiply"
    )


def test_weights_are_exponents_of_products(wv: WordVectors) -> None:
    twice = wv.nearest(["w03", "w03", "w11"], 5, method="multiply")
    check_same(wv.nearest({"w03": 2, "w11": 1}, 5, method="multiply"), twice)


def test_rows_without_direction_have_no_product() -> None:
    rows = [[np.nan, 1], [0, 0], [1, 0], [1, 0.1], [np.inf, 0], [-1, 0]]
    wv = WordVectors(["nan", "zero", "a", "b", "inf", "c"], rows)
    found = wv.nearest(["a"], 9, negative=["b"], method="multiply")
    assert [neighbor.word for neighbor in found] == ["c"]


def test_excluded_words_and_candidates(wv: WordVectors) -> None:
    every = [neighbor.word for neighbor in wv.nearest("w03", 59)]
    for method in ("add", "multiply"):
        found = wv.nearest("w03", 3, exclude=[every[0], every[2], "nowhere"], method=method)
        assert [neighbor.word for neighbor in found] == [every[1], every[3], every[4]]
    assert wv.nearest("w03", 1, exclude=every[0])[0].word == every[1]
    some = [every[9], every[2], "w03", every[5], every[2]]
    for method in ("add", "multiply"):
        found = wv.nearest("w03", 9, among=some, method=method)
        assert [neighbor.word for neighbor in found] == [every[2], every[5], every[9]]
    first = [word for word in every if word in WORDS[:20]]
    assert [n.word for n in wv.nearest("w03", 99, among=20)] == first
    assert wv.nearest("w03", 99, among=20) == wv.top(20).nearest(wv["w03"], 99)[-len(first) :]
    assert wv.nearest("w03", 99, among=10**9) == wv.nearest("w03", 99)


def test_batches_exclude_and_choose_as_single_queries(wv: WordVectors) -> None:
    options = {"exclude": ["w05", "w09"], "among": 40}
    queries = ["w03", ["w11", "w12"], {"w20": 1, "w21": -1}, wv["w33"]]
    found = wv.nearest_batch(queries, 7, **options)
    assert [[n.word for n in part] for part in found] == [
        [n.word for n in wv.nearest(query, 7, **options)] for query in queries
    ]
    assert wv.nearest_batch(["w03", "w11"], 7, **options) == [
        wv.nearest(word, 7, **options) for word in ("w03", "w11")
    ]


def test_an_index_takes_several_words_too(wv: WordVectors) -> None:
    index = wv.index(dtype="f32")
    found = index.nearest(["w03", "w11"], 4, negative=["w40"], exclude="w05")
    assert found == wv.nearest(["w03", "w11"], 4, negative=["w40"], exclude="w05")
    assert index.nearest_batch([["w03", "w11"], "w01"], 4, exclude=["w05"]) == wv.nearest_batch(
        [["w03", "w11"], "w01"], 4, exclude=["w05"]
    )


def test_similarity_of_several_words(wv: WordVectors) -> None:
    units = WordVectors(WORDS, wv.vectors / wv.norms[:, None])
    keyed = KeyedVectors(wv.dim)
    keyed.add_vectors(WORDS, units.vectors)  # gensim takes means of vectors as they are
    a, b = ["w03", "w11"], ["w40", "w41", "w02"]
    assert wv.similarity(a, b) == pytest.approx(keyed.n_similarity(a, b), abs=1e-6)
    assert wv.similarity("w03", wv["w11"]) == wv.similarity("w03", "w11")
    assert wv.similarity({"w03": 2}, {"w03": -1}) == -1


def test_odd_one_out_is_gensims(wv: WordVectors, keyed: KeyedVectors) -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        words = rng.choice(WORDS, 5, replace=False).tolist()
        assert wv.odd_one_out(words) == keyed.doesnt_match(words)
    with pytest.raises(ConfigError, match="odd_one_out needs at least three words, not 2"):
        wv.odd_one_out(["w01", "w02"])


def test_acos_takes_every_cosine_and_a_word_is_itself() -> None:
    words = [f"x{i}" for i in range(2000)]
    table = np.random.default_rng(1).normal(size=(2000, 25)).astype(np.float32)
    table[1000:] = table[:1000] * np.float32(1.7)  # the same directions, rounded differently
    wv = WordVectors(words, table)
    for word in words:
        assert wv.similarity(word, word) == 1.0
        math.acos(wv.similarity(word, wv[word]))
    for a, b in zip(words[:1000], words[1000:], strict=True):
        math.acos(wv.similarity(a, b))
        math.acos(wv.similarity(a, -wv[b]))
    for found in (wv.nearest_batch(table, 2), wv.index().nearest_batch(table, 2)):
        for neighbors in found:
            for neighbor in neighbors:
                math.acos(neighbor.similarity)


def test_movers_distance_is_gensims(wv: WordVectors, keyed: KeyedVectors) -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        a, b = (rng.choice(WORDS, n).tolist() for n in (6, 9))
        a.append("nowhere")
        assert wv.word_movers_distance(a, b) == pytest.approx(keyed.wmdistance(a, b), abs=1e-5)
    # The distance of a text to itself is the root of a rounding error of 1 - cos.
    assert wv.word_movers_distance(["w01", "w02"], ["w02", "w01"]) == pytest.approx(0, abs=1e-7)


def test_what_movers_distance_refuses(wv: WordVectors, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="must be a list of words, not the text 'w01 w02': split"):
        wv.word_movers_distance("w01 w02", ["w03"])
    with pytest.raises(UnknownWordError, match=r"no word of the text \['nowhere'\] has a vector"):
        wv.word_movers_distance(["nowhere"], ["w03"])
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(MissingExtraError, match=r"package POT: pip install 'huffvec\[wmd\]'"):
        wv.word_movers_distance(["w01"], ["w03"])


def test_what_queries_refuse(wv: WordVectors) -> None:
    with pytest.raises(
        ConfigError, match="a query must be a word, a vector or several of them, not empty"
    ):
        wv.nearest([])
    with pytest.raises(ConfigError, match="not finite, and these cancel out"):
        wv.nearest("w01", negative="w01")
    with pytest.raises(ConfigError, match=r"the weight of 'w01' must be a number .*, not nan"):
        wv.nearest({"w01": math.nan})
    with pytest.raises(ConfigError, match="method must be one of add, multiply, not 'mul'"):
        wv.nearest("w01", method="mul")
    with pytest.raises(ConfigError, match="among must be a whole number from 1"):
        wv.nearest("w01", among=0)
    with pytest.raises(UnknownWordError, match="no word 'nowhere'"):
        wv.nearest("w01", among=["nowhere"])
    with pytest.raises(ConfigError, match=r"must have shape \(8,\), not \(3,\)"):
        wv.nearest(["w01", np.ones(3)])
    with pytest.raises(
        ConfigError, match=r"a vector or several of them, or a dict of .*, not .<obj"
    ):
        wv.nearest([object()])
    empty = WordVectors([], np.empty((0, 8)))
    with pytest.raises(ConfigError, match="no words to search"):
        empty.nearest(np.ones(8), method="multiply")


def test_words_are_spelled_as_the_text_was_read() -> None:
    reading = InputOptions(lowercase=True, normalize="NFC")
    wv = WordVectors(["caf\xe9", "paris", "rome"], np.eye(3) + 0.1, reading=reading)
    assert wv.spelling("Cafe\u0301") == "caf\xe9"
    assert "PARIS" in wv
    assert "Berlin" not in wv
    assert np.array_equal(wv["Paris"], wv["paris"])
    assert np.array_equal(wv[["Rome", "CAF\xc9"]], wv[["rome", "caf\xe9"]])
    assert wv.nearest("Paris", 9) == wv.nearest("paris", 9)
    assert [n.word for n in wv.nearest("Paris", exclude="ROME")] == ["caf\xe9"]
    assert [n.word for n in wv.nearest("Paris", among=["ROME", "rome"])] == ["rome"]
    assert wv.similarity("Paris", "PARIS") == 1
    assert "PARIS" in wv.top(2)
    with pytest.raises(UnknownWordError, match="no word 'berlin'"):
        wv["Berlin"]
    assert "PARIS" not in WordVectors(wv.words, wv.vectors)
