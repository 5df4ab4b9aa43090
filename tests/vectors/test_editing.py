"""Words added, set and taken away; arrays of other types; n-grams and their rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gensim.models.fasttext import compute_ngrams, ft_hash_bytes

from huffvec.corpus import InputOptions
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.subwords import Subwords
from huffvec.vectors import WordVectors
from huffvec.vectors.subword_vectors import SubwordVectors

WORDS = ["the", "žena", "cat", "a"]
COUNTS = [40, 17, 9, 3]
SMALL = Subwords(2, 4, 50)
READING = InputOptions(lowercase=True)


@pytest.fixture
def plain() -> WordVectors:
    table = np.random.default_rng(2).normal(size=(4, 5)).astype(np.float32)
    return WordVectors(Vocabulary(WORDS, COUNTS), table, reading=READING)


@pytest.fixture
def parts() -> SubwordVectors:
    table = np.random.default_rng(3).normal(size=(54, 5)).astype(np.float32)
    return SubwordVectors(Vocabulary(WORDS, COUNTS), table, SMALL, reading=READING)


@pytest.mark.parametrize("kind", ["plain", "parts"])
def test_words_get_vectors(kind: str, request: pytest.FixtureRequest) -> None:
    wv = request.getfixturevalue(kind)
    before = wv.vectors.copy()
    new = {"dog": np.arange(5), "Cat": np.ones(5, np.float16), "eel": [0.5] * 5}
    found = wv.with_words(new)
    assert type(found) is type(wv)
    assert found.words == [*WORDS, "dog", "eel"]
    assert found.vocabulary.counts.tolist() == [*COUNTS, 0, 0]
    assert found.reading == READING
    np.testing.assert_allclose(found["dog"], np.arange(5), atol=1e-5)
    np.testing.assert_allclose(found["cat"], np.ones(5), atol=1e-5)
    np.testing.assert_allclose(found[["eel"]], [[0.5] * 5], atol=1e-5)
    np.testing.assert_array_equal(found[["the", "žena", "a"]], before[[0, 1, 3]])
    np.testing.assert_array_equal(wv.vectors, before)
    assert "dog" not in wv
    assert found.nearest("dog", 5)[0].word in {*WORDS, "eel"}
    assert wv.with_words({}).words == WORDS


@pytest.mark.parametrize("kind", ["plain", "parts"])
def test_words_are_taken_away(kind: str, request: pytest.FixtureRequest) -> None:
    wv = request.getfixturevalue(kind)
    found = wv.without(["Žena", "nowhere", "a"])
    assert type(found) is type(wv)
    assert found.words == ["the", "cat"]
    assert found.vocabulary.counts.tolist() == [40, 9]
    assert found.reading == READING
    np.testing.assert_array_equal(found[["the", "cat"]], wv[["the", "cat"]])
    assert wv.without("cat").words == ["the", "žena", "a"]
    assert len(wv) == 4


def test_without_its_own_row_a_word_has_its_ngrams(parts: SubwordVectors) -> None:
    rows = [row for ngram in parts.ngrams("žena") for row in ngram.row_ids]
    expected = parts.input_vectors[rows].mean(axis=0)
    np.testing.assert_allclose(parts.without("žena")["žena"], expected, atol=1e-6)


def test_hashed_words_cannot_be_set_alone(parts: SubwordVectors) -> None:
    table = parts.input_vectors[:50]
    hashed = SubwordVectors(parts.vocabulary, table, replace(SMALL, hash_words=True))
    with pytest.raises(ConfigError, match="words of these vectors are hashed and share all"):
        hashed.with_words({"cat": np.ones(5)})
    fewer = hashed.without("cat")
    assert fewer.words == ["the", "žena", "a"]
    np.testing.assert_array_equal(fewer["cat"], hashed["cat"])


def test_vectors_that_no_word_can_have(plain: WordVectors) -> None:
    with pytest.raises(ConfigError, match=r"the vector of 'cat' must have shape \(5,\), not \(3,"):
        plain.with_words({"cat": np.ones(3)})
    for value in (np.nan, np.inf, 1e300):
        with pytest.raises(ConfigError, match="'cat' has numbers that are not finite in float32"):
            plain.with_words({"cat": np.full(5, value)})
    with pytest.raises(FormatError, match="an empty word"):
        plain.with_words({"": np.ones(5)})


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_arrays_of_other_types(plain: WordVectors, dtype: type[np.floating]) -> None:
    array = np.asarray(plain, dtype)
    assert (array.dtype, array.shape) == (dtype, (4, 5))
    again = WordVectors(WORDS, array)
    assert again.vectors.dtype == np.float32
    np.testing.assert_array_equal(np.asarray(again, dtype), array)
    assert np.shares_memory(np.asarray(plain), plain.vectors)
    assert not np.shares_memory(np.array(plain), plain.vectors)


@pytest.mark.parametrize("word", ["žena", "unseen", "a", "b", "</s>", "x" * 9, "日本"])
@pytest.mark.parametrize("lengths", [(1, 2), (2, 4), (3, 6)])
def test_ngrams_and_their_rows_are_gensims(
    parts: SubwordVectors, word: str, lengths: tuple[int, int]
) -> None:
    subwords = Subwords(*lengths, 50)
    wv = SubwordVectors(parts.vocabulary, parts.input_vectors, subwords)
    found = wv.ngrams(word)
    if word == "</s>":  # as fastText, which gensim does not follow here
        assert found == []
        return
    marks = {"<", ">"}  # alone they are no n-grams in fastText
    expected = [gram for gram in compute_ngrams(word, *lengths) if gram not in marks]
    assert sorted(ngram.text for ngram in found) == sorted(expected)
    for ngram in found:
        assert ngram.row_ids == (4 + ft_hash_bytes(ngram.text.encode()) % 50,)


def test_hashed_ngrams_have_several_rows(parts: SubwordVectors) -> None:
    subwords = Subwords(2, 3, 50, hashes=2, hash_words=True)
    wv = SubwordVectors(parts.vocabulary, parts.input_vectors[:50], subwords)
    found = wv.ngrams("cat")
    assert [ngram.text for ngram in found] == ["<c", "<ca", "ca", "cat", "at", "at>", "t>"]
    assert all(len(ngram.row_ids) == 2 for ngram in found)
    whole = subwords.rows(["cat"], wv.vocabulary)[1]
    assert whole[2:].tolist() == [row for ngram in found for row in ngram.row_ids]
