"""The transformer for scikit-learn: what it computes, and that scikit-learn can work with it."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn_checks import CHECKS

import huffvec
from huffvec.errors import ConfigError, CorpusError
from huffvec.options import options_of
from huffvec.sklearn import Embedder

PETS, VEHICLES = ["cat", "dog", "horse", "eats", "sleeps"], ["car", "truck", "train", "drives"]


def documents(n: int = 400, seed: int = 1) -> tuple[list[str], list[int]]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n).tolist()
    texts = [" ".join(rng.choice(VEHICLES if y else PETS, 6)) + " the the" for y in labels]
    return texts, labels


SMALL: dict[str, Any] = {"dim": 8, "min_count": 1, "n_threads": 1, "random_state": 3, "epochs": 2}


def given_vectors() -> huffvec.WordVectors:
    return huffvec.WordVectors(["b", "a", "c"], [[1, 0], [0, 2], [3, 3]])


def test_mean_pooling_leaves_unknown_words_out() -> None:
    found = Embedder(vectors=given_vectors()).fit_transform(["a b", ["b", "x", "b", "a"], "x", ""])
    np.testing.assert_allclose(found, [[0.5, 1], [2 / 3, 2 / 3], [0, 0], [0, 0]], rtol=1e-6)
    assert found.dtype == np.float32


def test_sif_equals_its_definition() -> None:
    texts = ["a b a", "c", "a x", "b b c c"]
    embedder = Embedder(vectors=given_vectors(), pooling="sif", sif_a=0.1).fit(texts)
    shares = {"a": 3 / 10, "b": 3 / 10, "c": 3 / 10, "x": 1 / 10}
    assert embedder.word_shares_ == pytest.approx(shares)

    def mean(text: str) -> Any:
        known = [word for word in text.split() if word in "abc"]
        rows = [0.1 / (0.1 + shares.get(w, 0)) * given_vectors()[w].astype(float) for w in known]
        return np.mean(rows, axis=0)

    fitted = np.array([mean(text) for text in texts])
    first = np.linalg.svd(fitted)[2][0]
    expected = [mean(text) - (mean(text) @ first) * first for text in ["c a", "b"]]
    np.testing.assert_allclose(embedder.transform(["c a", "b"]), expected, atol=1e-6)
    assert np.linalg.norm(embedder.component_) == pytest.approx(1)


def test_deterministic_results_repeat_with_other_threads_and_tables_in_files(
    tmp_path: Path,
) -> None:
    texts, _ = documents()
    options = {**SMALL, "deterministic": True}
    one, other = (
        Embedder(**{**options, "n_threads": n}, offload_folder=folder).fit_transform(texts)
        for n, folder in ((1, None), (3, tmp_path))
    )
    assert np.array_equal(one, other)
    assert not Embedder(**{**options, "n_threads": 3}).__sklearn_tags__().non_deterministic


def test_words_never_seen_have_vectors_with_subwords() -> None:
    texts, _ = documents()
    embedder = Embedder(**SMALL, subwords=huffvec.Subwords(2, 3, buckets=500), pooling="sif")
    embedder.fit(texts)
    found = embedder.transform([["trucks"], ["", "a\nb"]])
    assert np.isfinite(found).all()
    assert found[0].any()
    assert not found[1].any()


def test_trains_what_train_trains() -> None:
    texts, _ = documents()
    embedder = Embedder(**SMALL, objective=huffvec.HierarchicalSoftmax(), window=2).fit(texts)
    assert embedder.model_.objective == huffvec.HierarchicalSoftmax()
    assert (embedder.model_.config.window, embedder.model_.config.dim) == (2, 8)
    again = Embedder(**SMALL, objective="hierarchical-softmax", window=2).fit(
        [text.split() for text in texts]
    )
    np.testing.assert_array_equal(again.transform(texts), embedder.transform(texts))
    other = clone(again).set_params(random_state=4).fit(texts)
    assert (other.transform(texts) != again.transform(texts)).any()


def test_strings_are_split_by_the_tokenizer() -> None:
    embedder = Embedder(vectors=given_vectors(), tokenizer=lambda text: text.lower().split("-"))
    np.testing.assert_allclose(embedder.fit_transform(["A-B"]), [[0.5, 1]])


def test_in_a_pipeline_and_a_grid_search() -> None:
    texts, labels = documents()
    pipeline = make_pipeline(Embedder(**SMALL), LogisticRegression())
    search = GridSearchCV(pipeline, {"embedder__pooling": ["mean", "sif"]}, cv=2)
    search.fit(texts, labels)
    unseen, truth = documents(100, seed=2)
    assert search.score(unseen, truth) > 0.95
    assert list(search.best_estimator_[:-1].get_feature_names_out()) == [
        f"embedder{i}" for i in range(8)
    ]


def test_output_can_be_a_data_frame() -> None:
    pytest.importorskip("pandas")
    embedder = Embedder(vectors=given_vectors()).set_output(transform="pandas")
    assert list(clone(embedder).fit_transform(["a", "b"]).columns) == ["embedder0", "embedder1"]


@pytest.mark.parametrize("pooling", ["mean", "sif"])
def test_rows_of_shuffled_frames_get_their_own_vectors(pooling: Any) -> None:
    pandas = pytest.importorskip("pandas")
    texts, _ = documents(60)
    order = np.random.default_rng(5).permutation(60)
    frame = pandas.DataFrame({"n": range(60), "text": texts}).iloc[order]
    embedder = Embedder(**SMALL, pooling=pooling)
    expected = clone(embedder).fit_transform(frame["text"].tolist())
    embedder.set_output(transform="pandas")
    for given in (frame["text"], frame[["text"]]):
        for found in (
            clone(embedder).fit_transform(given),
            clone(embedder).fit(given).transform(given),
        ):
            assert found.index.tolist() == order.tolist()
            np.testing.assert_array_equal(found, expected)
    columns = ColumnTransformer([("v", embedder, "text"), ("n", "passthrough", ["n"])])
    found = columns.set_output(transform="pandas").fit_transform(frame)
    assert found.index.tolist() == found["n__n"].tolist() == order.tolist()
    np.testing.assert_array_equal(found.iloc[:, :8], expected)


def test_frames_of_polars() -> None:
    polars = pytest.importorskip("polars")
    embedder = Embedder(vectors=given_vectors()).set_output(transform="polars")
    found = embedder.fit_transform(polars.DataFrame({"text": ["a", "b"]}))
    assert found.rows() == [(0.0, 2.0), (1.0, 0.0)]


def test_columns_and_tables_of_arrow() -> None:
    pa = pytest.importorskip("pyarrow")
    embedder = Embedder(vectors=given_vectors())
    expected = embedder.fit_transform(["a", "b"])
    table = pa.table({"text": ["a", "b"]})
    for documents in (table, table["text"], pa.array(["a", "b"]), pa.array([["a"], ["b"]])):
        np.testing.assert_array_equal(embedder.fit_transform(documents), expected)
    with pytest.raises(ConfigError, match="not a table of 2 columns"):
        embedder.fit(table.append_column("n", pa.array([1, 2])))


def test_an_array_of_one_column_of_texts() -> None:
    texts = np.array(["a b", "b", "a"], object)
    embedder = Embedder(vectors=given_vectors())
    np.testing.assert_array_equal(
        embedder.fit_transform(texts.reshape(-1, 1)), embedder.fit_transform(texts)
    )


def test_tables_of_several_columns_and_missing_documents_are_refused() -> None:
    pandas = pytest.importorskip("pandas")
    embedder = Embedder(vectors=given_vectors())
    with pytest.raises(ConfigError, match=r"not a table of 2 columns \('n', 'text'\): give one"):
        embedder.fit(pandas.DataFrame({"n": [1], "text": ["a"]}))
    for missing in (None, float("nan")):
        with pytest.raises(ConfigError, match="document 1 must be a string or a list of tokens"):
            embedder.fit(["a", missing])


def test_clones_share_given_vectors_and_copy_the_rest() -> None:
    vectors, objective = given_vectors(), huffvec.NCE()
    embedder = Embedder(vectors=vectors, objective=objective, sif_a=0.5).fit(["a"])
    copied = clone(embedder)
    assert copied.vectors is vectors
    assert copied.get_params() == embedder.get_params()
    assert not hasattr(copied, "vectors_")


@pytest.mark.parametrize("pooling", ["mean", "sif"])
def test_fitted_ones_can_be_pickled(pooling: Any) -> None:
    texts, _ = documents(50)
    embedder = Embedder(**SMALL, pooling=pooling).fit(texts)
    copied = pickle.loads(pickle.dumps(embedder))
    np.testing.assert_array_equal(copied.transform(texts), embedder.transform(texts))


@pytest.mark.parametrize("name", CHECKS)
def test_scikit_learns_checks(name: str) -> None:
    getattr(estimator_checks, name)("Embedder", Embedder())


def test_check_estimator() -> None:
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        estimator_checks.check_estimator(Embedder())


def test_fit_changes_no_parameter() -> None:
    embedder = Embedder(**SMALL)
    before = embedder.get_params()
    assert embedder.fit(documents(50)[0]) is embedder
    assert embedder.get_params() == before


def test_what_is_refused() -> None:
    embedder = Embedder(vectors=given_vectors())
    with pytest.raises(NotFittedError):
        embedder.transform(["a"])
    with pytest.raises(ConfigError, match=r"expected documents, .* not 'a b'"):
        embedder.fit("a b")
    with pytest.raises(ConfigError, match=r"expected documents, .* not 5"):
        embedder.fit(5)
    with pytest.raises(ConfigError, match="document 1 must be a string or a list of tokens, not 3"):
        embedder.fit(["a", 3])
    with pytest.raises(ConfigError, match=r"0 must have strings or ids as tokens, not 3\.5"):
        embedder.fit([["a", 3.5]])
    with pytest.raises(ConfigError, match="there are no documents to fit"):
        embedder.fit([])
    with pytest.raises(ConfigError, match="pooling must be one of mean, sif"):
        clone(embedder).set_params(pooling="max").fit(["a"])
    with pytest.raises(ConfigError, match="sif_a must be a number over 0"):
        clone(embedder).set_params(sif_a=0.0).fit(["a"])
    with pytest.raises(ConfigError, match=r"vectors must be WordVectors, .* not 'x.hv'"):
        Embedder(vectors="x.hv").fit(["a"])  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="objective must be one of"):
        Embedder(**SMALL, objective="sofmax").fit(["a"])
    with pytest.raises(CorpusError):
        Embedder(**SMALL).fit(["a"])


def test_without_scikit_learn_the_message_says_what_to_install() -> None:
    program = (
        "import sys, huffvec; sys.modules['sklearn'] = None\n"
        "try:\n    import huffvec.sklearn\n"
        "except huffvec.HuffvecError as error:\n    print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.startswith("MissingExtraError huffvec.sklearn needs"), done.stderr
    assert "pip install 'huffvec[sklearn]'" in done.stdout


def test_documents_may_be_lists_of_ids():
    ids = [[101, 7, 55], [7, 9, 101]] * 20
    as_text = [[str(i) for i in document] for document in ids]
    embedder = Embedder(**SMALL)
    np.testing.assert_array_equal(embedder.fit_transform(ids), embedder.fit_transform(as_text))


def test_grids_of_numpys_values_are_tried():
    documents = ["neu york schläft nie", "york ist alt und gross"] * 8
    grid = {
        "embedder__dim": np.arange(3, 5),
        "embedder__learning_rate": np.array([0.02, 0.05], np.float32),
        "embedder__pooling": np.array(["mean", "sif"]),
        "embedder__objective": np.array(["nce"]),
    }
    model = make_pipeline(Embedder(**SMALL), LogisticRegression())
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(documents, [0, 1] * 8)
    assert search.best_params_["embedder__dim"] in (3, 4)


def test_parameters_are_the_options_of_training() -> None:
    parameters = inspect.signature(Embedder).parameters
    hints = get_type_hints(Embedder.__init__)
    shared = parameters.keys() & options_of(huffvec.TrainingConfig).keys()
    assert len(shared) >= 9
    for name in shared:
        declared = options_of(huffvec.TrainingConfig)[name]
        assert (parameters[name].default, hints[name]) == (declared.default, declared.type), name
