"""Contexts as an architecture takes them, and the hidden vectors that it makes of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.integer[Any]]


class Contexts(NamedTuple):
    """The words around targets, one context after the other; none is empty.

    Attributes
    ----------
    ids
        Rows of a table of vectors, (n_words,).
    bounds
        Where each context begins among the words, (n_contexts,).
    offsets
        Where each word stands, counted from its target: negative to the left, never 0, (n_words,).
    """

    ids: Ids
    bounds: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.intp]

    @classmethod
    def around(cls, ids: Ids, bounds: npt.NDArray[np.int64]) -> Contexts:
        """Return contexts without a target: the first half of the words stands left of it.

        Parameters
        ----------
        ids
            As above.
        bounds
            Where each begins and the last one ends, (n_contexts + 1,).
        """
        sizes = np.diff(bounds)
        offsets = np.arange(len(ids)) - np.repeat(bounds[:-1] + (sizes + 1) // 2, sizes)
        offsets += offsets >= 0
        return cls(ids, bounds[:-1], offsets)

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Words of each context, (n_contexts,)."""
        return np.diff(self.bounds, append=len(self.ids))

    def part(self, start: int, stop: int) -> Contexts:
        """Return the contexts from start to stop - 1."""
        low = self.bounds[start]
        high = self.bounds[stop] if stop < len(self.bounds) else len(self.ids)
        bounds = self.bounds[start:stop] - low
        return Contexts(self.ids[low:high], bounds, self.offsets[low:high])


class Hidden(NamedTuple):
    """What contexts are to the output layer.

    A context's probabilities are the mean of those that its hidden vectors give, each alone.

    Attributes
    ----------
    vectors
        float32 (n_hidden, dim).
    uses
        Which of them predict for each context, one context after the other, (n_uses,); ``None``
        if each context has one of its own.
    bounds
        Where each context begins among the uses, (n_contexts,); ``None`` as before.
    """

    vectors: npt.NDArray[np.float32]
    uses: npt.NDArray[np.intp] | None = None
    bounds: npt.NDArray[np.int64] | None = None

    def mean(self, probs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the probabilities given contexts, of those given hidden vectors.

        Both are float64 (n, n_words).
        """
        if self.uses is None or self.bounds is None:
            return probs
        means: npt.NDArray[np.float64] = np.add.reduceat(probs[self.uses], self.bounds)
        means /= np.diff(self.bounds, append=len(self.uses))[:, None]
        return means
