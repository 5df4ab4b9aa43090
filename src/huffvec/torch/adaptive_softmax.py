"""Adaptive softmax (Grave et al. 2017): PyTorch's own, in the shape of the other layers.

:mod:`huffvec.objectives.adaptive_softmax` says what it computes. The parameters are those of
`torch.nn.AdaptiveLogSoftmaxWithLoss`; the loss is computed here, a block of words at a time and in
32 bits under autocast, where PyTorch's fails for hidden vectors in half precision.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from huffvec.objectives import AdaptiveSoftmax as Objective
from huffvec.objectives.adaptive_softmax import BoundAdaptiveSoftmax
from huffvec.objectives.bands import band_rows, pack_rows
from huffvec.torch.given import check_ranks
from huffvec.torch.layer import OutputLayer
from huffvec.torch.softmax_loss import softmax_loss
from huffvec.torch.softmax_terms import compute_dtype, softmax_terms, wide
from huffvec.torch.tables import floats

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts


class AdaptiveSoftmax(OutputLayer):
    """Choose the target among the frequent words, or a cluster and then a word of it.

    Parameters
    ----------
    dim, vocabulary_or_counts, reduction, ignore_index
        As for `OutputLayer`; at least two words, and the counts must not rise.
    cutoffs
        Ranks at which a new cluster begins. None finds two that make a step cheapest.
    div_value
        By how much the vectors get shorter from a cluster to the next.
    bias
        Whether the head has biases; the trainer's has none.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    inner
        The `torch.nn.AdaptiveLogSoftmaxWithLoss`.
    """

    objective: ClassVar[str] = "adaptive-softmax"
    record: Objective

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        cutoffs: Sequence[int] | None = None,
        div_value: float = 2.0,
        *,
        bias: bool = False,
        reduction: str = "mean",
        ignore_index: int = -100,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dim, vocabulary_or_counts, reduction=reduction, ignore_index=ignore_index)
        check_ranks(self.counts, "clusters go")
        objective = Objective(cutoffs, div_value)  # type: ignore[arg-type]
        clusters = objective.clusters(self.counts, self.dim).table
        edges, place = clusters[:, 0].tolist(), {"device": device, "dtype": dtype}
        self.record = Objective(edges, objective.div_value)
        with warnings.catch_warnings():  # of clusters with no number at all
            warnings.simplefilter("ignore")
            self.inner = nn.AdaptiveLogSoftmaxWithLoss(
                dim, self.n_words, edges, div_value=objective.div_value, head_bias=bias, **place
            )
        for i, (_, n, _, width, _) in enumerate(clusters.tolist()):
            if (
                dim // objective.div_value ** (i + 1) < 1
            ):  # PyTorch leaves none there, the trainer one
                projection = nn.Linear(dim, width, bias=False, **place)
                words = nn.Linear(width, n, bias=False, **place)
                self.inner.tail[i] = nn.Sequential(projection, words)

    def losses(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return −log p(target | hidden), (n,)."""
        return -self.target_log_probs(hidden, target)

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return log-probabilities of all words, (n, V)."""
        head = torch.log_softmax(wide(self.inner.head(hidden)), dim=1)
        n_frequent = self.inner.shortlist_size
        parts = [head[:, :n_frequent]]
        for cluster, tail in enumerate(self.inner.tail):
            words = torch.log_softmax(wide(tail(hidden)), dim=1)
            parts.append(words + head[:, n_frequent + cluster, None])
        return torch.cat(parts, dim=1)

    def target_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return log p(target | hidden), (n,): the head, and the clusters that targets are in."""
        place, parts = self._parts(hidden, target)
        total = _log_probs(hidden, self.inner.head, place)
        for rows, part, words, within in parts:
            total = total.index_add(0, rows, _log_probs(part, words, within))
        return total

    def weighted_loss(
        self, hidden: Tensor, target: Tensor, row_weights: Tensor, **draws: Any
    ) -> Tensor:
        """Return −Σ w_n log p(target_n | hidden_n)."""
        place, parts = self._parts(hidden, target)
        batch = hidden.shape[0]
        loss = _loss(hidden, self.inner.head, place, row_weights, batch)
        for rows, part, words, within in parts:
            loss = loss + _loss(part, words, within, row_weights[rows], batch)
        return loss

    def _parts(
        self, hidden: Tensor, target: Tensor
    ) -> tuple[Tensor, list[tuple[Tensor, Tensor, nn.Linear, Tensor]]]:
        """Return the targets' places in the head, and what each cluster has to predict.

        That is, for each: places in the batch (m,), hidden vectors projected (m, width), the
        layer of the cluster's words, and the targets within it, (m,).
        """
        n_frequent, edges = self.inner.shortlist_size, self.inner.cutoffs
        place, parts = target, []
        for cluster, (first, end) in enumerate(pairwise(edges)):
            here = (target >= first) & (target < end)
            place = torch.where(here, n_frequent + cluster, place)
            rows = here.nonzero()[:, 0]
            projection, words = self.inner.tail[cluster]
            parts.append((rows, projection(hidden[rows]), words, target[rows] - first))
        return place, parts

    @classmethod
    def options_of(cls, bound: BoundObjective) -> dict[str, Any]:
        """Return the clusters of a model."""
        assert isinstance(bound, BoundAdaptiveSoftmax)
        cutoffs = bound.clusters.table[:, 0].tolist()
        return {"cutoffs": cutoffs, "div_value": bound.objective.div_value}

    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's rows into ``inner``; biases are 0."""
        assert isinstance(bound, BoundAdaptiveSoftmax)
        rows, head = output_vectors, self.inner.head.weight
        head.copy_(torch.as_tensor(rows[: len(head)].copy()))
        if self.inner.head.bias is not None:
            self.inner.head.bias.zero_()
        for (projection, words), cluster in zip(self.inner.tail, bound.clusters.table, strict=True):
            _, _, first, width, _ = cluster.tolist()
            projection.weight.copy_(torch.as_tensor(rows[first - width : first].copy()))
            words.weight.copy_(torch.as_tensor(band_rows(rows, cluster)))

    def model_rows(self, bound: BoundObjective) -> npt.NDArray[np.float32]:
        """Return the weights of ``inner`` as a model has them, packed."""
        assert isinstance(bound, BoundAdaptiveSoftmax)
        table = np.zeros((bound.n_outputs, self.dim), np.float32)
        head = floats(self.inner.head.weight)
        table[: len(head)] = head
        for cluster, tail in zip(bound.clusters.table, self.inner.tail, strict=True):
            projection, words = (floats(linear.weight) for linear in tail)
            table[cluster[2] - len(projection) : cluster[2]] = projection
            pack_rows(table, cluster, words)
        return table


def _log_probs(hidden: Tensor, linear: nn.Linear, target: Tensor) -> Tensor:
    """Return the log-softmax of a linear layer's scores at the targets, (n,)."""
    log_z, score = softmax_terms(hidden, linear.weight, linear.bias, target, compute_dtype(hidden))
    return score - log_z


def _loss(
    hidden: Tensor, linear: nn.Linear, target: Tensor, row_weights: Tensor, batch: int
) -> Tensor:
    """Return the weighted sum of the negative log-softmax of a linear layer at the targets."""
    dtype = compute_dtype(hidden)
    return softmax_loss(hidden, linear.weight, linear.bias, target, row_weights, dtype, batch=batch)
