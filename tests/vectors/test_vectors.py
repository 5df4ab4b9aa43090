"""Looking up, comparing and searching words, against a float64 twin that computes every cosine."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError, UnknownWordError
from huffvec.search.queries import Neighbor
from huffvec.vectors import WordVectors


def random_vectors(n_words: int = 50, dim: int = 7, seed: int = 3) -> WordVectors:
    table = np.random.default_rng(seed).normal(size=(n_words, dim)).astype(np.float32)
    return WordVectors([f"w{i * 7 % n_words}" for i in range(n_words)], table)


def nearest_twin(
    wv: WordVectors, query: npt.NDArray[np.float64], left_out: set[str], k: int
) -> list[str]:
    """The words by cosine similarity with query, all computed in float64 by the definition."""
    cosines = {
        word: np.dot(query, wv[word].astype(float)) / np.linalg.norm(wv[word].astype(float))
        for word in wv.words
        if word not in left_out
    }
    return sorted(cosines, key=lambda word: -cosines[word])[:k]


def unit(vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    exact = vector.astype(np.float64)
    unit_vector: npt.NDArray[np.float64] = exact / np.sqrt((exact**2).sum())
    return unit_vector


def test_the_first_words() -> None:
    wv = WordVectors(Vocabulary(["b", "a", "č"], [5, 3, 1]), [[1, 2], [3, 4], [5, 6]])
    top = wv.top(2)
    assert (top.words, top.vocabulary.counts.tolist()) == (["b", "a"], [5, 3])
    assert np.shares_memory(top.vectors, wv.vectors)
    assert wv.top(9).words == wv.words
    with pytest.raises(ConfigError, match="top must be a whole number from 1"):
        wv.top(0)


def test_lookup() -> None:
    wv = WordVectors(["b", "a", "č"], [[1, 2], [3, 4], [5, 6]])
    assert wv["a"].tolist() == [3, 4]
    assert wv[["č", "b", "č"]].tolist() == [[5, 6], [1, 2], [5, 6]]
    assert wv[[]].shape == (0, 2)
    assert wv["a"].dtype == np.float32
    assert (len(wv), wv.dim, wv.words) == (3, 2, ["b", "a", "č"])
    assert "a" in wv
    assert "z" not in wv
    assert repr(wv) == "WordVectors(3 words, dim 2)"


def test_a_vocabulary_keeps_its_counts_and_the_table_is_not_copied() -> None:
    table = np.ones((2, 3), np.float32)
    wv = WordVectors(Vocabulary(["x", "y"], np.array([5, 2])), table)
    assert wv.vocabulary.counts.tolist() == [5, 2]
    assert wv.vectors is table
    assert WordVectors(["x", "y"], table).vocabulary.counts.tolist() == [0, 0]


@given(st.integers(1, 60), st.integers(0, 49), st.integers(1, 9))
def test_nearest_equals_the_twin(k: int, i: int, dim: int) -> None:
    wv = random_vectors(dim=dim + 1)
    found = wv.nearest(wv.words[i], k)
    expected = nearest_twin(wv, unit(wv.vectors[i]), {wv.words[i]}, k)
    assert [neighbor.word for neighbor in found] == expected
    for neighbor in found:
        twin = unit(wv.vectors[i]) @ unit(wv[neighbor.word])
        assert neighbor.similarity == pytest.approx(twin, abs=1e-6)


def test_nearest_to_a_vector_leaves_no_word_out() -> None:
    wv = random_vectors()
    best, *_ = wv.nearest(5 * wv["w3"], 1)
    assert best.word == "w3"
    assert best.similarity == pytest.approx(1)
    assert best.similarity <= 1


def test_analogy_equals_the_twin() -> None:
    wv = random_vectors(dim=3)
    wv.vectors[:] *= np.linspace(0.1, 9, len(wv))[:, None]  # lengths must not matter
    a, b, c = "w1", "w9", "w4"
    query = unit(wv[b]) - unit(wv[a]) + unit(wv[c])
    found = [neighbor.word for neighbor in wv.analogy(a, b, c, 12)]
    assert found == nearest_twin(wv, query, {a, b, c}, 12)


def test_similarity() -> None:
    wv = WordVectors(["right", "up", "left", "none"], [[2, 0], [0, 3], [-1, 0], [0, 0]])
    assert wv.similarity("right", "up") == 0
    assert wv.similarity("right", "left") == -1
    assert wv.similarity("up", "up") == 1
    assert wv.similarity("up", "none") == 0
    assert WordVectors(["up", "bad"], [[0, 3], [1, np.nan]]).similarity("up", "bad") == 0


def test_equal_similarities_come_in_the_order_of_the_words() -> None:
    wv = WordVectors(["q", "c", "b", "a"], [[1, 0], [1, 1], [2, 2], [4, 4]])
    assert [neighbor.word for neighbor in wv.nearest("q", 3)] == ["c", "b", "a"]


def test_rows_without_direction_are_never_found() -> None:
    rows = [[1, 1], [0, 0], [np.nan, 1], [np.inf, 1], [1, 2], [3e38, 3e38]]
    wv = WordVectors(["q", "zero", "nan", "inf", "good", "long"], rows)
    assert {neighbor.word for neighbor in wv.nearest("q", 10)} <= {"good", "long"}
    for word in ("zero", "nan", "inf"):
        with pytest.raises(ConfigError, match="nothing is near a vector of zeros or of numbers"):
            wv.nearest(word)
    signalling_nan = np.array([0x7FA00000, 0], np.uint32).view(np.float32)
    with pytest.raises(ConfigError, match="nothing is near a vector of zeros or of numbers"):
        WordVectors(["snan"], signalling_nan[None]).nearest("snan")


def test_padded_rows_and_memory_maps_give_the_same(tmp_path: Path) -> None:
    wv = random_vectors(dim=5)
    padded = np.full((len(wv), 16), np.nan, np.float32)
    padded[:, :5] = wv.vectors
    wv.vectors.tofile(tmp_path / "table")
    mapped = np.memmap(tmp_path / "table", np.float32, "r", shape=wv.vectors.shape)
    for table in (padded[:, :5], mapped):
        other = WordVectors(wv.words, table)
        assert [n.word for n in other.nearest("w8", 20)] == [n.word for n in wv.nearest("w8", 20)]


def test_a_search_holds_no_second_table() -> None:
    table = np.random.default_rng(0).normal(size=(160_000, 64)).astype(np.float32)[:, :50]
    wv = WordVectors([f"w{i}" for i in range(len(table))], table)
    wv.nearest("w5", 1)
    tracemalloc.start()
    WordVectors(wv.vocabulary, table).nearest("w7", 10)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Norms and cosines of all words, and 2 MB for each of as many threads as there are (at most 8).
    assert peak < 0.7 * table.nbytes


def test_unknown_words_are_named_with_a_suggestion() -> None:
    wv = WordVectors(["paris", "london"], np.eye(2))
    for call in (
        lambda: wv["Paris"],
        lambda: wv[["london", "Paris"]],
        lambda: wv.nearest("Paris"),
        lambda: wv.similarity("paris", "Paris"),
        lambda: wv.analogy("paris", "london", "Paris"),
    ):
        with pytest.raises(UnknownWordError, match=r"'Paris'.* Did you mean 'paris'"):
            call()


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_k_must_be_a_positive_whole_number(k: int) -> None:
    with pytest.raises(ConfigError, match="k must be a whole number from 1"):
        random_vectors().nearest("w1", k)


def test_query_of_another_shape() -> None:
    with pytest.raises(ConfigError, match=r"must have shape \(7,\), not \(3,\)"):
        random_vectors().nearest(np.ones(3))


@pytest.mark.parametrize("shape", [(3, 4), (2,), (2, 0), (2, 2, 2)])
def test_tables_that_do_not_fit_the_words(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="vectors must have 2 rows, one a word"):
        WordVectors(["a", "b"], np.zeros(shape))


def test_repeated_words() -> None:
    with pytest.raises(FormatError, match="'a' twice"):
        WordVectors(["a", "a"], np.eye(2))


def test_neighbors_are_tuples() -> None:
    word, similarity = Neighbor("paris", 0.5)
    assert (word, similarity) == ("paris", 0.5)


def test_texts_are_cut_at_ascii_white_space_only() -> None:
    vectors = WordVectors(["a\u00a0b", "a"], np.eye(2))
    np.testing.assert_array_equal(vectors.text_vector("a\u00a0b\t"), [1, 0])
