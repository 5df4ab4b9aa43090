"""Quantizing classifiers: what is kept, how near it is, how large it is, and its files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from classify.fasttext_models import TEXTS, check_same, real_fasttext, write_examples
from cli_helpers import run

from huffvec import classify
from huffvec.classify.quantizing import kept_features, pruned
from huffvec.classify.quantizing_options import QuantizingOptions
from huffvec.errors import ConfigError, CorpusError, FormatError
from huffvec.files.safetensors_file import write_tensors

OPTIONS = {"dim": 8, "epochs": 8, "n_threads": 1, "subwords": (2, 4), "buckets": 5_000}


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> Path:
    """A file of examples."""
    return write_examples(tmp_path_factory.mktemp("text") / "train.txt", n=900)


@pytest.fixture(scope="module")
def model(text: Path) -> classify.Classifier:
    """A classifier with some hundred features."""
    return classify.train(text, "full-softmax", **OPTIONS)


def test_all_features_and_exact_codes(model: classify.Classifier) -> None:
    """One number a byte: 256 centroids are all but the numbers themselves."""
    small = classify.quantize(model, sub_dim=1, norms=False)
    assert small.features.n_rows == model.features.n_rows  # fewer than 5,000
    np.testing.assert_allclose(small.predict_proba(TEXTS), model.predict_proba(TEXTS), atol=0.01)
    assert set(small.codes) == {"input_vectors"}
    assert set(small.weights) == {"output_vectors"}
    record = small.training["quantized"]
    assert (record["features_before"], record["sub_dim"]) == (model.features.n_rows, 1)
    assert small.training["examples"] == model.training["examples"]


@pytest.mark.parametrize("outputs", [False, True])
def test_near_enough(model: classify.Classifier, outputs: bool) -> None:
    small = classify.quantize(model, outputs=outputs)
    np.testing.assert_allclose(small.predict_proba(TEXTS), model.predict_proba(TEXTS), atol=0.1)
    assert ("output_vectors" in small.codes) == outputs
    assert small.predict(["cake"]).labels.tolist() == model.predict(["cake"]).labels.tolist()
    for texts in ([""], ["?"], []):  # without features
        np.testing.assert_array_equal(small.predict_proba(texts), model.predict_proba(texts))


def test_what_is_kept(model: classify.Classifier) -> None:
    idf = model.features.idf
    assert idf is not None
    lengths = np.linalg.norm(model.weights["input_vectors"], axis=1) * idf * np.exp((1 - idf) / 2)
    kept = kept_features(model, QuantizingOptions(cutoff=100))
    assert kept.tolist() == sorted(np.argsort(-lengths, kind="stable")[:100].tolist())
    few = pruned(model, kept)
    assert few.features.n_rows == 100
    words = [word for row, word in enumerate(model.features.words.words) if row in kept]
    assert few.features.words.words == words
    # Each of them has the row that it had, under its new number.
    whole, part = (one.features.to_arrays()["buckets"] for one in (model, few))
    n_words, n_kept_words = len(model.features.words), len(words)
    places = [whole.tolist().index(bucket) for bucket in part.tolist()]
    np.testing.assert_array_equal(
        few.weights["input_vectors"][n_kept_words:],
        model.weights["input_vectors"][n_words:][places],
    )
    assert few.features.idf is not None
    assert model.features.idf is not None
    np.testing.assert_array_equal(few.features.idf, model.features.idf[kept])


def test_fasttexts_end_of_a_text_is_kept(text: Path) -> None:
    model = classify.train(text, "full-softmax", weighting="mean", **OPTIONS)
    row = model.features.words.id_of("</s>")
    model.weights["input_vectors"][row] = 0
    assert kept_features(model, QuantizingOptions(cutoff=1)).tolist() == [row]


@pytest.mark.parametrize("outputs", [False, True])
@pytest.mark.parametrize("norms", [False, True])
def test_files_have_the_size_that_was_asked_for(
    model: classify.Classifier, tmp_path: Path, norms: bool, outputs: bool
) -> None:
    path = tmp_path / "small.hvclf"
    options = {"norms": norms, "outputs": outputs}
    classify.quantize(model, **options).save(path)
    size = path.stat().st_size  # more is reserved for a file's header than it takes here
    small = classify.quantize(model, max_size=f"{size}B", **options)
    small.save(path)
    assert size - 2_500 < path.stat().st_size <= size
    assert 10 < small.features.n_rows < model.features.n_rows
    found = classify.load(path)
    np.testing.assert_array_equal(found.predict_proba(TEXTS), small.predict_proba(TEXTS))
    assert isinstance(found.codes["input_vectors"].codes, np.ndarray)


def test_training_what_is_left(model: classify.Classifier, text: Path) -> None:
    few = classify.quantize(model, cutoff=12)
    again = classify.quantize(model, cutoff=12, retrain=text, retrain_epochs=20)
    assert again.features.n_rows == few.features.n_rows == 12
    before, after = few.test(text).log_loss, again.test(text).log_loss
    assert after < before
    assert again.training["quantized"]["retrained"]
    assert again.config == model.config


def test_fasttext_reads_them(text: Path, tmp_path: Path) -> None:
    model = classify.train(text, "full-softmax", weighting="mean", **OPTIONS)
    small = classify.quantize(model, cutoff=300, outputs=True)
    small.save(tmp_path / "small.ftz")
    check_same(small, real_fasttext().load_model(str(tmp_path / "small.ftz")))
    check_same(
        classify.load(tmp_path / "small.ftz"),
        real_fasttext().load_model(str(tmp_path / "small.ftz")),
    )


def test_on_the_command_line(
    model: classify.Classifier, text: Path, tmp_path: Path, capsys
) -> None:
    source, small = tmp_path / "m.hvclf", tmp_path / "small.hvclf"
    model.save(source)
    options = ["--cutoff", "200", "--sub-dim", "4", "--no-norms", "--retrain", text]
    assert run("classify", "quantize", source, "-o", small, *options, "--json") == 0
    assert '"features": 200' in capsys.readouterr().out
    found = classify.load(small)
    assert found.codes["input_vectors"].codes.shape == (200, 2)
    assert found.codes["input_vectors"].norms is None
    assert run("classify", "quantize", small, "-o", tmp_path / "x.hvclf") == 2
    assert "the classifier is quantized already: take the one" in capsys.readouterr().err
    assert run("classify", "quantize", source, "-o", small, "--cutoff", 3, "--max-size", "1MB") == 2
    assert "--cutoff and --max-size cannot both be given" in capsys.readouterr().err
    assert run("classify", "quantize", source, "-o", tmp_path / "x.vec") == 2
    assert run("info", small, "--json") == 0
    assert '"features": 200' in capsys.readouterr().out


def test_too_small(model: classify.Classifier) -> None:
    with pytest.raises(ConfigError, match=r"max_size must be more than the .* labels and centro"):
        classify.quantize(model, max_size=1_000)


@pytest.mark.parametrize("part", ["codes", "centroids", "sub_dim", "norms", "norm_codes"])
def test_damaged_files(model: classify.Classifier, tmp_path: Path, part: str) -> None:
    from huffvec.classify.saving import FORMAT, VERSION, parts
    from huffvec.files.records import metadata_of

    tensors, sections = parts(classify.quantize(model))
    name, path = f"input_vectors.{part}", tmp_path / "x.hvclf"
    changed = {
        "lacking": {key: array for key, array in tensors.items() if key != name},
        "of another kind": {**tensors, name: tensors[name].astype(np.float64)},
        "longer": {**tensors, name: np.concatenate([tensors[name], tensors[name]])},
        "flat": {**tensors, name: tensors[name].reshape(1, -1, 1)},
    }
    for change in changed.values():
        write_tensors(path, change, metadata_of(FORMAT, VERSION, sections))
        with pytest.raises(FormatError, match=r"is damaged: (it lacks|the codes|input_v|shapes)"):
            classify.load(path)


def test_what_it_is_retrained_with_is_read_as_before():
    texts = [(f"W{i % 7} W{i % 5}", f"l{i % 4}") for i in range(80)]
    model = classify.train(texts, lowercase=True, dim=8, epochs=1, n_threads=1)
    options = {"cutoff": 70, "retrain_epochs": 30}
    known = classify.quantize(
        model, retrain=[(text.lower(), label) for text, label in texts], **options
    )
    again = classify.quantize(model, retrain=texts, **options)
    first, second = (found.predict_proba(["w1 w1"]) for found in (known, again))
    np.testing.assert_allclose(first, second, atol=1e-5)
    with pytest.raises(CorpusError, match="the examples to retrain with have none of the labels"):
        classify.quantize(model, retrain=[("w1", "unknown")], **options)
