"""Rows of tables: CSV, JSON lines with keys, and rows that are grouped into sentences."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import huffvec
from huffvec.errors import ConfigError, CorpusError

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")


def as_lists(corpus: huffvec.Corpus) -> list[list[str]]:
    words, ids = corpus.vocabulary.words, corpus.ids
    bounds = corpus.sentence_offsets.tolist()
    return [[words[i] for i in ids[begin:end]] for begin, end in itertools.pairwise(bounds)]


def encoded(data: object, **options: object) -> list[list[str]]:
    return as_lists(huffvec.encode(data, min_count=1, **options))  # type: ignore[arg-type]


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# CSV


def test_csv_as_spreadsheets_write_it(tmp_path: Path) -> None:
    text = 'id,text,score\r\n1,"b a, ""b""\nc",0.5\r\n2,,1\r\n3,b,\r\n'
    for name, content in (
        ("x.csv", text.encode()),
        ("bom.csv", b"\xef\xbb\xbf" + text.encode()),
        ("x.csv.gz", gzip.compress(text.encode())),
        ("x.tsv", text.replace(",", "\t").replace("a\t", "a,").encode()),
        ("semicolon.csv", text.replace(",", ";").replace("a;", "a,").encode()),
    ):
        path = written(tmp_path / name, content)
        assert encoded(path) == [["b", "a,", '"b"'], ["c"], ["b"]], name
        assert encoded(path, column="text") == encoded(path)
        assert encoded(path, column="id") == [["1"], ["2"], ["3"]]


def test_text_with_commas_stays_text(tmp_path: Path) -> None:
    path = written(tmp_path / "x.txt", "a,b\nb,c")
    assert encoded(path) == [["a,b"], ["b,c"]]
    assert encoded(path, separator=",", column="b") == [["c"]]


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1)
)
def test_any_text_comes_through_csv(tmp_path_factory, rows: list[str]) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    frame = pd.DataFrame({"n": range(len(rows)), "text": rows})
    frame.to_csv(path, index=False, quoting=csv.QUOTE_NONNUMERIC)
    lines = [line.encode().split() for row in rows for line in row.split("\n")]
    expected = [[token.decode() for token in line] for line in lines if line]
    if not expected:
        with pytest.raises(CorpusError, match="no word"):
            encoded(path, column="text")
        return
    assert encoded(path, column="text") == expected


def test_csv_without_header(tmp_path: Path) -> None:
    path = written(tmp_path / "ratings.tsv", "7\ta b\n8\tb\n")
    assert encoded(path) == [["a", "b"], ["b"]]
    assert encoded(path, column="1") == [["7"], ["8"]]
    path = written(tmp_path / "words.csv", "b a,x\nb,y\n")
    assert encoded(path, column="b a") == [["b"]]
    assert encoded(path, column="1", header=False) == [["b", "a"], ["b"]]
    pd.DataFrame({"0": ["x"], "text": ["a b"]}).to_csv(tmp_path / "index.csv")
    assert encoded(tmp_path / "index.csv", column="text") == [["a", "b"]]


def test_csv_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"n;text\n1;a b\n")))
    assert encoded("-", separator=";") == [["a", "b"]]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (b"a,b\nx,y\n", {}, "x.csv: expected one column of text.*found several: 'a', 'b'"),
        (b"a,b\n1,2\n", {}, "found none in 'a', 'b'"),
        (b"a,b\nx,y\n", {"column": "c"}, "x.csv has no column 'c', but 'a', 'b'"),
        (b"a,a\nx,y\n", {"column": "a"}, "x.csv has 2 columns 'a', expected 1"),
        (b"a,b\nx,y\nz\n", {"column": "a"}, "Expected 2 columns, got 1"),
        (b"a,b\nx,caf\xe9\n", {"column": "b"}, "not UTF-8: byte 0xE9 at byte offset 9"),
        (b"\n\n", {}, "x.csv: has no row, expected CSV"),
        (b'a\n"' + b"x" * 300_000 + b'"\n', {"max_line": 70_000}, "more than 70,000 bytes"),
    ],
)
def test_csv_that_cannot_be_read(tmp_path: Path, text: bytes, options: dict, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        encoded(written(tmp_path / "x.csv", text), **options)


def test_damaged_rows_of_groups(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"x\.csv: cannot be read: .*Expected 2 columns, got 1"):
        encoded(written(tmp_path / "x.csv", "u,i\n1,a\n2\n"), column="i", group_by="u")


def test_broken_bytes_in_csv_can_be_replaced(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", b"n,t\n1,caf\xe9 b\0c\n")
    assert encoded(path, errors="replace") == [["caf\ufffd", "b\ufffdc"]]


# A NUL: the same in every input


def with_nul(folder: Path) -> dict[str, tuple[object, dict]]:
    table = pa.table({"t": [["a", "b\0c"]]})
    text = written(folder / "x.txt", "a b\0c")
    return {
        "text": (text, {}),
        "transformed": (text, {"lowercase": True}),
        "compressed": (written(folder / "x.gz", gzip.compress(b"a b\0c")), {}),
        "json": (written(folder / "x.jsonl", r'["a", "b\u0000c"]'), {}),
        "csv": (written(folder / "x.csv", "n,t\n1,a b\0c\n"), {}),
        "tokens": ([["a", "b\0c"]], {}),
        "strings": (iter(["a b\0c"]), {}),
        "arrow": (table, {}),
        "arrow transformed": (table, {"normalize": "NFC"}),
        "arrow text": (pa.table({"t": ["a b\0c"]}), {}),
        "groups": (pa.table({"t": ["a", "b\0c"], "g": [1, 1]}), {"column": "t", "group_by": "g"}),
    }


NUL_KINDS = (
    "text", "transformed", "compressed", "json", "csv", "tokens", "strings", "arrow",
    "arrow transformed", "arrow text", "groups",
)  # fmt: skip


@pytest.mark.parametrize("kind", NUL_KINDS)
@pytest.mark.parametrize("given_vocabulary", [False, True])
def test_nul_is_refused_or_replaced(tmp_path: Path, kind: str, given_vocabulary: bool) -> None:
    words = huffvec.corpus.Vocabulary(["b\ufffdc", "a"], [1, 1]) if given_vocabulary else None
    data, options = with_nul(tmp_path)[kind]
    with pytest.raises(CorpusError, match=r"NUL.*errors='replace'"):
        encoded(data, vocabulary=words, **options)
    data, options = with_nul(tmp_path)[kind]
    found = encoded(data, errors="replace", vocabulary=words, **options)
    assert found == [["a", "b\ufffdc"]]


def test_nul_in_edges(tmp_path: Path) -> None:
    path = written(tmp_path / "x.txt", "a b\0c\n")
    with pytest.raises(CorpusError, match=r"NUL byte at byte offset 3.*errors='replace'"):
        huffvec.random_walks(path)
    walks = huffvec.random_walks(path, errors="replace")
    assert sorted(walks.vocabulary.words) == ["a", "b\ufffdc"]


# JSON


def test_json_named_json(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    assert encoded(written(path, '{"t": "a b"}\n{"t": "b"}')) == [["a", "b"], ["b"]]
    assert encoded(written(path, '["a", "b"]\n["b"]')) == [["a", "b"], ["b"]]
    document = [{"t": "a b"}, {"t": "b"}]
    for text in (json.dumps(document), json.dumps(document, indent=1), '{"rows":\n[1]}'):
        with pytest.raises(CorpusError, match=r"one JSON document, .*jq -c '\.\[\]' data\.json >"):
            encoded(written(path, text))
    assert encoded(written(tmp_path / "x.jsonl", '["a", "b"]')) == [["a", "b"]]


def test_rows_with_other_keys(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", '\n{"text": "a"}\n{"txt": "b"}\n')
    with pytest.raises(CorpusError, match="line 3 has the key 'txt', expected 'text' as in line 2"):
        encoded(path)
    path = written(tmp_path / "x.jsonl", '{"text": "a"}\n"b"\n')
    with pytest.raises(CorpusError, match=r"line 2 is str .*expected an object with the key"):
        encoded(path)


@pytest.mark.parametrize("text", ["[1, [2]]", "[1, 1e999]", "[1]\n[1.5]", "[1, null]"])
def test_numbers_that_are_no_ids(tmp_path: Path, text: str) -> None:
    with pytest.raises(CorpusError, match=r"sentence \d: id \d is .*, expected a whole number"):
        encoded(written(tmp_path / "x.jsonl", text))


@pytest.mark.parametrize(
    "ids", [[1, 2**63], [2**64 - 1, 1], [2**70, 1], [-1, 2**64 - 1], [-(2**64)]]
)
def test_ids_that_are_too_large(ids: list[int]) -> None:
    with pytest.raises(CorpusError, match=r"the id -?\d+ does not fit into 64 bits"):
        encoded([ids])


def test_halves_of_characters_in_json(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", r'["a\ud800", "b"]')
    with pytest.raises(CorpusError, match="cannot be written in UTF-8"):
        encoded(path)
    assert encoded(path, errors="replace") == [["a\ufffd", "b"]]


def test_depth_and_length_of_json(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", "[1]\n" + "[" * 100_000)
    with pytest.raises(CorpusError, match="line 2 is not JSON"):
        encoded(path)
    with pytest.raises(CorpusError, match="line 2 has more than 65,536 bytes"):
        encoded(path, max_line=1 << 16)
    path = written(tmp_path / "x.jsonl", "[" + "9" * 5000 + "]")
    with pytest.raises(CorpusError, match=r"line 1 is not JSON|is too large"):
        encoded(path)


# Groups

ROWS = [
    ("u2", "pear", 1.5),
    ("u1", "new york", 30),
    ("u2", "apple", 0.5),
    ("u1", "pear", 20),
    ("u2", "pear", 0.5),
    ("u1", None, 10),
    ("u3", "apple", 7),
]
COLUMNS = ("user", "item", "time")
SORTED = [["apple", "pear", "pear"], ["pear", "new york"], ["apple"]]
AS_THEY_COME = [["pear", "apple", "pear"], ["new york", "pear"], ["apple"]]


def sources(folder: Path) -> dict[str, object]:
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    frame.to_csv(folder / "x.csv", index=False)
    frame[frame.item.notna()].to_csv(folder / "known.csv", index=False)
    frame.to_parquet(folder / "x.parquet", row_group_size=2)
    frame.to_feather(folder / "x.feather")
    written(folder / "x.jsonl", "\n".join(map(json.dumps, rows)))
    table = pa.Table.from_pandas(frame)
    return {
        "csv": folder / "known.csv",
        "parquet": folder / "x.parquet",
        "feather": folder / "x.feather",
        "json": folder / "x.jsonl",
        "pandas": frame,
        "categories": frame.astype({"user": "category", "item": "category"}),
        "arrow": table,
        "dictionaries": table.set_column(1, "item", table["item"].dictionary_encode()),
        "rows": rows,
        "generator": (row for row in rows),
    }


KINDS = (
    "csv", "parquet", "feather", "json", "pandas", "categories", "arrow", "dictionaries", "rows",
    "generator",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_rows_become_sentences(tmp_path: Path, kind: str) -> None:
    options = {"column": "item", "group_by": "user"}
    assert encoded(sources(tmp_path)[kind], order_by="time", **options) == SORTED
    assert encoded(sources(tmp_path)[kind], **options) == AS_THEY_COME


def test_polars() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(ROWS, schema=COLUMNS, orient="row")
    assert encoded(frame, column="item", group_by="user", order_by="time") == SORTED


def test_groups_go_through_all_files(tmp_path: Path) -> None:
    a = written(tmp_path / "a.csv", "user,item,time\n1,7,2024-03-01\n2,8,2024-01-01 10:00:00\n")
    b = written(tmp_path / "b.csv", "user,item,time\n2,9,2024-01-01T09:30:00\n1,7,2023-12-31\n")
    options = {"column": "item", "group_by": "user", "order_by": "time"}
    assert encoded([a, b], **options) == [["7", "7"], ["9", "8"]]
    c = written(tmp_path / "c.csv", "user,item,time\n1,7,5\n")
    with pytest.raises(CorpusError, match=r"c\.csv: column 'time' has whole numbers, but times in"):
        encoded([a, c], **options)


def test_numbers_and_times_of_all_types() -> None:
    times = [datetime(2024, 5, 2), datetime(2024, 5, 1), datetime(1999, 1, 1)]
    arrays = [
        pa.array(times, kind)
        for kind in (pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("us", "UTC"))
    ]
    arrays += [pa.array([t.isoformat() + "Z" for t in times]), pa.array(["10", "9.5", "-3"])]
    arrays += [pa.array([3, 2, 1], kind) for kind in (pa.int8(), pa.uint32(), pa.float32())]
    arrays += [pa.array([3, 2, 1]).cast(pa.decimal128(20, 1)), pa.array([3, 2, 1], pa.time32("s"))]
    for array in arrays:
        table = pa.table({"user": [5, 5, 5], "item": [11, 22, 33], "t": array})
        sentences = encoded(table, column="item", group_by="user", order_by="t")
        assert sentences == [["33", "22", "11"]], array.type


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(100, 105), st.integers(-3, 3))))
def test_grouping_is_as_its_plain_twin(rows: list[tuple[int, int, int]]) -> None:
    """Groups by first appearance; equal times in the order of the rows."""
    if not rows:
        return
    groups: dict[int, list[tuple[int, int]]] = {}
    for group, item, time in rows:
        groups.setdefault(group, []).append((time, item))
    expected = [
        [str(item) for _, item in sorted(items, key=lambda pair: pair[0])]
        for items in groups.values()
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    assert encoded(frame, column="item", group_by="user", order_by="time") == expected


def test_many_rows_are_cut_into_pieces() -> None:
    rng = np.random.default_rng(3)
    users, items = rng.integers(0, 5000, (2, 300_000))
    table = pa.table({"user": users, "item": items, "time": np.arange(300_000)[::-1]})
    found = encoded(table, column="item", group_by="user", order_by="time")
    first = users[0]
    assert len(found) == len(np.unique(users))
    assert found[0] == [str(item) for item in items[users == first][::-1]]


def test_words_of_groups_are_transformed() -> None:
    rows = [{"u": 1, "i": "A"}, {"u": 1, "i": "a"}]
    assert encoded(rows, column="i", group_by="u", lowercase=True) == [["a", "a"]]


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"u": [1, None], "i": [1, 2]}, {}, "1 rows have no 'u', expected one in each row"),
        ({"u": [1, 1], "i": [1, 2], "t": [1, None]}, {"order_by": "t"}, "1 rows have no 't'"),
        ({"u": [1.5], "i": [1]}, {}, "column 'u' has the type double, expected text or whole"),
        ({"u": [1], "i": [[1]]}, {"column": "i"}, "'i' has the type list.*an item a row"),
        ({"u": [1], "i": ["a"], "j": [2]}, {}, "found several: 'i', 'j'"),
        ({"u": [1], "i": [1], "t": ["x"]}, {"column": "i", "order_by": "t"}, "neither numbers nor"),
        ({"u": [1], "i": [1], "t": [[1]]}, {"column": "i", "order_by": "t"}, "numbers or times to"),
        (
            {"u": [1], "i": [1], "t": [float("nan")]},
            {"column": "i", "order_by": "t"},
            "'t' has NaN, expected numbers",
        ),
        ({"u": pa.array([1]), "i": pa.array([None], pa.string())}, {}, "has no item, expected at"),
        ({"v": [1], "i": [1]}, {}, "has no column 'u', but 'v', 'i'"),
    ],
)
def test_columns_that_cannot_be_grouped(columns: dict, options: dict, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        encoded(pa.table(columns), group_by="u", **options)


def test_items_of_several_kinds(tmp_path: Path) -> None:
    rows = [{"u": 1, "i": 5}] * 70_000 + [{"u": 1, "i": "x"}]
    with pytest.raises(CorpusError, match=r"cannot be read|has text in some rows and whole"):
        encoded(rows, column="i", group_by="u")
    paths = [written(tmp_path / "a.jsonl", '{"u": 1, "i": 5}'), tmp_path / "b.csv"]
    written(paths[1], "u,i\n1,x\n")
    with pytest.raises(CorpusError, match="has text in some rows and whole numbers in others"):
        encoded(paths, column="i", group_by="u")


def test_rows_that_are_no_rows(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"row 1 is list .*expected an object with keys"):
        encoded([["a"]], column="i", group_by="u")
    path = written(tmp_path / "x.jsonl", '{"u": 1, "i": 2}\n{"u": 1}')
    with pytest.raises(CorpusError, match="line 2 has no column 'i', but 'u'"):
        encoded(path, column="i", group_by="u")
    with pytest.raises(ConfigError, match=r"group_by is for rows of tables .*x\.txt is text"):
        encoded(written(tmp_path / "x.txt", "a b"), group_by="u")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order_by": "t"}, "order_by needs group_by"),
        ({"separator": ";;"}, "separator must be one ASCII character such as ';', not ';;'"),
        ({"separator": "\n"}, "separator must be one ASCII character"),
        (
            {"max_line": "1KB"},
            "max_line must be a whole number of bytes from 65536 to 2147483647, not 1000",
        ),
    ],
)
def test_table_options_out_of_range(options: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        huffvec.encode([["a"]], **options)


def test_an_encoded_corpus_is_not_grouped_again() -> None:
    with (
        huffvec.encode([["a", "b"]], min_count=1) as corpus,
        pytest.raises(ConfigError, match="give group_by, separator when it is encoded"),
    ):
        huffvec.encode(corpus, group_by="u", separator=";")


def test_training_from_rows_is_as_from_sentences() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"u": rng.integers(0, 40, 2000), "i": rng.integers(50, 90, 2000)})
    sentences = [group.i.astype(str).tolist() for _, group in frame.groupby("u", sort=False)]
    options = {"dim": 4, "epochs": 1, "n_threads": 1, "min_count": 1}
    grouped = huffvec.train(frame, column="i", group_by="u", **options)
    plain = huffvec.train(sentences, **options)
    assert grouped.vectors.words == plain.vectors.words
    assert np.array_equal(grouped.vectors.vectors, plain.vectors.vectors)
