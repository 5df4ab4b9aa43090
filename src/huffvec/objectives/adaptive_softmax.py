"""Adaptive softmax (Grave et al. 2017, "Efficient softmax approximation for GPUs").

The frequent words, which make up most of a text, are scored each time; the rare ones are split into
clusters, each of which is one more output beside the frequent words, and only when the target is in
a cluster are its words scored, by a projection of the hidden vector to fewer numbers::

    p(w | h) = p_head(w | h)                      for a frequent word
    p(w | h) = p_head(c | h) p_c(w | h)           for a word of cluster c

    p_head   = softmax of h·o_x over frequent words and clusters
    p_c      = softmax of (P_c h)·o_x over the words of c;   P_c has d_c rows

    loss     = −log p(w | h) = −log p_head(w or c) − log p_c(w)

With p − [x = w] for the gradient of each softmax to its scores, and for that to P_c h
g_c = Σ_x (p_c(x) − [x = w]) o_x::

    ∂loss/∂o_x = (p_c(x) − [x = w]) P_c h       ∂loss/∂P_c = g_c hᵀ
    ∂loss/∂h   = Σ_x (p_head(x) − [x = w or c]) o_x + P_cᵀ g_c

The probabilities sum to 1 by construction. Cost per target: the head's rows, and for the share of
the text that is in cluster c its rows, d_c numbers each; to ask for a word, the same.

Cluster i (from 1) gets d_c = dim / div_value^i numbers. Without ``cutoffs`` two clusters are made,
cut where the multiplications of a target are fewest on the average. The narrower the clusters, the
fewer those are, and the fewer words are in the head: with a ``div_value`` of 4 (the paper's) and
10,000 words it has some 25, and most of a text is predicted by a quarter or a sixteenth of the
numbers. That is what is lost to the full softmax, so that 2 is the default here; with 1 hardly
anything is.

Projections start as orthonormal rows drawn at random, which keep products of hidden vectors as well
as so many numbers can (with rows and projections at zero no gradient would move either). Their
learning rate is a hundredth of the others': all targets of a cluster move its projection, which
moves all its words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.corpus.contexts import check_two_words
from huffvec.corpus.ranks import by_falling_counts
from huffvec.errors import FormatError
from huffvec.objectives.adaptive_predictor import AdaptivePredictor
from huffvec.objectives.bands import Bands, check_cutoffs, fits
from huffvec.objectives.base import Objective
from huffvec.objectives.bound import BoundObjective
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, OutputLayer
    from huffvec.objectives.bound import Arrays


@dataclass(frozen=True)
class AdaptiveSoftmax(Objective):
    """Choose the target among the frequent words, or a cluster and then a word of it.

    Attributes
    ----------
    cutoffs
        Ranks (from 0, by falling counts) at which a new cluster begins: the first is the number of
        frequent words. ``None`` finds two that make training fastest.
    div_value
        By how much the vectors get shorter from a cluster to the next.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "adaptive-softmax"
    cost: ClassVar[str] = "the head and some clusters"
    use: ClassVar[str] = "an exact softmax over many words"
    learning_rate_factor: ClassVar[float] = 0.8
    cutoffs: tuple[int, ...] | None = option(
        None,
        low=1,
        high=2**31 - 1,
        metavar="RANK,RANK…",
        when_none="by counts",
        help="Ranks, by falling count, at which the next cluster of rarer words begins.",
    )
    div_value: float = option(
        2.0,
        low=1.0,
        high=1_000.0,
        metavar="FACTOR",
        help="Factor by which the output dimensions shrink from one cluster to the next.",
    )

    def check_together(self) -> None:
        """Raise ConfigError unless cutoffs rise."""
        check_cutoffs(self.cutoffs or ())

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundAdaptiveSoftmax:
        """Return the objective for these words; raises what `clusters` does."""
        counts = vocabulary.counts
        return BoundAdaptiveSoftmax(self, counts, self.clusters(counts, config.dim))

    def clusters(self, counts: npt.NDArray[np.int64], dim: int) -> Bands:
        """Return the clusters of words with these counts.

        Raises
        ------
        ConfigError
            If cutoffs do not fit the vocabulary.
        CorpusError
            If there are fewer than two words.
        """
        check_two_words(len(counts), "adaptive softmax")
        if self.cutoffs is None:
            cutoffs = cheapest_cutoffs(counts, dim, self.div_value)
        else:
            cutoffs = self.cutoffs
            check_cutoffs(cutoffs, len(counts))
        widths = [_width(dim, self.div_value, i) for i in range(len(cutoffs))]
        return Bands.of(counts, (*cutoffs, len(counts)), widths, dim, projected=True)

    def restore(self, counts: npt.NDArray[np.int64], arrays: Arrays) -> BoundAdaptiveSoftmax:
        """Return the objective with the clusters in a file; raise FormatError if there are none."""
        clusters = Bands.from_arrays(arrays, "clusters", len(counts))
        return BoundAdaptiveSoftmax(self, counts, clusters)


@dataclass(frozen=True, eq=False)
class BoundAdaptiveSoftmax(BoundObjective):
    """Adaptive softmax with the clusters of a vocabulary."""

    objective: AdaptiveSoftmax
    clusters: Bands

    @property
    def n_outputs(self) -> int:
        """The rows of frequent words, clusters, projections and the clusters' words."""
        return self.clusters.end_row

    @property
    def untrained_loss(self) -> float:
        """Loss of a target in nats where each choice of its two is among equals."""
        table = self.clusters.table
        head = float(np.log(table[0, 0] + len(table)))
        counts = np.sort(self.counts)[::-1]
        shares = np.add.reduceat(counts, table[:, 0]) / counts.sum()
        return head + float(shares @ np.log(table[:, 1]))

    def arrays(self) -> Arrays:
        """Return ``clusters`` and maybe ``ranks``, tables of :mod:`huffvec.objectives.bands`."""
        return self.clusters.to_arrays("clusters")

    def start_outputs(self, output_vectors: npt.NDArray[np.float32], seed: int) -> None:
        """Draw the projections, orthonormal rows."""
        dim = output_vectors.shape[1]
        rng = np.random.default_rng(seed)
        for _, _, first_row, width, _ in self.clusters.table.tolist():
            columns, _ = np.linalg.qr(rng.standard_normal((dim, width)))
            output_vectors[first_row - width : first_row] = columns.T

    def check(self, output_vectors: npt.NDArray[np.float32]) -> None:
        """Raise FormatError unless clusters and rows, as read from a file, fit the vocabulary."""
        n_words, dim = self.n_words, output_vectors.shape[1]
        if not fits(self.clusters.table, n_words, dim, projected=True):
            raise FormatError(
                f"{self.objective.name} needs clusters that fit {n_words} words and dim {dim}"
            )
        super().check(output_vectors)

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side."""
        return engine.AdaptiveSoftmax(self.clusters.table, self.clusters.ranks)

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> AdaptivePredictor:
        """Return both levels, ready to be asked."""
        return AdaptivePredictor(output_vectors, self.clusters)


def cheapest_cutoffs(counts: npt.NDArray[np.int64], dim: int, div_value: float) -> tuple[int, ...]:
    """Return the two cutoffs with the fewest multiplications per target; one if V is under 3.

    A target costs dim for each of the head's rows, and in a cluster, which the text is in by the
    share of its words, d_c for each of its rows and dim d_c for the projection.
    """
    n_words = len(counts)
    if n_words < 3:
        return (1,)
    by_rank = counts[by_falling_counts(counts)]
    shares = np.concatenate([[0.0], np.cumsum(by_rank) / max(1, counts.sum())])
    ranks = np.unique(np.geomspace(1, n_words - 1, 128).astype(np.int64))
    first, second = (grid.ravel() for grid in np.meshgrid(ranks, ranks, indexing="ij"))
    first, second = first[first < second], second[first < second]
    widths = [_width(dim, div_value, i) for i in range(2)]
    costs = (first + 2.0) * dim
    costs += (shares[second] - shares[first]) * widths[0] * (second - first + dim)
    costs += (1 - shares[second]) * widths[1] * (n_words - second + dim)
    best = int(np.argmin(costs))
    return int(first[best]), int(second[best])


def _width(dim: int, div_value: float, cluster: int) -> int:
    return max(1, int(dim / div_value ** (cluster + 1)))
