"""Searches use as many threads as they are told to, and several of them may go on at once."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import huffvec
from huffvec.errors import ConfigError, MissingExtraError
from huffvec.evaluation import evaluate
from huffvec.search import dot, tables
from huffvec.threads import limited_threads, thread_limit, usable_threads

N_WORDS, DIM = 3_000, 24


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(5)
    words = [f"w{(i * 7) % N_WORDS}" for i in range(N_WORDS)]
    return huffvec.WordVectors(words, rng.standard_normal((N_WORDS, DIM), np.float32))


def test_results_do_not_depend_on_the_number_of_threads(vectors):
    queries = [f"w{i}" for i in range(40)]
    expected, batch = vectors.nearest("w3", 7), vectors.nearest_batch(queries, 5)
    products = vectors.nearest(["w3", "w5"], 4, negative=["w8"], method="multiply")
    analogies = vectors.analogy("w1", "w2", "w3", 4)
    for n_threads in (1, 2, np.int64(3)):
        options = {"n_threads": n_threads}
        assert vectors.nearest("w3", 7, **options) == expected
        assert vectors.nearest_batch(queries, 5, **options) == batch
        assert vectors.nearest_batch(queries[:3], 5, **options) == batch[:3]
        assert vectors.analogy("w1", "w2", "w3", 4, **options) == analogies
        found = vectors.nearest(["w3", "w5"], 4, negative=["w8"], method="multiply", **options)
        assert [word for word, _ in found] == [word for word, _ in products]


def test_a_limit_that_cannot_be(vectors):
    for ask in (
        lambda n: vectors.nearest("w3", n_threads=n),
        lambda n: vectors.nearest_batch(["w3"], n_threads=n),
        lambda n: vectors.evaluate(n_threads=n),
        lambda n: evaluate(vectors, n_threads=n),
    ):
        for n_threads in (-1, 1.5, 5_000):
            with pytest.raises(ConfigError, match="n_threads must be a whole number from 0 to"):
                ask(n_threads)


def test_a_limit_holds_for_one_thread_of_python_and_ends():
    seen = {}

    def other():
        with limited_threads(5):
            seen["other"] = thread_limit()

    with limited_threads(2):
        with limited_threads(0):
            assert thread_limit() == 2
        with limited_threads(1):
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            assert thread_limit() == 1
        assert thread_limit() == 2
    assert thread_limit() == 0
    assert seen == {"other": 5}


def working_threads(n_threads):
    """Count the threads that share 40 parts, each of which waits for another thread to come."""
    seen, lock, come = set(), threading.Lock(), threading.Event()

    def work(part):
        with lock:
            seen.add(threading.get_ident())
            if len(seen) > n_threads:
                come.set()
        come.wait(0.01)

    with limited_threads(n_threads):
        tables.in_threads(work, tables.slices(40, 1))
    return len(seen)


def test_own_threads_are_as_many_as_allowed():
    assert working_threads(1) == 1
    assert working_threads(3) == 3


def test_blas_has_as_many_threads_as_the_narrowest_search_allows():
    pytest.importorskip("threadpoolctl")
    (library, before, _), *_ = dot._blas_libraries()
    with dot._blas_threads(before + 5):  # no more than there were
        assert library.num_threads == before
        with dot._blas_threads(1):
            assert library.num_threads == 1
        assert library.num_threads == before
    entered, leave = threading.Event(), threading.Event()

    def narrow():
        with dot._blas_threads(1):
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=narrow)
    thread.start()
    entered.wait(10)
    with dot._blas_threads(2):
        assert library.num_threads == 1
        leave.set()
        thread.join()
        assert library.num_threads == min(2, before)
    assert library.num_threads == before


def test_without_threadpoolctl_few_queries_are_limited_and_many_say_what_is_missing(
    vectors, monkeypatch
):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    dot._blas_libraries.cache_clear()
    try:
        assert vectors.nearest("w3", n_threads=1) == vectors.nearest("w3")
        message = r"at once needs the package threadpoolctl: pip install 'huffvec\[threads\]'"
        with pytest.raises(MissingExtraError, match=message):
            vectors.nearest_batch([f"w{i}" for i in range(9)], n_threads=1)
        assert len(vectors.nearest_batch([f"w{i}" for i in range(9)])) == 9
    finally:
        monkeypatch.undo()
        dot._blas_libraries.cache_clear()


@pytest.mark.parametrize("kind", ["words", "subwords", "index"])
def test_several_threads_of_python_search_at_once(kind):
    """All first uses meet: lengths of rows, ids of words and vectors from n-grams are made then."""
    text = [[f"w{(i * j) % 97}" for j in range(1, 9)] for i in range(300)]
    subwords = huffvec.Subwords(2, 3, 500) if kind == "subwords" else None
    options = {"dim": 12, "epochs": 1, "min_count": 1, "n_threads": 1, "subwords": subwords}
    reference = huffvec.train(text, **options).vectors
    words = reference.words[:40]
    if kind == "index":
        pytest.importorskip("usearch")
        searched: Any = reference.index(n_threads=1)
        expected = {word: searched.nearest(word, 5) for word in words}
    else:
        searched = huffvec.train(text, **options).vectors
        expected = {word: reference.nearest(word, 5) for word in words}
    start = threading.Barrier(8)

    def search(number):
        start.wait()
        mine = words[number::2] + words[:number]
        if number % 3 == 0:
            return mine, searched.nearest_batch(mine, 5, n_threads=1 + number % 2)
        return mine, [searched.nearest(word, 5) for word in mine]

    with ThreadPoolExecutor(8) as pool:
        for mine, found in pool.map(search, range(8)):
            assert found == [expected[word] for word in mine]


def test_processors_of_this_process_are_meant():
    assert 1 <= usable_threads() <= 100_000
    corpus = huffvec.encode(iter(["ja nein"] * 9), min_count=1, n_threads=0)
    assert len(corpus.vocabulary) == 2
