"""Probabilities from a trained adaptive softmax: the head first, then only the clusters needed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.objectives.bands import Bands, band_rows
from huffvec.objectives.predictor import Predictor, SoftmaxPredictor


class AdaptivePredictor(Predictor):
    """For `huffvec.objectives.AdaptiveSoftmax`: a softmax for the head and one for each cluster.

    Parameters
    ----------
    output_vectors
        float32 (n_outputs, dim).
    clusters
        The clusters.
    """

    def __init__(self, output_vectors: npt.NDArray[np.float32], clusters: Bands) -> None:
        self.ranks = clusters.ranks
        self.cutoffs: npt.NDArray[np.int32] = clusters.table[:, 0]
        n_head = int(self.cutoffs[0]) + len(clusters.table)
        self.head = SoftmaxPredictor(output_vectors, np.zeros(n_head))
        self.projections = []
        self.clusters = []
        for band in clusters.table:
            _, n_words, first_row, width, _ = band.tolist()
            self.projections.append(output_vectors[first_row - width : first_row])
            rows = band_rows(output_vectors, band)
            self.clusters.append(SoftmaxPredictor(rows, np.zeros(n_words)))

    def log_probs(self, hidden: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return log p(word | hidden) of every word; hidden is (dim,), the result (n_words,)."""
        n_frequent = int(self.cutoffs[0])
        head = self.head.log_probs(hidden)
        parts = [head[:n_frequent]]
        for c, (projection, words) in enumerate(zip(self.projections, self.clusters, strict=True)):
            parts.append(head[n_frequent + c] + words.log_probs(projection @ hidden))
        by_rank = np.concatenate(parts)
        return by_rank if self.ranks is None else by_rank[self.ranks]

    def many_log_probs(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.floating[Any]]:
        """Return log p(word | row of hidden) of every word, (n_hidden, n_words)."""
        n_frequent = int(self.cutoffs[0])
        head = self.head.many_log_probs(hidden)
        parts = [head[:, :n_frequent]]
        for c, (projection, words) in enumerate(zip(self.projections, self.clusters, strict=True)):
            of_cluster = head[:, n_frequent + c, None]
            parts.append(of_cluster + words.many_log_probs(hidden @ projection.T))
        by_rank = np.concatenate(parts, axis=1)
        return by_rank if self.ranks is None else by_rank[:, self.ranks]

    def target_log_probs(
        self,
        hidden: npt.NDArray[np.float32],
        rows: npt.NDArray[np.integer[Any]],
        targets: npt.NDArray[np.integer[Any]],
    ) -> npt.NDArray[np.float64]:
        """Return log p(targets[i] | hidden[rows[i]]): of clusters, those that targets are in."""
        if self.ranks is not None:
            targets = self.ranks[targets]
        n_frequent = int(self.cutoffs[0])
        # 0 for the frequent words, then the clusters
        levels = np.searchsorted(self.cutoffs, targets, side="right")
        places = np.where(levels == 0, targets, n_frequent + levels - 1)
        log_probs = self.head.target_log_probs(hidden, rows, places)
        for c, (projection, words) in enumerate(zip(self.projections, self.clusters, strict=True)):
            here = np.flatnonzero(levels == c + 1)
            if len(here):
                distinct, own_rows = np.unique(rows[here], return_inverse=True)
                log_probs[here] += words.target_log_probs(
                    hidden[distinct] @ projection.T, own_rows, targets[here] - self.cutoffs[c]
                )
        return log_probs
