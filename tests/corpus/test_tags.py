"""Documents and their tags, out of every kind of input: each keeps its own, and its place."""

import collections
import gzip
import io
import json
import sys

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

import huffvec
from huffvec.corpus.encoding import count_words
from huffvec.corpus.file import Corpus
from huffvec.errors import ConfigError, CorpusError

TaggedDocument = collections.namedtuple("TaggedDocument", ["words", "tags"])
TEXTS = ["a b c", "", "Mesto, mesto", None, "b", "c  a\tb"]
TAGS = ["x", "with space", ["y", "x", "y"], 7, "a\tb", ["z"]]
DOCUMENTS = [
    ("a b c", ["x"]),
    ("", ["with space"]),
    ("Mesto, mesto", ["y", "x"]),
    ("", ["7"]),
    ("b", ["a\tb"]),
    ("c a b", ["z"]),
]


def documents(corpus: Corpus) -> list[tuple[str, list[str]]]:
    """Return the words and the tags of every document."""
    assert corpus.tags is not None
    found = []
    words, names = corpus.vocabulary.words, corpus.tags.vocabulary.words
    for d in range(corpus.n_sentences):
        ids = corpus.ids[corpus.sentence_offsets[d] : corpus.sentence_offsets[d + 1]]
        tags = corpus.tags.ids[corpus.tags.offsets[d] : corpus.tags.offsets[d + 1]]
        found.append((" ".join(words[i] for i in ids), [names[t] for t in tags]))
    return found


def encoded(data, **options) -> list[tuple[str, list[str]]]:
    return documents(huffvec.encode(data, **{"min_count": 1, "n_threads": 2, **options}))


def as_text(tag) -> list[str]:
    return [str(one) for one in (tag if isinstance(tag, list) else [tag])]


@pytest.mark.parametrize("form", ["pairs", "lists", "tokens", "namedtuples", "dicts"])
def test_tags_are_given_with_texts(form: str) -> None:
    rows = list(zip(TEXTS, TAGS, strict=True))
    data = {
        "pairs": rows,
        "lists": [list(row) for row in rows],
        "tokens": [((text or "").split(), tag) for text, tag in rows],
        "namedtuples": [TaggedDocument((text or "").split(), as_text(tag)) for text, tag in rows],
        "dicts": [{"text": text, "tags": tag} for text, tag in rows],
    }[form]
    assert encoded(data, tags="given") == DOCUMENTS


def test_counts_of_tags_are_the_known_tokens_of_their_documents() -> None:
    data = [("a b a", ["x", "y"]), ("a", "y"), ("rare", "z"), ("b b", "x")]
    corpus = huffvec.encode(data, tags="given", min_count=2)
    assert documents(corpus)[2] == ("", ["z"])
    assert corpus.tags.vocabulary.words == ["x", "y", "z"]
    assert corpus.tags.vocabulary.counts.tolist() == [5, 4, 0]
    assert corpus.tags.mean_count == 4.5


def test_tokens_with_spaces_stay_whole() -> None:
    corpus = huffvec.encode([(["new york", "a"], 1)], tags="given", min_count=1)
    assert sorted(corpus.vocabulary.words) == ["a", "new york"]


@pytest.mark.parametrize("n_empty", [1, 2, 3])
@pytest.mark.parametrize("where", ["first", "last", "between", "alone in a piece"])
@pytest.mark.parametrize("tags", ["given", "position"])
def test_documents_without_a_token_keep_their_places(n_empty: int, where: str, tags: str) -> None:
    full, empty = [["a", "b"]], [[]] * n_empty
    lists = {
        "first": empty + full,
        "last": full + empty,
        "between": full + empty + full,
        "alone in a piece": [["a"] * (1 << 16), *empty],
    }[where]
    for kind in (list, " ".join, lambda row: [ord(token) for token in row]):
        texts = list(map(kind, lists))
        data = iter(texts if tags == "position" else [(text, n) for n, text in enumerate(texts)])
        corpus = huffvec.encode(data, tags=tags, min_count=1)
        assert np.diff(corpus.sentence_offsets).tolist() == list(map(len, lists))
        assert [tags for _, tags in documents(corpus)] == [[str(n)] for n in range(len(lists))]


def test_text_is_changed_and_tags_are_not() -> None:
    options = {"lowercase": True, "tokenize": "words", "normalize": "NFKC"}
    found = encoded([("Mesto, MĚSTO ﬁ\nB", "Big, Tag")], tags="given", **options)
    assert found == [("mesto město fi b", ["Big, Tag"])]
    found = encoded([(["Mesto,", "B"], "T"), ([], "E")], tags="given", **options)
    assert found == [("mesto, b", ["T"]), ("", ["E"])]


def table(many: bool = False) -> pa.Table:
    tags = [as_text(tag) for tag in TAGS]
    return pa.table({"text": TEXTS, "id": tags if many else [names[0] for names in tags]})


@pytest.mark.parametrize("kind", ["pyarrow", "pandas", "polars", "datasets", "parquet", "feather"])
@pytest.mark.parametrize("many", [False, True])
def test_a_column_has_the_tags(kind: str, many: bool, tmp_path) -> None:
    data = table(many)
    expected = DOCUMENTS if many else [(text, tags[:1]) for text, tags in DOCUMENTS]
    if kind == "parquet":
        pa.parquet.write_table(data, tmp_path / "t.parquet", row_group_size=2)
        data = tmp_path / "t.parquet"
    elif kind == "feather":
        pa.feather.write_feather(data, tmp_path / "t.feather", compression="lz4", chunksize=2)
        data = tmp_path / "t.feather"
    elif kind == "pandas":
        data = data.to_pandas()
    elif kind == "polars":
        data = pytest.importorskip("polars").from_arrow(data)
    elif kind == "datasets":
        data = pytest.importorskip("datasets").Dataset(data)
    assert encoded(data, tag_column="id", column="text") == expected
    assert encoded(data, tag_column="id") == expected or not many


def test_whole_numbers_are_tags_in_a_column() -> None:
    data = pa.table({"words": [["a", "b"], [], None, ["a"]], "id": [3, 1, 2, 3]})
    expected = [("a b", ["3"]), ("", ["1"]), ("", ["2"]), ("a", ["3"])]
    assert encoded(data, tag_column="id", column="words") == expected
    assert encoded(data, tag_column="id", column="words", lowercase=True) == expected
    empty = pa.table({"words": [["a"], [], []], "id": [[1], [2, 3], [1]]})
    found = encoded(empty, tag_column="id", column="words", lowercase=True)
    assert found == [("a", ["1"]), ("", ["2", "3"]), ("", ["1"])]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "jsonl.gz"])
def test_files_of_rows_have_tags(suffix: str, tmp_path) -> None:
    rows = [("a b", "x"), ("c", "y z"), ("", "x"), ("d\ne", "w")]
    path = tmp_path / f"t.{suffix}"
    if suffix == "csv":
        path.write_text("text,id\n" + "".join(f'"{text}",{tag}\n' for text, tag in rows))
    else:
        lines = "".join(json.dumps({"text": text, "id": tag}) + "\n" for text, tag in rows)
        path.write_bytes(gzip.compress(lines.encode()) if "gz" in suffix else lines.encode())
    expected = [(text.replace("\n", " "), [tag]) for text, tag in rows]
    assert encoded(path, tag_column="id") == expected
    assert encoded([path, path], tag_column="id", column="text") == expected


def test_lines_have_tags_first_or_marked(tmp_path) -> None:
    (tmp_path / "a.txt").write_bytes(b"id-1 A b\n\n  id,2\t c  d \nid-1")
    with gzip.open(tmp_path / "b.txt.gz", "w") as file:
        file.write(b"id3 e\n\n")
    paths = [tmp_path / "a.txt", tmp_path / "b.txt.gz"]
    options = {"lowercase": True, "tokenize": "words"}
    found = encoded(paths, tags="first", **options)
    tags = [["id-1"], [], ["id,2"], ["id-1"], ["id3"], []]
    assert found == list(zip(["a b", "", "c d", "", "e", ""], tags, strict=True))
    positions = encoded(paths, tags="position")
    assert [text for text, _ in positions] == [
        *("id-1 A b", "", "id,2 c d", "id-1", "id3 e", ""),
    ]
    (tmp_path / "c.txt").write_text("__label__x a __label__y b __label__x\nc d\n__label__z\n")
    found = encoded(tmp_path / "c.txt", tags="given")
    assert found == [("a b", ["x", "y"]), ("c d", []), ("", ["z"])]


def test_standard_input_has_tags(monkeypatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"t1 a b\nt2 c"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert encoded("-", tags="first") == [("a b", ["t1"]), ("c", ["t2"])]


def test_first_tokens_are_tags_in_objects_and_tables() -> None:
    expected = [("a b", ["t1"]), ("", []), ("c", ["t2"])]
    assert encoded(iter(["t1 a b", "", "t2\tc"]), tags="first") == expected
    assert encoded([["t1", "a", "b"], [], ["t2", "c"]], tags="first") == expected
    assert encoded(pa.table({"text": ["t1 a b", None, "t2 c"]}), tags="first") == expected
    assert encoded([{"k": "t1 a b"}, {"k": None}, {"k": "t2 c"}], tags="first") == expected


def test_groups_are_documents_by_position() -> None:
    data = pa.table({"item": ["a", "b", "c"], "user": [7, 8, 7]})
    found = encoded(data, group_by="user", column="item", tags="position")
    assert found == [("a c", ["0"]), ("b", ["1"])]


@pytest.mark.parametrize("users", [[7, 8, 7], ["u7", "u8", "u7"], ["u7", "", "u7"]])
def test_groups_are_documents_by_what_their_rows_share(users, tmp_path) -> None:
    columns = {"item": ["A", "b", "c"], "user": users}
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    pa.parquet.write_table(pa.table(columns), tmp_path / "x.parquet")
    names = [[str(user)] if user else [] for user in users[:2]]
    for data in (pa.table(columns), rows, iter(rows), tmp_path / "x.parquet"):
        found = encoded(data, group_by="user", column="item", tags="given", lowercase=True)
        assert found == [("a c", names[0]), ("b", names[1])]


def test_grouped_documents_are_tagged_by_their_groups_if_nothing_is_said() -> None:
    data = pa.table({"item": ["a", "b", "c", "a"], "user": [7, 8, 7, 8]})
    reading = {"group_by": "user", "column": "item"}
    options = {"architecture": "dbow", "dim": 4, "min_count": 1, "n_threads": 1, **reading}
    model = huffvec.train(data, subsample_threshold=0, **options)
    assert model.documents.words == ["7", "8"]
    assert model.documents.infer(data, **reading).tags.words == ["7", "8"]
    more = pa.table({"item": ["a", "b"], "user": [8, 9]})
    assert huffvec.train_more(model, more, **reading).documents.words == ["7", "8", "9"]


def test_arrays_of_ids_are_documents_by_position() -> None:
    found = encoded(np.array([3, 4, 5, 3]), offsets=[0, 2, 2, 4], tags="position")
    assert found == [("3 4", ["0"]), ("", ["1"]), ("5 3", ["2"])]


def test_documents_without_a_tag_are_counted(caplog) -> None:
    found = encoded([("a b", "x"), ("c", None), ("d", []), ("e", "")], tags="given")
    assert found == [("a b", ["x"]), ("c", []), ("d", []), ("e", [])]
    assert "without a tag" in caplog.text
    assert ": 3; the first is document 2." in caplog.text


def test_nul_in_text_is_replaced_if_asked() -> None:
    data = [("a\0b c", "x")]
    assert encoded(data, tags="given", errors="replace") == [("a\ufffdb c", ["x"])]
    with pytest.raises(CorpusError, match="sentence 1 has a NUL in it"):
        encoded(data, tags="given")


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        ([("a", "x\ny")], {"tags": "given"}, r"row 1: the tag 'x\\ny' has a line feed or a NUL"),
        ([("a", "\ud800")], {"tags": "given"}, "the tag '.*' cannot be written in UTF-8"),
        ([("a", 1.5)], {"tags": "given"}, "row 1: the tag is float .*expected text or a whole"),
        ([("a", "x"), "b"], {"tags": "given"}, r"row 2 is str \('b'\), expected a pair \(text"),
        ([("a", "x")], {"tag_column": "t"}, "row 1 is tuple .*expected a dict with the text and"),
        ([("a", None)], {"tags": "given"}, "no document has a tag: all are missing or empty"),
        ([{"a": "b"}], {"tag_column": "t"}, "no column 't', but 'a'"),
        ([{"a": "b", "t": 1}, {"a": "b"}], {"tag_column": "t"}, "row 2 has no column 't'"),
        ([{"a": "b"}], {"tags": "given"}, "has no column called tags or tag, but 'a'. Name the"),
        ([{"a": "b", "c": "d", "tag": 1}], {"tags": "given"}, "expected one column of text, found"),
        (7, {"tags": "given"}, "cannot read documents from int: expected file names, a table"),
        (pa.table({"t": [1.5], "x": ["a"]}), {"tag_column": "t"}, "numbers that are not whole"),
        (pa.table({"t": [[[1]]], "x": ["a"]}), {"tag_column": "t"}, "has the type list.*tags"),
        (pa.table({"x": ["a"]}), {"tag_column": "t"}, "no column 't'"),
        ([("a b", "x")], {"tags": "position"}, r"seems to be a text and its tags.*tags='given'\)"),
        ([(["a"], ["x"])], {"tags": "position"}, "seems to be a text and its tags, not tokens"),
    ],
)
def test_what_are_no_documents_with_tags(data, options, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        encoded(data, **options)


def test_a_label_without_a_name_is_no_tag(tmp_path) -> None:
    (tmp_path / "t.txt").write_text("__label__x a\n__label__ b\n")
    with pytest.raises(CorpusError, match="line 2 has '__label__' without a name behind it"):
        encoded(tmp_path / "t.txt", tags="given")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tags": "first", "tag_column": "t"}, "tags=.?first.? and tag_column are two places"),
        ({"tag_column": "t", "column": "t"}, "column and tag_column are both 't', expected differ"),
        (
            {"tag_column": "t", "group_by": "u"},
            "group_by makes .* they share: leave tag_column out",
        ),
        ({"tags": "given", "offsets": [0, 1]}, "offsets belong to a NumPy array.*documents with"),
    ],
)
def test_options_that_clash(options, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        encoded([("a", "x")], **options)


def test_tag_columns_are_for_tables(tmp_path) -> None:
    (tmp_path / "t.txt").write_text("a b\n")
    with pytest.raises(CorpusError, match=r"t\.txt: is plain text, which has no columns: leave"):
        encoded(tmp_path / "t.txt", tag_column="t")


def test_an_encoded_corpus_has_its_tags() -> None:
    corpus = huffvec.encode([("a", "x")], tags="given", min_count=1)
    with pytest.raises(ConfigError, match="an encoded corpus is read as it is: give tags when"):
        huffvec.encode(corpus, tags="position")


def test_counting_words_leaves_tags_out() -> None:
    counted = count_words([("a b", "x"), ("a", "y")], tags="given", min_count=1)
    assert counted.vocabulary.words == ["a", "b"]
