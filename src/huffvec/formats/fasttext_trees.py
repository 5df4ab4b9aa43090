"""The Huffman trees that fastText and gensim make of counts.

Their ``.bin`` files do not hold them: a tree follows from the counts but for ties, which each
program breaks in its own way.
"""

from __future__ import annotations

import heapq
import math

import numpy as np
import numpy.typing as npt

from huffvec.errors import FormatError
from huffvec.trees import Tree, tree_from_children


def fasttext_tree(counts: npt.NDArray[np.int64]) -> Tree:
    """Return the Huffman tree that fastText makes of counts.

    On a tie it takes an inner node before a leaf (huffvec: a leaf), as word2vec.c does. Inner nodes
    have the numbers of fastText's output rows. Counts need not descend.

    Raises
    ------
    FormatError
        If there are fewer than two words.
    """
    n_words = _checked_size(counts)
    weights: list[float] = [*counts.tolist(), *[math.inf] * (n_words - 1)]
    children = np.empty((n_words - 1, 2), np.int32)
    leaf, inner = n_words - 1, n_words
    for node in range(n_words - 1):
        total: float = 0
        for bit in range(2):
            if leaf >= 0 and weights[leaf] < weights[inner]:
                child, children[node, bit] = leaf, -1 - leaf
                leaf -= 1
            else:
                child, children[node, bit] = inner, inner - n_words
                inner += 1
            total += weights[child]
        weights[n_words + node] = total
    return tree_from_children(children, n_words)


def gensim_tree(counts: npt.NDArray[np.int64]) -> Tree:
    """Return the Huffman tree that gensim makes of counts.

    It takes the two lightest nodes from a heap (Python's `heapq`, which compares weights alone, so
    that a tie is broken by how the heap happens to lie); the first is the child of bit 0. Inner
    nodes have the numbers of gensim's output rows.

    Raises
    ------
    FormatError
        If there are fewer than two words.
    """
    n_words = _checked_size(counts)
    heap = [_Node(count, -1 - word_id) for word_id, count in enumerate(counts.tolist())]
    heapq.heapify(heap)
    children = np.empty((n_words - 1, 2), np.int32)
    for node in range(n_words - 1):
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        children[node] = first.child, second.child
        heapq.heappush(heap, _Node(first.weight + second.weight, node))
    return tree_from_children(children, n_words)


def _checked_size(counts: npt.NDArray[np.int64]) -> int:
    """Return the number of words, or raise FormatError if there is no tree over so few."""
    if len(counts) < 2:
        raise FormatError("hierarchical softmax needs at least two words")
    return len(counts)


class _Node:
    """A node in the heap; child is its number as `tree_from_children` wants it."""

    __slots__ = ("child", "weight")

    def __init__(self, weight: int, child: int) -> None:
        self.weight = weight
        self.child = child

    def __lt__(self, other: _Node) -> bool:
        return self.weight < other.weight
