"""A tree whose halves are clusters of word vectors (Mnih & Hinton 2008).

"A scalable hierarchical distributed language model" learns the tree from vectors of a first model:
the words of a node are parted by a mixture of two Gaussians. Here the two clusters are of equal
size (their "balanced" tree), found by two-means in which the half of the words that lie nearer to
one of the means form its cluster. Similar words then share most of their path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.errors import ConfigError, OptionName
from huffvec.trees.halving import Ids, halving_tree, middle
from huffvec.trees.tree import Tree

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.vectors.word_vectors import WordVectors

N_STEPS = 8  # of two-means; the clusters hardly move any more then


def clustered_tree(vectors: npt.NDArray[np.floating[Any]]) -> Tree:
    """Return the tree of recursive halving of the rows of vectors, (n_words, dim).

    Rows are scaled to length 1, so that words are parted by direction and not by frequency. The
    result depends on nothing but the vectors.

    Raises
    ------
    CorpusError
        If there are fewer than two words.
    """
    return halving_tree(clustered_order(vectors))


def clustered_order(vectors: npt.NDArray[np.floating[Any]], seed: int = 1) -> Ids:
    """Return an order of the rows of vectors whose halves, and their halves, are clusters.

    The seed is that of the order in which two-means starts.
    """
    with np.errstate(all="ignore"):  # rows of zeros, or that are not finite, have no direction
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
        units = (vectors / norms[:, None]).astype(np.float32)
    units[~np.isfinite(units).all(axis=1)] = 0
    order = np.random.default_rng(seed).permutation(len(units))
    bounds = np.array([0, len(units)])
    while np.diff(bounds).max(initial=0) > 1:
        middles = middle(bounds[:-1], bounds[1:])
        order = _part(units, order, bounds, middles)
        bounds = np.unique(np.concatenate([bounds, middles]))
    return order


def vectors_for(vocabulary: Vocabulary, found: WordVectors) -> npt.NDArray[np.float32]:
    """Return the vector of every word, (n_words, dim); words without one get the mean of all.

    Raises
    ------
    ConfigError
        If there is a vector for none of the words.
    """
    known = np.array([word in found for word in vocabulary.words])
    if not known.any():
        raise ConfigError(
            OptionName("tree_vectors"),
            ": none of its words is in the text; give vectors of the same language",
        )
    rows = found[[word for word in vocabulary.words if word in found]]
    vectors = np.empty((len(vocabulary), found.dim), np.float32)
    vectors[known] = rows
    vectors[~known] = rows.mean(axis=0)
    return vectors


def _part(units: npt.NDArray[np.float32], order: Ids, bounds: Ids, middles: Ids) -> Ids:
    """Return order with every range between bounds sorted into two clusters, cut at its middle."""
    sizes = np.diff(bounds)
    ranges = np.repeat(np.arange(len(sizes)), sizes)
    is_right = np.arange(len(order)) >= middles[ranges]
    # Ranges of one word have no right half; reduceat needs none of them to be empty.
    splits = np.where(middles < bounds[1:], middles, bounds[:-1])
    for _ in range(N_STEPS):
        rows = units[order]
        totals = np.add.reduceat(rows, bounds[:-1], axis=0)
        right = np.add.reduceat(rows * is_right[:, None], bounds[:-1], axis=0)
        n_right = np.maximum(bounds[1:] - splits, 1)[:, None]
        n_left = np.maximum(splits - bounds[:-1], 1)[:, None]
        directions = right / n_right - (totals - right) / n_left
        projections = np.einsum("ij,ij->i", rows, directions[ranges])
        moved = order[np.lexsort((order, projections, ranges))]
        if (moved == order).all():
            break
        order = moved
    return order
