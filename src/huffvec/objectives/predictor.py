"""Probabilities from a trained output layer; `huffvec.model.Model` keeps a predictor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import largest

# Scores that are in memory at once: 256 hidden vectors by 4,096 words are 4 MB, which stay in cache
# between the matrix product that makes them and the exponentials that read them.
BLOCK_HIDDEN = 256
BLOCK_WORDS = 4_096
BLOCK_PAIRS = 8_192


class Predictor(ABC):
    """Answers one hidden vector at a time; members answer many at once where that is faster."""

    @abstractmethod
    def log_probs(self, hidden: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return log p(word | hidden) of every word; hidden is (dim,), the result (n_words,)."""

    def many_log_probs(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.floating[Any]]:
        """Return log p(word | row of hidden) of every word, (n_hidden, n_words)."""
        return np.stack([self.log_probs(row) for row in hidden])

    def target_log_probs(
        self,
        hidden: npt.NDArray[np.float32],
        rows: npt.NDArray[np.integer[Any]],
        targets: npt.NDArray[np.integer[Any]],
    ) -> npt.NDArray[np.float64]:
        """Return log p(targets[i] | hidden[rows[i]]), float64 (n_targets,).

        Parameters
        ----------
        hidden
            Hidden vectors, (n_hidden, dim).
        rows
            For each target the row of its hidden vector; a row may serve many targets.
        targets
            Word ids, as many as rows.
        """
        log_probs = np.empty(len(targets), np.float64)
        for row, places in groups(rows):
            log_probs[places] = self.log_probs(hidden[row])[targets[places]]
        return log_probs

    def top(
        self, hidden: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.integer[Any]], npt.NDArray[np.float64]]:
        """Return the k most probable words and their log-probabilities, best first.

        Of several hidden vectors, (m, dim), the mean of their probabilities counts. On a tie the
        word with the smaller id goes first.
        """
        total = self.log_probs(hidden[0])
        for row in hidden[1:]:
            np.logaddexp(total, self.log_probs(row), out=total)
        total -= np.log(len(hidden))
        k = min(k, len(total))
        least = np.partition(total, len(total) - k)[len(total) - k]
        ids = np.flatnonzero(total >= least)
        ids = ids[np.argsort(-total[ids], kind="stable")[:k]]
        return ids, total[ids]

    def top_many(
        self, hidden: npt.NDArray[np.float32], k: int, n_threads: int = 0
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Return the k most probable words of every hidden vector by itself, best first.

        Parameters
        ----------
        hidden
            Hidden vectors, float32 (n_hidden, dim).
        k
            How many words; all, if there are fewer.
        n_threads
            Threads of a search in a tree; 0 takes as many as this process may use.

        Returns
        -------
        tuple
            Word ids, int32 (n_hidden, k), and their log-probabilities, float32 (n_hidden, k). Which
            of equally probable words are the last is left open.
        """
        starts = range(0, max(1, len(hidden)), BLOCK_HIDDEN)
        tops = [self._top_of_block(hidden[start : start + BLOCK_HIDDEN], k) for start in starts]
        return np.concatenate([ids for ids, _ in tops]), np.concatenate([best for _, best in tops])

    def _top_of_block(
        self, hidden: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        log_probs = self.many_log_probs(hidden)
        ids = largest(log_probs, k)
        return ids.astype(np.int32), np.take_along_axis(log_probs, ids, 1).astype(np.float32)


class SoftmaxPredictor(Predictor):
    """For objectives whose log-probabilities are scores plus offsets, normalised by a softmax.

    Parameters
    ----------
    output_vectors
        float32 (n_words or more, dim): the first n_words rows are the words'.
    offsets
        float64 (n_words,): added to the scores.
    """

    def __init__(
        self, output_vectors: npt.NDArray[np.float32], offsets: npt.NDArray[np.float64]
    ) -> None:
        self.output_vectors = output_vectors[: len(offsets)]
        self.offsets = offsets

    def log_probs(self, hidden: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
        """Return log p(word | hidden) of every word; hidden is (dim,), the result (n_words,)."""
        log_weights = self._log_weights(
            self.output_vectors @ hidden.astype(np.float32) + self.offsets
        )
        top = log_weights.max()
        log_weights -= top + np.log(np.exp(log_weights - top).sum())
        return log_weights

    def many_log_probs(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.floating[Any]]:
        """Return log p(word | row of hidden) of every word, by one product of matrices."""
        log_weights = self._log_weights(hidden @ self.output_vectors.T + self.offsets)
        log_weights -= self._log_totals(hidden)[:, None]
        return log_weights

    def _top_of_block(
        self, hidden: npt.NDArray[np.float32], k: int
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        scores = hidden @ self.output_vectors.T
        scores += self.offsets.astype(np.float32)
        ids = largest(scores, k)
        best = self._log_weights(np.take_along_axis(scores, ids, 1).astype(np.float64))
        tops = self._tops(scores)
        best -= (np.log(self._weights(scores, tops).sum(axis=1)) + tops)[:, None]
        return ids.astype(np.int32), best.astype(np.float32)

    def target_log_probs(
        self,
        hidden: npt.NDArray[np.float32],
        rows: npt.NDArray[np.integer[Any]],
        targets: npt.NDArray[np.integer[Any]],
    ) -> npt.NDArray[np.float64]:
        """Return log p(targets[i] | hidden[rows[i]]) with blocked matrix products."""
        log_totals = np.concatenate(
            [
                self._log_totals(hidden[start : start + BLOCK_HIDDEN])
                for start in range(0, len(hidden), BLOCK_HIDDEN)
            ]
        )
        scores = np.empty(len(targets), np.float64)
        for start in range(0, len(targets), BLOCK_PAIRS):
            pairs = slice(start, start + BLOCK_PAIRS)
            outputs = self.output_vectors[targets[pairs]]
            scores[pairs] = np.einsum("ij,ij->i", hidden[rows[pairs]], outputs)
        log_probs = self._log_weights(scores + self.offsets[targets])
        log_probs -= log_totals[rows]
        return log_probs

    def _log_totals(self, hidden: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the log of all words' total weight for each hidden vector, block by block."""
        offsets = self.offsets.astype(np.float32)
        tops = np.full(len(hidden), -np.inf, np.float32)
        totals = np.zeros(len(hidden), np.float64)
        for start in range(0, len(offsets), BLOCK_WORDS):
            words = slice(start, min(start + BLOCK_WORDS, len(offsets)))
            scores = hidden @ self.output_vectors[words].T
            scores += offsets[words]
            new_tops = np.maximum(tops, self._tops(scores))
            totals *= np.exp(tops - new_tops)
            totals += self._weights(scores, new_tops).sum(axis=1)
            tops = new_tops
        np.log(totals, out=totals)
        totals += tops
        return totals

    def _log_weights(self, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the log of what probabilities are proportional to, from scores with offsets."""
        return scores

    def _tops(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return a number near the largest log weight of each row."""
        tops: npt.NDArray[np.float32] = scores.max(axis=1)
        return tops

    def _weights(
        self, scores: npt.NDArray[np.float32], tops: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        """Return the weights divided by exp(tops), which overwrite the scores."""
        scores -= tops[:, None]
        np.exp(scores, out=scores)
        return scores


class LogisticPredictor(SoftmaxPredictor):
    """For objectives whose probabilities are proportional to σ(score + offset)."""

    def _log_weights(self, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        log_weights: npt.NDArray[np.float64] = -np.logaddexp(0.0, -scores)
        return log_weights

    def _tops(self, scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        tops = super()._tops(scores)
        np.minimum(tops, np.float32(0), out=tops)
        return tops

    def _weights(
        self, scores: npt.NDArray[np.float32], tops: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        np.minimum(scores, np.float32(60), out=scores)  # σ is 1 there; its square is finite
        odds = super()._weights(scores, tops)
        odds /= 1 + odds * np.exp(tops)[:, None]
        return odds


def groups(
    values: npt.NDArray[np.integer[Any]],
) -> list[tuple[int, npt.NDArray[np.intp]]]:
    """Return each distinct value, ascending, with the places where it stands."""
    order = np.argsort(values, kind="stable")
    distinct, starts = np.unique(values[order], return_index=True)
    return list(zip(distinct.tolist(), np.split(order, starts[1:]), strict=True))
