r"""Rows for the inner nodes of a tree, from a model that was trained with another tree.

In the first order in h, a model of hierarchical softmax says::

    log p(w | h) = Σ_j log σ(±h·o_j) ≈ −L_w log 2 + ½ h·g_w,    g_w = Σ_j ±o_j

over the nodes j on the path of word w, of which there are L_w. A node that parts the words A from
the words B decides by log p(A | h) − log p(B | h), whose part that depends on h is, again in the
first order, ½ h·(mean of g over A − mean of g over B), the means being weighted by p(w | 0) =
2^−L_w. So ½ (mean_A g − mean_B g) is the row that makes the node decide as the model would. If the
model had a node that parts A from B, this is exactly its row: nodes above it add the same to all of
g, and those below cancel in the means.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from huffvec.trees.tree import Tree

Rows = npt.NDArray[np.float32]


def transferred_rows(
    old: Tree, old_rows: Rows, new: Tree, old_ids: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], Rows]:
    """Return rows for the nodes that have old words on both sides.

    Parameters
    ----------
    old, new
        The trees.
    old_rows
        Trained rows of the old tree's inner nodes, (n_old_words - 1, dim).
    old_ids
        The leaf in the old tree of every leaf of the new, int64 (n_words,), -1 if it has none.

    Returns
    -------
    tuple
        Inner nodes of the new tree, int64 (n,), and their rows, float32 (n, dim).
    """
    known = np.flatnonzero(old_ids >= 0)
    weights = np.zeros(new.n_words)
    weights[known] = 0.5 ** old.depths()[old_ids[known]]
    sums = np.zeros((new.n_words, old_rows.shape[1]), np.float32)
    sums[known] = _path_sums(old, old_rows)[old_ids[known]] * weights[known, None]
    node_weights = np.zeros(new.n_words - 1)
    node_sums = np.zeros_like(old_rows, shape=(new.n_words - 1, old_rows.shape[1]))
    means = np.empty((2, *node_sums.shape), np.float32)
    both = np.ones(new.n_words - 1, np.bool_)
    for nodes in reversed(list(_levels(new))):
        for bit in (0, 1):
            below = new.children[nodes, bit]
            leaves = below < 0
            weight = np.where(leaves, weights[~below * leaves], node_weights[below * ~leaves])
            vector = np.where(leaves[:, None], sums[~below * leaves], node_sums[below * ~leaves])
            node_weights[nodes] += weight
            node_sums[nodes] += vector
            both[nodes] &= weight > 0
            means[bit, nodes] = vector / np.where(weight > 0, weight, 1.0)[:, None]
    found = np.flatnonzero(both)
    rows: Rows = (means[0, found] - means[1, found]) / 2
    return found, rows


def _path_sums(tree: Tree, rows: Rows) -> Rows:
    """Return the sum of the rows on every word's path, minus where the bit is 1: (n_words, dim)."""
    leaf_sums = np.empty((tree.n_words, rows.shape[1]), np.float32)
    node_sums = np.zeros_like(rows)
    for nodes in _levels(tree):
        for bit, sign in ((0, 1), (1, -1)):
            below = tree.children[nodes, bit]
            leaves = below < 0
            vector = node_sums[nodes] + sign * rows[nodes]
            leaf_sums[~below[leaves]] = vector[leaves]
            node_sums[below[~leaves]] = vector[~leaves]
    return leaf_sums


def _levels(tree: Tree) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the inner nodes at each depth, from the root on."""
    nodes = np.array([tree.root])
    while nodes.size:
        yield nodes
        below = tree.children[nodes].ravel()
        nodes = below[below >= 0].astype(np.int64)
