"""Reading examples: the same ones through every form, and what is done to their text."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffvec import _text
from huffvec.classify.examples import Examples
from huffvec.classify.features import Bags
from huffvec.corpus.labelled import (
    MARK,
    label_name,
    label_token,
    read_examples,
    text_pieces,
)
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.errors import ConfigError, CorpusError

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")

ROWS = [("B a  b", ["x"]), ("žltý", ["y", "x"]), ("", ["z"]), ("c B", ["y"])]
TEXTS = [["B", "a", "b"], ["žltý"], [], ["c", "B"]]
LABELS = [labels for _, labels in ROWS]


def read(data: Any, *, labels: Any = None, weights: Any = None, **options: Any) -> Any:
    """Return the tokens and the labels of all documents."""
    found = read_examples(data, ExampleOptions(**options), labels=labels, weights=weights)
    assert len(found) == len(found.texts)
    return found.texts, found.labels


def weights_of(data: Any, **options: Any) -> list[float] | None:
    """Return the weights of all documents."""
    found = read_examples(data, ExampleOptions(**options)).weights
    return None if found is None else found.tolist()


def texts(data: Any, **options: Any) -> list[str]:
    """Return the texts to predict."""
    lines = b"".join(piece.lines for piece in text_pieces(data, ExampleOptions(**options)))
    return lines.decode().split("\n")[:-1]


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_lines(rows: list[tuple[str, list[str]]], prefix: str = "__label__") -> str:
    """Return rows in fastText's form."""
    lines = (" ".join([*(prefix + label for label in labels), text]) for text, labels in rows)
    return "".join(f"{line}\n" for line in lines)


def table(rows: list[Any], text: str = "text", labels: str = "labels") -> Any:
    return pa.table({text: [row[0] for row in rows], labels: [row[1] for row in rows]})


def forms(folder: Path, rows: list[tuple[str, list[str]]]) -> dict[str, Any]:
    """Return the same examples in every form that has lists of labels."""
    import pyarrow.feather
    import pyarrow.parquet

    columns = table(rows)
    pyarrow.parquet.write_table(columns, folder / "x.parquet", row_group_size=2)
    pyarrow.feather.write_feather(columns, folder / "x.feather", chunksize=2)
    dicts = [{"text": text, "labels": labels} for text, labels in rows]
    lines = "".join(json.dumps(row) + "\n" for row in dicts)
    return {
        "parquet": folder / "x.parquet",
        "feather": folder / "x.feather",
        "json": written(folder / "x.jsonl", lines),
        "json pairs": written(folder / "p.jsonl", "".join(json.dumps(row) + "\n" for row in rows)),
        "arrow": columns,
        "batches": columns.to_reader(max_chunksize=1),
        "pandas": columns.to_pandas(),
        "dicts": iter(dicts),
        "pairs": iter(rows),
        "list of pairs": [tuple(row) for row in rows],
        "arrays": [(text, np.array(labels, object)) for text, labels in rows],
    }


FORMS = (
    "parquet", "feather", "json", "json pairs", "arrow", "batches", "pandas", "dicts", "pairs",
    "list of pairs", "arrays",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form(tmp_path: Path, form: str) -> None:
    assert read(forms(tmp_path, ROWS)[form]) == (TEXTS, LABELS)
    lowered = [[token.lower() for token in tokens] for tokens in TEXTS]
    assert read(forms(tmp_path, ROWS)[form], lowercase=True) == (lowered, LABELS)


NAMES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\t\n\v\f\r\0"), min_size=1
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(
    st.lists(
        st.tuples(TEXT, st.lists(NAMES, min_size=1, max_size=3, unique=True)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([{}, {"lowercase": True}, {"normalize": "NFKC"}, {"tokenize": "words"}]),
)
def test_any_examples_come_through(tmp_path_factory, rows, options) -> None:
    found = {
        form: read(data, **options)
        for form, data in forms(tmp_path_factory.mktemp("forms"), rows).items()
    }
    transform = ExampleOptions(**options).reading.tokens
    labels = [labels for _, labels in rows]
    expected = [transform(text.replace("\n", " ")) for text, _ in rows]
    assert found == dict.fromkeys(FORMS, (expected, labels))
    given_apart = read([text for text, _ in rows], labels=labels, **options)
    assert given_apart == (expected, labels)
    assert read(pd.Series([text for text, _ in rows]), labels=labels, **options) == given_apart


WORD = st.text(st.sampled_from("ab_ľ\u00a0é#"), min_size=1, max_size=4)


@given(
    st.lists(st.tuples(st.lists(WORD, max_size=4), st.sets(WORD, min_size=1)), min_size=1),
    st.randoms(),
)
def test_lines_with_labels_are_pairs(tmp_path_factory, rows, random) -> None:
    lines = []
    for words, labels in rows:
        places = [True] * len(words) + [False] * len(labels)
        random.shuffle(places)
        tokens = iter(words), iter([f"__label__{label}" for label in labels])
        lines.append(" ".join(next(tokens[0] if is_word else tokens[1]) for is_word in places))
    path = written(tmp_path_factory.mktemp("lines") / "x", "\n".join(lines))
    found, labels = read(path)
    assert found == [words for words, _ in rows]
    assert [set(of_one) for of_one in labels] == [of_one for _, of_one in rows]
    assert read(zip([" ".join(words) for words, _ in rows], labels, strict=True)) == (found, labels)


@pytest.mark.parametrize(
    ("pack", "suffix"),
    [(bytes, ""), (gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")],
)
def test_files_in_fasttexts_form(tmp_path: Path, pack: Any, suffix: str) -> None:
    path = written(tmp_path / f"x.txt{suffix}", pack(as_lines(ROWS).encode()))
    assert read(path) == (TEXTS, LABELS)
    assert read(tmp_path) == read(f"{tmp_path}/x*") == (TEXTS, LABELS)
    another = written(tmp_path / f"y.txt{suffix}", path.read_bytes())
    assert read([path, another]) == read(tmp_path) == (TEXTS * 2, LABELS * 2)


def test_labels_stand_anywhere(tmp_path: Path) -> None:
    path = written(
        tmp_path / "x", "a __label__x B\t__label__y\r\n__label__x__label__\x0bc d__label__e"
    )
    expected = ([["a", "B"], ["c", "d__label__e"]], [["x", "y"], ["x__label__"]])
    assert read(path) == expected
    words, labels = expected
    assert read(path, lowercase=True)[1] == labels
    assert read(path, lowercase=True)[0] == [["a", "b"], words[1]]
    assert read(written(path, "#x a #y b\n"), label_prefix="#") == ([["a", "b"]], [["x", "y"]])
    assert read(written(path, "žx a ž\u0301\n"), label_prefix="ž") == ([["a"]], [["x", "\u0301"]])


def test_labels_are_not_transformed(tmp_path: Path) -> None:
    path = written(tmp_path / "x", "__label__Ab,C-D Don't 12\n")
    options = {"lowercase": True, "tokenize": "words:digits=zero", "normalize": "NFKC"}
    assert read(path, **options) == ([["don't", "0"]], [["Ab,C-D"]])
    assert read([("Don't 12", "Ab, C\u2103")], **options) == ([["don't", "0"]], [["Ab, C\u2103"]])


def test_tokens_are_not_cut_again() -> None:
    rows = [(["A,b", "c"], "x"), (np.array(["d-e"]), "y"), ([7, 8], "x")]
    found = read(iter(rows), tokenize="words", lowercase=True)
    assert found == ([["a,b", "c"], ["d-e"], ["7", "8"]], [["x"], ["y"], ["x"]])
    columns = pa.table({"text": [["A,b", "c"], ["d-e"]], "label": ["x", "y"]})
    assert read(columns, tokenize="words", lowercase=True)[0] == [["a,b", "c"], ["d-e"]]
    assert read(pa.table({"text": [[7, 8], [9]], "label": [1, 2]}))[0] == [["7", "8"], ["9"]]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("__label__x a\n", "__label__x a"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert read("-") == ([["a"]], [["x"]])


def test_csv(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", 'id,text,label\n1,"B a\nb",x y\n2,c,\n3,d,z\n')
    assert read(path) == ([["B", "a", "b"], ["d"]], [["x y"], ["z"]])
    path = written(tmp_path / "news.csv", '"3","One","a b"\n"1","Two","c"\n')
    assert read(path, column="3", label_column="1") == ([["a", "b"], ["c"]], [["3"], ["1"]])
    path = written(tmp_path / "x.tsv", "text\tlabel\tw\na\tx\t0.5\nb\ty\t2\n")
    assert weights_of(path, weight_column="w") == [0.5, 2.0]
    path = written(tmp_path / "x.txt", "text;label\na;x\n")
    assert read(path, separator=";") == ([["a"]], [["x"]])


@pytest.mark.parametrize(
    "type_",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
    ids=str,
)
def test_types_of_text_and_labels(type_: Any) -> None:
    columns = pa.table(
        {"text": pa.array(["a\nb", "", None, "c"], type_), "label": pa.array(list("xyxz"), type_)}
    )
    assert read(columns) == ([["a", "b"], [], [], ["c"]], [["x"], ["y"], ["x"], ["z"]])
    assert read(columns.slice(1, 3))[1] == [["y"], ["x"], ["z"]]
    assert texts(columns) == ["a b", "", "", "c"]
    for several in (pa.list_(type_), pa.large_list(type_)):
        lists = pa.array([["x", "y", "x"], None, [], ["z"]], several)
        columns = pa.table({"text": list("abcd"), "labels": lists})
        assert read(columns) == ([["a"], ["d"]], [["x", "y"], ["z"]])
        assert read(columns.slice(3)) == ([["d"]], [["z"]])


NUMBERS = [
    ([3, 1, None], ["3", "1"]),
    ([3.0, float("nan"), 1.0], ["3", "1"]),
    ([True, False, None], ["true", "false"]),
    ([[3], [1, 2], []], ["3", "1", "2"]),
    (["3", "", "1"], ["3", "1"]),
]


def names_of(found: tuple[list[list[str]], list[list[str]]]) -> list[str]:
    return [label for labels in found[1] for label in labels]


@pytest.mark.parametrize(("values", "expected"), NUMBERS)
def test_labels_of_other_types(values: list[Any], expected: list[str]) -> None:
    columns = {"text": ["a", "b", "c"], "label": values}
    rows = [{"text": text, "label": value} for text, value in zip("abc", values, strict=True)]
    for data in (pa.table(columns), pd.DataFrame(columns), rows, zip("abc", values, strict=True)):
        assert names_of(read(data)) == expected
    for labels in (values, pd.Series(values), pa.array(values)):
        assert names_of(read(iter("abc"), labels=labels)) == expected


def test_names_of_classes(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    names = datasets.ClassLabel(names=["no news", "news"])
    rows = {"text": ["a", "b", "c"], "label": [1, 0, -1]}
    data = datasets.Dataset.from_dict(
        rows, datasets.Features({"text": datasets.Value("string"), "label": names})
    )
    expected = ([["a"], ["b"]], [["news"], ["no news"]])
    assert read(data) == expected
    data.to_parquet(tmp_path / "x.parquet")
    assert read(tmp_path / "x.parquet") == expected
    lists = datasets.Features({"text": datasets.Value("string"), "labels": [names]})
    several = {"text": ["a"], "labels": [[1, 0]]}
    assert read(datasets.Dataset.from_dict(several, lists))[1] == [["news", "no news"]]


def test_polars() -> None:
    polars = pytest.importorskip("polars")
    assert read(polars.DataFrame({"text": ["a"], "labels": [["x", "y"]]})) == (
        [["a"]],
        [["x", "y"]],
    )
    assert read(polars.Series(["a"]), labels=polars.Series(["x"])) == ([["a"]], [["x"]])


def test_labels_count_once(tmp_path: Path) -> None:
    path = written(tmp_path / "x", "__label__x __label__y a __label__x\n")
    columns = pa.table({"text": ["a"], "label": [["x", "y", "x"]]})
    for data in (path, columns, [("a", ["x", "y", "x"])], [("a", {"y", "x"})]):
        assert read(data) == ([["a"]], [["x", "y"]])


def test_words_that_look_like_labels_stay_words() -> None:
    for data in (table([("__label__q a", "x")]), [("__label__q a", "x")]):
        assert read(data) == ([["__label__q", "a"]], [["x"]])
    assert read(iter(["__label__q a"])) == ([["a"]], [["q"]])


def test_weights() -> None:
    rows = [("a", "x", 0.5), ("b", "y"), ("c", "", 7.0), ("d", "x", 0)]
    assert weights_of(rows) == [0.5, 1.0, 0.0]
    assert weights_of([(text, "x") for text in "abc"]) is None
    columns = {"text": ["a", "b"], "label": ["x", "y"], "n": [2, 3]}
    assert weights_of(pd.DataFrame(columns), weight_column="n") == [2.0, 3.0]
    dicts = [{"text": "a", "label": "x", "n": 2}, {"text": "b", "label": None, "n": 3}]
    assert weights_of(dicts, weight_column="n") == [2.0]
    found = read_examples(["a", "b"], labels=["x", "y"], weights=np.array([1.5, 2]))
    assert found.weights is not None
    assert found.weights.dtype == np.float32
    assert found.weights.tolist() == [1.5, 2.0]


def test_weights_of_some_files(tmp_path: Path) -> None:
    first = written(tmp_path / "a.txt", "__label__x a\n")
    second = written(tmp_path / "b.csv", "text,label,w\nb,y,0.5\n")
    assert weights_of([first, second], weight_column="w") == [1.0, 0.5]


def test_columns_are_found() -> None:
    columns = {"n": [1.5], "review": ["a"], "topics": [["x"]]}
    assert read(pa.table({"review": ["a"], "stars": [5]})) == ([["a"]], [["5"]])
    assert read(pa.table({"review": ["a"], "label": ["x"]})) == ([["a"]], [["x"]])
    assert read(pa.table({"text": ["a"], "topic": ["x"]})) == ([["a"]], [["x"]])
    assert read(pa.table({"a": ["b"], "c": ["d"]}), label_column="a") == ([["d"]], [["b"]])
    assert read(pd.DataFrame(columns), column="review", label_column="topics")[1] == [["x"]]
    assert read(pa.table({"text": pa.nulls(2), "label": ["x", "y"]})) == ([[], []], [["x"], ["y"]])
    odd = pd.DataFrame({"text": ["a"], "label": ["x"], "object": [{1: "a", "b": object()}]})
    assert read(odd, column="text", label_column="label") == ([["a"]], [["x"]])


def test_texts_to_predict(tmp_path: Path) -> None:
    path = written(tmp_path / "x", "__label__x A b\n\nc\n  \nd __label__y")
    assert texts(path) == [" A b", "", "c", "  ", "d "]
    assert texts(path, lowercase=True)[0] == " a b"
    assert texts(iter(["a", "", "__label__b", None])) == ["a", "", "__label__b", ""]
    assert texts(iter([["a", "b"], [], ["c"]])) == ["a b", "", "c"]
    assert texts(pa.table({"text": ["a", None], "label": ["x", "y"]})) == ["a", ""]
    assert texts(pd.Series(["a", "b"])) == ["a", "b"]
    assert texts([{"text": "a", "label": "x"}]) == ["a"]
    rows = written(tmp_path / "x.jsonl", '{"text": "a", "id": 3}\n{"text": ["b", "c"], "id": 4}\n')
    assert texts(rows) == ["a", "b c"]


def test_order_is_kept_by_all_threads(tmp_path: Path) -> None:
    rows = [(f"w{number} " * 9, [f"l{number % 7}"]) for number in range(90_000)]
    path = written(tmp_path / "x", as_lines(rows))
    one = read_examples(path, ExampleOptions(lowercase=True))
    three = read_examples(path, ExampleOptions(lowercase=True), n_threads=3)
    assert len(one.pieces) > 2
    assert one.pieces == three.pieces
    assert one.texts == [text.split() for text, _ in rows]
    assert one.labels == [labels for _, labels in rows]
    assert read_examples(table(rows)).labels == one.labels
    assert len(read_examples(table(rows)).pieces) > 2
    assert read_examples(iter(rows)).texts == one.texts


@given(
    st.lists(st.sampled_from([b"#", b"#a", b"#b", b" ", b"\n", b"a", b"\t", b"##", b"b#"])).map(
        b"".join
    ),
    st.sampled_from([b"#", b"#a", b"##"]),
)
def test_labels_are_separated_as_python_would(text: bytes, prefix: bytes) -> None:
    labels, rest, nameless = _text.separate_labels(text, prefix, b"!")
    lines = text.removesuffix(b"\n").split(b"\n") if text else []
    found = [[token for token in line.split() if token.startswith(prefix)] for line in lines]
    expected = [dict.fromkeys(b"!" + token[len(prefix) :] for token in line) for line in found]
    assert labels == b"".join(b" ".join(line) + b"\n" for line in expected)
    others = [[token for token in line.split() if not token.startswith(prefix)] for line in lines]
    assert [line.split() for line in rest.split(b"\n")[:-1]] == others
    assert nameless == next((i for i, line in enumerate(found) if prefix in line), -1)


@given(NAMES)
def test_any_name_is_a_token(name: str) -> None:
    token = label_token(name)
    assert token.startswith(MARK)
    assert len(token.split()) == 1
    assert label_name(token) == label_name(token.removeprefix(MARK)) == name


def test_a_mark_is_in_no_text() -> None:
    with pytest.raises(CorpusError, match="not UTF-8: byte 0xFF"):
        read(pa.table({"text": pa.array([b"\xff"]).view(pa.string()), "label": ["x"]}))


def test_examples_are_split_by_chance() -> None:
    n = 40
    examples = Examples(
        Bags(np.arange(n + 1), np.arange(n, dtype=np.int32), np.ones(n, np.float32)),
        np.arange(0, 2 * n + 1, 2),
        np.arange(2 * n, dtype=np.int32),
        np.arange(n, dtype=np.float32),
    )
    rest, drawn = examples.split(0.25, seed=3)
    assert (len(rest), len(drawn)) == (30, 10)
    for part in (rest, drawn):
        rows = part.bags.row_ids.tolist()
        assert part.weights is not None
        assert rows == sorted(rows) == part.weights.tolist()
        assert part.label_ids.tolist() == [
            label for row in rows for label in (2 * row, 2 * row + 1)
        ]
    assert {*rest.bags.row_ids.tolist(), *drawn.bags.row_ids.tolist()} == {*range(n)}
    again = examples.split(0.25, seed=3)[1].bags.row_ids
    assert again.tolist() == drawn.bags.row_ids.tolist()
    assert again.tolist() != examples.split(0.25, seed=4)[1].bags.row_ids.tolist()
    for share, n_drawn in ((0.01, "0"), (1.0, "40")):
        with pytest.raises(
            CorpusError, match=f"of 40 examples is {n_drawn}, expected at least one"
        ):
            examples.split(share, seed=3)
    for share in (0.0, 1.5, float("nan")):
        with pytest.raises(ConfigError, match="share must be a number over 0 and up to 1"):
            examples.split(share, seed=3)


def test_lines_of_all_documents() -> None:
    found = read_examples([("a\u00a0b  c", ["x y", "z"]), ("", "x")])
    assert found.lines == [b"\xffx\xfey \xffz a\xc2\xa0b  c\n", b"\xffx \n"]
    assert found.texts == [["a\u00a0b", "c"], []]
    assert found.labels == [["x y", "z"], ["x"]]
