"""Vectors of documents in scikit-learn: what they are, and that scikit-learn can work with them."""

from __future__ import annotations

import inspect
import pickle
from typing import Any, get_type_hints

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks
from sklearn_checks import CHECKS

import huffvec
from huffvec.errors import ConfigError, CorpusError
from huffvec.options import options_of
from huffvec.sklearn import DocumentEmbedder

SMALL: dict[str, Any] = {
    "dim": 8,
    "min_count": 2,
    "n_threads": 1,
    "random_state": 3,
    "subsample_threshold": 0,
}


def documents(n: int = 100, seed: int = 1) -> tuple[list[str], list[int]]:
    """Return texts about pets or vehicles, and which."""
    rng = np.random.default_rng(seed)
    topics = [["cat", "dog", "horse", "eats", "sleeps"], ["car", "truck", "train", "drives"]]
    labels = rng.integers(0, 2, n).tolist()
    return [" ".join(rng.choice(topics[y], 20)) + " the the" for y in labels], labels


@pytest.mark.parametrize("architecture", ["dbow", "dm"])
def test_fit_transform_gives_the_models_vectors_and_transform_infers(architecture: str) -> None:
    texts, _ = documents()
    embedder = DocumentEmbedder(architecture=architecture, **SMALL)
    trained = embedder.fit_transform(texts)
    assert (trained.shape, trained.dtype) == ((100, 8), np.float32)
    assert np.array_equal(trained, embedder.model_.documents.vectors)
    assert not np.shares_memory(trained, embedder.model_.documents.vectors)
    inferred = embedder.transform(texts)
    assert np.array_equal(inferred, embedder.model_.documents.infer(texts).vectors)
    assert np.array_equal(inferred[5:7], embedder.transform(texts[5:7]))
    assert np.array_equal(inferred, trained) == (architecture == "dbow")


def test_trains_what_train_trains() -> None:
    texts, _ = documents()
    objective = huffvec.HierarchicalSoftmax()
    embedder = DocumentEmbedder(**SMALL, architecture="dm", objective=objective, window=2)
    model = embedder.fit(texts).model_
    assert model.objective == objective
    assert (model.config.architecture, model.config.window) == ("dm", 2)
    again = clone(embedder).set_params(objective="hierarchical-softmax")
    again.fit([text.split() for text in texts])
    assert np.array_equal(again.transform(texts), embedder.transform(texts))
    other = clone(again).set_params(random_state=4).fit(texts)
    assert (other.transform(texts) != again.transform(texts)).any()


def test_documents_without_a_known_word_are_zeros() -> None:
    texts, _ = documents()
    embedder = DocumentEmbedder(**SMALL)
    trained = embedder.fit_transform([*texts[:4], "rare", "", *texts[4:]])
    assert trained.any(axis=1).tolist() == [True] * 4 + [False] * 2 + [True] * 96
    found = embedder.transform(["cat", "unheard of", [], ["unheard", "cat"]])
    assert found.any(axis=1).tolist() == [True, False, False, True]


def test_strings_are_split_by_the_tokenizer() -> None:
    texts, _ = documents()
    plain = DocumentEmbedder(**SMALL).fit(texts)
    joined = DocumentEmbedder(**SMALL, tokenizer=lambda text: text.lower().split("-"))
    found = joined.fit([text.upper().replace(" ", "-") for text in texts])
    assert np.array_equal(found.transform(["CAT-DOG"]), plain.transform(["cat dog"]))


def test_in_a_pipeline_and_a_grid_search() -> None:
    texts, labels = documents(200)
    embedder = DocumentEmbedder(**SMALL)
    pipeline = make_pipeline(embedder, StandardScaler(), LogisticRegression())
    grid = {
        "documentembedder__architecture": ["dbow", "dm"],
        "documentembedder__epochs": np.array([5, 10]),
    }
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(texts, labels)
    unseen, truth = documents(100, seed=2)
    assert search.score(unseen, truth) > 0.95
    assert list(search.best_estimator_[:-1].get_feature_names_out()) == [
        f"documentembedder{i}" for i in range(8)
    ]


def test_output_can_be_a_data_frame_with_the_index_of_the_input() -> None:
    pandas = pytest.importorskip("pandas")
    texts, _ = documents(40)
    column = pandas.Series(texts, index=range(100, 140))
    embedder = DocumentEmbedder(**SMALL)
    expected = embedder.fit_transform(texts)
    framed = clone(embedder).set_output(transform="pandas")
    found = framed.fit_transform(column)
    assert found.index.tolist() == column.index.tolist()
    assert list(found.columns) == [f"documentembedder{i}" for i in range(8)]
    assert np.array_equal(found, expected)
    found = framed.transform(column.iloc[3:5].to_frame())
    assert found.index.tolist() == [103, 104]
    assert np.array_equal(found, embedder.transform(texts[3:5]))


def test_fitted_ones_can_be_pickled() -> None:
    texts, _ = documents(50)
    embedder = DocumentEmbedder(**SMALL).fit(texts)
    copied = pickle.loads(pickle.dumps(embedder))
    assert np.array_equal(copied.transform(texts), embedder.transform(texts))


@pytest.mark.parametrize("name", CHECKS)
def test_scikit_learns_checks(name: str) -> None:
    getattr(estimator_checks, name)("DocumentEmbedder", DocumentEmbedder())


def test_check_estimator() -> None:
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        estimator_checks.check_estimator(DocumentEmbedder())


def test_fit_changes_no_parameter() -> None:
    embedder = DocumentEmbedder(**SMALL)
    before = embedder.get_params()
    assert embedder.fit(documents(50)[0]) is embedder
    assert embedder.get_params() == before


def test_what_is_refused() -> None:
    embedder = DocumentEmbedder(**SMALL)
    with pytest.raises(NotFittedError):
        embedder.transform(["a"])
    with pytest.raises(ConfigError, match=r"expected documents, .* not 'a b'"):
        embedder.fit("a b")
    with pytest.raises(ConfigError, match="there are no documents to fit: give at least one"):
        embedder.fit([])
    with pytest.raises(
        ConfigError, match="architecture must be one of dbow, dbow-words, dm, not 'cbow'"
    ):
        clone(embedder).set_params(architecture="cbow").fit(documents()[0])
    with pytest.raises(ConfigError, match="objective must be one of"):
        clone(embedder).set_params(objective="sofmax").fit(["a"])
    with pytest.raises(CorpusError):
        embedder.fit(["a"])


def test_parameters_are_the_options_of_training() -> None:
    parameters = inspect.signature(DocumentEmbedder).parameters
    hints = get_type_hints(DocumentEmbedder.__init__)
    shared = parameters.keys() & options_of(huffvec.TrainingConfig).keys()
    assert len(shared) >= 9
    for name in shared - {"architecture"}:
        declared = options_of(huffvec.TrainingConfig)[name]
        assert (parameters[name].default, hints[name]) == (declared.default, declared.type), name
