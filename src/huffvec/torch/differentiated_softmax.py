"""Differentiated softmax, as :mod:`huffvec.objectives.differentiated_softmax` has it.

Words are banded by frequency, and a band's words are scored by a part of the hidden vector of their
own, narrower for rarer words. The softmax runs over all of them, a block of words at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huffvec.objectives import DifferentiatedSoftmax as Objective
from huffvec.objectives.bands import Bands, band_rows, pack_rows
from huffvec.objectives.differentiated_softmax import BoundDifferentiatedSoftmax
from huffvec.torch.given import check_ranks
from huffvec.torch.layer import OutputLayer
from huffvec.torch.softmax_terms import compute_dtype, softmax_terms, wide
from huffvec.torch.tables import floats
from huffvec.torch.word_rows import make_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts


class DifferentiatedSoftmax(OutputLayer):
    """Choose the target among all words; rare words have shorter output vectors.

    Parameters
    ----------
    dim, vocabulary_or_counts, reduction, ignore_index
        As for `OutputLayer`; the counts must not rise.
    cutoffs
        Ranks at which a new band begins. None takes those over which the words make up 80 %, 95 %
        of the text.
    band_dims
        Numbers of the hidden vector that each band reads, one more than cutoffs, together dim.
        None takes a half, a quarter and a quarter.
    bias
        Whether words have a bias; the trainer's objectives have none.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weights, biases
        Parameters of the bands, (words of the band, its dim) and (words of the band,).
    """

    objective: ClassVar[str] = "differentiated-softmax"
    record: Objective

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        cutoffs: Sequence[int] | None = None,
        band_dims: Sequence[int] | None = None,
        *,
        bias: bool = False,
        reduction: str = "mean",
        ignore_index: int = -100,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dim, vocabulary_or_counts, reduction=reduction, ignore_index=ignore_index)
        check_ranks(self.counts, "bands go")
        bands = Objective(cutoffs, band_dims).bands(self.counts, self.dim)  # type: ignore[arg-type]
        self.record = Objective(**_options(bands))
        self.band_dims: list[int] = bands.table[:, 3].tolist()
        self.edges: list[int] = [*bands.table[:, 0].tolist(), self.n_words]
        sizes = [end - first for first, end in zip(self.edges, self.edges[1:], strict=False)]
        parts = [
            make_rows(n, width, bias, device, dtype)
            for n, width in zip(sizes, self.band_dims, strict=True)
        ]
        self.weights = nn.ParameterList(weight for weight, _ in parts)
        self.biases = nn.ParameterList(zeros for _, zeros in parts) if bias else None

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return −log p(target | hidden), (n,)."""
        return -self.target_log_probs(hidden, target)

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return the scores of all words, normalised, (n, V)."""
        scores = [wide(F.linear(part, rows, bias)) for part, rows, bias in self._bands(hidden)]
        return torch.log_softmax(torch.cat(scores, dim=1), dim=1)

    def target_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return log p(target | hidden), (n,), holding the scores of a block of words at a time."""
        log_zs, score = [], 0.0
        dtype = compute_dtype(hidden)
        for first, (part, rows, bias) in zip(self.edges[:-1], self._bands(hidden), strict=True):
            place = (target - first).clamp(0, len(rows) - 1)
            log_z, own = softmax_terms(part, rows, bias, place, dtype)
            log_zs.append(log_z)
            score = torch.where(place == target - first, own, score)
        return score - torch.logsumexp(torch.stack(log_zs), dim=0)

    def _bands(self, hidden: Tensor) -> list[tuple[Tensor, Tensor, Tensor | None]]:
        """Return each band's part of hidden, rows and biases."""
        parts = hidden.split(self.band_dims, dim=1)
        biases = [None] * len(parts) if self.biases is None else list(self.biases)
        return list(zip(parts, self.weights, biases, strict=True))

    @classmethod
    def options_of(cls, bound: BoundObjective) -> dict[str, Any]:
        """Return the bands of a model."""
        assert isinstance(bound, BoundDifferentiatedSoftmax)
        return _options(bound.bands)

    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's rows into ``weights``; biases are 0."""
        assert isinstance(bound, BoundDifferentiatedSoftmax)
        for weight, band in zip(self.weights, bound.bands.table, strict=True):
            weight.copy_(torch.as_tensor(band_rows(output_vectors, band)))
        for bias in self.biases or ():
            bias.zero_()

    def model_rows(self, bound: BoundObjective) -> npt.NDArray[np.float32]:
        """Return ``weights`` as a model has them, packed."""
        assert isinstance(bound, BoundDifferentiatedSoftmax)
        table = np.zeros((bound.n_outputs, self.dim), np.float32)
        for band, weight in zip(bound.bands.table, self.weights, strict=True):
            pack_rows(table, band, floats(weight))
        return table


def _options(bands: Bands) -> dict[str, Any]:
    """Return the options that make these bands."""
    table = bands.table
    return {"cutoffs": table[1:, 0].tolist() or None, "band_dims": table[:, 3].tolist()}
