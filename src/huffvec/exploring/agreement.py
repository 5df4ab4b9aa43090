"""How well neighbours found in a page agree with those of other vectors of the same words."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from huffvec.arrays import evenly
from huffvec.exploring.scene import Scene
from huffvec.search.exact import nearest_rows
from huffvec.search.tables import ArrayRows
from huffvec.search.units import unit

N_NEAREST = 10
N_SAMPLED = 1_000  # words whose neighbours are compared
N_COMPARED = 10_000  # most frequent words of each scene that two of them are compared by


def nearest_ids(
    vectors: npt.NDArray[np.float32], ids: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the ten nearest other words of some words by cosine, int64 (n_ids, up to 10)."""
    themselves = np.stack([np.arange(len(ids)), ids], axis=1)
    return nearest_rows(ArrayRows(vectors), unit(vectors[ids]), N_NEAREST, themselves)[0]


def n_shared(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Return how many ids each row of a and of b have in common; -1 is none. int32 (n_rows,)."""
    same = (a[:, :, None] == b[:, None, :]) & (a >= 0)[:, :, None]
    n_same: npt.NDArray[np.int32] = same.sum(axis=(1, 2), dtype=np.int32)
    return n_same


def agreement(
    trained: npt.NDArray[np.float32], kept: npt.NDArray[np.float32]
) -> dict[str, int | float]:
    """Return the share of words' nearest ten by trained vectors that are also those by kept ones.

    Both are float32 (n_words, dim). It is measured for a thousand words, evenly over all.
    """
    n_words = len(trained)
    ids = evenly(n_words, N_SAMPLED)
    truth = nearest_ids(trained, ids)
    n_found = int((truth >= 0).sum())
    n_same = int(n_shared(truth, nearest_ids(kept, ids)).sum())
    share = n_same / n_found if n_found else 1.0
    return {"words": len(ids), "k": min(N_NEAREST, max(1, n_words - 1)), "share": share}


class Comparison(NamedTuple):
    """Words of two scenes, those first whose neighbourhoods differ most.

    Attributes
    ----------
    ids
        The word's place in either scene, int32 (n_words, 2).
    shared
        How many of its nearest ten among these words are the same, int32 (n_words,).
    """

    ids: npt.NDArray[np.int32]
    shared: npt.NDArray[np.int32]


def compared(a: Scene, b: Scene) -> Comparison:
    """Return the words that stand among the 10,000 most frequent of both scenes, compared.

    Among equals, the more frequent word of the first scene goes first.
    """
    places: dict[Any, int] = {word: i for i, word in enumerate(b.words[:N_COMPARED])}
    pairs = [(i, places[word]) for i, word in enumerate(a.words[:N_COMPARED]) if word in places]
    ids = np.array(pairs, np.int32).reshape(-1, 2)
    everything = np.arange(len(ids))
    near = [nearest_ids(s.vectors[ids[:, k]], everything) for k, s in enumerate((a, b))]
    shared = n_shared(*near)
    order = np.argsort(shared, kind="stable")
    return Comparison(ids[order], shared[order])
