"""Exact search: many queries, any size of blocks, odd rows, against all cosines in float64."""

from __future__ import annotations

import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, UnknownWordError
from huffvec.search import exact
from huffvec.search.exact import nearest_rows
from huffvec.search.tables import ArrayRows, row_norms
from huffvec.subwords import Subwords
from huffvec.vectors import WordVectors
from huffvec.vectors.subword_vectors import SubwordVectors

Floats = npt.NDArray[np.float64]


def twin(
    table: npt.NDArray[np.float32], units: Floats, k: int, left_out: set[tuple[int, int]]
) -> list[list[int]]:
    """The rows by falling cosine, all in float64 by the definition; equal ones by row."""
    exact_rows = table.astype(np.float64)
    answers = []
    for i, unit in enumerate(units):
        scored = []
        for row, vector in enumerate(exact_rows):
            length = np.sqrt((vector**2).sum())
            if np.isfinite(length) and length > 0 and (i, row) not in left_out:
                scored.append((-round(float(np.dot(vector / length, unit)), 12), row))
        answers.append([row for _, row in sorted(scored)[:k]])
    return answers


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n_rows=st.integers(1, 70),
    n_queries=st.integers(1, 9),
    k=st.integers(1, 80),
    block_rows=st.integers(1, 80),
    queries_at_once=st.integers(1, 9),
)
def test_rows_equal_the_twins(
    seed: int, n_rows: int, n_queries: int, k: int, block_rows: int, queries_at_once: int
) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n_rows, 3)).astype(np.float32)
    table[rng.integers(0, n_rows, n_rows // 3)] = table[0]  # equal rows
    table[rng.integers(0, n_rows, n_rows // 9)] = 0
    table[rng.integers(0, n_rows, n_rows // 9), 1] = rng.choice([np.nan, np.inf, -np.inf])
    table[rng.integers(0, n_rows, n_rows // 5)] *= np.float32(rng.choice([1e-20, 1e30]))
    units = rng.normal(size=(n_queries, 3))
    units /= np.sqrt((units**2).sum(axis=1, keepdims=True))
    left_out = np.stack(
        [rng.integers(0, n_queries, 12), rng.integers(0, n_rows, 12)], axis=1
    ).astype(np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "ROW_FLOATS", 3 * block_rows)
        patch.setattr(exact, "QUERIES_AT_ONCE", queries_at_once)
        patch.setattr(exact, "_FILTERED", 2 * block_rows)
        rows, cosines = nearest_rows(ArrayRows(table), units, k, left_out)
    expected = twin(table, units, k, {(int(i), int(row)) for i, row in left_out})
    assert [[row for row in found if row >= 0] for found in rows.tolist()] == expected
    assert np.isnan(cosines[rows < 0]).all()
    for i, found in enumerate(expected):
        for row, cosine in zip(found, cosines[i], strict=False):
            vector = table[row].astype(np.float64)
            assert cosine == pytest.approx(vector / np.linalg.norm(vector) @ units[i], abs=1e-12)


def test_rows_that_float32_cannot_tell_apart_are_ordered_by_float64() -> None:
    rng = np.random.default_rng(1)
    unit = np.zeros(300)
    unit[0] = 1
    table = rng.normal(scale=1e-4, size=(2_000, 300)).astype(np.float32)
    table[:, 0] = 1
    rows, _ = nearest_rows(ArrayRows(table), unit[None], 20, np.empty((0, 2), np.int64))
    cosines = 1 / np.linalg.norm(table.astype(np.float64), axis=1)
    assert rows[0].tolist() == np.argsort(-cosines)[:20].tolist()


def test_norms_are_exact() -> None:
    table = np.random.default_rng(5).normal(size=(3_000, 700)).astype(np.float32) * 1e30
    expected = np.linalg.norm(table.astype(np.float64), axis=1)
    np.testing.assert_allclose(row_norms(table), expected, rtol=1e-14)


def words_and_vectors() -> WordVectors:
    table = np.random.default_rng(3).normal(size=(60, 5)).astype(np.float32)
    return WordVectors([f"w{i * 7 % 60}" for i in range(60)], table)


def test_a_batch_answers_as_one_after_the_other() -> None:
    wv = words_and_vectors()
    words = ["w3", "w58", "w3", "w0"]
    assert wv.nearest_batch(words, 7) == [wv.nearest(word, 7) for word in words]
    vectors = wv[words] * np.float32(3)
    assert wv.nearest_batch(vectors, 7) == [wv.nearest(vector, 7) for vector in vectors]
    assert wv.nearest_batch(list(vectors), 7) == wv.nearest_batch(vectors, 7)
    assert wv.nearest_batch(np.array(words), 7) == wv.nearest_batch(words, 7)
    assert wv.nearest_batch([]) == []
    assert wv.nearest_batch(np.empty((0, 5))) == []
    assert [len(found) for found in wv.nearest_batch(words, 100)] == [59, 59, 59, 59]


def test_what_a_batch_refuses() -> None:
    wv = words_and_vectors()
    with pytest.raises(ConfigError, match=r"queries must be several, .* \(n, 5\), not 'w3'; near"):
        wv.nearest_batch("w3")
    with pytest.raises(ConfigError, match=r"query vectors must have shape \(n, 5\), not \(2, 4\)"):
        wv.nearest_batch(np.ones((2, 4)))
    with pytest.raises(ConfigError, match=r"query vectors must have shape \(n, 5\), not \(5,\)"):
        wv.nearest_batch(wv["w3"])
    with pytest.raises(ConfigError, match=r"vector of zeros or .*, as that of query 1"):
        wv.nearest_batch([wv["w3"], np.zeros(5)])
    with pytest.raises(ConfigError, match="k must be a whole number"):
        wv.nearest_batch(["w3"], 0)
    with pytest.raises(UnknownWordError, match="no word 'x'"):
        wv.nearest_batch(["w3", "x"])


def test_of_many_equal_rows_the_first_are_found() -> None:
    wv = WordVectors([f"w{i}" for i in range(60_000)], np.ones((60_000, 16), np.float32))
    found = wv.nearest_batch(wv.words[:40], 3)
    assert [neighbor.word for neighbor in found[0]] == ["w1", "w2", "w3"]
    assert [neighbor.word for neighbor in found[2]] == ["w0", "w1", "w3"]


def test_all_similarities_are_never_held_at_once() -> None:
    table = np.random.default_rng(1).normal(size=(100_000, 16)).astype(np.float32)
    wv = WordVectors([f"w{i}" for i in range(len(table))], table)
    wv.nearest("w5", 1)
    tracemalloc.start()
    wv.nearest_batch(table[:1_000], 3)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2e8  # they would take 400 MB


def subword_vectors(n_words: int = 500) -> SubwordVectors:
    rng = np.random.default_rng(7)
    words = [f"{i * 13 % n_words:x}č{i}" for i in range(n_words)]
    subwords = Subwords(2, 4, buckets=300)
    table = rng.normal(size=(n_words + 300, 6)).astype(np.float32)
    return SubwordVectors(Vocabulary(words, np.ones(n_words, np.int64)), table, subwords)


def test_vectors_of_subwords_are_found_without_being_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, made = subword_vectors(), subword_vectors()
    monkeypatch.setattr("huffvec.vectors.subword_vectors.KEPT_BYTES", 500)
    monkeypatch.setattr(exact, "ROW_FLOATS", 6 * 37)
    queries = [*made.words[:40], "unseen"]
    found = made.nearest_batch(queries, 9)
    np.testing.assert_array_equal(made.norms, row_norms(kept.vectors))
    assert "vectors" not in vars(made)
    assert found == kept.nearest_batch(queries, 9)
    np.testing.assert_array_equal(made.rows(slice(30, 90)), kept.vectors[30:90])
    np.testing.assert_array_equal(made.vectors, kept.vectors)
    assert type(made.search_table) is ArrayRows  # once they are there, they are used
    np.testing.assert_array_equal(made.rows(slice(490, 900)), kept.vectors[490:])


def test_bytes_of_some_words() -> None:
    vocabulary = Vocabulary(["čau", "a", "ľú", "b"], [4, 3, 2, 1])
    assert vocabulary.word_bytes(slice(0, 2)).tobytes().decode() == "čau\na"
    assert vocabulary.word_bytes(slice(2, 9)).tobytes().decode() == "ľú\nb"
    assert vocabulary.word_bytes(slice(1, 1)).tobytes() == b""
    assert Vocabulary([], []).word_bytes(slice(0, 5)).tobytes() == b""
