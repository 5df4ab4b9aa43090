"""Label trees: probabilities, options, files."""

from itertools import product

import numpy as np
import pytest
from harness import bound_to, counts_of

from huffvec import Vocabulary
from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, FormatError
from huffvec.objectives import LabelTree, as_objective, from_dict
from huffvec.trees import MultiwayTree

#: Labels at three depths.
UNEVEN = MultiwayTree.from_children([[~3, 1, ~0], [2, ~1], [~4, ~2]], 0, 5)


def rows_for(objective, n_labels, dim=6, scale=0.8, n_hidden=7):
    rng = np.random.default_rng(4)
    bound = bound_to(objective, counts_of(n_labels), dim)
    rows, hidden = (
        rng.normal(0, scale, shape).astype(np.float32)
        for shape in ((bound.n_outputs, dim), (n_hidden, dim))
    )
    return bound, rows, hidden


def test_marginals_equal_enumeration():
    """Every label's probability is the sum over all decisions of all nodes that lead to it."""
    bound, rows, hidden = rows_for(LabelTree(UNEVEN, link="logistic"), 5)
    tree = bound.tree
    for h in hidden.astype(np.float64):
        probs = 1 / (1 + np.exp(-rows @ h))
        expected = np.zeros(5)
        for due in product([False, True], repeat=len(probs)):
            of_these = np.prod(np.where(due, probs, 1 - probs))
            is_due = np.array([True, *due])
            for node in range(1, tree.n_nodes):
                is_due[node] &= is_due[tree.parents[node]]
            expected += of_these * is_due[tree.leaves]
        found = np.exp(bound.predictor(rows).log_probs(h))
        np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("link", ["linear", "logistic"])
@pytest.mark.parametrize("tree", ["huffman", "balanced", UNEVEN])
def test_many_are_as_one(tree, link):
    bound, rows, hidden = rows_for(LabelTree(tree, arity=3, link=link), 5)
    predictor = bound.predictor(rows)
    expected = np.stack([predictor.log_probs(h) for h in hidden])
    found = predictor.many_log_probs(hidden)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    targets = np.array([4, 0, 0])
    asked = predictor.target_log_probs(hidden, np.array([2, 2, 5]), targets)
    np.testing.assert_allclose(asked, expected[[2, 2, 5], targets], rtol=1e-4, atol=1e-5)


def test_rows_that_decide_about_the_same_documents_begin_orthogonal():
    """Those of brothers, and of nodes and brothers of nodes above; lengths stay."""
    bound, rows, _ = rows_for(LabelTree(UNEVEN), 5, dim=7)
    tree, lengths = bound.tree, np.linalg.norm(rows, axis=1)
    bound.start_outputs(rows, 1)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), lengths, rtol=1e-5)
    for leaf in tree.leaves.tolist():
        ways, node = [], leaf
        while node != 0:
            node = int(tree.parents[node])
            ways.append(rows[tree.rows_below(node)])
        products = np.concatenate(ways) @ np.concatenate(ways).T
        np.testing.assert_allclose(products, np.diag(np.diag(products)), atol=1e-5)


def test_rows_without_room_begin_as_they_are_and_zeros_stay():
    bound, rows, _ = rows_for(LabelTree("balanced", arity=6), 5, dim=4)
    before = rows.copy()
    bound.start_outputs(rows, 1)
    assert (rows == before).all()
    bound, rows, _ = rows_for(LabelTree(UNEVEN), 5)
    bound.start_outputs(zeros := np.zeros_like(rows), 1)
    assert (zeros == 0).all()


def test_names_and_dicts(tmp_path):
    found = as_objective("label-tree:tree=huffman,arity=4", for_labels=True)
    assert found == LabelTree("huffman", 4)
    file = tmp_path / "taxonomy.tsv"
    for objective in (LabelTree(), LabelTree("huffman", 2), LabelTree(tree=file)):
        assert from_dict(objective.to_dict()) == objective
    assert LabelTree(UNEVEN).to_dict() == {
        "name": "label-tree",
        "tree": "given",
        "arity": 64,
        "link": "linear",
    }


def test_trees_survive_files():
    bound, rows, hidden = rows_for(LabelTree(UNEVEN), 5)
    restored = from_dict(bound.objective.to_dict()).restore(bound.counts, bound.arrays())
    expected = bound.predictor(rows).many_log_probs(hidden)
    assert (restored.predictor(rows).many_log_probs(hidden) == expected).all()
    with pytest.raises(FormatError, match="leaves are not the 4 labels"):
        bound.objective.restore(counts_of(4), bound.arrays())
    with pytest.raises(FormatError, match="label-tree with 5 words needs 7 output vectors, found"):
        bound.check(rows[1:])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tree": 3}, "tree must be a name, a file or a huffvec.trees.MultiwayTree, not 3"),
        ({"tree": ""}, "tree must be a name, a file or a huffvec.trees.MultiwayTree, not ''"),
        ({"arity": 1}, "arity must be a whole number from 2 to 64, not 1"),
    ],
)
def test_options_that_cannot_be_used(options, message):
    with pytest.raises(ConfigError, match=message):
        LabelTree(**options)


def test_trees_that_cannot_be_used(tmp_path):
    labels, config = Vocabulary(["a", "b"], [3, 2]), TrainingConfig()
    with pytest.raises(ConfigError, match="tree has 5 leaves, and there are 2 labels; make it for"):
        LabelTree(UNEVEN).bind(labels, config)
    with pytest.raises(ConfigError, match="tree='clustered' is made of the labels' documents"):
        LabelTree().bind(labels, config)
    with pytest.raises(ConfigError, match="the model's tree fits its old labels only"):
        LabelTree("given").check_files()
    with pytest.raises(ConfigError, match=r"tree must be one of clustered, huffman, balanced, or"):
        LabelTree("hufman").check_files()
    with pytest.raises(FormatError, match="is a folder"):
        LabelTree(tmp_path).check_files()
    (tmp_path / "tree.tsv").write_text("r\ta\tb\n")
    LabelTree(tmp_path / "tree.tsv").check_files()
    assert LabelTree(tmp_path / "tree.tsv").bind(labels, config).n_outputs == 2
