"""The search for the most probable leaves: against all probabilities, and what it refuses."""

import numpy as np
import pytest
from harness import LABEL_CASES, N_WORDS, bound_to, counts_of

from huffvec._tree import BinarySearch, MultiwaySearch
from huffvec.objectives import HierarchicalSoftmax, LabelTree


@pytest.mark.parametrize("case", LABEL_CASES)
def test_the_best_of_every_hidden_vector(case):
    rng = np.random.default_rng(6)
    bound = bound_to(LABEL_CASES[case], counts_of(N_WORDS), 6)
    rows, hidden = (
        rng.normal(0, 0.8, shape).astype(np.float32) for shape in ((bound.n_outputs, 6), (600, 6))
    )
    predictor = bound.predictor(rows)
    log_probs = predictor.many_log_probs(hidden)
    order = np.argsort(-log_probs, axis=1, kind="stable")
    for k in (1, 5, N_WORDS, 100):
        ids, found = predictor.top_many(hidden, k, n_threads=3)
        assert (ids.dtype, found.dtype) == (np.int32, np.float32)
        for asked in (order[:, :k], ids):  # labels may be equally probable
            expected = np.take_along_axis(log_probs, asked, axis=1)
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
        assert all(len(set(row)) == len(row) for row in ids.tolist())
    ids, _ = predictor.top_many(hidden[:0], 3)
    assert ids.shape == (0, 3)


@pytest.mark.parametrize(
    "objective",
    [HierarchicalSoftmax(), LabelTree("huffman", 2, "logistic"), LabelTree("balanced", 7)],
)
def test_the_best_of_several_hidden_vectors(objective):
    """The mean of their probabilities counts; output rows may be a part of wider ones."""
    rng = np.random.default_rng(7)
    bound = bound_to(objective, counts_of(300), 6)
    rows = rng.normal(0, 0.8, (bound.n_outputs, 16)).astype(np.float32)[:, :6]
    hidden = rng.normal(0, 0.8, (5, 6)).astype(np.float32)
    predictor = bound.predictor(rows)
    mean = np.exp(np.stack([predictor.log_probs(h) for h in hidden])).mean(axis=0)
    ids, log_probs = predictor.top(hidden, 9)
    assert ids.tolist() == np.argsort(-mean, kind="stable")[:9].tolist()
    np.testing.assert_allclose(np.exp(log_probs), mean[ids], rtol=1e-5)


def ints(*values):
    return np.array(values, np.int32)


def floats(*shape):
    return np.zeros(shape, np.float32)


TWO_LEAVES = (ints(1, 3, 3, 3), ints(-1, 0, 1), True, floats(2, 4))  # of a label tree
PAIR = (ints(~0, ~1).reshape(1, 2), 0, floats(1, 4))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((PAIR[0], 0, floats(0, 4)), "tree and output_vectors do not fit together"),
        ((PAIR[0], -1, PAIR[2]), "tree and output_vectors do not fit together"),
        ((PAIR[0], 0, floats(2, 8)[:, ::2]), "the numbers of a row must stand side by side"),
        ((ints(1), ints(), True, floats(1, 4)), "tree and output_vectors do not fit together"),
        ((ints(1, 3, 3), *TWO_LEAVES[1:]), "tree and output_vectors do not fit together"),
        ((*TWO_LEAVES[:3], floats(1, 4)), "tree and output_vectors do not fit together"),
        ((ints(1, 3, 2, 3), *TWO_LEAVES[1:]), "children must stand behind their parents"),
        ((ints(1, 3, 3, 4), *TWO_LEAVES[1:]), "children must stand behind their parents"),
        ((ints(0, 3, 3, 3), *TWO_LEAVES[1:]), "children must stand behind their parents"),
    ],
)
def test_trees_that_do_not_fit(given, message):
    cls = BinarySearch if isinstance(given[1], int) else MultiwaySearch
    with pytest.raises(ValueError, match=message):
        cls(*given)


@pytest.mark.parametrize(("cls", "given"), [(BinarySearch, PAIR), (MultiwaySearch, TWO_LEAVES)])
def test_questions_that_do_not_fit(cls, given):
    search = cls(*given)
    assert search.top(floats(1, 4), 5)[0] == [0, 1]
    with pytest.raises(ValueError, match="hidden and output_vectors must be of one length"):
        search.top(floats(1, 3), 1)
    with pytest.raises(ValueError, match="there must be a hidden vector"):
        search.top(floats(0, 4), 1)
    with pytest.raises(ValueError, match="n_threads must be at least 1"):
        search.top_of_each(floats(1, 4), 1, 0)


def test_a_child_that_is_no_node():
    search = BinarySearch(ints(7, ~1).reshape(1, 2), 0, floats(1, 4))
    with pytest.raises(ValueError, match="a child is no node of the tree"):
        search.top(floats(1, 4), 2)
