"""Binary trees over the vocabulary for hierarchical softmax."""

from huffvec.trees.huffman import huffman_tree
from huffvec.trees.tree import Tree

__all__ = ["Tree", "huffman_tree"]
