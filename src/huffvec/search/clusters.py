"""Clusters of words by k-means, as word2vec.c's ``-classes``, by scikit-learn (an extra).

Vectors are scaled to length 1 first, so that clusters go by direction, as similarities do. k-means
is scikit-learn's (Lloyd's algorithm from k-means++ starts); word2vec.c runs ten rounds of its own
from arbitrary starts.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from huffvec.arrays import block_rows, slices
from huffvec.checks import check_int
from huffvec.errors import ConfigError, OptionName
from huffvec.extras import require
from huffvec.search.pool import check_has_words
from huffvec.search.units import unit

if TYPE_CHECKING:
    from huffvec.search.searchable import Searchable

MAX_ROUNDS = 100


def find_clusters(vectors: Searchable, k: int, *, seed: int = 1) -> npt.NDArray[np.int64]:
    """Return the cluster of every word, int64 (n_words,), from 0 on in the order of the words.

    The first word is in cluster 0, the first one elsewhere in cluster 1, and so on. -1 stands for
    words without a direction: with vectors of zeros or of numbers that are not finite.

    Parameters
    ----------
    vectors
        The words.
    k
        How many clusters.
    seed
        Start of all random draws: the same seed finds the same clusters.

    Raises
    ------
    ConfigError
        If there are fewer than k words with a direction, or k or seed is out of its range.
    MissingExtraError
        If scikit-learn is not installed.
    """
    k = check_int("k", k, 1, 2**31 - 1)
    seed = check_int("seed", seed, 0, 2**32 - 1)
    check_has_words(vectors.vocabulary)
    cluster = require("sklearn.cluster", "clustering")
    units = np.empty((len(vectors.vocabulary), vectors.dim), np.float32)
    for part in slices(len(units), block_rows(vectors.dim)):
        units[part] = unit(vectors.rows(part))
    directed = np.flatnonzero(units.any(axis=1))
    if len(directed) < k:
        raise ConfigError(
            OptionName("k"),
            f" must be at most the number of words with a direction, {len(directed)}, not {k}",
        )
    means = cluster.KMeans(k, n_init=1, max_iter=MAX_ROUNDS, random_state=seed)
    found = np.full(len(units), -1, np.int64)
    with warnings.catch_warnings():
        # It says so of directions that are the same, of which there are fewer than clusters.
        warnings.filterwarnings("ignore", "Number of distinct clusters")
        found[directed] = _in_order(means.fit_predict(units[directed]))
    return found


def _in_order(labels: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return labels renamed to 0, 1 … in the order in which they first occur."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    names = np.empty(len(first), np.int64)
    names[np.argsort(first)] = np.arange(len(first))
    return names[inverse]
