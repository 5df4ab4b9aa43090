"""The classifier for scikit-learn: what it computes, and that scikit-learn can work with it."""

from __future__ import annotations

import inspect
import pickle
from typing import Any, get_type_hints

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("sklearn")

import scipy.sparse
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.metrics import f1_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks
from sklearn_checks import CHECKS

import huffvec
from huffvec.classify import ClassifierConfig
from huffvec.errors import ConfigError, CorpusError
from huffvec.options import options_of
from huffvec.sklearn import TextClassifier

WORDS = {
    "pets": ["cat", "dog", "horse", "eats", "sleeps"],
    "vehicles": ["car", "truck", "train", "drives"],
    "food": ["bread", "rice", "soup", "cooks", "eats"],
}
SMALL: dict[str, Any] = {
    "dim": 8,
    "epochs": 10,
    "learning_rate": 0.2,
    "n_threads": 1,
    "random_state": 3,
}
MATRIX = {**SMALL, "learning_rate": 0.05, "epochs": 30}
LONG = {**SMALL, "epochs": 60, "learning_rate": 0.1}
Matrix = npt.NDArray[np.int64]


def examples(n: int = 300, seed: int = 1, n_labels: int = 3) -> tuple[list[str], list[str]]:
    """Return texts of six words of their label and two others."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(list(WORDS)[:n_labels], n).tolist()
    texts = [" ".join([*rng.choice(WORDS[label], 6), "the", "the"]) for label in labels]
    return texts, labels


def several(n: int = 400, seed: int = 1) -> tuple[list[str], Matrix]:
    """Return texts with any of the labels, and which these are."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, (n, 3))
    texts = []
    for row in labels:
        words = [w for name, has in zip(WORDS, row, strict=True) if has for w in WORDS[name][:4]]
        texts.append(" ".join([*words, "the", "a"]))
    return texts, labels


def test_it_learns_labels() -> None:
    model = TextClassifier(**SMALL).fit(*examples())
    unseen, truth = examples(100, seed=2)
    assert model.score(unseen, truth) > 0.95
    assert list(model.classes_) == ["food", "pets", "vehicles"]
    probs = model.predict_proba(unseen)
    assert probs.shape == (100, 3)
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-6)
    assert list(model.classes_[probs.argmax(axis=1)]) == list(model.predict(unseen))
    np.testing.assert_allclose(np.exp(model.predict_log_proba(unseen)), probs)
    scores = model.decision_function(unseen)
    assert list(scores.argmax(axis=1)) == list(probs.argmax(axis=1))
    assert is_classifier(model)


def test_it_is_what_train_trains() -> None:
    texts, labels = examples()
    model = TextClassifier(**SMALL, word_ngrams=1).fit(texts, labels)
    config = model.classifier_.config
    other = huffvec.classify.train(zip(texts, labels, strict=True), config=config)
    found = other.predict_proba(["cat dog", "car"])
    columns = [other.labels.words.index(label) for label in model.classes_]
    np.testing.assert_allclose(
        model.predict_proba(["cat dog", "car"]), found[:, columns], rtol=1e-5
    )


@pytest.mark.parametrize("classes", [(0, 1), (-1.0, 1.0), (False, True), ("no", "yes")])
def test_labels_may_be_of_any_kind(classes: tuple[Any, Any]) -> None:
    texts, labels = examples(n_labels=2)
    y = [classes[label == "pets"] for label in labels]
    model = TextClassifier(**SMALL).fit(texts, y)
    assert tuple(model.classes_) == classes
    assert tuple(model.predict(["car truck", "cat dog"])) == classes
    assert model.predict(["car"]).dtype == np.asarray(y).dtype


def test_labels_with_spaces_and_commas() -> None:
    texts, labels = examples(n_labels=2)
    y = ["New York, N.Y." if label == "pets" else "__label__ x" for label in labels]
    model = TextClassifier(**SMALL).fit(texts, y)
    assert list(model.predict(["cat dog", "truck"])) == ["New York, N.Y.", "__label__ x"]


def test_of_two_labels_the_score_is_the_log_odds_of_the_second() -> None:
    texts, labels = examples(n_labels=2)
    model = TextClassifier(**SMALL).fit(texts, labels)
    scores, probs = model.decision_function(texts[:20]), model.predict_proba(texts[:20])
    assert scores.shape == (20,)
    np.testing.assert_allclose(scores, np.log(probs[:, 1] / probs[:, 0]), rtol=1e-4, atol=1e-5)
    assert list(model.classes_[(scores > 0).astype(int)]) == list(model.predict(texts[:20]))


@pytest.mark.parametrize("objective", ["one-vs-all", "hierarchical-softmax", huffvec.NCE()])
def test_objectives(objective: Any) -> None:
    model = TextClassifier(**SMALL, objective=objective).fit(*examples())
    unseen, truth = examples(100, seed=2)
    assert model.score(unseen, truth) > 0.9
    np.testing.assert_allclose(model.predict_proba(unseen).sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("as_given", [np.asarray, scipy.sparse.csr_matrix, np.ndarray.tolist])
def test_several_labels_are_a_matrix(as_given: Any) -> None:
    texts, labels = several()
    model = TextClassifier(**MATRIX).fit(texts, as_given(labels))
    unseen, truth = several(100, seed=2)
    found = model.predict(unseen)
    assert scipy.sparse.issparse(found) == (as_given is scipy.sparse.csr_matrix)
    assert f1_score(truth, found, average="micro") > 0.95
    probs = model.predict_proba(unseen)
    assert probs.shape == truth.shape
    assert np.abs(probs.sum(axis=1) - 1).max() > 0.5  # each for itself
    scores = model.decision_function(unseen)
    np.testing.assert_array_equal(scores >= 0, probs >= 0.5)
    np.testing.assert_allclose(1 / (1 + np.exp(-scores)), probs, atol=1e-5)
    assert model.classifier_.bound.objective.name == "one-vs-all"
    assert model.score(unseen, truth) > 0.9


def test_a_label_that_no_text_has() -> None:
    texts, labels = several(100)
    labels = np.insert(labels, 1, 0, axis=1)
    model = TextClassifier(**MATRIX).fit(texts, labels)
    assert model.predict_proba(texts).shape == (100, 4)
    assert (model.predict_proba(texts)[:, 1] == 0).all()
    assert (model.predict(texts)[:, 1] == 0).all()


def test_weights_of_texts() -> None:
    texts, y = ["a b"] * 60, ["x"] * 30 + ["y"] * 30
    weights = [1.0] * 30 + [3.0] * 30
    model = TextClassifier(**LONG).fit(texts, y, sample_weight=weights)
    assert model.predict_proba(["a b"])[0, 1] == pytest.approx(0.75, abs=0.08)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(texts, y, sample_weight=[1.0])


def test_weights_of_labels() -> None:
    texts, y = ["a b"] * 80, ["x"] * 60 + ["y"] * 20
    plain = TextClassifier(**LONG).fit(texts, y).predict_proba(["a b"])[0, 1]
    assert plain == pytest.approx(0.25, abs=0.08)
    for weights in ("balanced", {"x": 1 / 3}):
        model = TextClassifier(**LONG, class_weight=weights).fit(texts, y)
        assert model.predict_proba(["a b"])[0, 1] == pytest.approx(0.5, abs=0.1)
    with pytest.raises(ConfigError, match="no example has the label 'z'"):
        TextClassifier(**LONG, class_weight={"z": 2}).fit(texts, y)
    matrix = np.array([[label == "x", label == "y"] for label in y], int)
    softmax = {**LONG, "objective": "full-softmax", "class_weight": {0: 1 / 3}}
    assert TextClassifier(**softmax).fit(texts, matrix).predict_proba(["a b"])[0] == pytest.approx(
        0.5, abs=0.1
    )


def test_texts_may_be_tokens_columns_or_frames() -> None:
    pandas = pytest.importorskip("pandas")
    texts, labels = examples()
    expected = TextClassifier(**SMALL).fit(texts, labels).predict_proba(texts)
    frame = pandas.DataFrame({"text": texts, "label": labels}).sample(frac=1, random_state=1)
    frame = frame.sort_index()
    given = (
        [text.split() for text in texts],
        np.array(texts),
        np.array(texts, object).reshape(-1, 1),
        frame["text"],
        frame[["text"]],
    )
    for one in given:
        model = TextClassifier(**SMALL).fit(one, frame["label"])
        np.testing.assert_array_equal(model.predict_proba(one), expected)
    with pytest.raises(ConfigError, match="not a table of 2 columns"):
        TextClassifier(**SMALL).fit(frame, labels)


def test_strings_are_split_by_the_tokenizer() -> None:
    texts, labels = examples()
    dashed = [text.replace(" ", "-").upper() for text in texts]
    model = TextClassifier(**SMALL, tokenizer=lambda text: text.lower().split("-"))
    expected = TextClassifier(**SMALL).fit(texts, labels).predict_proba(texts)
    np.testing.assert_array_equal(model.fit(dashed, labels).predict_proba(dashed), expected)


def test_texts_with_line_feeds_and_marks_of_labels() -> None:
    texts, labels = examples()
    odd = [text.replace(" the", "\n__label__x\tthe") for text in texts]
    model = TextClassifier(**SMALL).fit(odd, labels)
    assert sorted(model.classifier_.labels.words) == sorted(WORDS)
    assert model.score(odd, labels) > 0.95


def test_in_pipelines_searches_and_comparisons() -> None:
    texts, labels = examples()
    lower = FunctionTransformer(lambda X: [text.lower() for text in X])
    pipeline = make_pipeline(lower, TextClassifier(**SMALL))
    search = GridSearchCV(pipeline, {"textclassifier__word_ngrams": [1, 2]}, cv=2)
    assert search.fit(texts, labels).best_score_ > 0.9
    scores = cross_val_score(TextClassifier(**SMALL), texts, labels, cv=3, scoring="neg_log_loss")
    assert scores.min() > -0.5
    fit_weights = {"sample_weight": np.ones(len(texts))}
    assert cross_val_score(TextClassifier(**SMALL), texts, labels, params=fit_weights).min() > 0.9


@pytest.mark.parametrize("n_labels", [2, 3])
def test_it_can_be_calibrated(n_labels: int) -> None:
    texts, labels = examples(n_labels=n_labels)
    model = CalibratedClassifierCV(TextClassifier(**SMALL), cv=2).fit(np.array(texts), labels)
    assert model.predict_proba(texts).shape == (len(texts), n_labels)
    assert model.score(texts, labels) > 0.95


def test_one_versus_rest_and_columns() -> None:
    pandas = pytest.importorskip("pandas")
    texts, labels = several(150)
    rest = OneVsRestClassifier(TextClassifier(**SMALL)).fit(texts, labels)
    assert f1_score(labels, rest.predict(texts), average="micro") > 0.95
    frame = pandas.DataFrame({"n": range(len(texts)), "text": texts})
    column = make_column_transformer(("passthrough", ["text"]))
    model = make_pipeline(column, TextClassifier(**SMALL)).fit(frame, labels[:, 0])
    assert model.score(frame, labels[:, 0]) > 0.9


@pytest.mark.parametrize("data", [examples, several])
def test_fitted_ones_can_be_pickled_and_saved(data: Any, tmp_path: Any) -> None:
    texts, y = data(80)
    model = TextClassifier(**SMALL).fit(texts, y)
    copied = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copied.predict_proba(texts), model.predict_proba(texts))
    model.classifier_.save(tmp_path / "topics.hvclf")
    loaded = huffvec.classify.load(tmp_path / "topics.hvclf")
    expected = model.classifier_.predict_proba(texts)
    np.testing.assert_allclose(loaded.predict_proba(texts), expected, rtol=1e-6)


def test_clones_and_seeds() -> None:
    texts, labels = examples(60)
    model = TextClassifier(**SMALL, objective=huffvec.NCE(), class_weight={"pets": 2.0})
    copied = clone(model.fit(texts, labels))
    assert copied.get_params() == model.get_params()
    assert not hasattr(copied, "classes_")
    again = copied.fit(texts, labels).predict_proba(texts)
    np.testing.assert_array_equal(again, model.predict_proba(texts))
    other = clone(model).set_params(random_state=4).fit(texts, labels)
    assert (other.predict_proba(texts) != again).any()


@pytest.mark.parametrize("name", CHECKS)
def test_scikit_learns_checks_of_estimators(name: str) -> None:
    getattr(estimator_checks, name)("TextClassifier", TextClassifier())


def test_check_estimator_of_a_classifier() -> None:
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        estimator_checks.check_estimator(TextClassifier())


def test_fit_changes_no_parameter_and_forgets_what_was() -> None:
    model = TextClassifier(**SMALL)
    before = model.get_params()
    texts, labels = examples(60)
    assert model.fit(*several(60)) is model
    assert model.fit(texts, labels).get_params() == before
    np.testing.assert_array_equal(
        model.predict_proba(texts),
        TextClassifier(**SMALL).fit(texts, labels).predict_proba(texts),
    )


def test_what_is_refused_by_the_classifier() -> None:
    model = TextClassifier(**SMALL)
    texts, labels = examples(20)
    for method in ("predict", "predict_proba", "decision_function", "predict_log_proba"):
        with pytest.raises(NotFittedError):
            getattr(model, method)(texts)
    with pytest.raises(ConfigError, match=r"expected documents, .* not 'a b'"):
        model.fit("a b", ["x", "y"])
    with pytest.raises(ConfigError, match="document 1 must be a string or a list of tokens, not 3"):
        model.fit(["a", 3], ["x", "y"])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(texts, labels[:-1])
    with pytest.raises(ValueError, match="Unknown label type: y is continuous"):
        model.fit(texts, np.linspace(0, 1, 20))
    for other in (2, -1, 0.5):
        matrix = np.zeros((20, 3))
        matrix[::2, 1] = other
        for y in (matrix, scipy.sparse.csr_matrix(matrix)):
            with pytest.raises(ValueError, match=rf"has 0 and 1 only; y has {other}|label type"):
                model.fit(texts, y)
    with pytest.raises(ValueError, match="NaN"):
        model.fit(texts, np.where(matrix, np.nan, 0))
    with pytest.raises(ValueError, match="NaN"):
        model.fit(texts, [np.nan] * 20)
    for empty in ("", " "):
        with pytest.raises(ValueError, match="y has an empty label, which means"):
            model.fit(texts, ["x", "y", "z", empty] * 5)
    with pytest.raises(CorpusError, match="the only label is 'x'"):
        model.fit(texts, ["x"] * 20)
    with pytest.raises(ConfigError, match="dim must be a whole number from 0"):
        clone(model).set_params(dim=-1).fit(texts, labels)
    with pytest.raises(ConfigError, match="objective must be one of"):
        clone(model).set_params(objective="sofmax").fit(texts, labels)
    with pytest.raises(ConfigError, match="expected documents"):
        model.fit(texts, labels).predict("cat")


def test_nothing_to_predict_and_empty_texts() -> None:
    model = TextClassifier(**SMALL).fit(*examples())
    assert model.predict([]).shape == (0,)
    assert model.predict_proba([]).shape == (0, 3)
    probs = model.predict_proba(["", "never seen"])
    np.testing.assert_allclose(probs.sum(axis=1), 1, rtol=1e-6)


def test_parameters_are_those_of_the_classifiers_config() -> None:
    parameters = inspect.signature(TextClassifier).parameters
    hints = get_type_hints(TextClassifier.__init__)
    for name, declared in options_of(ClassifierConfig).items():
        if name != "seed":
            assert parameters[name].default == declared.default
            assert name == "subwords" or hints[name] == declared.type  # text is taken, too
