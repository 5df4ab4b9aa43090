"""How deep words lie in the tree of a hierarchical softmax, against how frequent they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huffvec.corpus.vocabulary import Vocabulary
from huffvec.objectives.bound import BoundObjective
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax

N_BINS = 40


@dataclass(frozen=True)
class DepthBin:
    """Words of about the same frequency: their share of the text each, and their depths."""

    share: float
    mean: float
    lowest: int
    highest: int


@dataclass(frozen=True)
class TreeDepth:
    """How deep the words of a tree lie.

    Attributes
    ----------
    mean
        Mean depth over the text: rows that a step takes.
    entropy
        The entropy of the words' frequencies in bits: no binary tree's mean depth is less.
    bins
        Depths by frequency, most frequent first.
    """

    mean: float
    entropy: float
    bins: tuple[DepthBin, ...]


def tree_depth(bound: BoundObjective, vocabulary: Vocabulary) -> TreeDepth | None:
    """Return how deep an objective's words lie; ``None`` if it has no tree."""
    if not isinstance(bound, BoundHierarchicalSoftmax):
        return None
    depths = bound.tree.depths()
    shares = vocabulary.counts / vocabulary.n_tokens
    logs = np.log(shares)
    steps = (logs.max() - logs) / max(logs.max() - logs.min(), 1e-9) * (N_BINS - 1)
    bins = []
    for step in np.unique(steps.round()):
        chosen = steps.round() == step
        of = depths[chosen]
        share = float(np.exp(logs[chosen].mean()))
        bins.append(DepthBin(share, float(of.mean()), int(of.min()), int(of.max())))
    entropy = float(-(shares * np.log2(shares)).sum())
    return TreeDepth(float((depths * shares).sum()), entropy, tuple(bins))
