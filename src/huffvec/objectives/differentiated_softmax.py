"""Differentiated softmax (Chen, Grangier & Auli 2015).

"Strategies for training large vocabulary neural language models", arXiv:1512.04906.

Rare words have few examples and cannot use many parameters; so their output rows get fewer numbers.
The hidden vector is cut into parts h = (h_1, h_2, …), one for each band of words of like frequency,
and a word of band b is scored by that part alone (the output matrix is block diagonal)::

    s_x        = h_b·o_x                         x in band b, o_x as wide as h_b
    p(x | h)   = exp(s_x) / Σ_y exp(s_y)         y over the whole vocabulary
    loss       = −log p(w | h)
    ∂loss/∂s_x = p(x | h) − [x = w]
    ∂loss/∂h_b = Σ_{x in b} (p(x | h) − [x = w]) o_x     ∂loss/∂o_x = (p(x | h) − [x = w]) h_b

It is the full softmax with most of the output matrix held at zero: exact, normalised, and with
Σ_b V_b d_b multiplications in place of V d, to train and to ask alike. What it gives up: bands
share nothing but the normaliser, so the similarity of words in different bands cannot be seen from
their output rows, and input vectors spend most of their numbers on the frequent words.

By default three bands hold the words that make up 80 %, the next 15 % and the last 5 % of the text,
with a half, a quarter and a quarter of the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.corpus.ranks import by_falling_counts
from huffvec.errors import ConfigError, FormatError, OptionName
from huffvec.objectives.bands import (
    Bands,
    band_rows,
    check_cutoffs,
    fits,
    pack_rows,
)
from huffvec.objectives.base import Objective
from huffvec.objectives.bound import BoundObjective
from huffvec.objectives.predictor import SoftmaxPredictor
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, OutputLayer
    from huffvec.objectives.bound import Arrays


@dataclass(frozen=True)
class DifferentiatedSoftmax(Objective):
    """Choose the target among all words; rare words have shorter output vectors.

    Attributes
    ----------
    cutoffs
        Ranks (from 0, by falling counts) at which a new band begins; one less than bands. ``None``
        takes those over which the words make up 80 %, 95 %, 98.75 % … of the text.
    band_dims
        Numbers of the hidden vector that each band reads; together ``dim``. ``None`` takes a half,
        a quarter … and for the last band as many as for the one before.

    Raises
    ------
    ConfigError
        If a value is out of its range, or the two do not fit.
    """

    name: ClassVar[str] = "differentiated-softmax"
    cost: ClassVar[str] = "V rows, most of them short"
    use: ClassVar[str] = "an exact softmax, somewhat faster"
    learning_rate_factor: ClassVar[float] = 0.8
    cutoffs: tuple[int, ...] | None = option(
        None,
        low=1,
        high=2**31 - 1,
        metavar="RANK,RANK…",
        when_none="by counts",
        help="Ranks, by falling count, at which the next band of rarer words begins.",
    )
    band_dims: tuple[int, ...] | None = option(
        None,
        low=1,
        high=2**31 - 1,
        metavar="N,N…",
        when_none="a half, a quarter …",
        help="Dimensions of the output vectors in each band; they add up to {dim}.",
    )

    def check_together(self) -> None:
        """Raise ConfigError unless cutoffs rise and are those of as many bands as there are."""
        check_cutoffs(self.cutoffs or ())
        if self.cutoffs and self.band_dims and len(self.band_dims) != len(self.cutoffs) + 1:
            raise ConfigError(
                OptionName("band_dims"),
                " must be one more than ",
                OptionName("cutoffs"),
                f", {len(self.cutoffs) + 1}, not {len(self.band_dims)}",
            )

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundDifferentiatedSoftmax:
        """Return the objective for these words; raises what `bands` does."""
        counts = vocabulary.counts
        return BoundDifferentiatedSoftmax(self, counts, self.bands(counts, config.dim))

    def bands(self, counts: npt.NDArray[np.int64], dim: int) -> Bands:
        """Return the bands of words with these counts.

        Raises
        ------
        ConfigError
            If cutoffs do not fit the vocabulary or band_dims the dim.
        """
        if self.band_dims is not None and sum(self.band_dims) != dim:
            raise ConfigError(
                OptionName("band_dims"),
                " must add up to ",
                OptionName("dim"),
                f", {dim}, and {list(self.band_dims)} make {sum(self.band_dims)}",
            )
        cutoffs = self.cutoffs
        if cutoffs is None:
            n_bands = len(self.band_dims) if self.band_dims else min(3, dim)
            cutoffs = _covering(counts, n_bands - 1)
            if self.band_dims and len(cutoffs) != n_bands - 1:
                raise ConfigError(
                    OptionName("band_dims"),
                    f" must not be more than the {len(counts)} words can be split into, "
                    f"{len(cutoffs) + 1}",
                )
        check_cutoffs(cutoffs, len(counts))
        widths = self.band_dims or _halves(dim, len(cutoffs) + 1)
        return Bands.of(counts, (0, *cutoffs, len(counts)), widths, dim, projected=False)

    def restore(self, counts: npt.NDArray[np.int64], arrays: Arrays) -> BoundDifferentiatedSoftmax:
        """Return the objective with the bands in a file; raise FormatError if there are none."""
        bands = Bands.from_arrays(arrays, "bands", len(counts))
        return BoundDifferentiatedSoftmax(self, counts, bands)


@dataclass(frozen=True, eq=False)
class BoundDifferentiatedSoftmax(BoundObjective):
    """Differentiated softmax with the bands of a vocabulary."""

    objective: DifferentiatedSoftmax
    bands: Bands

    @property
    def n_outputs(self) -> int:
        """Number of table rows that the bands take."""
        return self.bands.end_row

    def arrays(self) -> Arrays:
        """Return ``bands`` and maybe ``ranks``, tables of :mod:`huffvec.objectives.bands`."""
        return self.bands.to_arrays("bands")

    def check(self, output_vectors: npt.NDArray[np.float32]) -> None:
        """Raise FormatError unless bands and rows, as read from a file, fit the vocabulary."""
        table, n_words, dim = self.bands.table, self.n_words, output_vectors.shape[1]
        if not fits(table, n_words, dim, projected=False) or table[:, 3].sum() != dim:
            raise FormatError(
                f"{self.objective.name} needs bands that fit {n_words} words and dim {dim}"
            )
        super().check(output_vectors)

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side."""
        return engine.DifferentiatedSoftmax(self.bands.table, self.bands.ranks)

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> SoftmaxPredictor:
        """Return the scores, normalised, in products with the whole output matrix."""
        return SoftmaxPredictor(self.whole_rows(output_vectors), np.zeros(self.n_words))

    def whole_rows(self, output_vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return every word's row at full width, zero outside its band's part; (n_words, dim)."""
        rows = np.zeros((self.n_words, output_vectors.shape[1]), np.float32)
        part = 0
        for band in self.bands.table:
            first, n, _, width, _ = band.tolist()
            rows[first : first + n, part : part + width] = band_rows(output_vectors, band)
            part += width
        return rows if self.bands.ranks is None else rows[self.bands.ranks]

    def carry_over(
        self,
        rows: npt.NDArray[np.float32],
        old: BoundObjective,
        old_rows: npt.NDArray[np.float32],
        old_ids: npt.NDArray[np.int64],
    ) -> None:
        """Old words keep their rows; in another band than before they start from 0."""
        if not isinstance(old, BoundDifferentiatedSoftmax):
            return
        whole = old.whole_rows(old_rows)
        by_rank = np.zeros((self.n_words, whole.shape[1]), np.float32)
        known = np.flatnonzero(old_ids >= 0)
        ranks = known if self.bands.ranks is None else self.bands.ranks[known]
        by_rank[ranks] = whole[old_ids[known]]
        part = 0
        for band in self.bands.table:
            first, n, _, width, _ = band.tolist()
            pack_rows(rows, band, by_rank[first : first + n, part : part + width])
            part += width


def _covering(counts: npt.NDArray[np.int64], n_cutoffs: int) -> tuple[int, ...]:
    """Return ranks over which the words make up 1 − 0.2 · 4^−i of the text, fewer if V is small."""
    shares = np.cumsum(counts[by_falling_counts(counts)]) / max(1, counts.sum())
    goals = 1 - 0.2 * 0.25 ** np.arange(n_cutoffs)
    ranks = np.searchsorted(shares, goals) + 1
    return tuple(sorted({int(rank) for rank in ranks if rank < len(counts)}))


def _halves(dim: int, n_bands: int) -> tuple[int, ...]:
    """Return dim as a sum of about 1/2, 1/4 … of it, the last two parts alike."""
    if n_bands > dim:
        raise ConfigError(f"cutoffs must make at most dim = {dim} bands, not {n_bands}")
    widths = [max(1, dim >> (i + 1)) for i in range(n_bands - 1)]
    while n_bands > 1 and sum(widths) >= dim:
        widths[widths.index(max(widths))] -= 1
    return (*widths, dim - sum(widths))
