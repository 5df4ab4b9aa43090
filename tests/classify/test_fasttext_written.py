"""huffvec's classifiers in fastText's files: fastText predicts the same, or none is made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from classify.fasttext_models import (
    TEXTS,
    check_same,
    real_fasttext,
    said_by_fasttext,
    trained,
    write_examples,
)
from cli_helpers import run

import huffvec
from huffvec import classify
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import FormatError

OPTIONS: dict[str, Any] = {
    "subwords": None,
    "dim": 6,
    "epochs": 15,
    "n_threads": 1,
    "buckets": 500,
    "seed": 3,
}
OBJECTIVES = ["full-softmax", "hierarchical-softmax", "one-vs-all:link=logistic", "sampled-softmax"]


@pytest.fixture(scope="module")
def text(tmp_path_factory) -> Path:
    """A file of examples."""
    return write_examples(tmp_path_factory.mktemp("text") / "train.txt")


def ours(text: Path, objective: str = "full-softmax", **options: Any) -> classify.Classifier:
    """Return a classifier of huffvec, with fastText's plain mean."""
    return classify.train(text, objective, **{**OPTIONS, "weighting": "mean", **options})


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_words_alone(text: Path, tmp_path: Path, objective: str) -> None:
    model = ours(text, objective, word_ngrams=1)
    model.save(tmp_path / "m.bin")
    check_same(model, real_fasttext().load_model(str(tmp_path / "m.bin")))
    check_same(
        classify.load(tmp_path / "m.bin"), real_fasttext().load_model(str(tmp_path / "m.bin"))
    )


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_all_buckets(text: Path, tmp_path: Path, objective: str) -> None:
    model = ours(text, objective, word_ngrams=3, subwords=(2, 3), min_ngram_count=0)
    assert model.features.n_rows == len(model.features.words) + 500
    model.save(tmp_path / "m.bin")
    check_same(model, real_fasttext().load_model(str(tmp_path / "m.bin")))


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_some_buckets_need_codes(text: Path, tmp_path: Path, objective: str) -> None:
    model = ours(text, objective, word_ngrams=2, subwords=(2, 3))
    with pytest.raises(FormatError, match=r"fastText would predict other .* have no row, .*\.ftz"):
        model.save(tmp_path / "m.bin")
    model.save(tmp_path / "m.ftz")
    real = real_fasttext().load_model(str(tmp_path / "m.ftz"))
    read = classify.load(tmp_path / "m.ftz")
    check_same(read, real)
    # The codes are near what they were made of.
    np.testing.assert_allclose(read.predict_proba(TEXTS), model.predict_proba(TEXTS), atol=0.05)


def test_trees_with_ties(text: Path, tmp_path: Path) -> None:
    """Of labels that occur equally often fastText makes another tree, of other counts the same."""
    model = ours(text, "hierarchical-softmax", word_ngrams=1)
    labels = Vocabulary([f"l{number}" for number in range(7)], [4, 4, 4, 2, 2, 1, 1])
    bound = model.bound.objective.bind(labels, huffvec.TrainingConfig())
    outputs = np.random.default_rng(1).standard_normal((6, 6)).astype(np.float32)
    weights = {**model.weights, "output_vectors": outputs}
    changed = replace(model, labels=labels, bound=bound, weights=weights)
    changed.save(tmp_path / "m.bin")
    check_same(changed, real_fasttext().load_model(str(tmp_path / "m.bin")))
    balanced = huffvec.HierarchicalSoftmax("random").bind(labels, huffvec.TrainingConfig())
    with pytest.raises(FormatError, match="fastText has Huffman trees only"):
        replace(changed, bound=balanced).save(tmp_path / "n.bin")


@pytest.mark.parametrize(
    ("objective", "options", "message"),
    [
        ("full-softmax", {"weighting": "tfidf"}, "its texts have tfidf weights, and fastText's"),
        ("full-softmax", {"weighting": "tfidf"}, "ends every text with the word </s>, which is in"),
        ("negative-sampling", {}, "no objective that predicts like negative-sampling"),
        ("one-vs-all", {}, "fastText knows one-vs-all with a logistic link only: train with"),
    ],
)
def test_what_fasttext_has_not(
    text: Path, tmp_path: Path, objective: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        ours(text, objective, **options).save(tmp_path / "m.ftz")
    assert not (tmp_path / "m.ftz").exists()


def test_calibrated(text: Path, tmp_path: Path) -> None:
    single = tmp_path / "single.txt"
    lines = [line.split(" ") for line in text.read_text(encoding="utf-8").splitlines()]
    one_label = (" ".join([line[0], *[w for w in line if "__label__" not in w]]) for line in lines)
    single.write_text("\n".join(one_label), encoding="utf-8")
    for model in (ours(single, word_ngrams=1), classify.quantize(ours(single), outputs=True)):
        calibrated = classify.calibrate(model, single, "temperature")
        path = tmp_path / ("m.ftz" if model.codes else "m.bin")
        calibrated.save(path)
        names = [f"__label__{label}" for label in model.labels.words]
        said = said_by_fasttext(real_fasttext().load_model(str(path)), names)
        np.testing.assert_allclose(said, calibrated.predict_proba(TEXTS), atol=2e-5)
        assert np.abs(said - model.predict_proba(TEXTS)).max() > 1e-3
    with pytest.raises(FormatError, match="its probabilities are calibrated"):
        classify.calibrate(ours(text, "one-vs-all:link=logistic", word_ngrams=1), text).save(
            tmp_path / "n.bin"
        )


@pytest.mark.parametrize("suffix", [".bin", ".ftz"])
def test_approximate_files_keep_the_order(text: Path, tmp_path: Path, suffix: str) -> None:
    model = ours(text, weighting="tfidf", buckets=50_000)
    path = tmp_path / f"m{suffix}"
    model.save(path, approximate=True)
    names = [f"__label__{label}" for label in model.labels.words]
    said = said_by_fasttext(real_fasttext().load_model(str(path)), names)
    known = [row for row, words in enumerate(TEXTS) if "soup" in words or "cake" in words]
    assert len(known) > 3
    best = model.predict([TEXTS[row] for row in known]).labels[:, 0]
    assert [model.labels.words[place] for place in said[known].argmax(axis=1)] == best.tolist()


def test_words_and_labels_with_ends(text: Path, tmp_path: Path) -> None:
    model = ours(text, word_ngrams=1)
    labels = Vocabulary(["a\0b", *model.labels.words[1:]], model.labels.counts)
    with pytest.raises(FormatError, match="cannot hold words or labels with a NUL character"):
        replace(model, labels=labels).save(tmp_path / "m.bin")
    spaced = Vocabulary(["a b", *model.labels.words[1:]], model.labels.counts)
    replace(model, labels=spaced).save(tmp_path / "m.bin")
    check_same(replace(model, labels=spaced), real_fasttext().load_model(str(tmp_path / "m.bin")))


@pytest.mark.parametrize("loss", ["softmax", "hs", "ova", "ns"])
def test_by_way_of_a_classifier_file(text: Path, tmp_path: Path, loss: str) -> None:
    real = trained(text, loss, wordNgrams=2, minn=2, maxn=3)
    real.save_model(str(tmp_path / "real.bin"))
    classify.load(tmp_path / "real.bin").save(tmp_path / "m.hvclf")
    model = classify.load(tmp_path / "m.hvclf")
    check_same(model, real)
    model.save(tmp_path / "back.bin")
    assert (tmp_path / "back.bin").read_bytes() == (tmp_path / "real.bin").read_bytes()
    real.quantize(input=str(text), cutoff=300, qnorm=True, thread=12)
    real.save_model(str(tmp_path / "real.ftz"))
    classify.load(tmp_path / "real.ftz").save(tmp_path / "q.hvclf")
    model = classify.load(tmp_path / "q.hvclf")
    assert set(model.codes) == {"input_vectors"}
    check_same(model, real)


def test_broken_records_do_no_harm(text: Path, tmp_path: Path) -> None:
    model = ours(text, word_ngrams=1)
    for record in [7, {"window": "x", "n_tokens": 2**70, "label_prefix": 3, "loss": []}]:
        replace(model, training={"fasttext": record}).save(tmp_path / "m.bin")
        check_same(model, real_fasttext().load_model(str(tmp_path / "m.bin")))


def test_other_kinds_of_files(text: Path, tmp_path: Path, capsys) -> None:
    path = Path(__file__).parents[1] / "formats" / "fasttext_files"
    with pytest.raises(FormatError, match="is a model of word vectors, no classifier; open it"):
        classify.load(path / "cbow-hs.bin")
    with pytest.raises(FormatError, match=r"is a classifier of fastText; open it with huffvec\.cl"):
        huffvec.load(path / "classifier.bin")
    with pytest.raises(FormatError, match=r"quantized model .*opened by huffvec\.classify\.load"):
        huffvec.load_vectors(path / "pruned.ftz")
    assert run("nearest", path / "pruned.ftz", "the") == 1
    assert "It is opened by huffvec.classify.load" in capsys.readouterr().err
    assert len(classify.load(path / "classifier-ngrams.bin").predict(["cat"], 2).labels[0]) == 2


def test_on_the_command_line(text: Path, tmp_path: Path, capsys) -> None:
    source, there, back = tmp_path / "cooking.bin", tmp_path / "topics.hvclf", tmp_path / "back.bin"
    real = trained(text, "softmax", wordNgrams=2)
    real.save_model(str(source))
    for one, other in [(source, there), (there, back), (there, tmp_path / "x.ftz")]:
        assert run("convert", one, other, "--json") == 0
        assert '"labels": 5' in capsys.readouterr().out
    assert back.read_bytes() == source.read_bytes()
    check_same(
        classify.load(tmp_path / "x.ftz"), real_fasttext().load_model(str(tmp_path / "x.ftz"))
    )
    assert run("convert", tmp_path / "x.ftz", tmp_path / "y.hvclf", "-q") == 0
    assert classify.load(tmp_path / "y.hvclf").codes
    assert run("info", tmp_path / "x.ftz") == 0
    assert "labels\t5" in capsys.readouterr().out
    for one in (source, there):  # of its words alone
        assert run("convert", one, tmp_path / "words.vec", "-q") == 0
        assert "soup" in huffvec.load_vectors(tmp_path / "words.vec")


def test_approximate_on_the_command_line(text: Path, tmp_path: Path, capsys) -> None:
    classify.train(text, "full-softmax", **OPTIONS).save(tmp_path / "m.hvclf")
    assert run("convert", tmp_path / "m.hvclf", tmp_path / "m.bin") == 1
    assert "fastText would predict other probabilities" in capsys.readouterr().err
    assert run("convert", tmp_path / "m.hvclf", tmp_path / "m.bin", "--approximate") == 0
    assert real_fasttext().load_model(str(tmp_path / "m.bin")).get_labels()
