"""Neighbours compared: of kept vectors with those that were trained, and of two models."""

import numpy as np
import pytest
from exploring_pages import scene_of

from huffvec.exploring.agreement import N_COMPARED, agreement, compared


def nearest_sets(vectors, k):
    """Return the k nearest other rows of each row by cosine, in float64."""
    units = vectors.astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    cosines = units @ units.T
    np.fill_diagonal(cosines, -2)
    return [set(row) for row in np.argsort(-cosines, axis=1)[:, :k].tolist()]


def test_agreement_is_the_share_of_neighbours_in_common():
    rng = np.random.default_rng(2)
    a = rng.normal(size=(40, 5)).astype(np.float32)
    b = a + rng.normal(0, 0.5, a.shape).astype(np.float32)
    same = [len(x & y) for x, y in zip(nearest_sets(a, 10), nearest_sets(b, 10), strict=True)]
    found = agreement(a, b)
    assert found == {"words": 40, "k": 10, "share": pytest.approx(sum(same) / 400)}
    assert agreement(a, a)["share"] == 1


def test_agreement_of_few_words():
    vectors = np.eye(3, dtype=np.float32)
    assert agreement(vectors, vectors) == {"words": 3, "k": 2, "share": 1.0}
    assert agreement(vectors[:1], vectors[:1])["share"] == 1.0


def test_words_of_two_scenes_are_ordered_by_how_much_their_neighbours_differ():
    words = [f"w{(7 * i) % 60}" for i in range(60)]
    a = scene_of(words=words, seed=1)
    b = scene_of(words=["only here", *reversed(words[:50])], seed=2)
    found = compared(a, b)
    assert [a.words[i] for i in found.ids[:, 0]] == [b.words[i] for i in found.ids[:, 1]]
    assert sorted(found.ids[:, 0].tolist()) == list(range(50))
    order = found.ids[np.argsort(found.ids[:, 0])]
    near = [nearest_sets(scene.vectors[order[:, k]], 10) for k, scene in enumerate((a, b))]
    expected = [len(x & y) for x, y in zip(*near, strict=True)]
    assert found.shared.tolist() == sorted(expected)
    assert found.shared.tolist() == [expected[i] for i in found.ids[:, 0]]
    same = found.shared[1:] == found.shared[:-1]
    assert (np.diff(found.ids[:, 0])[same] > 0).all()
    assert N_COMPARED >= 1_000


def test_scenes_without_a_word_in_common():
    found = compared(scene_of(words=["a", "b"]), scene_of(words=["c", "d"]))
    assert found.ids.shape == (0, 2)
    assert len(found.shared) == 0
