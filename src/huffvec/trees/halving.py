"""Trees that halve an ordered list of words repeatedly: they differ only in the order.

The inner node that parts places ``… p`` from places ``p + 1 …`` of the order has the number p:
there is one for each of the n_words - 1 gaps, whichever way the halves are cut.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from huffvec.corpus.contexts import check_two_words
from huffvec.corpus.ranks import by_falling_counts
from huffvec.trees.tree import Tree

Ids = npt.NDArray[np.int64]


def balanced_tree(counts: npt.NDArray[np.int64]) -> Tree:
    """Return the tree that halves the words in the order of their counts, the most frequent first.

    All paths have floor(log2 n_words) or one more inner nodes: short for rare words, and longer
    than in the Huffman tree for frequent ones.

    Raises
    ------
    CorpusError
        If there are fewer than two words.
    """
    return halving_tree(by_falling_counts(counts))


def random_tree(counts: npt.NDArray[np.int64], seed: int = 1) -> Tree:
    """Return a balanced tree over the words in random order, the same for any order of ids.

    What is near in it says nothing: the yardstick for trees that do mean something (Mnih & Hinton
    2008).

    Raises
    ------
    CorpusError
        If there are fewer than two words.
    """
    ranks = np.random.default_rng(seed).permutation(len(counts))
    return halving_tree(by_falling_counts(counts)[ranks])


def frequency_class_tree(counts: npt.NDArray[np.int64]) -> Tree:
    """Return a tree in two levels: balanced over classes of like frequency, then within each.

    About sqrt(n_words) classes of neighbours in the vocabulary have nearly equal sums of
    sqrt(count), as Mikolov et al. 2011 ("Extensions of recurrent neural network language model")
    and its successors cut them; classes themselves are Goodman's (2001). Classes of frequent words
    are small, so their paths are short.

    Raises
    ------
    CorpusError
        If there are fewer than two words.
    """
    n_words, order = len(counts), by_falling_counts(counts)
    weights = np.sqrt(np.maximum(counts[order], 1))
    n_classes = round(np.sqrt(n_words))
    middles = (np.cumsum(weights) - weights / 2) / weights.sum()  # from 0 to 1, ascending
    classes = (middles * n_classes).astype(np.int64)
    bounds = np.concatenate([np.flatnonzero(np.diff(classes, prepend=-1)), [n_words]])
    return halving_tree(order, bounds)


def halving_tree(order: Ids, bounds: Ids | None = None) -> Tree:
    """Return the tree that halves the places of an order until each holds one word.

    Parameters
    ----------
    order
        The word id at each place, a permutation.
    bounds
        If given, the order is first cut only where these places are (ascending, with 0 and the
        number of words), and then within each of the parts.

    Raises
    ------
    CorpusError
        If there are fewer than two words.
    """
    check_two_words(len(order), "hierarchical softmax")
    return Tree.from_steps(len(order), _steps(order, bounds))


def middle(low: Ids, high: Ids) -> Ids:
    """Return where the second half of places low … high - 1 begins; the first is the larger."""
    return (low + high + 1) // 2


def _steps(order: Ids, bounds: Ids | None) -> Iterator[tuple[Ids, Ids, npt.NDArray[np.bool_]]]:
    places = np.arange(len(order))
    parts = np.zeros_like(places)
    if bounds is not None:
        parts = np.searchsorted(bounds, places, side="right") - 1
        n_parts = np.full_like(places, len(bounds) - 1)
        for active, middles in _halve(parts, np.zeros_like(places), n_parts):
            cuts = bounds[middles]
            yield order[active], cuts - 1, active >= cuts
    else:
        bounds = np.array([0, len(order)])
    for active, middles in _halve(places, bounds[parts], bounds[parts + 1]):
        yield order[active], middles - 1, active >= middles


def _halve(values: Ids, low: Ids, high: Ids) -> Iterator[tuple[Ids, Ids]]:
    """Halve ranges until each holds one value: yield the places still active and their middles.

    values[i] lies in the range low[i] … high[i] - 1; equal ranges are halved alike.
    """
    low, high = low.copy(), high.copy()
    active = np.flatnonzero(high - low > 1)
    while len(active):
        middles = middle(low[active], high[active])
        yield active, middles
        right = values[active] >= middles
        low[active[right]] = middles[right]
        high[active[~right]] = middles[~right]
        active = active[high[active] - low[active] > 1]
