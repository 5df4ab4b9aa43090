"""Hierarchical softmax over a Huffman tree (Morin & Bengio 2005; Mikolov et al. 2013).

The words are the leaves of a binary tree with V − 1 inner nodes. On the way from the root to word w
the path passes the inner nodes n_1 … n_L and turns by the bits b_1 … b_L of the word's code; each
inner node has an output row and decides by a sigmoid::

    p(w | h) = Π_j σ(±s_j),   s_j = h·o_{n_j},   + where the label 1 − b_j is 1
    loss     = −Σ_j log σ((1 − 2 b_j) s_j)
    ∂loss/∂s_j = σ(s_j) − (1 − b_j)

The two children of a node share its probability, so the leaves' probabilities sum to 1 by
construction. Cost per target: L rows; the mean of L over a text is at most one more than its
entropy in bits, and never more than log2 V with a balanced tree. The sign convention is
word2vec.c's (label = 1 − bit); fastText's is label = bit, which flips the sign of the output rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.objectives.base import Objective, Tables
from huffvec.trees import Tree, huffman_tree

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class HierarchicalSoftmax(Objective):
    """Predict the target by the turns on its path through a Huffman tree."""

    name: ClassVar[str] = "hierarchical-softmax"

    def n_outputs(self, n_words: int) -> int:
        """Return the number of inner nodes."""
        return n_words - 1

    def tables(self, counts: npt.NDArray[np.int64]) -> Tables:
        """Return the tree's arrays (`huffvec.trees.Tree`)."""
        return huffman_tree(counts).to_arrays()

    def output_layer(
        self, engine: Engine, counts: npt.NDArray[np.int64], tables: Tables
    ) -> OutputLayer:
        """Return the engine's side, which holds every word's path."""
        tree = Tree.from_arrays(tables, len(counts))
        return engine.HierarchicalSoftmax(tree.path_offsets, tree.path_ids, tree.codes)

    def log_probs(
        self,
        hidden: npt.NDArray[np.floating[Any]],
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> npt.NDArray[np.float64]:
        """Return the sum of log σ(±score) along every word's path: exact, sums to 1."""
        tree = Tree.from_arrays(tables, len(counts))
        scores = (output_vectors @ hidden.astype(np.float32)).astype(np.float64)
        signed = np.where(tree.codes == 0, 1.0, -1.0) * scores[tree.path_ids]
        log_probs: npt.NDArray[np.float64] = np.add.reduceat(
            -np.logaddexp(0.0, -signed), tree.path_offsets[:-1]
        )
        return log_probs
