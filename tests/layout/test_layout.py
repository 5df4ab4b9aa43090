"""Maps: the engine and the graph against their twins, and how good the maps are."""

import numpy as np
import pytest
from reference import layout as twin
from sklearn import manifold

from huffvec import _layout
from huffvec.errors import ConfigError
from huffvec.layout import lay_out, trustworthiness
from huffvec.layout.layout import N_EPOCHS, principal_plane
from huffvec.layout.nearest import find_exactly
from huffvec.layout.neighbours import make_graph

EPOCH = {"seed": 7, "n_negatives": 3, "step": 0.9, "momentum": 0.4, "repulsion": 8.0}


def units(n, dim=6, seed=3, n_groups=5):
    """Vectors of length 1 around a few directions."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(n_groups, dim))
    vectors = centres[np.arange(n) % n_groups] + 0.4 * rng.normal(size=(n, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def graph_of(vectors, k=6, perplexity=3.0):
    return make_graph(*find_exactly(vectors, k), perplexity)


def test_weights_are_those_of_the_twin():
    vectors = units(40)
    graph = graph_of(vectors)
    dense = np.zeros((40, 40))
    heads = np.repeat(np.arange(40), np.diff(graph.offsets))
    dense[heads, graph.neighbours] = graph.weights
    np.testing.assert_allclose(dense, twin.weights(vectors.astype(float), 6, 3.0), atol=2e-5)


def test_neighbours_of_a_point_rise_and_never_are_itself():
    graph = graph_of(units(60))
    for i in range(60):
        own = graph.neighbours[graph.offsets[i] : graph.offsets[i + 1]]
        assert (np.diff(own) > 0).all()
        assert i not in own


def test_vectors_that_are_all_the_same_have_even_weights():
    graph = graph_of(np.tile(units(1), (8, 1)), k=7)
    np.testing.assert_allclose(graph.weights, 1 / 7, rtol=1e-6)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_epochs_are_those_of_the_twin(n_threads):
    graph = graph_of(units(50))
    layout = _layout.Layout(*graph)
    # Some have more points around them than are drawn, some fewer, and all have points far off.
    now = np.random.default_rng(1).normal(size=(50, 2), scale=3).astype(np.float32)
    moved = now.copy()
    exact_now, exact_before = now.astype(float), now.astype(float)
    for epoch in range(4):
        layout.move(now, moved, epoch=epoch, n_threads=n_threads, **EPOCH)
        now, moved = moved, now
        after = twin.moved(graph, exact_now, exact_before, epoch=epoch, **EPOCH)
        exact_now, exact_before = after, exact_now
        np.testing.assert_allclose(now, exact_now, rtol=1e-4, atol=1e-4)


def test_the_map_depends_on_the_seed_and_not_on_threads():
    vectors = units(3_000)  # several blocks of the engine
    one = lay_out(vectors, seed=5, n_threads=1)
    assert (lay_out(vectors, seed=5, n_threads=3) == one).all()
    assert (lay_out(vectors, seed=6, n_threads=1) != one).any()


def test_maps_lie_from_minus_1_to_1_and_fill_it():
    found = lay_out(units(300))
    assert found.dtype == np.float32
    assert np.abs(found).max() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_points_have_a_map(n):
    found = lay_out(units(n))
    assert found.shape == (n, 2)
    assert np.isfinite(found).all()


def test_vectors_of_one_number_have_a_map():
    assert np.isfinite(lay_out(np.array([[1], [-1], [1], [-1]], np.float32))).all()


def test_groups_stand_apart():
    vectors = units(500)
    groups = np.arange(500) % 5
    found = lay_out(vectors)
    centres = np.array([found[groups == g].mean(axis=0) for g in range(5)])
    nearest = np.square(found[:, None] - centres).sum(axis=2).argmin(axis=1)
    assert (nearest == groups).mean() > 0.95


def test_maps_are_as_trustworthy_as_those_of_t_sne():
    vectors = units(600, dim=20, n_groups=12)
    theirs = manifold.TSNE(init="pca", random_state=1).fit_transform(vectors)
    assert trustworthiness(vectors, lay_out(vectors)) > trustworthiness(vectors, theirs) - 0.01


def test_trustworthiness_is_scikit_learns():
    vectors = units(200)
    positions = np.random.default_rng(2).normal(size=(200, 2)).astype(np.float32)
    expected = manifold.trustworthiness(vectors, positions, n_neighbors=7, metric="cosine")
    assert trustworthiness(vectors, positions, 7) == pytest.approx(expected, abs=1e-6)


def test_trustworthiness_of_a_sample_is_near_that_of_all():
    vectors = units(1_000)
    positions = lay_out(vectors)
    every = trustworthiness(vectors, positions)
    assert trustworthiness(vectors, positions, n_sampled=300) == pytest.approx(every, abs=0.01)


def test_a_start_is_gone_on_from():
    vectors = units(400)
    first = lay_out(vectors)
    again = lay_out(vectors, start=first, seed=2)
    turned = np.linalg.svd((again - again.mean(0)).T @ (first - first.mean(0)))[1].sum()
    sizes = np.linalg.norm(again - again.mean(0)) * np.linalg.norm(first - first.mean(0))
    assert turned / sizes > 0.8  # Procrustes: 1 if one is the other, turned and scaled


def test_the_plane_is_that_of_the_largest_variance():
    vectors = units(100)
    _, sizes, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    lengths = np.linalg.norm(principal_plane(vectors), axis=0)
    np.testing.assert_allclose(lengths, sizes[:2], rtol=1e-4)


def test_progress_is_told():
    told = []
    lay_out(units(30), progress=lambda *stage: told.append(stage))
    assert told[0] == ("finding neighbours", 30, 30)
    assert told[-1] == ("laying out", N_EPOCHS, N_EPOCHS)


def test_ctrl_c_ends_a_layout():
    def stop(stage, done, total):
        if stage == "laying out" and done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lay_out(units(30), progress=stop)


def test_threads_are_checked():
    with pytest.raises(ConfigError, match="n_threads must be a whole number"):
        lay_out(units(30), n_threads=-1)


GOOD = (np.array([0, 1, 2]), np.array([1, 0], np.int32), np.ones(2, np.float32))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (0, np.zeros(0, np.int64), "offsets must have an end"),
        (0, np.array([0, 1, 1]), "offsets must cover all edges"),
        (0, np.array([0, 3, 2]), "offsets must rise"),
        (1, np.array([1, 2], np.int32), "an edge to no point"),
        (2, np.ones(3, np.float32), "every edge must have a weight"),
    ],
)
def test_graphs_of_the_engine_are_checked(place, value, message):
    parts = list(GOOD)
    parts[place] = value
    with pytest.raises(ValueError, match=message):
        _layout.Layout(*parts)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"now": np.zeros((3, 2), np.float32)}, "a position for every point"),
        ({"n_negatives": 0}, "there must be draws and threads"),
        ({"n_threads": 0}, "there must be draws and threads"),
    ],
)
def test_epochs_of_the_engine_are_checked(changes, message):
    now, moved = np.zeros((2, 2, 2), np.float32)
    arguments = {"now": now, "moved": moved, "epoch": 0, "n_threads": 1, **EPOCH, **changes}
    with pytest.raises(ValueError, match=message):
        _layout.Layout(*GOOD).move(**arguments)


def test_positions_are_not_moved_in_place():
    now = np.zeros((2, 2), np.float32)
    with pytest.raises(ValueError, match="cannot be moved in place"):
        _layout.Layout(*GOOD).move(now, now, epoch=0, n_threads=1, **EPOCH)
