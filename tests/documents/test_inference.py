"""Vectors of new documents: like those of trained ones, the same whatever stands beside them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from harness import CASES
from topic_texts import DOCUMENTS, N_TOPICS, WITHOUT_WORDS, topic_documents

import huffvec
from huffvec.errors import ConfigError
from huffvec.training.inference_defaults import default_epochs, default_learning_rate, default_prior
from huffvec.training.inferring import engine_rows

TEXTS = topic_documents(60)
OPTIONS = {"dim": 16, "epochs": 8, "min_count": 2, "n_threads": 1, "subsample_threshold": 0}


def trained(architecture: str, objective: object = "negative-sampling", **options) -> huffvec.Model:
    return huffvec.train(
        topic_documents(), objective, architecture=architecture, **{**OPTIONS, **options}
    )


@pytest.fixture(scope="module")
def model() -> huffvec.Model:
    return trained("dbow")


@pytest.mark.parametrize("architecture", DOCUMENTS)
@pytest.mark.parametrize("objective", ["nce", "hierarchical-softmax", "adaptive-softmax"])
def test_vectors_depend_on_the_document_alone_and_the_model_stays_as_it_is(
    architecture: str, objective: str
) -> None:
    model = trained(architecture, objective, epochs=1, subsample_threshold=1e-2)
    before = {name: rows.tobytes() for name, rows in model.weights.items()}
    whole = model.documents.infer(TEXTS, epochs=2, n_threads=1)
    for n_threads in (1, 2, 4):
        for size in (7, len(TEXTS)):
            parts = [TEXTS[k : k + size] for k in range(0, len(TEXTS), size)]
            found = [model.documents.infer(p, epochs=2, n_threads=n_threads) for p in parts]
            assert np.concatenate(found).tobytes() == whole.vectors.tobytes()
    alone = [model.documents.infer([text], epochs=2).vectors[0] for text in TEXTS[:9]]
    assert np.array_equal(alone, whole.vectors[:9])
    assert {name: rows.tobytes() for name, rows in model.weights.items()} == before


@pytest.mark.parametrize("objective", ["negative-sampling", "nce", "ranking-nce", "blackout"])
@pytest.mark.parametrize("learning_rate", [0.1, 4.0])
def test_documents_side_by_side_have_the_vectors_that_they_have_alone(
    objective: str, learning_rate: float
) -> None:
    model = trained("dbow", objective, subsample_threshold=1e-2)
    texts = [text[: 1 + 3 * k % 17] for k, text in enumerate(TEXTS)]
    together = model.documents.infer(texts, learning_rate=learning_rate, n_threads=1).vectors
    alone = [model.documents.infer([t], learning_rate=learning_rate).vectors[0] for t in texts]
    assert together.tobytes() == np.stack(alone).tobytes()
    assert np.isfinite(together).all()


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_objective_infers_vectors_like_the_trained_ones(name: str) -> None:
    model = trained("dbow", CASES[name])
    found = unit(model.documents.infer(topic_documents()).vectors)
    cosines = (found * unit(model.documents.vectors)).sum(1)
    assert np.delete(cosines, WITHOUT_WORDS).mean() > 0.8


@pytest.mark.parametrize("architecture", ["dbow", "dbow-words"])
def test_topics_of_new_documents_are_found(architecture: str) -> None:
    model = trained(architecture)
    new = [[f"topic{d % N_TOPICS}word{(7 * d + k) % 40}" for k in range(20)] for d in range(50)]
    cosines = unit(model.documents.infer(new).vectors) @ unit(model.documents.vectors).T
    assert np.array_equal(cosines.argmax(1) % N_TOPICS, np.arange(50) % N_TOPICS)


def test_a_document_without_a_known_word_gets_zeros(model: huffvec.Model) -> None:
    found = model.documents.infer([["topic0word1"], ["unheard", "of"], [], TEXTS[0]])
    assert found.known.tolist() == [True, False, False, True]
    assert found.vectors.any(axis=1).tolist() == found.known.tolist()
    assert repr(found) == "Inferred(4 documents, 2 without a known word, dim 16)"
    assert len(model.documents.infer([])) == 0
    assert model.documents.infer([[], None]).known.tolist() == [False, False]
    assert not model.documents.infer(["", "unheard"]).vectors.any()


def test_the_result_is_an_array(model: huffvec.Model) -> None:
    found = model.documents.infer(TEXTS[:3])
    assert np.asarray(found) is found.vectors
    assert np.asarray(found, np.float64).dtype == np.float64
    assert not np.shares_memory(np.array(found), found.vectors)


def test_texts_come_from_anywhere(model: huffvec.Model, tmp_path: Path) -> None:
    lines = [" ".join(text) for text in TEXTS]
    path = tmp_path / "new.txt"
    path.write_text("\n".join(lines) + "\n")
    expected = model.documents.infer(TEXTS).vectors

    def stream() -> Iterator[str]:
        yield from lines

    for texts in (lines, tuple(lines), stream(), path, [path]):
        assert np.array_equal(model.documents.infer(texts).vectors, expected)


def test_words_are_spelled_as_those_of_the_models_text() -> None:
    model = huffvec.train(
        iter(["A b c a.", "b C d A"] * 20),
        architecture="dbow",
        tokenize="words",
        lowercase=True,
        **OPTIONS,
    )
    found = model.documents.infer(["A, b! C", "a b c"]).vectors
    assert found[0].any()
    assert np.array_equal(found[0], found[1])


def test_subsampling_that_keeps_no_word_keeps_all() -> None:
    model = trained("dbow", subsample_threshold=1e-7)
    assert model.documents.infer([["topic0word1"]]).vectors.any()


def test_models_of_files_infer_the_same(tmp_path: Path) -> None:
    model = trained("dm", epochs=1)
    model.save(tmp_path / "d.hv")
    loaded = huffvec.load(tmp_path / "d.hv")
    expected = model.documents.infer(TEXTS).vectors
    assert np.array_equal(loaded.documents.infer(TEXTS).vectors, expected)


def test_rows_that_the_engine_can_take_are_not_copied(model: huffvec.Model) -> None:
    from huffvec.engine import engine

    rows = model.output_vectors
    assert engine_rows(engine(), rows) is rows.base or rows.base is None
    copied = engine_rows(engine(), rows.copy())
    assert not np.shares_memory(copied, rows)
    assert np.array_equal(copied[:, :16], rows)


def test_subwords_infer_from_the_means_of_their_bags() -> None:
    model = trained("dm", subwords=huffvec.Subwords(buckets=50))
    found = model.documents.infer(TEXTS)
    assert found.vectors.any(axis=1).tolist() == found.known.tolist()
    assert not np.isnan(found.vectors).any()


def test_documents_have_numbers_or_the_tags_that_are_given(model: huffvec.Model) -> None:
    texts = ["topic1word2 topic1word3", "unheard"]
    assert model.documents.infer(texts).tags.words == ["0", "1"]
    found = model.documents.infer([(texts[0], "a"), (texts[1], "b")], tags="given")
    assert found.tags.words == ["a", "b"]
    assert np.array_equal(found.named["a"], model.documents.infer(texts).vectors[0])
    twice = [(texts[0], "a"), (texts[1], "a")]
    with pytest.raises(ConfigError, match="2 tags, 1 different ones, of 2 documents"):
        model.documents.infer(twice, tags="given")


def test_the_rate_by_default_is_that_of_training() -> None:
    assert default_learning_rate(huffvec.TrainingConfig(learning_rate=0.03)) == 0.03
    assert default_learning_rate(huffvec.TrainingConfig(architecture="dbow")) == 0.05


def test_documents_have_a_prior_unless_words_take_part() -> None:
    priors = [default_prior(huffvec.TrainingConfig(architecture=name)) for name in DOCUMENTS]
    assert dict(zip(DOCUMENTS, priors, strict=True)) == {"dbow": 3, "dbow-words": 3, "dm": 0}


@pytest.mark.parametrize("architecture", ["dbow", "dm"])
def test_short_documents_have_more_epochs(architecture: str) -> None:
    model = trained(architecture, epochs=30)
    epochs = default_epochs(model.config, np.array([0, 29, 60, 100, 277, 1000]))
    assert epochs.tolist() == ([20, 20, 10, 6, 3, 2] if architecture == "dbow" else [10] * 6)
    texts = [TEXTS[0], TEXTS[1] * 5, TEXTS[2] * 40]
    found = model.documents.infer(texts).vectors
    lengths = np.array([len(text) for text in texts])
    for text, n_epochs, vector in zip(
        texts, default_epochs(model.config, lengths), found, strict=True
    ):
        alone = model.documents.infer([text], epochs=int(n_epochs)).vectors[0]
        assert np.array_equal(alone, vector)


def test_progress_counts_documents(model: huffvec.Model) -> None:
    told: list[tuple[str, int, int]] = []
    model.documents.infer(TEXTS, progress=lambda *stage: told.append(stage))
    assert told[-1] == ("inferring", len(TEXTS), len(TEXTS))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"texts": "one text"}, "texts must be several, such as a list of strings, not one of 8"),
        ({"epochs": 0}, "epochs must be a whole number from 1"),
        ({"learning_rate": -1}, "learning_rate must be a number from 0"),
        ({"n_threads": -1}, "n_threads must be a whole number from 0"),
        ({"lower": True}, "'lower' is no input option"),
    ],
)
def test_what_cannot_be_inferred(model: huffvec.Model, arguments, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        model.documents.infer(**{"texts": [["a"]], **arguments})


def test_an_encoded_corpus_cannot_be_inferred(model: huffvec.Model) -> None:
    corpus = huffvec.encode(topic_documents(60), min_count=1)
    with pytest.raises(ConfigError, match="an encoded corpus has the words of another vocabulary"):
        model.documents.infer(corpus)


def unit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return rows of length 1; zeros stay."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(norms, 1e-9)
