"""The hidden vector of CBOW, which the output layer reads.

It is the mean of the context words' vectors. With subwords, the mean is over all rows of all their
bags, as in fastText, so that a word counts by the size of its bag. With position weights, each
vector is first multiplied elementwise by that of its position (Mikolov et al. 2018, "Advances in
pre-training distributed word representations").
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def context_means(
    vectors: npt.NDArray[np.float32],
    bounds: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.intp],
    sizes: npt.NDArray[np.int64] | None = None,
    position_vectors: npt.NDArray[np.float32] | None = None,
) -> npt.NDArray[np.float32]:
    """Return the hidden vectors of contexts, float32 (n_contexts, dim).

    Parameters
    ----------
    vectors
        float32 (n_words, dim): the vectors of all their words, one context after the other.
    bounds
        Where each context begins among the words, (n_contexts,); none is empty.
    offsets
        Where each word stands, counted from the target: negative to the left, never 0, (n_words,).
        Those beyond the window count as if they stood at its end.
    sizes
        Rows that each vector is the mean of, (n_words,); ``None`` for 1.
    position_vectors
        float32 (2 · window, dim): those of the window's positions from left to right; ``None``
        without position weights.
    """
    weights = np.ones(len(vectors), np.float32) if sizes is None else sizes.astype(np.float32)
    rows = vectors
    if position_vectors is not None:
        window = len(position_vectors) // 2
        places = np.clip(offsets, -window, window)
        rows = rows * position_vectors[places + window - (places > 0)]
    if sizes is not None:
        rows = rows * weights[:, None]
    sums = np.add.reduceat(rows, bounds, axis=0)
    means = sums / np.add.reduceat(weights, bounds)[:, None]
    return means.astype(np.float32, copy=False)
