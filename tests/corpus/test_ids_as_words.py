"""Words that are ids may be asked for as whole numbers; vectors are collections of words."""

import json
from typing import Any

import numpy as np
import pytest

import huffvec
from huffvec.errors import ConfigError, CorpusError, UnknownWordError
from huffvec.evaluation import evaluate

WALKS = [[101, 7, 55, 9], [9, 55, 101], [7, 9, 101, 55]] * 20
OPTIONS = {"epochs": 2, "min_count": 1, "n_threads": 1, "seed": 3}


@pytest.fixture(scope="module", params=["words", "subwords"])
def model(request):
    subwords = huffvec.Subwords(2, 3, 40) if request.param == "subwords" else None
    return huffvec.train(WALKS, dim=6, subwords=subwords, **OPTIONS)


@pytest.mark.parametrize("number", [7, np.int32(7), np.uint64(7), np.array(7)])
def test_a_whole_number_is_the_word_of_its_digits(model, number):
    vectors = model.vectors
    assert number in vectors
    assert number in vectors.vocabulary
    assert vectors.vocabulary.id_of(number) == vectors.id_of(number) == vectors.words.index("7")
    np.testing.assert_array_equal(vectors[number], vectors["7"])
    np.testing.assert_array_equal(vectors[[number, 55]], vectors[["7", "55"]])
    np.testing.assert_array_equal(vectors[np.array([55, 7])], vectors[["55", "7"]])
    assert vectors.has_vector(number)
    assert vectors.similarity(number, 9) == vectors.similarity("7", "9")
    assert vectors.nearest(number, 2) == vectors.nearest("7", 2)
    assert vectors.nearest([number, 55], negative=9) == vectors.nearest(["7", "55"], negative="9")
    assert vectors.nearest({int(number): 1, 55: -0.5}) == vectors.nearest({"7": 1, "55": -0.5})
    assert vectors.nearest("9", exclude=[number]) == vectors.nearest("9", exclude=["7"])
    assert vectors.nearest("9", among=[number, 55]) == vectors.nearest("9", among=["7", "55"])
    assert vectors.analogy(number, 9, 55) == vectors.analogy("7", "9", "55")
    assert vectors.nearest_batch([number, 9]) == vectors.nearest_batch(["7", "9"])
    assert vectors.odd_one_out([number, 9, 55]) == vectors.odd_one_out(["7", "9", "55"])
    assert model.predict(number, 2) == model.predict(["7"], 2)
    assert model.predict([number, 9]) == model.predict(["7", "9"])
    assert model.log_prob(number, [9, "55"]) == model.log_prob("7", ["9", "55"])


def test_arrays_of_ids_are_words_and_vectors_stay_vectors(model):
    vectors = model.vectors
    assert vectors.nearest(np.array([7, 9])) == vectors.nearest(["7", "9"])
    assert vectors.nearest_batch(np.array([7, 9])) == vectors.nearest_batch(["7", "9"])
    direction = [1, 0, 0, 2, 0, 1]  # as long as a vector, and 0 is no word
    assert vectors.nearest(direction) == vectors.nearest(np.array(direction, np.float32))
    assert vectors.nearest([0.5, 1, 0, 0, 0, 0]) == vectors.nearest(np.array([0.5, 1, 0, 0, 0, 0]))
    assert len(vectors.nearest_batch([direction, direction])) == 2


def test_whole_numbers_are_no_row_numbers(model):
    vectors = huffvec.WordVectors(["ja", "nein"], np.eye(2))
    for ask in (lambda: vectors[1], lambda: vectors.nearest([1, 2, 3]), lambda: vectors.id_of(1)):
        with pytest.raises(UnknownWordError, match=r"no word '1'.*are words here.*no row numbers"):
            ask()
    assert 1 not in vectors
    assert True not in vectors
    no_words: list[Any] = [None, 1.0, True, b"ja", np.bool_(True)]
    for no_word in no_words:
        assert no_word not in vectors
        with pytest.raises(ConfigError, match="expected a word, not "):
            vectors[no_word]
    with pytest.raises(ConfigError, match=r"expected a word, not 1\.5"):
        model.predict([1.5])


def test_paths_in_a_tree_take_ids():
    model = huffvec.train(WALKS, "hs", dim=4, **OPTIONS)
    assert model.path(7, [9]) == model.path("7", ["9"])


def test_vectors_are_a_collection_of_words(model):
    vectors = model.vectors
    assert list(vectors) == vectors.words
    assert len(vectors) == 4
    items = dict(vectors.items())
    assert list(items) == vectors.words
    for word in vectors:
        np.testing.assert_allclose(items[word], vectors[word], rtol=1e-6)


@pytest.mark.parametrize("number", [2**63, 2**64 - 1, -(2**63) - 1, 10**30])
def test_ids_that_do_not_fit_are_named(number):
    for data in ([[5, number]], [[number, 5]], [[7, 5], [number]]):
        with pytest.raises(CorpusError, match=f"the id {number} does not fit into 64 bits"):
            huffvec.train(data, **OPTIONS)


def test_largest_and_smallest_ids():
    words = huffvec.train([[2**63 - 1, -(2**63), 5]] * 9, dim=2, **OPTIONS).vocabulary
    assert sorted(words.words) == ["-9223372036854775808", "5", "9223372036854775807"]
    assert 2**63 - 1 in words


def test_one_file_to_evaluate_with_needs_no_list(tmp_path):
    vectors = huffvec.WordVectors(["ja", "nein", "wohl"], np.eye(3) + 0.1)
    pairs, analogies = tmp_path / "pairs.tsv", tmp_path / "analogies.txt"
    pairs.write_text("ja\tnein\t1.5\nja\twohl\t3.5\nnein\twohl\t2\n")
    analogies.write_text(": x\nja nein wohl ja\n")
    expected = vectors.evaluate([pairs], [analogies]).to_dict()
    assert json.dumps(vectors.evaluate(pairs, analogies).to_dict()) == json.dumps(expected)
    assert len(evaluate(vectors, str(pairs), str(analogies)).pairs) == 1


@pytest.mark.parametrize(
    "document",
    [
        "Dies ist ein Satz. Und hier ist noch einer.",
        "neu york",
        "ein Satz\nund noch einer.",
        "Wirklich? So * viele Wörter! " * 200,
        "x" * 5000,
    ],
)
def test_strings_that_are_no_file_names_are_told_so_in_a_line(document):
    for data in (document, [document, document]):
        with pytest.raises(CorpusError, match=r"Names of files were expected; for sentences") as e:
            huffvec.train(data)
        assert len(str(e.value)) < 220
        assert "\n" not in str(e.value)


def test_phrases_are_joined_in_text_and_in_ids(tmp_path):
    (tmp_path / "text.txt").write_text("neu york ist gross\nneu york schläft\ngross ist gut\n" * 20)
    phrases = huffvec.find_phrases(tmp_path / "text.txt", min_count=2, threshold=0.5)
    assert phrases.join("neu york  schläft") == phrases.join(["neu", "york", "schläft"])
    assert "neu_york" in phrases.join("in neu york")[1:][0]
    assert phrases.join([7, 9]) == ["7", "9"]


def test_tensors_with_gradients_are_vectors():
    torch = pytest.importorskip("torch")
    table = torch.nn.Embedding(3, 4).weight
    vectors = huffvec.WordVectors(["ja", "nein", "wohl"], table)
    np.testing.assert_array_equal(vectors.vectors, table.detach().numpy())
    assert vectors.nearest(table[1], 1)[0].word == "nein"
    assert vectors.nearest_batch(table, 1)[2][0].word == "wohl"
    half = huffvec.WordVectors(["ja", "nein", "wohl"], table.to(torch.bfloat16))
    assert half.nearest(table[1], 1)[0].word == "nein"
