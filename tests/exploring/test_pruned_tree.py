"""The part of a tree that a page shows."""

import numpy as np
import pytest

from huffvec.exploring.pruned_tree import PrunedTree
from huffvec.trees import huffman_tree

COUNTS = np.array([90, 51, 50, 30, 29, 20, 11, 10, 7, 6, 3, 2, 1])
TREE = huffman_tree(COUNTS)


def leaves_below(children, node) -> list[int]:
    """Return the leaves below a node, walking down."""
    if node < 0:
        return [-1 - node]
    return [leaf for child in children[node] for leaf in leaves_below(children, child)]


@pytest.mark.parametrize("shown", [[0], [5, 2, 12], [3, 1, 0, 2], list(range(13))[::-1]])
def test_paths_of_shown_words_stay_and_the_rest_becomes_leaves(shown):
    pruned = PrunedTree.of(TREE, COUNTS, np.array(shown))
    children = pruned.children.tolist()
    n_leaves = len(shown) + len(pruned.other_counts)
    assert sorted(leaves_below(children, 0)) == list(range(n_leaves))
    assert len(pruned.nodes) == n_leaves - 1
    for leaf, word in enumerate(shown):
        part = TREE.path(word)
        node = 0
        for row, bit in zip(TREE.path_ids[part], TREE.codes[part], strict=True):
            assert pruned.nodes[node] == row
            above, node = node, children[node][bit]
            assert node < 0 or node > above  # parents stand before their children
        assert node == -1 - leaf
    assert pruned.other_counts.sum() == COUNTS.sum() - COUNTS[shown].sum()


def test_counts_of_what_is_not_shown():
    pruned = PrunedTree.of(TREE, COUNTS, np.array([0]))
    # On the way to the word, what lies on the other side at each turn.
    sides = []
    for turn in range(int(TREE.depths()[0])):
        prefix = [tuple(TREE.codes[TREE.path(w)][: turn + 1]) for w in range(13)]
        other = (*prefix[0][:-1], 1 - prefix[0][-1])
        sides.append(sum(COUNTS[w] for w in range(13) if prefix[w] == other))
    assert pruned.other_counts.tolist() == sides
