"""What reading examples says of input that is not as it should be."""

from __future__ import annotations

import logging
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from classify_texts import OPTIONS, write_topics

import huffvec
from huffvec import Checkpoints, classify
from huffvec.corpus.labelled import label_token, read_examples, text_pieces
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.errors import ConfigError, CorpusError
from huffvec.training.callbacks import Callback

pa = pytest.importorskip("pyarrow")
pd = pytest.importorskip("pandas")


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(data: Any, **options: Any) -> Any:
    return read_examples(data, ExampleOptions(**options))


LINES = [
    ("a b\nc\n", {}, "no line has a label, a token that begins with '__label__': the first tokens "
     r"are 'a', 'b'\. Say what labels begin with \(label_prefix\)"),
    ("__label__x a\n", {"label_prefix": "#"}, "begins with '#': the first tokens are '__label__x'"),
    ("\n \n", {}, "there is no document, expected texts with labels"),
    ("__label__x a\nb\n__label__ c\n", {},
     r"x\.txt: line 3 has '__label__' without a name behind it, expected a label"),
    (b"__label__x caf\xe9\n", {}, r"x\.txt: not UTF-8: byte 0xE9 at byte offset 14\. Convert"),
    (b"__label__x \xff\n", {}, "not UTF-8: byte 0xFF"),
    (b"__label__x a\0b\n", {}, "NUL byte at byte offset 12"),
    (b"a" * 3_000_000, {"max_line": "1MB"}, r"x\.txt: line 1 has more than 1,000,000 bytes"),
    (b"__label__x a\n" * 200_000 + b"a" * 3_000_000, {"max_line": "1MB"},
     r"x\.txt: line 200001 has more than 1,000,000 bytes.*raise max_line"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "options", "message"), LINES)
def test_lines(tmp_path: Path, content: str | bytes, options: Any, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read(written(tmp_path / "x.txt", content), **options)


def test_bytes_may_be_replaced(tmp_path: Path) -> None:
    path = written(tmp_path / "x.txt", b"__label__x caf\xe9 \xff\0\n")
    assert read(path, errors="replace").texts == [["caf\ufffd", "\ufffd\ufffd"]]


def test_documents_without_labels_or_words(caplog: pytest.LogCaptureFixture) -> None:
    rows = [("a", ["x"]), ("first", None), ("b", []), ("", ["y"]), ("", None), ("c", [""])]
    columns = pa.table({"text": [row[0] for row in rows], "label": [row[1] for row in rows]})
    for data in (iter(rows), columns, columns.to_pandas()):
        caplog.clear()
        assert read(data).labels == [["x"], ["y"]]
        assert [record.getMessage() for record in caplog.records] == [
            "Documents without a label, which are left out: 3; the first is 'first'.",
            "Documents without a word, which teach nothing: 1.",
        ]
        assert {record.levelno for record in caplog.records} == {logging.WARNING}


def labels_of(values: Any) -> Any:
    return pa.table({"text": ["a"] * len(values), "label": values})


TABLES = [
    (labels_of([None, ""]), {}, "no document has a label: all are missing or empty"),
    (labels_of(["x\ty"]), {}, r"Table: column 'label': the label 'x\\ty' has a tab, a line feed"),
    (labels_of([["x"], ["a\nb"]]), {}, r"column 'label': the label 'a\\nb' has a tab, a line feed"),
    (labels_of([1.5, 2]), {}, "column 'label' has numbers that are not whole, expected labels"),
    (labels_of([["x", None]]), {}, "column 'label': 1 tokens are missing .null. within lists"),
    (labels_of([{"a": 1}]), {"label_column": "label"},
     "the column 'label' has the type struct<a: int64>, expected labels"),
    (labels_of(pa.array([b"\xe9"]).view(pa.string())), {},
     r"column 'label': the label b'\\xe9' is not UTF-8"),
    (pa.table({"text": [1], "label": ["x"]}), {"column": "text"},
     r"the column 'text' has the type int64, expected text, or of lists of tokens"),
    (pa.table({"a": ["b"], "b": ["c"]}), {},
     r"expected one column of text, or of lists of tokens, found several: 'a', 'b'\. Name it "
     r"\(column\)"),
    (pa.table({"a": [1.5]}), {}, "expected one column of text.* found none in 'a'"),
    (pa.table({"label": ["b"], "n": [1.5]}), {}, "column of text.* found none in 'label', 'n'"),
    (pa.table({"text": ["b"], "b": ["c"], "c": [3]}), {},
     r"expected one column of labels .*, found several: 'b', 'c'\. Name it \(label_column\)"),
    (pa.table({"text": ["b"]}), {}, "expected one column of labels .*, found none in 'text'"),
    (labels_of(["x"]), {"column": "txt"}, r"Table has no column 'txt', but 'text', 'label'\. Did"),
    (labels_of(["x"]), {"label_column": "labl"}, "has no column 'labl'.* Did you mean 'label'"),
    (labels_of(["x"]), {"weight_column": "w"}, "has no column 'w', but 'text', 'label'"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "options", "message"), TABLES)
def test_tables(data: Any, options: Any, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read(data, **options)


def test_numbers_without_names() -> None:
    info = b'{"info": {"features": {"label": {"names": ["a"], "_type": "ClassLabel"}}}}'
    columns = labels_of([0, 1]).replace_schema_metadata({b"huggingface": info})
    with pytest.raises(CorpusError, match="has the label 1, but only 1 labels' names"):
        read(columns)
    assert read(columns.slice(0, 1)).labels == [["a"]]
    damaged = columns.replace_schema_metadata({b"huggingface": b'{"info": []}'})
    assert read(damaged).labels == [["0"], ["1"]]


WEIGHTS = [
    ([1.0, float("nan")], "row 2 weighs nan, expected a number from 0 to 1,000"),
    ([1.0, None], "row 2 weighs nan"),
    ([-0.5, 1], "row 1 weighs -0.5, expected"),
    ([1.0, float("inf")], "row 2 weighs inf"),
    ([1.0, 1e300], r"row 2 weighs 1e\+300, expected a number .* rate: divide all\."),
]


@pytest.mark.parametrize(("values", "message"), WEIGHTS)
def test_weights(values: list[Any], message: str) -> None:
    columns = {"text": ["a", "b"], "label": ["x", "y"], "w": values}
    rows = [{name: columns[name][i] for name in columns} for i in range(2)]
    for data in (pa.table(columns), pd.DataFrame(columns), rows):
        with pytest.raises(CorpusError, match=message):
            read(data, weight_column="w")


def test_rows_are_counted_through_all_pieces() -> None:
    n = 150_000
    weights = np.ones(n)
    weights[140_000] = -1
    columns = pa.table({"text": ["a b c d"] * n, "label": ["x"] * n, "w": weights})
    for data in (columns, columns.to_reader(max_chunksize=1000)):
        with pytest.raises(CorpusError, match="column 'w': row 140001 weighs -1"):
            read(data, weight_column="w")


def test_weights_that_are_text(tmp_path: Path) -> None:
    path = written(tmp_path / "x.csv", "text,label,w\na,x,much\n")
    with pytest.raises(
        CorpusError, match=r"column 'w' has the type string, expected numbers: .*much"
    ):
        read(path, weight_column="w")
    with pytest.raises(CorpusError, match=r"row 1: the weight is str .'much'., expected a number"):
        read([("a", "x", "much")])
    columns = pa.table({"text": ["a"], "label": ["x"], "w": [[1.0]]})
    with pytest.raises(CorpusError, match="column 'w' has the type list<"):
        read(columns, weight_column="w")


ROWS: list[tuple[Any, dict[str, Any], str]] = [
    ([("a", 1.5)], {}, "list: row 1: the label is float .'1.5'., expected text or a whole number"),
    ([("a", "x"), ("a", {"x": 1})], {}, "row 2: the label is dict"),
    ([("a", "x\ny")], {}, r"row 1: the label 'x\\ny' has a tab, a line feed or the like in it"),
    ([("a", "\ud800")], {}, r"row 1: the label '\\ud800' cannot be written in UTF-8"),
    ([("\ud800", "x")], {}, "cannot be written in UTF-8"),
    ([("a\0", "x")], {}, "sentence 1 has a NUL in it"),
    ([(3, "x")], {}, "row 1: the text is int .'3'., expected text or a list of tokens"),
    ([(["a", 2.5], "x")], {}, "row 1: the text is list .*expected text or a list of tokens"),
    ([("a", "x"), 3], {}, "row 2 is int .'3'., expected a pair of a text and its label or labels"),
    ([("a", "x", 1, 2)], {}, "row 1 is tuple .*expected a pair of a text and its label"),
    ([{"text": "a", "label": "x"}, {"text": "b"}], {}, "row 2 has no column 'label', but 'text'"),
    ([{"a": "b", "c": "d"}], {}, "row 1: expected one column of text, .* several: 'a', 'c'"),
    ([{"a": "b", "c": "d"}], {"column": "b"}, "row 1 has no column 'b', but 'a', 'c'"),
    (iter([b"a"]), {}, "row 1 is bytes"),
    (iter(["a b"]), {}, "no line has a label"),
    ({"text": ["a"]}, {}, "cannot read examples from dict: expected file names, a table, or an"),
    (7, {}, "cannot read examples from int"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "options", "message"), ROWS)
def test_rows(data: Any, options: Any, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read(data, **options)


def test_json_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", '{"text": "a", "label": "x"}\n\n{"text": "a"}\n')
    with pytest.raises(CorpusError, match=r"x\.jsonl: line 3 has no column 'label', but 'text'"):
        read(path)
    with pytest.raises(CorpusError, match=r"x\.jsonl: line 2 is not JSON"):
        read(written(path, '{"text": "a", "label": "x"}\n{"text": \n'))


def test_labels_given_apart(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no label 3, expected as many texts, labels"):
        read_examples(["a", "b", "c"], labels=["x", "y"])
    with pytest.raises(CorpusError, match="there is no text 2, expected"):
        read_examples(["a"], labels=["x", "y"])
    for labels in (5, "xy", np.array("x")):
        with pytest.raises(CorpusError, match="labels must be a list, one for each text, not "):
            read_examples(["a", "b"], labels=labels)
    with pytest.raises(CorpusError, match="weights must be a list, one for each text, not 2"):
        read_examples(["a", "b"], labels=["x", "y"], weights=2)
    with pytest.raises(CorpusError, match="there is no weight 2, expected"):
        read_examples(["a", "b"], labels=["x", "y"], weights=[1])
    with pytest.raises(
        ConfigError, match=r"labels belong to texts, not to a file such as 'a\.txt'"
    ):
        read_examples("a.txt", labels=["x"])
    with pytest.raises(ConfigError, match=r"weights need labels; .* \(weight_column\)"):
        read_examples([("a", "x")], weights=[1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label_prefix": ""}, "label_prefix must be text without white space such as '__label__'"),
        ({"label_prefix": "a b"}, "label_prefix must be text without white space"),
        ({"label_prefix": 3}, "label_prefix must be text without white space"),
        (
            {"column": "a", "label_column": "a"},
            "column and label_column are both 'a', expected dif",
        ),
        ({"separator": ";;"}, "separator must be one ASCII character"),
        ({"normalize": "x"}, "normalize must be one of NFC"),
        ({"colum": "a"}, "'colum' is no option of reading examples.* Did you mean 'column'"),
    ],
)
def test_options(options: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ExampleOptions.of(**options)


def test_models_are_no_text(tmp_path: Path) -> None:
    write_topics(tmp_path / "t.txt")
    classify.train(tmp_path / "t.txt", **OPTIONS).save(tmp_path / "m.hvclf")
    huffvec.train([["a", "b"]] * 99, dim=4, min_count=1, subsample_threshold=0).save(
        tmp_path / "m.hv"
    )
    for name in ("m.hvclf", "m.hv"):
        with pytest.raises(CorpusError, match=rf"{name}: looks like an encoded corpus or a model"):
            read(tmp_path / name)
    written(tmp_path / "m.bin", struct.pack("<2i", 793712314, 12) + bytes(200))
    with pytest.raises(
        CorpusError, match=r"m\.bin: is a model of fastText \(\.bin\), and text is ex"
    ):
        list(text_pieces(tmp_path / "m.bin"))
    with pytest.raises(CorpusError, match=r"m\.bin: is a model of fastText"):
        huffvec.encode(tmp_path / "m.bin")


def test_names_with_white_space_are_no_tokens() -> None:
    for name in ("a\tb", "a\rb", "\0"):
        with pytest.raises(CorpusError, match="has a tab, a line feed or the like in it"):
            label_token(name)


# Training


class _Interrupt(Callback):
    def epoch(self, report: Any) -> None:
        raise KeyboardInterrupt


def test_training_reads_as_it_is_told(tmp_path: Path) -> None:
    rows = [(f"The {word} Thing", topic) for word, topic in (("Cat", "a b"), ("Fox", "c"))] * 20
    options = OPTIONS | {"lowercase": True, "tokenize": "words"}
    found = [
        classify.train(iter(rows), **options),
        classify.train([text for text, _ in rows], labels=[label for _, label in rows], **options),
        classify.train(pd.DataFrame(rows, columns=["text", "label"]), **options),
    ]
    for model in found:
        assert sorted(model.labels.words) == ["a b", "c"]
        assert {"the", "cat", "fox", "thing"} == set(model.features.words.words)
        assert model.training["lowercase"] is True
        assert model.predict(["CAT!", "fox?"]).labels[:, 0].tolist() == ["a b", "c"]
        tested = model.read_examples(iter(rows), lowercase=False)
        assert tested.texts[0] == ["The", "Cat", "Thing"]
        assert model.test(rows).at[0].precision == 1
        assert model.test(model.read_examples(["A FOX"], labels=["c"])).at[0].precision == 1
    found[0].save(tmp_path / "m.hvclf")
    assert classify.load(tmp_path / "m.hvclf").reading == found[0].reading


def test_what_a_classifier_remembers(tmp_path: Path) -> None:
    path = written(tmp_path / "x.txt", "#x A b\n#y c\n" * 30)
    model = classify.train(path, label_prefix="#", normalize="NFC", errors="replace", **OPTIONS)
    assert {name: model.training[name] for name in ("label_prefix", "normalize")} == {
        "label_prefix": "#",
        "normalize": "NFC",
    }
    assert "lowercase" not in model.training
    assert model.reading == ExampleOptions(label_prefix="#", normalize="NFC")
    assert model.test(path).n_examples == 60
    assert next(text_pieces(path, model.reading)).lines.startswith(b" A b\n c\n")
    plain = classify.train([("a", "x"), ("b", "y")] * 30, **OPTIONS)
    assert plain.reading == ExampleOptions()
    assert not {"label_prefix", "lowercase"} & plain.training.keys()


def test_what_was_read_is_not_read_again() -> None:
    found = read_examples([("a", "x"), ("b", "y")] * 30)
    assert read_examples(found) is found
    model = classify.train(found, heldout=found, **OPTIONS)
    assert model.labels.words == ["x", "y"]


def test_runs_go_on_as_they_were_told(tmp_path: Path) -> None:
    lines = "".join(f'{{"t": "W{i % 4} x", "l": "k{i % 2}"}}\n' for i in range(400))
    path = written(tmp_path / "x.jsonl", lines)
    options = OPTIONS | {"lowercase": True, "column": "t", "label_column": "l"}
    whole = classify.train(path, **options)
    kept = Checkpoints(tmp_path / "m.ckpt", every=3600)
    with pytest.raises(KeyboardInterrupt):
        classify.train(path, checkpoints=kept, callbacks=_Interrupt(), **options)
    resumed = classify.resume(tmp_path / "m.ckpt")
    assert resumed.reading.lowercase
    assert all(np.array_equal(resumed.weights[name], whole.weights[name]) for name in whole.weights)


def test_weights_count(tmp_path: Path) -> None:
    rows = [("w", "a", 0.9), ("w", "b", 0.1)] * 50
    options = OPTIONS | {"epochs": 50, "learning_rate": 0.1}
    model = classify.train(rows, "full-softmax", **options)
    names = model.labels.words
    assert model.predict_proba(["w"])[0, names.index("a")] == pytest.approx(0.9, abs=0.05)
