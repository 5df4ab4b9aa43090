"""Binary trees over the vocabulary for hierarchical softmax.

`TREES` has those that are made from the words' counts alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from huffvec.trees.clustered import clustered_tree
from huffvec.trees.halving import balanced_tree, frequency_class_tree, random_tree
from huffvec.trees.huffman import huffman_tree
from huffvec.trees.tree import Tree
from huffvec.trees.user import read_tree, tree_from_children

__all__ = [
    "TREES",
    "Tree",
    "balanced_tree",
    "clustered_tree",
    "frequency_class_tree",
    "huffman_tree",
    "random_tree",
    "read_tree",
    "tree_from_children",
]

TREES: dict[str, Callable[[npt.NDArray[np.int64]], Tree]] = {
    "huffman": huffman_tree,
    "balanced": balanced_tree,
    "random": random_tree,
    "frequency-classes": frequency_class_tree,
}
