"""Tables and columns of the libraries that people have them in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec.errors import CorpusError

pa = pytest.importorskip("pyarrow")
feather = pytest.importorskip("pyarrow.feather")
parquet = pytest.importorskip("pyarrow.parquet")

ROWS = [["b", "a", "b"], None, ["c c", "žltý"], [], ["b"]]
KEPT = [["b", "a", "b"], ["c c", "žltý"], ["b"]]
TEXTS = ["b a  b", None, "žltý\nb", "", "b"]
TEXT_SENTENCES = [["b", "a", "b"], ["žltý"], ["b"], ["b"]]


def as_lists(corpus: huffvec.Corpus) -> list[list[str]]:
    words, ids = corpus.vocabulary.words, corpus.ids
    parts = np.split(ids, corpus.sentence_offsets[1:-1])
    return [[words[i] for i in part] for part in parts]


def encoded(data: object, **options: object) -> list[list[str]]:
    return as_lists(huffvec.encode(data, min_count=1, **options))


TOKEN_TYPES = [
    pa.list_(pa.string()),
    pa.large_list(pa.string()),
    pa.list_(pa.large_string()),
    pa.list_(pa.string_view()),
    pa.list_(pa.dictionary(pa.int8(), pa.string())),
]


@pytest.mark.parametrize("type_", TOKEN_TYPES, ids=str)
def test_lists_of_tokens(type_) -> None:
    array = pa.array(ROWS, type_)
    assert encoded(array) == KEPT
    assert encoded(array.slice(2)) == KEPT[1:]
    assert encoded(array.slice(1, 2)) == KEPT[1:2]
    assert encoded(array, lowercase=True) == KEPT
    assert encoded(pa.chunked_array([array, array.slice(4)])) == [*KEPT, ["b"]]


@pytest.mark.parametrize(
    "type_",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
    ids=str,
)
def test_text(type_) -> None:
    array = pa.array(TEXTS, type_)
    assert encoded(array) == TEXT_SENTENCES
    assert encoded(array, normalize="NFC") == TEXT_SENTENCES
    assert encoded(array.slice(2)) == TEXT_SENTENCES[1:]


@pytest.mark.parametrize("value", [pa.int64(), pa.uint8(), pa.int32()], ids=str)
def test_lists_of_ids(value) -> None:
    rows = [[5, 3, 5], None, [], [3]]
    for type_ in (pa.list_(value), pa.large_list(value)):
        assert encoded(pa.array(rows, type_)) == [["5", "3", "5"], ["3"]]
    assert encoded(pa.array([[5, 3], [4, 3]], pa.list_(value, 2))) == [["5", "3"], ["4", "3"]]


@given(st.lists(st.none() | st.lists(st.text("ab žß\t", min_size=1, max_size=5)), max_size=30),
       st.integers(0, 5), st.booleans())  # fmt: skip
def test_any_lists_come_through(rows, start, lowercase) -> None:
    array = pa.array(rows, pa.list_(pa.string())).slice(start)
    kept = [row for row in rows[start:] if row]
    if kept:
        assert encoded(array, lowercase=lowercase) == kept


def test_many_pieces() -> None:
    rng = np.random.default_rng(4)
    words = np.array([f"w{i}" for i in range(500)])
    tokens = words[rng.integers(0, 500, 300_000)]
    offsets = np.unique(np.concatenate([[0, 300_000], rng.integers(0, 300_000, 9_000)]))
    table = pa.table({"n": np.arange(len(offsets) - 1),
                      "tokens": pa.ListArray.from_arrays(offsets.astype(np.int32),
                                                         pa.array(tokens.tolist()))})  # fmt: skip
    for data in (table, table.to_reader(max_chunksize=500), table.slice(0)):
        for options in ({}, {"lowercase": True}):
            corpus = huffvec.encode(data, min_count=1, column="tokens", n_threads=3, **options)
            assert corpus.sentence_offsets.tolist() == offsets.tolist()
            found = np.array(corpus.vocabulary.words)[corpus.ids]
            assert np.array_equal(found, tokens)
            if not isinstance(data, pa.Table):
                break  # a reader is read once


def test_parquet_and_feather(tmp_path: Path) -> None:
    table = pa.table({"id": range(5), "words": pa.array(ROWS), "title": TEXTS})
    parquet.write_table(table, tmp_path / "x.parquet", row_group_size=2)
    feather.write_feather(table, tmp_path / "x.feather", chunksize=2)
    for path in (tmp_path / "x.parquet", tmp_path / "x.feather"):
        assert encoded(path, column="words") == KEPT
        assert encoded(path, column="title") == TEXT_SENTENCES
        with pytest.raises(CorpusError, match=r"expected one column .* found several: 'words', 't"):
            huffvec.encode(path)
        with pytest.raises(CorpusError, match=r"no column 'word', but .* Did you mean 'words'"):
            huffvec.encode(path, column="word")
        with pytest.raises(CorpusError, match="the column 'id' has the type int64, expected text"):
            huffvec.encode(path, column="id")
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(CorpusError, match=rf"{path.name}: cannot be read: "):
            huffvec.encode(path, column="words")


def test_mixed_kinds_of_files(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"words": pa.array(ROWS)}), tmp_path / "a.parquet")
    (tmp_path / "b.jsonl").write_text('{"words": ["d"]}')
    (tmp_path / "c").mkdir()
    assert encoded([tmp_path / "b.jsonl", tmp_path / "a.parquet"]) == [["d"], *KEPT]


def test_table_from_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"PAR1 and so on")))
    with pytest.raises(CorpusError, match="standard input: is a table, which cannot be read from"):
        huffvec.encode("-")


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (pa.array([["a", None]]), "1 tokens are missing .null. within lists"),
        (pa.array([["a"], ["b", ""]]), "an empty token, expected at least one character"),
        (pa.array([["a"], ["b\nc"]]), "a token with a line feed in it"),
        (pa.array([1.5]), "expected one column of text, or of lists of .*, found none in 'values'"),
        (pa.array([[[1]]]), "found none"),
    ],
)
def test_columns_that_cannot_be_used(array, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        huffvec.encode(array)


def test_transformed_columns_with_bad_tokens() -> None:
    for array in (pa.array([["a"], ["b", ""]]), pa.array([["b\nc"]])):
        with pytest.raises(CorpusError, match="a token that is empty or has a line feed in it"):
            huffvec.encode(array, lowercase=True)


def test_text_that_is_not_utf8() -> None:
    array = pa.array([b"ok caf\xe9"]).cast(pa.string(), safe=False)
    with pytest.raises(CorpusError, match="column 'values': not UTF-8: byte 0xE9 at byte offset 6"):
        huffvec.encode(array)
    assert encoded(array, errors="replace") == [["ok", "caf\ufffd"]]


def test_categories_of_views() -> None:
    """As polars gives its Categorical."""
    words = pa.array(["a b", "c"]).cast(pa.string_view())
    indices = pa.array([1, 0, None, 0], pa.uint32())
    column = pa.DictionaryArray.from_arrays(indices, words)
    assert encoded(column) == [["c"], ["a", "b"], ["a", "b"]]


def test_pandas() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"n": range(5), "words": ROWS, "title": TEXTS})
    assert encoded(frame, column="words") == KEPT
    assert encoded(frame["words"]) == KEPT
    assert encoded(frame["title"]) == TEXT_SENTENCES
    assert encoded(frame, column="title") == TEXT_SENTENCES
    with pytest.raises(CorpusError, match=r"pandas\.\w+: cannot be read: "):
        huffvec.encode(pd.Series([["a"], 5]))


def test_polars() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"n": range(5), "words": ROWS, "title": TEXTS})
    assert encoded(frame, column="words") == KEPT
    assert encoded(frame["words"]) == KEPT
    assert encoded(frame["title"]) == TEXT_SENTENCES
    assert encoded(pl.DataFrame({"ids": [[1, 2], [2]]})) == [["1", "2"], ["2"]]


def test_hugging_face_datasets() -> None:
    datasets = pytest.importorskip("datasets")
    data = datasets.Dataset.from_dict({"n": list(range(5)), "words": ROWS, "title": TEXTS})
    assert encoded(data, column="words") == KEPT
    assert encoded(data, column="title") == TEXT_SENTENCES
    chosen = data.select([4, 0])  # an index over the same table
    assert encoded(chosen, column="words") == [["b"], ["b", "a", "b"]]


def test_pyarrow_datasets(tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")
    parquet.write_table(pa.table({"n": range(5), "words": pa.array(ROWS)}), tmp_path / "x.parquet")
    assert encoded(dataset.dataset(tmp_path / "x.parquet"), column="words") == KEPT
