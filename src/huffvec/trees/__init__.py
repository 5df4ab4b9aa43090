"""Trees over words and labels: binary ones for hierarchical softmax, others for label trees.

`TREES` and `MULTIWAY_TREES` have those that are made from counts alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from huffvec.trees.clustered import clustered_tree
from huffvec.trees.halving import balanced_tree, frequency_class_tree, random_tree
from huffvec.trees.huffman import huffman_tree
from huffvec.trees.multiway import MultiwayTree
from huffvec.trees.multiway_building import (
    multiway_balanced_tree,
    multiway_clustered_tree,
    multiway_huffman_tree,
)
from huffvec.trees.taxonomy import read_taxonomy
from huffvec.trees.tree import Tree
from huffvec.trees.user import read_tree, tree_from_children

__all__ = [
    "MULTIWAY_TREES",
    "TREES",
    "MultiwayTree",
    "Tree",
    "balanced_tree",
    "clustered_tree",
    "frequency_class_tree",
    "huffman_tree",
    "multiway_balanced_tree",
    "multiway_clustered_tree",
    "multiway_huffman_tree",
    "random_tree",
    "read_taxonomy",
    "read_tree",
    "tree_from_children",
]

TREES: dict[str, Callable[[npt.NDArray[np.int64]], Tree]] = {
    "huffman": huffman_tree,
    "balanced": balanced_tree,
    "random": random_tree,
    "frequency-classes": frequency_class_tree,
}
MULTIWAY_TREES: dict[str, Callable[[npt.NDArray[np.int64], int], MultiwayTree]] = {
    "huffman": multiway_huffman_tree,
    "balanced": multiway_balanced_tree,
}
