"""Probabilities from a trained label tree: marginals, and the best labels by a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.objectives.one_vs_all import Link, log_probs_of
from huffvec.objectives.searching import SearchingPredictor
from huffvec.trees import MultiwayTree

if TYPE_CHECKING:
    from huffvec._tree import MultiwaySearch


class LabelTreePredictor(SearchingPredictor):
    """For objectives whose probabilities are products of decisions down a tree of any width.

    Parameters
    ----------
    output_vectors
        float32 (n_nodes - 1, dim): the rows of the nodes below the root.
    tree
        The tree.
    link
        How a score becomes a probability.
    """

    def __init__(
        self, output_vectors: npt.NDArray[np.float32], tree: MultiwayTree, link: Link
    ) -> None:
        self.output_vectors = output_vectors
        self.tree = tree
        self.link = link

    @property
    def n_leaves(self) -> int:
        """Number of labels."""
        return self.tree.n_labels

    def search(self) -> MultiwaySearch:
        """Return the tree with its rows as the compiled search takes them."""
        from huffvec._tree import MultiwaySearch

        tree, is_logistic = self.tree, self.link == "logistic"
        return MultiwaySearch(tree.first_child, tree.label_ids, is_logistic, self.output_vectors)

    def log_probs(self, hidden: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return log p(label | hidden) of every label; hidden is (dim,), the result (n_labels,)."""
        scores = (self.output_vectors @ hidden.astype(np.float32)).astype(np.float64)
        return self._down_the_tree(scores[:, None])[:, 0].astype(np.float64)

    def many_log_probs(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.floating[Any]]:
        """Return log p(label | row of hidden) of every label, (n_hidden, n_labels)."""
        return np.ascontiguousarray(self._down_the_tree(self.output_vectors @ hidden.T).T)

    def _down_the_tree(
        self, scores: npt.NDArray[np.floating[Any]]
    ) -> npt.NDArray[np.floating[Any]]:
        """Return the labels' log-probabilities, (n_labels, m), of scores (n_nodes - 1, m)."""
        tree = self.tree
        log_probs = np.zeros((tree.n_nodes, scores.shape[1]), scores.dtype)
        log_probs[1:] = log_probs_of(self.link, scores)
        for level in tree.levels[2:]:
            log_probs[level] += log_probs[tree.parents[level]]
        return log_probs[tree.leaves]
