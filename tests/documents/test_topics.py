"""Documents drawn from known topics: their vectors must find the topics again."""

import numpy as np
import pytest
from topic_texts import N_TOPICS, WITHOUT_WORDS, topic_documents

import huffvec


@pytest.mark.parametrize("architecture", ["dbow", "dbow-words"])
@pytest.mark.parametrize("objective", ["negative-sampling", "hierarchical-softmax", "softmax"])
def test_documents_of_one_topic_are_nearest_to_each_other(
    architecture: str, objective: str
) -> None:
    model = huffvec.train(
        topic_documents(),
        objective,
        architecture=architecture,
        dim=16,
        epochs=8,
        min_count=2,
        n_threads=1,
        subsample_threshold=0,
    )
    vectors = model.documents.vectors
    assert vectors.shape == (300, 16)
    assert not vectors[WITHOUT_WORDS].any()
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = (vectors / np.maximum(norms, 1e-9)) @ (vectors / np.maximum(norms, 1e-9)).T
    np.fill_diagonal(cosines, -2)
    nearest = cosines.argmax(axis=1)
    same = [d % N_TOPICS == nearest[d] % N_TOPICS for d in range(300) if d != WITHOUT_WORDS]
    assert np.mean(same) > 0.97


def test_documents_are_saved_with_the_model(tmp_path) -> None:
    options = {"architecture": "dm", "dim": 5, "min_count": 2, "n_threads": 1}
    model = huffvec.train(topic_documents(40), **options)
    model.save(tmp_path / "d.hv")
    loaded = huffvec.load(tmp_path / "d.hv")
    assert loaded.documents.words == [str(d) for d in range(40)]
    assert np.array_equal(loaded.documents.vectors, model.documents.vectors)
