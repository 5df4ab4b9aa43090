"""The order of words by their counts, for vocabularies whose ids are in another order.

Vocabularies that are counted have falling counts, so that ids are ranks. One that is given may have
any order, and keeps it: what depends on frequency asks here for the ranks.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def is_falling(counts: npt.NDArray[np.int64]) -> bool:
    """Return whether no count is larger than the one before it: ids are ranks then."""
    return bool((counts[1:] <= counts[:-1]).all())


def by_falling_counts(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the word ids by rank, int64 (n_words,): the most frequent first, ties by id."""
    return np.argsort(-counts, kind="stable")


def ranks_of(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Return the rank of every word id, int32 (n_words,), from 0 on: the inverse of the order."""
    ranks = np.empty(len(counts), np.int32)
    ranks[by_falling_counts(counts)] = np.arange(len(counts), dtype=np.int32)
    return ranks
