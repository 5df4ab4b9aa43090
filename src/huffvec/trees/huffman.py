"""The Huffman tree: the binary tree of least mean depth over a text (Huffman 1952)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from huffvec.corpus.contexts import check_two_words
from huffvec.corpus.ranks import by_falling_counts, is_falling
from huffvec.trees.tree import Tree


def huffman_tree(counts: npt.NDArray[np.int64]) -> Tree:
    """Return the Huffman tree of words with the given counts.

    The two rarest subtrees are joined again and again, the rarer one under code bit 0; on a tie a
    leaf goes before an inner node and a later word before an earlier one, which keeps the tree as
    shallow as can be and the codes the same on every machine. The root is inner node
    ``n_words - 2``, the last one made, as in word2vec.c.

    Raises
    ------
    CorpusError
        If there are fewer than two words: such a tree has no inner node.
    """
    from huffvec.engine import engine

    check_two_words(len(counts), "hierarchical softmax")
    order = by_falling_counts(counts)
    tree = Tree(*engine().huffman_paths(np.ascontiguousarray(counts[order], np.int64)))
    return tree if is_falling(counts) else tree.for_words(order)
