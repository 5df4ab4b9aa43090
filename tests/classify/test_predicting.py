"""Prediction: the best labels of texts, in blocks, streams and threads."""

import threading

import numpy as np
import pytest
from classify_texts import OPTIONS, write_topics

from huffvec import classify
from huffvec.classify.calibrating import Calibration, Curve, with_calibration
from huffvec.classify.features import as_lines
from huffvec.errors import ConfigError
from huffvec.objectives import LABEL_OBJECTIVES, OBJECTIVES
from huffvec.threads import allowed_threads, in_order, limited_threads

TEXTS = [" ".join(f"t{(i * j) % 6}w{j}" for j in range(i % 5)) for i in range(1_300)]
NAMES = ["full-softmax", "hierarchical-softmax", "one-vs-all", "label-tree", "negative-sampling"]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_topics(tmp_path_factory.mktemp("predicting") / "train.txt", n_labels=2)


@pytest.fixture(scope="module")
def model(path):
    return classify.train(path, "full-softmax", **OPTIONS)


def check(model, found, k):
    """Assert that predictions are the best of all probabilities, the first ones on a tie."""
    probs = model.predict_proba(TEXTS)
    order = np.argsort(-probs, axis=1, kind="stable")[:, :k]
    best = np.take_along_axis(probs, order, 1)
    assert found.probabilities.dtype == np.float32
    np.testing.assert_allclose(found.probabilities, best, rtol=1e-4, atol=1e-6)
    # Where two are as good as the same, rounding may put either first.
    ids = np.vectorize(model.labels.id_of)(found.labels)
    np.testing.assert_allclose(np.take_along_axis(probs, ids, 1), best, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", sorted({*OBJECTIVES, *LABEL_OBJECTIVES}))
def test_the_best_labels_are_those_of_all(path, name):
    model = classify.train(path, name, **OPTIONS | {"epochs": 2})
    for k in (1, 3, 6, 100):
        check(model, model.predict(TEXTS, k), k)


LINE = Curve(np.array([0.0]), np.array([-0.3]), 0.8)
TOP = Curve(np.array([-3.0, 0, 2]), np.array([-2.0, -1, 3]), 1.5)


@pytest.mark.parametrize(
    "calibration",
    [
        Calibration("temperature", False, LINE),
        Calibration("temperature", True, LINE, TOP),
        Calibration("isotonic", False, LINE, TOP),
    ],
)
def test_calibrated_predictions(model, calibration):
    calibrated = with_calibration(model, calibration)
    check(calibrated, calibrated.predict(TEXTS, 2), 2)


def test_texts_without_features_have_the_priors(model):
    found = model.predict(["", "unknown", TEXTS[4]], 3)
    order = np.argsort(-model.labels.counts, kind="stable")[:3]
    for row in range(2):
        assert found.labels[row].tolist() == model.label_names[order].tolist()
        shares = model.labels.counts[order] / model.labels.counts.sum()
        np.testing.assert_allclose(found.probabilities[row], shares, rtol=1e-6)
    assert not np.allclose(found.probabilities[2], shares)


def test_less_probable_labels_are_left_out(model):
    all_labels = model.predict(TEXTS, 6)
    found = model.predict(TEXTS, 6, threshold=0.2)
    kept = all_labels.probabilities >= 0.2
    assert 0 < kept.mean() < 1
    assert (found.labels == np.where(kept, all_labels.labels, "")).all()
    assert (found.probabilities == np.where(kept, all_labels.probabilities, 0)).all()


def test_labels_have_thresholds_of_their_own(model, path):
    tuned = classify.choose_thresholds(model, path)
    assert tuned.thresholds is not None
    probs = tuned.predict_proba(TEXTS)
    labels = tuned.predict(TEXTS, 6).labels
    expected = [
        {name for name, is_due in zip(tuned.label_names, row, strict=True) if is_due}
        for row in probs >= tuned.thresholds
    ]
    assert [{name for name in row if name} for row in labels] == expected
    assert (tuned.predict(TEXTS, 6, threshold=0).labels != "").all()


def test_a_stream_keeps_its_order(model):
    whole = model.predict(TEXTS, 2)
    read = []

    def pieces():
        for start in range(0, len(TEXTS), 100):
            read.append(start)
            yield as_lines(TEXTS[start : start + 100])

    for n_threads in (1, 3):
        read.clear()
        parts = []
        for part in model.predict_lines(pieces(), 2, n_threads=n_threads):
            parts.append(part)
            assert len(read) <= len(parts) + 2 * n_threads  # it does not read far ahead
        assert np.array_equal(np.concatenate([part.labels for part in parts]), whole.labels)
        found = np.concatenate([part.probabilities for part in parts])
        np.testing.assert_allclose(found, whole.probabilities, rtol=1e-5)


def test_threads_of_python_predict_with_one_classifier(path):
    model = classify.train(path, "hierarchical-softmax", **OPTIONS)
    expected = classify.train(path, "hierarchical-softmax", **OPTIONS).predict(TEXTS, 2)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(model.predict(TEXTS, 2))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for one in found:
        assert np.array_equal(one.labels, expected.labels)
        np.testing.assert_allclose(one.probabilities, expected.probabilities, rtol=1e-5)


@pytest.mark.parametrize("texts", [[], np.array(TEXTS[:700]), tuple(TEXTS[:3]), iter(TEXTS[:5])])
def test_texts_of_any_form(model, texts):
    listed = list(texts) if not hasattr(texts, "__next__") else TEXTS[:5]
    found = model.predict(texts, 2)
    assert found.labels.shape == found.probabilities.shape == (len(listed), 2)
    assert np.array_equal(found.labels, model.predict(listed, 2).labels)
    assert model.predict_proba(listed).shape == (len(listed), 6)


def test_what_cannot_be_asked(model):
    for ask in (model.predict, model.predict_proba):
        with pytest.raises(ConfigError, match="texts must be a list of texts, not a single one"):
            ask("a text")
        for nothing in (None, 5, np.array("a text")):
            with pytest.raises(ConfigError, match=r"must be a list of texts, not (None|5|arr)"):
                ask(nothing)
        with pytest.raises(ConfigError, match="texts must be a list of texts; one is None"):
            ask(["a text", None])
        with pytest.raises(ConfigError, match="not a table: take its column of texts"):
            ask(pytest.importorskip("pandas").DataFrame({"text": TEXTS}))
    with pytest.raises(ConfigError, match="k must be a whole number from 1"):
        model.predict(TEXTS, 0)
    with pytest.raises(ConfigError, match="threshold must be a number from 0"):
        model.predict(TEXTS, threshold=1.5)
    with pytest.raises(ConfigError, match="k must be a whole number from 1"):
        model.predict_lines([], 0)
    with pytest.raises(ConfigError, match="n_threads must be a whole number from 0"):
        model.predict_lines([], n_threads="2")
    for lines in (None, 5, "a text", b"a text"):
        with pytest.raises(
            ConfigError, match=r"lines must be pieces of bytes, .* UTF-8, not .*; `pr"
        ):
            model.predict_lines(lines)
    for n_threads in (1, 2):
        with pytest.raises(
            ConfigError, match=r"lines must be .*, one of them is 'a text'; `predict`"
        ):
            list(model.predict_lines([b"one\n", "a text"], n_threads=n_threads))


def test_work_in_order_ends_with_its_error():
    def work(number):
        if number == 7:
            raise ValueError("seven")
        return number * 2

    for n_threads in (1, 3):
        found = in_order(work, range(20), n_threads)
        assert [next(found) for _ in range(7)] == [0, 2, 4, 6, 8, 10, 12]
        with pytest.raises(ValueError, match="seven"):
            next(found)
    with limited_threads(3):
        assert allowed_threads() == 3
