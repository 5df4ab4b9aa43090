"""Predictors that find the most probable leaves of a tree by a search that prunes."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.objectives.predictor import Predictor
from huffvec.threads import thread_count

if TYPE_CHECKING:
    from huffvec._tree import BinarySearch, MultiwaySearch


class SearchingPredictor(Predictor):
    """For objectives whose probabilities are products of decisions down a tree.

    A node's probability bounds those of all leaves below it, so the search expands the most
    probable node again and again and never looks below a node that is less probable than the k
    leaves found (`cpp/trees/tree_search.hpp`).
    """

    @property
    @abstractmethod
    def n_leaves(self) -> int:
        """Number of words or labels."""

    @abstractmethod
    def search(self) -> BinarySearch | MultiwaySearch:
        """Return the tree with its rows as the compiled search takes them."""

    def top(
        self, hidden: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.float64]]:
        """Return the k most probable words as `Predictor.top` does, without scoring all words."""
        ids, log_probs = self.search().top(np.ascontiguousarray(hidden, np.float32), k)
        return np.array(ids, np.int64), np.array(log_probs, np.float64)

    def top_many(
        self, hidden: npt.NDArray[np.float32], k: int, n_threads: int = 0
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Return the k most probable words as `Predictor.top_many` does."""
        k = min(k, self.n_leaves)
        rows = np.ascontiguousarray(hidden, np.float32)
        ids, log_probs = self.search().top_of_each(rows, k, thread_count(n_threads))
        return ids.reshape(-1, k), log_probs.reshape(-1, k)
