"""The part of a tree of words that a page shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from huffvec.trees import Tree


@dataclass(frozen=True, eq=False)
class PrunedTree:
    """A tree in which a subtree of words that are not shown is one leaf.

    So the probabilities of all shown words stay exact, and what is left over is known.

    Attributes
    ----------
    nodes
        The inner nodes that are left, as the whole tree numbers them: the root first, parents
        before their children, int32 (n_nodes,).
    children
        What is below each, by bit, int32 (n_nodes, 2): a number from 0 is a place in ``nodes``, a
        negative one the leaf ``-1 - number``: the shown words in their order, then the subtrees.
    other_counts
        How often the words of each of these subtrees occur, float64 (n_subtrees,).
    """

    nodes: npt.NDArray[np.int32]
    children: npt.NDArray[np.int32]
    other_counts: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls, tree: Tree, counts: npt.NDArray[np.int64], shown: npt.NDArray[np.int64]
    ) -> PrunedTree:
        """Return what is left of a tree for the shown words, of which there is at least one.

        Counts are those of all words, int64 (n_words,); shown are word ids.
        """
        leaves = np.full(tree.n_words, -1, np.int64)
        leaves[shown] = np.arange(len(shown))
        levels = _levels(tree)
        has, below = _sums(tree, levels, leaves >= 0), _sums(tree, levels, counts)
        nodes = np.concatenate([level[has[level] > 0] for level in levels]).astype(np.int32)
        places = np.full(tree.n_words - 1, -1, np.int64)
        places[nodes] = np.arange(len(nodes))
        under = tree.children[nodes].astype(np.int64)
        inner, rows, words = under >= 0, np.maximum(under, 0), ~np.minimum(under, -1)
        found = np.where(inner, places[rows], leaves[words])  # -1: not shown
        gone = found < 0
        children = np.where(inner, found, -1 - found)
        children[gone] = -1 - len(shown) - np.arange(int(gone.sum()))
        sizes = np.where(inner, below[rows], counts[words])[gone]
        return cls(nodes, children.astype(np.int32), sizes.astype(np.float64))


def _levels(tree: Tree) -> list[npt.NDArray[np.int32]]:
    """Return the inner nodes of each depth, the root first."""
    levels, nodes = [], np.array([tree.root], np.int32)
    while len(nodes):
        levels.append(nodes)
        below = tree.children[nodes].ravel()
        nodes = below[below >= 0]
    return levels


def _sums(
    tree: Tree, levels: list[npt.NDArray[np.int32]], values: npt.NDArray[np.generic]
) -> npt.NDArray[np.int64]:
    """Return the sum of the words' values below every inner node, int64 (n_words - 1,)."""
    # Inner nodes, and from the end on the leaves, as children's numbers index them.
    sums = np.zeros(2 * tree.n_words - 1, np.int64)
    sums[: -tree.n_words - 1 : -1] = values
    for nodes in reversed(levels):
        sums[nodes] = sums[tree.children[nodes]].sum(axis=1)
    return sums[: tree.n_words - 1]
