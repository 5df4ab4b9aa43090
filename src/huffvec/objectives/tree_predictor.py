"""Probabilities from a trained hierarchical softmax: along paths, and by a search that prunes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.objectives.predictor import BLOCK_PAIRS, groups
from huffvec.objectives.searching import SearchingPredictor
from huffvec.trees import Tree

if TYPE_CHECKING:
    from huffvec._tree import BinarySearch


class TreePredictor(SearchingPredictor):
    """For objectives whose probabilities are products of sigmoids along the paths of a tree.

    A word's probability takes one score for each inner node on its path; the most probable words
    take few more.

    Parameters
    ----------
    output_vectors
        float32 (n_words - 1, dim): the inner nodes' rows.
    tree
        The tree.
    """

    def __init__(self, output_vectors: npt.NDArray[np.float32], tree: Tree) -> None:
        self.output_vectors = output_vectors
        self.tree = tree

    @property
    def n_leaves(self) -> int:
        """Number of words."""
        return self.tree.n_words

    def search(self) -> BinarySearch:
        """Return the tree with its rows as the compiled search takes them."""
        from huffvec._tree import BinarySearch

        return BinarySearch(self.tree.children, self.tree.root, self.output_vectors)

    def log_probs(self, hidden: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return the sum of log σ(±score) along every word's path: exact, sums to 1."""
        tree = self.tree
        scores = (self.output_vectors @ hidden.astype(np.float32)).astype(np.float64)
        # log σ(s) and log σ(−s) of every node, by bit
        turns = -np.logaddexp(0.0, np.stack([-scores, scores], axis=1))
        log_probs: npt.NDArray[np.float64] = np.add.reduceat(
            turns[tree.path_ids, tree.codes], tree.path_offsets[:-1]
        )
        return log_probs

    def many_log_probs(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return log p(word | row of hidden) of every word: each node once, from the root down."""
        tree = self.tree
        scores = (self.output_vectors @ hidden.T).astype(np.float64)
        # Inner nodes, and from the end on the leaves, as children's numbers index them.
        log_probs = np.zeros((2 * tree.n_words - 1, len(hidden)))
        for nodes in self._levels:
            turns = -np.logaddexp(0.0, -scores[nodes])  # log σ(s), for the bit 0
            turns += log_probs[nodes]
            log_probs[tree.children[nodes, 0]] = turns
            turns -= scores[nodes]  # log σ(−s) = log σ(s) − s
            log_probs[tree.children[nodes, 1]] = turns
        return np.ascontiguousarray(log_probs[: -tree.n_words - 1 : -1].T)

    @cached_property
    def _levels(self) -> list[npt.NDArray[np.int32]]:
        """The inner nodes of each depth, the root first."""
        levels, nodes = [], np.array([self.tree.root], np.int32)
        while len(nodes):
            levels.append(nodes)
            below = self.tree.children[nodes].ravel()
            nodes = below[below >= 0]
        return levels

    def turn_log_probs(
        self, hidden: npt.NDArray[np.float32], word_id: int
    ) -> npt.NDArray[np.float64]:
        """Return the log-probability of every turn on a word's path, (n_hidden, depth)."""
        path = self.tree.path(word_id)
        scores = hidden @ self.output_vectors[self.tree.path_ids[path]].T
        signs = 1.0 - 2.0 * self.tree.codes[path]
        log_probs: npt.NDArray[np.float64] = -np.logaddexp(0.0, -signs * scores)
        return log_probs

    def target_log_probs(
        self,
        hidden: npt.NDArray[np.float32],
        rows: npt.NDArray[np.integer[Any]],
        targets: npt.NDArray[np.integer[Any]],
    ) -> npt.NDArray[np.float64]:
        """Return log p(targets[i] | hidden[rows[i]]): each path's rows are fetched once."""
        log_probs = np.empty(len(targets), np.float64)
        for target, places in groups(targets):
            for start in range(0, len(places), BLOCK_PAIRS):
                block = places[start : start + BLOCK_PAIRS]
                log_probs[block] = self.turn_log_probs(hidden[rows[block]], target).sum(axis=1)
        return log_probs
