"""Trees of any width: by what defines them; a taxonomy by its mistakes."""

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffvec import Vocabulary
from huffvec.classify.examples import Examples
from huffvec.classify.features import Bags
from huffvec.errors import FormatError
from huffvec.trees import (
    MULTIWAY_TREES,
    MultiwayTree,
    multiway_clustered_tree,
    multiway_huffman_tree,
    read_taxonomy,
)

some_counts = st.lists(st.integers(1, 50), min_size=1, max_size=90).map(np.array)


def ways(tree: MultiwayTree) -> list[list[int]]:
    """The nodes from every label up to the root."""
    found = []
    for leaf in tree.leaves.tolist():
        way = [leaf]
        while way[-1] != 0:
            way.append(int(tree.parents[way[-1]]))
        found.append(way)
    return found


def shape(tree: MultiwayTree, labels: list[str], node: int = 0) -> object:
    """The tree as nested lists of labels."""
    below = range(tree.first_child[node], tree.first_child[node + 1])
    if not below:
        return labels[tree.label_ids[node]]
    return [shape(tree, labels, child) for child in below]


@given(some_counts, st.integers(2, 64), st.sampled_from(sorted(MULTIWAY_TREES)))
def test_trees_are_level_by_level_and_no_node_is_too_wide(counts, arity, name):
    tree = MULTIWAY_TREES[name](counts, arity)
    again = MultiwayTree.from_arrays(tree.to_arrays(), len(counts))  # which checks it
    widths = np.diff(again.first_child)
    assert widths.max() <= arity
    assert (widths[tree.leaves] == 0).all()
    assert (tree.label_ids[tree.leaves] == np.arange(len(counts))).all()
    depths = np.empty(tree.n_nodes, int)
    for depth, level in enumerate(tree.levels):
        depths[level] = depth
    assert [len(way) - 1 for way in ways(tree)] == depths[tree.leaves].tolist()
    costs = [sum(int(widths[node]) for node in way) for way in ways(tree)]
    assert tree.path_costs().tolist() == costs


@given(some_counts, st.integers(2, 9))
def test_huffman_has_the_least_mean_depth(counts, arity):
    heap = counts.tolist() + [0] * (-(len(counts) - 1) % (arity - 1))
    heapq.heapify(heap)
    expected = 0 if len(heap) > 1 else heap[0]
    while len(heap) > 1:
        total = sum(heapq.heappop(heap) for _ in range(arity))
        expected += total
        heapq.heappush(heap, total)
    depths = [len(way) - 1 for way in ways(multiway_huffman_tree(counts, arity))]
    assert counts @ depths == expected


@given(some_counts, st.integers(2, 64))
def test_balanced_is_as_flat_as_can_be(counts, arity):
    tree = MULTIWAY_TREES["balanced"](counts, arity)
    depth = 1
    while arity**depth < len(counts):
        depth += 1
    assert len(tree.levels) == depth + 1


def examples_of(n_groups: int, in_group: int, seed: int = 1) -> Examples:
    """Documents of two labels of one group, with features of the group and some of all."""
    rng = np.random.default_rng(seed)
    rows, label_ids = [], []
    names = rng.permutation(n_groups * in_group).reshape(n_groups, in_group)
    for _ in range(40 * n_groups):
        group = rng.integers(n_groups)
        label_ids.append(rng.choice(names[group], 2, replace=False))
        rows.append(np.unique([*(10 * group + rng.integers(0, 10, 8)), *rng.integers(500, 600, 9)]))
    offsets = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), len(row) ** -0.5, np.float32) for row in rows])
    bags = Bags(offsets, np.concatenate(rows).astype(np.int32), values)
    label_offsets = np.arange(0, 2 * len(rows) + 1, 2)
    return Examples(bags, label_offsets, np.concatenate(label_ids).astype(np.int32))


@pytest.mark.parametrize("arity", [2, 8])
def test_clusters_are_of_labels_with_the_same_features(arity):
    examples = examples_of(8, 4)
    tree = multiway_clustered_tree(examples, 32, arity)
    assert (multiway_clustered_tree(examples, 32, arity).leaves == tree.leaves).all()
    other = multiway_clustered_tree(examples, 32, arity, seed=2)
    assert (other.leaves != tree.leaves).any()
    groups = {frozenset(pair) for pair in examples.label_ids.reshape(-1, 2).tolist()}
    quarters = [way[1 if arity == 8 else 2] for way in ways(tree)]
    assert all(quarters[a] == quarters[b] for a, b in groups)


def read(tmp_path, text: str, labels: str) -> object:
    file = tmp_path / "taxonomy.tsv"
    file.write_bytes(text.replace(" ", "\t").encode())
    names = labels.split()
    tree = read_taxonomy(file, Vocabulary(names, [5] * len(names)))
    MultiwayTree.from_arrays(tree.to_arrays(), len(names))
    return shape(tree, names)


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("r a\nr b\na x\na y\nb z\nb w", "x y z w", [["x", "y"], ["z", "w"]]),
        ("a x y\r\n\nr a b\nb z w\n", "x y z w", [["x", "y"], ["z", "w"]]),  # a tree's lines
        ("a x\na y\nb z\nb w", "x y z w", [["x", "y"], ["z", "w"]]),  # several roots
        ("r a\na x\na y\nr z", "x y a z", [["a", "x", "y"], "z"]),  # a label with children
        ("r a\nr b\na x\na y\nb z\nb w", "x z y", [["x", "y"], "z"]),  # a single child
        ("r a\na b\nb x\nb y\nr q", "x y", ["x", "y"]),  # of the root; nodes without labels
        ("r __label__x\nr __label__y", "x y", ["x", "y"]),
        ("r __label__x\nr __label__y", "__label__x __label__y", ["__label__x", "__label__y"]),
        ("r x", "x", ["x"]),
    ],
)
def test_taxonomies(tmp_path, text, labels, expected):
    assert read(tmp_path, text, labels) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("r x\nr\n", r"line 2: there must be a node and its children \(parent<TAB>child\), not"),
        ("r x\n\nr  y\n", "line 3: there must be a node and its children"),
        ("\n\n", "there must be lines of parent<TAB>child, not none"),
        ("r x\nr y\nq x", "line 3: the node 'x' has two parents, 'r' and 'q'; in a tree"),
        ("r x\na y\ny a", "the node '[ay]' is below itself: the nodes form a cycle"),
        ("r x\nr yy", "the label 'y' is no node of the taxonomy; .*Did you mean 'yy'"),
    ],
)
def test_mistakes_in_taxonomies(tmp_path, text, message):
    with pytest.raises(FormatError, match=message):
        read(tmp_path, text, "x y")


def test_taxonomies_are_utf8(tmp_path):
    file = tmp_path / "taxonomy.tsv"
    file.write_bytes(b"r\t\xff")
    with pytest.raises(FormatError, match="not UTF-8 text"):
        read_taxonomy(file, Vocabulary(["x"], [1]))


@pytest.mark.parametrize(
    ("parents", "leaves", "message"),
    [
        ([-1, 0, 0], None, "needs a one-dimensional array leaves of int32"),
        ([[-1, 0, 0]], [1, 2], "needs a one-dimensional array parents of int32"),
        ([-1], [0], "do not stand level by level below one root"),
        ([0, 0, 0], [1, 2], "do not stand level by level below one root"),
        ([-1, -1, 0], [1, 2], "do not stand level by level below one root"),
        ([-1, 0, 1, 0], [2, 3], "do not stand level by level below one root"),
        ([-1, 0, 2], [1, 2], "do not stand level by level below one root"),
        ([-1, 0, 0], [1], "leaves are not the 2 labels"),
        ([-1, 0, 0], [1, 1], "leaves are not the 2 labels"),
        ([-1, 0, 1, 1], [1, 2], "leaves are not the 2 labels"),
    ],
)
def test_arrays_that_are_no_tree(parents, leaves, message):
    given = {"parents": parents, "leaves": leaves}
    arrays = {name: np.array(v, np.int32) for name, v in given.items() if v is not None}
    with pytest.raises(FormatError, match=message):
        MultiwayTree.from_arrays(arrays, 2)


def test_repr():
    tree = MULTIWAY_TREES["balanced"](np.ones(1_000, int), 16)
    assert repr(tree) == "MultiwayTree(1,000 labels, 3 levels, at most 16 children a node)"
