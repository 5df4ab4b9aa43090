"""Features against their plain twin, against fastText, and in files."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import features as twin

from huffvec import Vocabulary, _text
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.documents import CountedDocuments, encode_examples
from huffvec.classify.features import Bags, Features
from huffvec.classify.texts import as_lines
from huffvec.corpus.labelled.marks import MARK
from huffvec.corpus.white_space import split_words
from huffvec.errors import ConfigError, CorpusError, FormatError

TOKENS = ["a", "the", "of", "eightchr", "ninechars", "word" * 9, "žltý", "日本", "</s>", "\u00a0"]
SPACES = [" ", "\t", "\v", "  ", "\r", "\f "]
LABELS = ["x", "a", "two words", "ß"]
texts = st.lists(st.sampled_from(TOKENS + SPACES) | st.text("ab cž", max_size=4), max_size=12).map(
    lambda parts: " ".join(parts).replace("\n", "")
)
examples = st.lists(st.tuples(texts, st.lists(st.sampled_from(LABELS), max_size=3)), max_size=8)
configs = st.builds(
    ClassifierConfig,
    word_ngrams=st.integers(1, 4),
    subwords=st.none() | st.sampled_from([(1, 1), (1, 3), (2, 2), (2, 4), (4, 4)]),
    min_count=st.integers(1, 3),
    min_ngram_count=st.integers(1, 3),
    buckets=st.sampled_from([1, 2, 7, 64, 1_000_003]),
    weighting=st.sampled_from(["tfidf", "mean"]),
)


def line(text: str, labels: list[str] | tuple[str, ...] = ()) -> bytes:
    """Return a document with its labels."""
    tokens = [MARK + label.encode().replace(b" ", b"\xfe") for label in labels]
    return b" ".join([*tokens, text.encode()]) + b"\n"


def pieces_of(found: list[tuple[str, list[str]]], size: int) -> list[bytes]:
    """Return documents in pieces of so many lines."""
    lines = [line(*example) for example in found]
    return [b"".join(lines[i : i + size]) for i in range(0, len(lines), size)]


@given(examples, examples, configs, st.integers(1, 4), st.integers(1, 3), st.booleans())
@settings(max_examples=150, deadline=None)
def test_features_are_those_of_the_twin(
    train: list[tuple[str, list[str]]],
    test: list[tuple[str, list[str]]],
    config: ClassifierConfig,
    n_threads: int,
    size: int,
    has_end: bool,
) -> None:
    end = "</s>" if has_end else ""
    tokens = [[*split_words(text), *[end] * has_end] for text, _ in train]
    documents = CountedDocuments(pieces_of(train, size), n_threads, end)
    features, bags = Features.of(documents, config, n_threads)
    expected = twin.learn(tokens, config)
    assert features.words.words == expected.words
    if features.bucket_rows is None:
        assert expected.bucket_rows.max() == -1
    else:
        assert np.array_equal(features.bucket_rows, expected.bucket_rows)
    assert features.n_rows == expected.n_rows
    if expected.idf is None:
        assert features.idf is None
    else:
        assert features.idf is not None
        np.testing.assert_allclose(features.idf, expected.idf, rtol=1e-7)
        expected = expected._replace(idf=features.idf)
    twin.same_bags(bags, [twin.bag(of_one, expected, config) for of_one in tokens])
    same(bags, features.encode([text for text, _ in train], n_threads))

    others = [[*split_words(text), *[end] * has_end] for text, _ in test]
    found = encode_examples(features, documents.labels, pieces_of(test, size), n_threads)
    twin.same_bags(found.bags, [twin.bag(of_one, expected, config) for of_one in others])
    known = {label: i for i, label in enumerate(documents.labels.words)}
    ids = [[known.get(label, -1) for label in labels] for _, labels in test]
    assert [sorted(set(of_one)) for of_one in lists(found.label_offsets, found.label_ids)] == [
        sorted(set(of_one)) for of_one in ids
    ]


def same(left: Bags, right: Bags) -> None:
    """Assert that bags are the same to the last bit."""
    assert all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


def lists(offsets: npt.NDArray[Any], ids: npt.NDArray[Any]) -> list[list[int]]:
    return [part.tolist() for part in np.split(ids, offsets[1:-1])] if len(offsets) > 1 else []


@given(examples, st.integers(1, 4), st.integers(1, 3))
@settings(deadline=None)
def test_labels_are_counted_once_a_document(
    train: list[tuple[str, list[str]]], n_threads: int, size: int
) -> None:
    documents = CountedDocuments(pieces_of(train, size), n_threads)
    assert len(documents) == len(train)
    counts = {label: n for label in LABELS if (n := sum(label in labels for _, labels in train))}
    expected = sorted(counts, key=lambda label: (-counts[label], label.encode()))
    assert documents.labels.words == expected
    assert documents.labels.counts.tolist() == [counts[label] for label in expected]
    names = [
        [expected[i] for i in of_one]
        for of_one in lists(documents.label_offsets, documents.label_ids)
    ]
    assert names == [list(dict.fromkeys(labels)) for _, labels in train]


def some_texts(n: int, seed: int) -> list[str]:
    """Return texts of words by Zipf's law, of very different lengths."""
    rng = np.random.default_rng(seed)
    sizes = rng.geometric(0.03, n)
    return [" ".join(f"w{i}" for i in rng.zipf(1.3, size) % 5_000) for size in sizes]


@pytest.mark.parametrize("weighting", ["tfidf", "mean"])
def test_threads_change_nothing(weighting: Any) -> None:
    found_texts = some_texts(3_000, 3)
    config = ClassifierConfig(word_ngrams=3, subwords=(2, 3), weighting=weighting)
    lines = [line(text) for text in found_texts]
    pieces = [b"".join(lines[i : i + 100]) for i in range(0, len(lines), 100)]
    one, bags = Features.of(CountedDocuments(pieces, 1), config, 1)
    many, same_as_bags = Features.of(CountedDocuments(pieces, 4), config, 4)
    assert one.words.words == many.words.words
    np.testing.assert_array_equal(one.bucket_rows, many.bucket_rows)
    same(bags, same_as_bags)
    same(bags, one.encode(found_texts, 1))
    same(bags, one.encode(found_texts, 4))
    table = np.random.default_rng(5).normal(size=(one.n_rows, 7)).astype(np.float32)
    sums = bags.sums(table, 1)
    assert np.array_equal(sums, bags.sums(table, 4))
    found, is_empty = one.encoder.sum(as_lines([*found_texts, ""]), table, 1)
    np.testing.assert_allclose(found.reshape(-1, 7)[:-1], sums, rtol=1e-4, atol=1e-5)
    assert np.flatnonzero(is_empty).tolist() == [len(found_texts)]
    many_found, many_empty = one.encoder.sum(as_lines([*found_texts, ""]), table, 4)
    assert np.array_equal(many_found, found)
    assert np.array_equal(many_empty, is_empty)
    with pytest.raises(ValueError, match="a feature has no row in the table"):
        one.encoder.sum(b"", table[:-1], 1)
    with pytest.raises(ValueError, match="the numbers of a row must stand side by side"):
        one.encoder.sum(b"", table[:, ::2], 1)


@pytest.mark.parametrize("dim", [1, 8, 16, 100, 128])
@pytest.mark.parametrize("weighting", ["tfidf", "mean"])
def test_sums_of_lines_are_those_of_their_bags(dim: int, weighting: Any) -> None:
    found_texts = [*some_texts(300, 29), " ".join(f"w{i} u{i} w{i // 3}" for i in range(4_000))]
    config = ClassifierConfig(word_ngrams=2, subwords=(2, 3), weighting=weighting)
    features, _ = Features.of(CountedDocuments([as_lines(found_texts[::2])], 1), config, 1)
    table = np.random.default_rng(31).normal(size=(features.n_rows, dim)).astype(np.float32)
    lines = as_lines(found_texts)
    sums, _ = features.encoder.sum(lines, table, 1)
    expected = features.encode(found_texts).sums(table)
    np.testing.assert_allclose(sums.reshape(-1, dim), expected, rtol=1e-4, atol=1e-5)
    # A line's sum does not depend on those before it: not even its last bit.
    alone = [features.encoder.sum(as_lines([text]), table, 1)[0] for text in found_texts]
    assert np.array_equal(np.concatenate(alone), sums)


def test_rows_may_stand_in_another_order_than_buckets() -> None:
    found_texts = some_texts(200, 37)
    config = ClassifierConfig(word_ngrams=2, subwords=(2, 3), buckets=5_000)
    features, bags = Features.of(CountedDocuments([as_lines(found_texts)], 1), config, 1)
    assert features.bucket_rows is not None
    assert features.idf is not None
    n_words, n_rows = len(features.words), features.n_rows
    turned = np.append(np.arange(n_words), np.arange(n_words, n_rows)[::-1])
    of_buckets = features.bucket_rows
    others = replace(
        features,
        bucket_rows=np.where(of_buckets < 0, -1, turned[of_buckets]).astype(np.int32),
        idf=features.idf[turned],
    )
    table = np.random.default_rng(41).normal(size=(n_rows, 16)).astype(np.float32)
    sums, _ = others.encoder.sum(as_lines(found_texts), table[turned], 1)
    np.testing.assert_allclose(sums.reshape(-1, 16), bags.sums(table), rtol=1e-4, atol=1e-5)


def test_encoding_in_threads_of_python() -> None:
    found = some_texts(500, 7)
    features, bags = Features.of(CountedDocuments([as_lines(found)], 1), ClassifierConfig())
    results: list[Bags] = []
    threads = [
        threading.Thread(target=lambda: results.append(features.encode(found, 1))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for result in results:
        same(bags, result)


@pytest.fixture(scope="module", params=[(1, 0, 0), (3, 0, 0), (1, 2, 4), (4, 1, 3)])
def fasttext_model(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Any:
    fasttext = pytest.importorskip("fasttext")
    path = tmp_path_factory.mktemp("fasttext") / "train.txt"
    train = [f"__label__{len(text) % 3} {text} žltý 日本" for text in some_texts(200, 11)]
    path.write_text("\n".join(train), "utf-8")
    ngrams, min_chars, max_chars = request.param
    # Ten threads set a tenth of the table each; the rest fastText leaves as it finds the memory.
    return fasttext.train_supervised(
        str(path), dim=20, epoch=1, thread=10, bucket=3_001, verbose=0,
        wordNgrams=ngrams, minn=min_chars, maxn=max_chars, minCount=2,
    )  # fmt: skip


def features_of(model: Any) -> Features:
    """Return the features of a model of fastText."""
    args = model.f.getArgs()
    config = ClassifierConfig(
        word_ngrams=args.wordNgrams,
        subwords=(args.minn, args.maxn) if args.maxn else None,
        buckets=3_001,
        weighting="mean",
    )
    return Features(config, Vocabulary(*model.get_words(include_freq=True)), end_token="</s>")


def test_hidden_vectors_are_those_of_fasttext(fasttext_model: Any) -> None:
    features = features_of(fasttext_model)
    table = np.array(fasttext_model.get_input_matrix())
    assert features.n_rows == len(table)
    found = [*some_texts(100, 13), "", "žltý neznámy 日本語 žltý", "w1 w1 w1", "\tw2\u00a0w3  w4 "]
    expected = [fasttext_model.get_sentence_vector(text) for text in found]
    np.testing.assert_allclose(
        features.encode(found).sums(table), expected, rtol=1e-5, atol=1e-6 * np.abs(table).max()
    )


def test_ngrams_of_characters_are_those_of_fasttext(fasttext_model: Any) -> None:
    features = features_of(fasttext_model)
    for word in ["w1", "žltý", "neznámy", "日", "</s>"]:
        _, ids = fasttext_model.get_subwords(word)
        lines = features.encoder.encode(word.encode(), 1, b"", None)[0]
        n_words, ngrams = (
            len(features.words),
            set(twin.word_buckets([word, "</s>"], features.config)),
        )
        expected = set(ids.tolist()) | {n_words + bucket for bucket in ngrams}
        expected.add(features.words.id_of("</s>"))
        assert set(lines[1].tolist()) == expected


def test_sums_are_those_of_numpy(tmp_path: Path) -> None:
    rng = np.random.default_rng(17)
    table = rng.normal(size=(50, 33)).astype(np.float32)
    np.save(tmp_path / "table.npy", table)
    offsets = np.array([0, 0, 3, 3, 40, 41], np.int64)
    row_ids = rng.integers(0, 50, 41).astype(np.int32)
    bags = Bags(offsets, row_ids, rng.normal(size=41).astype(np.float32))
    parts = [slice(a, b) for a, b in itertools.pairwise(offsets)]
    for rows in (table, np.load(tmp_path / "table.npy", mmap_mode="r"), table[:, 3:20]):
        expected = [bags.values[part] @ rows[row_ids[part]].astype(float) for part in parts]
        np.testing.assert_allclose(bags.sums(rows), expected, rtol=1e-5, atol=1e-5)


def test_sums_stay_within_the_table() -> None:
    table = np.zeros((3, 2), np.float32)
    ones = np.ones(1, np.float32)
    for row_id in (-1, 3):
        bags = Bags(np.array([0, 1]), np.array([row_id], np.int32), ones)
        with pytest.raises(ValueError, match="a row is not in the table"):
            bags.sums(table)
    for offsets in ([0, 2], [1, 1], [0, 1, 0]):
        with pytest.raises(ValueError, match="offsets must rise from 0 to the number of values"):
            Bags(np.array(offsets), np.zeros(1, np.int32), ones).sums(table)
    with pytest.raises(ValueError, match="as many row ids as values are due"):
        Bags(np.array([0, 1]), np.zeros(2, np.int32), ones).sums(table)
    with pytest.raises(ValueError, match="a sum for each bag is due"):
        _text.sum_rows(table, np.array([0, 1]), np.zeros(1, np.int32), ones, table, 1)
    with pytest.raises(ValueError, match="rows and sums must be of one length"):
        _text.sum_rows(
            table, np.array([0, 1]), np.zeros(1, np.int32), ones, table[:1, :1].copy(), 1
        )
    with pytest.raises(ValueError, match="a row is not in the table"):
        _text.document_counts(np.array([3], np.int32), 3)


def test_a_table_is_no_list_of_texts() -> None:
    table = pytest.importorskip("pandas").DataFrame({"text": ["a b"]})
    assert as_lines(table["text"]) == b"a b\n"
    with pytest.raises(ConfigError, match=r"must be a list of texts, not a table: take its column"):
        as_lines(table)


def test_texts_are_lines() -> None:
    assert as_lines(["a b", "", "c\nd", "\ud800"]) == b"a b\n\nc d\n\xed\xa0\x80\n"
    assert as_lines([]) == b""
    with pytest.raises(ConfigError, match=r"texts must be a list of texts, not a single one"):
        as_lines("a b")
    with pytest.raises(ConfigError, match=r"texts must be a list of texts; one is b'a'"):
        as_lines([b"a"])  # type: ignore[list-item]


def test_words_are_utf_8() -> None:
    with pytest.raises(CorpusError, match=r"a word is not UTF-8: b'b\\xc3'"):
        CountedDocuments([b"a b\xc3 c\n"], 1)
    with pytest.raises(FormatError, match="not UTF-8"):
        _ = CountedDocuments([MARK + b"\xc3 c\n"], 1).labels


def learned(**options: Any) -> Features:
    """Return the features of a few texts."""
    config = ClassifierConfig(buckets=500, min_ngram_count=1, **options)
    return Features.of(CountedDocuments([as_lines(some_texts(5, 19))], 1, "</s>"), config)[0]


@pytest.mark.parametrize(
    "options",
    [{}, {"weighting": "mean"}, {"min_count": 10**6, "word_ngrams": 1, "subwords": "2"}],
)
def test_arrays_come_back(options: dict[str, Any]) -> None:
    features = learned(**options)
    again = Features.from_arrays(features.config, features.to_arrays())
    assert again.words.words == features.words.words
    assert again.end_token == "</s>"
    assert again.n_rows == features.n_rows
    found = some_texts(20, 23)
    same(again.encode(found), features.encode(found))


def test_features_with_all_buckets_come_back() -> None:
    config = ClassifierConfig(buckets=500, weighting="mean", word_ngrams=2, subwords=None)
    features = Features(config, Vocabulary(["w1", "w2"], [3, 2]))
    again = Features.from_arrays(config, features.to_arrays())
    assert (features.n_rows, again.n_rows, again.bucket_rows) == (502, 502, None)
    assert Features(config.but(word_ngrams=1), features.words).n_rows == 2
    same(again.encode(["w1 w2 w1"]), features.encode(["w1 w2 w1"]))


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("words", None, "words is missing"),
        ("counts", None, "counts is missing"),
        ("idf", np.ones(3), "idf should be float32 with 1 dimension and is float64 of shape"),
        ("buckets", np.ones((2, 2), np.int32), "buckets should be int32 with 1 dimension"),
        ("buckets", np.array([500], np.int32), "expected buckets from 0 to 499, found 500 to 500"),
        ("buckets", np.array([-1, 3], np.int32), "expected buckets from 0 to 499, found -1 to 3"),
        ("buckets", np.array([7, 7], np.int32), "a bucket is there twice"),
        ("idf", None, "idf is missing"),
        ("idf", np.ones(2, np.float32), "rows, but 2 weights"),
        ("idf", np.array([], np.float32), "rows, but 0 weights"),
        ("end_token", np.array([0xC3], np.uint8), "the end token is not UTF-8"),
        ("end_token", np.frombuffer(b"a b", np.uint8), "the end token 'a b' is not one word"),
    ],
)
def test_damaged_arrays_are_refused(name: str, array: Any, message: str) -> None:
    features = learned()
    arrays = features.to_arrays()
    arrays.pop(name)
    if array is not None:
        arrays[name] = array
    with pytest.raises(FormatError, match=f"features: .*{message}"):
        Features.from_arrays(features.config, arrays)


def test_weights_are_finite() -> None:
    features = learned()
    arrays = features.to_arrays()
    arrays["idf"] = np.where(np.arange(features.n_rows) == 3, np.nan, arrays["idf"])
    with pytest.raises(FormatError, match="features: a weight is not finite"):
        Features.from_arrays(features.config, arrays)


def test_rows_fit_the_buckets() -> None:
    options: dict[str, Any] = {"word_ngrams": 1, "min_chars": 0, "max_chars": 0, "buckets": 2}
    rows = np.array([-1, 3], np.int32)
    with pytest.raises(ValueError, match="a bucket has a row that there is not"):
        _text.FeatureRows(n_words=1, n_rows=3, bucket_rows=rows, **options)
    with pytest.raises(ValueError, match="a row for each bucket is due"):
        _text.FeatureRows(n_words=1, n_rows=3, bucket_rows=rows[:1], **options)
    with pytest.raises(ValueError, match="all buckets have rows"):
        _text.FeatureRows(n_words=1, n_rows=2, bucket_rows=None, **{**options, "max_chars": 1})
    with pytest.raises(ValueError, match="more words than rows"):
        _text.FeatureRows(n_words=4, n_rows=3, bucket_rows=rows, **options)
    with pytest.raises(ValueError, match="the options of features do not fit together"):
        _text.FeatureRows(n_words=1, n_rows=4, bucket_rows=rows, **{**options, "word_ngrams": 0})
    native = _text.FeatureRows(n_words=1, n_rows=4, bucket_rows=rows, **options)
    with pytest.raises(ValueError, match="a weight a row is due"):
        _text.LineEncoder(np.frombuffer(b"a", np.uint8), native, np.ones(3, np.float32), b"")
