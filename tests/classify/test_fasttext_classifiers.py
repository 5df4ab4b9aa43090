"""fastText's classifiers read and written: the real fastText predicts the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from classify.fasttext_models import LABELS, check_same, real_fasttext, trained, write_examples

from huffvec.classify.fasttext_reading import read_fasttext_classifier
from huffvec.classify.fasttext_writing import write_fasttext_classifier
from huffvec.errors import FormatError
from huffvec.formats.fasttext_file import read_fasttext_file
from huffvec.formats.fasttext_output import write_fasttext_file

CASES: dict[str, dict[str, Any]] = {
    "softmax": {"wordNgrams": 2},
    "softmax words": {},
    "softmax chars": {"minn": 1, "maxn": 4, "wordNgrams": 3},
    "softmax no shortest": {"minn": 0, "maxn": 3},
    "softmax impossible lengths": {"minn": 4, "maxn": 3, "wordNgrams": 2},
    "hs": {"wordNgrams": 2},
    "hs chars": {"minn": 2, "maxn": 4},
    "ns": {"minn": 2, "maxn": 3},
    "ova": {"wordNgrams": 4},
    "softmax prefix": {"prefix": "#"},
    "softmax rare": {"minCount": 110, "minn": 2, "maxn": 2},
}


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[str, tuple[Path, Any]]:
    """Files of fastText's classifiers, with the classifiers."""
    folder = tmp_path_factory.mktemp("fasttext")
    found = {}
    for name, options in CASES.items():
        text = write_examples(folder / "text", options.get("prefix", "__label__"))
        model = trained(text, name.split()[0], **options)
        path = folder / f"{name}.bin"
        model.save_model(str(path))
        found[name] = path, model
    return found


@pytest.mark.parametrize("name", CASES)
def test_read_from_fasttext(models, name: str) -> None:
    path, real = models[name]
    model = read_fasttext_classifier(path)
    prefix = "#" if "prefix" in name else "__label__"
    check_same(model, real, "" if prefix == "#" else prefix)
    expected = {f"#{label}" for label in LABELS} if prefix == "#" else set(LABELS)
    assert set(model.labels.words) == expected
    assert model.features.end_token == "</s>"
    assert isinstance(model.weights["input_vectors"].base, np.memmap)


@pytest.mark.parametrize("name", CASES)
def test_there_and_back_to_the_byte(models, tmp_path: Path, name: str) -> None:
    path, _ = models[name]
    back = tmp_path / "back.bin"
    write_fasttext_classifier(back, read_fasttext_classifier(path))
    assert real_fasttext().load_model(str(back))
    if "impossible" not in name:
        assert back.read_bytes() == path.read_bytes()


QUANTIZED: dict[str, dict[str, Any]] = {
    "softmax": {},
    "softmax chars": {"qnorm": True, "dsub": 4},
    "hs": {"cutoff": 300, "qnorm": True},
    "hs chars": {"cutoff": 400, "dsub": 1, "retrain": True},
    "ova": {"cutoff": 260},
    "softmax many": {"qout": True, "qnorm": True},
    "hs many": {"qout": True, "cutoff": 300},
}


@pytest.fixture(scope="module")
def quantized(tmp_path_factory) -> dict[str, tuple[Path, Any]]:
    """Files of fastText's quantized classifiers, with the classifiers."""
    folder = tmp_path_factory.mktemp("quantized")
    found = {}
    for name, options in QUANTIZED.items():
        n_labels = 300 if "many" in name else 5
        text = write_examples(folder / "text", n=900, n_labels=n_labels)
        model = trained(text, name.split()[0], **CASES.get(name, {"wordNgrams": 2}))
        model.quantize(input=str(text), thread=12, epoch=1, **options)
        path = folder / f"{name}.ftz"
        model.save_model(str(path))
        found[name] = path, model
    return found


@pytest.mark.parametrize("name", QUANTIZED)
def test_quantized_read_from_fasttext(quantized, name: str) -> None:
    path, real = quantized[name]
    model = read_fasttext_classifier(path)
    check_same(model, real)
    assert set(model.codes) == {"input_vectors", *(["output_vectors"] if "many" in name else [])}


@pytest.mark.parametrize("name", QUANTIZED)
def test_quantized_there_and_back(quantized, tmp_path: Path, name: str) -> None:
    path, _ = quantized[name]
    model = read_fasttext_classifier(path)
    write_fasttext_classifier(tmp_path / "back.ftz", model)
    check_same(model, real_fasttext().load_model(str(tmp_path / "back.ftz")))
    if "cutoff" in QUANTIZED[name]:
        with pytest.raises(FormatError, match="buckets of n-grams have no row"):
            write_fasttext_classifier(tmp_path / "back.bin", model)
    else:
        write_fasttext_classifier(tmp_path / "back.bin", model)
        check_same(model, real_fasttext().load_model(str(tmp_path / "back.bin")))


def changed(source: Path, path: Path, **options: Any) -> Path:
    """Write a file with other options."""
    content = read_fasttext_file(source)
    write_fasttext_file(path, replace(content, args=replace(content.args, **options)))
    return path


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("softmax", {"loss": 9}, "its loss is number 9, and none of hs, ns, softmax and ova"),
        ("softmax", {"buckets": 499}, "11 words, 499 buckets, but .* input rows"),
        ("softmax words", {"word_ngrams": 2}, "it has n-grams, but no buckets for them"),
        ("softmax", {"word_ngrams": 99}, "not supported: .*word_ngrams must be"),
        ("softmax chars", {"max_n": 999}, "not supported: .*999"),
    ],
)
def test_options_that_cannot_be(models, tmp_path: Path, name, options, message: str) -> None:
    path = changed(models[name][0], tmp_path / "x.bin", **options)
    with pytest.raises(FormatError, match=message.replace("11", r"\d+")):
        read_fasttext_classifier(path)


def test_labels_that_cannot_be(models, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    content = read_fasttext_file(models["softmax"][0])
    n_words = content.n_words
    rows = content.output_vectors[:4]
    write_fasttext_file(path, replace(content, output_vectors=rows))
    with pytest.raises(FormatError, match="5 labels, but 4 output rows"):
        read_fasttext_classifier(path)
    words = b"".join(content.words.splitlines(keepends=True)[:n_words])
    no_labels = replace(content, words=words, counts=content.counts[:n_words], n_labels=0)
    write_fasttext_file(path, no_labels)
    with pytest.raises(FormatError, match="0 labels, but 5 output rows"):
        read_fasttext_classifier(path)
    for bad in (b"__label__\xff\n", b"\n"):
        entries = words + bad + b"b\nc\nd\ne\n"
        write_fasttext_file(path, replace(content, words=entries))
        with pytest.raises(FormatError, match="is damaged: its labels: "):
            read_fasttext_classifier(path)


def test_a_part_of_a_file(models, tmp_path: Path) -> None:
    data = models["hs chars"][0].read_bytes()
    for size in [*range(4, 500, 3), *range(500, len(data), 501), len(data) - 1]:
        (tmp_path / "x.bin").write_bytes(data[:size])
        with pytest.raises(FormatError, match="damaged"):
            read_fasttext_classifier(tmp_path / "x.bin")
