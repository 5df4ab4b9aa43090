"""Vectors of new documents for gensim's Doc2Vec: like gensim's, but the same every time."""

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest
from gensim.models import doc2vec as theirs
from gensim.models.callbacks import CallbackAny2Vec
from gensim.models.doc2vec import TaggedDocument

from huffvec.errors import ConfigError
from huffvec.gensim import Doc2Vec

SMALL = {"vector_size": 16, "workers": 2, "epochs": 20, "sample": 0, "alpha": 0.05, "min_count": 1}
KINDS = [
    {"dm": 0},
    {"dm": 0, "dbow_words": 1},
    {"dm": 1},
    {"dm": 0, "hs": 1, "negative": 0},
    {"dm": 1, "hs": 1},
]


@pytest.fixture(scope="module")
def documents(sentences: list[list[str]]) -> list[TaggedDocument]:
    return [TaggedDocument(words, [place]) for place, words in enumerate(sentences)]


@pytest.fixture(scope="module")
def model(documents: list[TaggedDocument]) -> Any:
    return Doc2Vec(documents, **SMALL, dm=0)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_documents_of_the_topic_are_nearest(
    documents: list[TaggedDocument], kind: dict[str, int], caplog: pytest.LogCaptureFixture
) -> None:
    model = Doc2Vec(documents, **SMALL, **kind)
    found = []
    for document in documents[:100]:
        near = model.dv.most_similar([model.infer_vector(document.words)], topn=1)[0][0]
        found.append(documents[near].words[0][:-1] == document.words[0][:-1])
    assert np.mean(found) > 0.8
    assert "huffvec.gensim" not in caplog.text  # gensim has inferred nothing


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_vectors_are_as_long_as_gensims(
    documents: list[TaggedDocument], kind: dict[str, int], tmp_path: Any
) -> None:
    """The same passes at the same rates."""
    gensims = theirs.Doc2Vec(documents, **SMALL, **kind)
    gensims.save(str(tmp_path / "model"))
    model = Doc2Vec.load(str(tmp_path / "model"))
    for options in ({}, {"alpha": 0.1, "min_alpha": 0.08, "epochs": 10}):
        lengths = [
            np.mean([np.linalg.norm(m.infer_vector(d.words, **options)) for d in documents[:50]])
            for m in (model, gensims)
        ]
        assert lengths[0] == pytest.approx(lengths[1], rel=0.1)


def test_vectors_are_the_same_every_time(model: Any, documents: list[TaggedDocument]) -> None:
    texts = [document.words for document in documents[:20]]
    first = model.infer_vectors(texts)
    assert first.shape == (20, 16)
    assert first.dtype == np.float32
    for vector, words in zip(first, texts, strict=True):
        np.testing.assert_array_equal(model.infer_vector(words), vector)
    np.testing.assert_array_equal(copy.deepcopy(model).infer_vectors(texts), first)
    np.testing.assert_array_equal(model.infer_vectors(iter(texts)), first)
    assert model.infer_vectors([]).shape == (0, 16)


def test_documents_without_known_words_are_zeros(model: Any) -> None:
    assert not model.infer_vector(["unheard"]).any()
    assert not model.infer_vector([]).any()
    found = model.infer_vectors([["unheard"], ["red1", "unheard"]])
    assert found.any(axis=1).tolist() == [False, True]


def test_similarity_of_new_documents(model: Any) -> None:
    text = [f"red{k}" for k in range(6)] * 2
    same = model.similarity_unseen_docs(text, [f"red{k}" for k in range(2, 8)] * 2)
    other = model.similarity_unseen_docs(text, [f"blue{k}" for k in range(2, 8)] * 2)
    assert other < same <= 1


def test_inference_follows_the_tables(documents: list[TaggedDocument]) -> None:
    model, text = Doc2Vec(documents, **SMALL | {"epochs": 1}), documents[0].words
    vectors = [model.infer_vector(text)]
    model.train(documents, total_examples=600, epochs=1)
    vectors.append(model.infer_vector(text))
    model.syn1neg = model.syn1neg / 2
    vectors.append(model.infer_vector(text))
    model.build_vocab([TaggedDocument(["fresh"], [600])], update=True)
    vectors.append(model.infer_vector([*text, "fresh"]))
    assert len({vector.tobytes() for vector in vectors}) == 4


class Inferring(CallbackAny2Vec):
    """Infers a document after every epoch."""

    def __init__(self) -> None:
        self.vectors: list[bytes] = []

    def on_epoch_end(self, model: Any) -> None:
        self.vectors.append(model.infer_vector(["red1", "red2"]).tobytes())


def test_callbacks_infer_with_the_tables_of_the_epoch(documents: list[TaggedDocument]) -> None:
    inferring = Inferring()
    model = Doc2Vec(documents, **SMALL | {"epochs": 3}, callbacks=[inferring])
    assert len(set(inferring.vectors)) == 3
    assert model.infer_vector(["red1", "red2"]).tobytes() == inferring.vectors[-1]


def test_what_infers_is_not_saved(model: Any) -> None:
    model.infer_vector(["red1"])
    assert "_inference" in vars(model)
    assert "_inference" not in vars(pickle.loads(pickle.dumps(model)))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"dm_concat": 1}, "dm_concat=1 joins the vectors of a context to one"),
        ({"window": 2000}, "window"),
    ],
    ids=str,
)
def test_gensim_infers_what_the_engine_cannot(
    options: dict[str, int], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    model = Doc2Vec([TaggedDocument(["a", "b"], [0])], **SMALL | options)
    caplog.clear()
    assert model.infer_vector(["a"]).any()
    assert not model.infer_vector(["unheard"]).any()
    lines = [r.getMessage() for r in caplog.records if r.name == "huffvec.gensim"]
    assert len(lines) == 1
    assert lines[0].startswith("huffvec.gensim: gensim itself infers documents of this Doc2Vec: ")
    assert reason in lines[0]


@pytest.mark.parametrize(
    ("passes", "message"),
    [
        ({"alpha": math.nan}, "alpha must be a number from 0 to 10, not nan"),
        ({"epochs": -1}, "epochs must be a whole number from 1 to 1,?000,?000, not -1"),
    ],
)
def test_passes_that_mean_nothing(model: Any, passes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        model.infer_vector(["red1"], **passes)


def test_a_text_is_no_list_of_words(model: Any) -> None:
    with pytest.raises(TypeError, match="must be a list of strings"):
        model.infer_vector("red1 red2")
    with pytest.raises(TypeError, match="documents must be lists of words, and one is a string"):
        model.infer_vectors(["red1", "red2"])
