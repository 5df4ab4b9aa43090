"""The Huffman tree against a heap, and the checks of a tree that comes from a file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.huffman import huffman_codes

from huffvec.errors import CorpusError, FormatError
from huffvec.trees import Tree, huffman_tree

descending_counts = st.lists(st.integers(1, 50), min_size=2, max_size=60).map(
    lambda counts: sorted(counts, reverse=True)
)


def paths_of(tree: Tree) -> list[list[tuple[int, int]]]:
    pairs = list(zip(tree.path_ids.tolist(), tree.codes.tolist(), strict=True))
    offsets = tree.path_offsets.tolist()
    return [pairs[offsets[w] : offsets[w + 1]] for w in range(tree.n_words)]


@given(descending_counts)
def test_huffman_equals_the_heap(counts):
    assert paths_of(huffman_tree(np.array(counts))) == huffman_codes(counts)


@given(descending_counts)
def test_every_tree_is_complete(counts):
    """Kraft's sum is 1: the leaves fill the tree, so probabilities sum to 1."""
    tree = huffman_tree(np.array(counts))
    assert sum(0.5 ** int(depth) for depth in tree.depths()) == 1
    assert set(tree.path_ids.tolist()) == set(range(len(counts) - 1))


def test_mean_depth_is_within_one_bit_of_the_entropy():
    counts = np.array([100_000 // (k + 1) for k in range(5_000)])
    probs = counts / counts.sum()
    entropy = -(probs * np.log2(probs)).sum()
    assert entropy <= (probs * huffman_tree(counts).depths()).sum() <= entropy + 1


def test_ties_take_leaves_first_which_keeps_the_tree_shallow():
    assert huffman_tree(np.array([4, 2, 2, 1, 1])).depths().max() == 3  # word2vec.c: 4


def test_a_tree_of_fibonacci_counts_is_as_deep_as_it_must_be():
    counts = [1, 1]
    while len(counts) < 60:
        counts.append(counts[-1] + counts[-2])
    assert huffman_tree(np.array(counts[::-1])).depths().max() >= 58  # word2vec.c overflows at 40


@pytest.mark.parametrize("counts", [[], [7]])
def test_a_tree_needs_two_words(counts):
    with pytest.raises(CorpusError, match=f"at least 2 words.*found {len(counts)}"):
        huffman_tree(np.array(counts, np.int64))


def test_counts_must_descend():
    with pytest.raises(ValueError, match="descending order"):
        huffman_tree(np.array([3, 5, 1]))


def test_arrays_round_trip():
    tree = huffman_tree(np.array([9, 4, 4, 2, 1]))
    again = Tree.from_arrays(tree.to_arrays(), 5)
    assert paths_of(again) == paths_of(tree)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": None}, "needs a one-dimensional array codes of uint8"),
        ({"path_ids": np.zeros(14)}, "needs a one-dimensional array path_ids of int32"),
        ({"path_offsets": np.array([0, 1, 2], np.int64)}, "do not fit a vocabulary of 5 words"),
        ({"path_offsets": np.array([0, 0, 3, 6, 9, 14], np.int64)}, "do not fit a vocabulary"),
        ({"path_ids": np.full(14, 4, np.int32)}, "nodes outside 0 to 3 or bits over 1"),
        ({"codes": np.full(14, 2, np.uint8)}, "nodes outside 0 to 3 or bits over 1"),
    ],
)
def test_damaged_arrays_are_refused(change, message):
    arrays = huffman_tree(np.array([9, 4, 4, 2, 1])).to_arrays()
    assert len(arrays["codes"]) == 14
    arrays = {name: change.get(name, array) for name, array in arrays.items()}
    arrays = {name: array for name, array in arrays.items() if array is not None}
    with pytest.raises(FormatError, match=message):
        Tree.from_arrays(arrays, 5)
