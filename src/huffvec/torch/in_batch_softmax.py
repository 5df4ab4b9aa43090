"""In-batch softmax for two-tower retrieval (Yi et al. 2019), mixed with drawn items.

One network makes a vector h_n of every query, another a vector o_x of every item, and the items of
the batch serve as each other's negatives, so that none is computed for that alone. Popular items
are negatives more often, for which their scores are corrected, as in sampled softmax
(:mod:`huffvec.objectives.sampled_softmax`)::

    z_nx    = h_n·o_x / temperature − log π_x
    π_x     = 1 − (1 − p(x))^(B − 1) (1 − q(x))^K
    loss_n  = log Σ_x exp(z_nx) − z_nw          x over the distinct items of batch and draw

π_x is the probability that x is among the other B − 1 items of the batch, which come by their share
p of the data, or among K items drawn by q. Drawn items (Yang et al. 2020, "Mixed negative
sampling") see to it that rare items are negatives at all. At the optimum h_n·o_x / temperature is
log p(x | query) + a constant of the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from huffvec.checks import check_choice, check_float, check_int
from huffvec.errors import ShapeError
from huffvec.torch.given import check_target, counts_of
from huffvec.torch.noise import Noise, first_of_each
from huffvec.torch.noise_layer import proposal_of
from huffvec.torch.softmax_terms import wide

if TYPE_CHECKING:
    from huffvec.torch.given import Counts


class InBatchSoftmax(nn.Module):
    """Choose each query's item among those of the batch and of a draw.

    It has no parameters: item vectors come from the caller.

    Parameters
    ----------
    vocabulary_or_counts
        How often each item occurs in the data.
    samples
        Items K for `draw`; 0 for none.
    proposal
        What they are drawn by, as for `SampledSoftmax`.
    temperature
        Scores are divided by it; small ones (0.05) suit vectors scaled to length 1.
    reduction
        ``"mean"``, ``"sum"`` or ``"none"``.
    device
        Of the tables.

    Raises
    ------
    ConfigError
        If an option cannot be used.
    """

    def __init__(
        self,
        vocabulary_or_counts: Counts,
        samples: int = 0,
        proposal: str = "uniform",
        temperature: float = 1.0,
        reduction: str = "mean",
        device: Any = None,
    ) -> None:
        super().__init__()
        samples = check_int("samples", samples, 0, 2**31 - 1)
        temperature = check_float("temperature", temperature, 0.0, 1e6, open_low=True)
        self.n_items = len(counts_of(vocabulary_or_counts))
        self.n_samples = samples
        self.temperature = temperature
        self.reduction = check_choice("reduction", reduction, ("mean", "sum", "none"))
        self.data = Noise(proposal_of(vocabulary_or_counts, "unigram"), device)
        self.noise = Noise(proposal_of(vocabulary_or_counts, proposal), device)

    def draw(self, generator: torch.Generator | None = None) -> Tensor:
        """Return items to compute vectors of, int64 (samples,)."""
        return self.noise.draw(self.n_samples, generator)

    def forward(
        self,
        queries: Tensor,
        items: Tensor,
        item_ids: Tensor,
        drawn: Tensor | None = None,
        drawn_ids: Tensor | None = None,
    ) -> Tensor:
        """Return the loss of choosing item n for query n.

        Parameters
        ----------
        queries, items
            (B, dim) each.
        item_ids
            int64 (B,). An item that occurs several times in the batch counts once.
        drawn, drawn_ids
            Vectors (K, dim) and ids (K,) of the items that `draw` returned; if ``samples`` is 0,
            neither.

        Raises
        ------
        ShapeError, TargetError
            If the shapes do not fit, or an id is no item.
        """
        if queries.ndim != 2 or queries.shape != items.shape:
            raise ShapeError(
                "expected queries and items of the same shape (B, dim), but got "
                f"{tuple(queries.shape)} and {tuple(items.shape)}"
            )
        check_target(item_ids, items, self.n_items)
        item_ids = item_ids.long()
        ids, vectors = item_ids, items
        if drawn is not None and drawn_ids is not None:
            check_target(drawn_ids, drawn, self.n_items)
            ids, vectors = torch.cat([ids, drawn_ids.long()]), torch.cat([vectors, drawn])
        n_drawn = len(ids) - len(item_ids)
        if n_drawn != self.n_samples:
            raise ShapeError(f"expected {self.n_samples} drawn items and ids, but got {n_drawn}")
        corrections = self._log_inclusion(ids, len(items))
        scores = wide(queries @ vectors.T) / self.temperature - corrections
        own = wide((queries * items).sum(dim=1)) / self.temperature - corrections[: len(items)]
        left_out = ~first_of_each(ids) | (ids == item_ids[:, None])
        scores = torch.cat([own[:, None], scores.masked_fill(left_out, -torch.inf)], dim=1)
        losses = torch.logsumexp(scores, dim=1) - own
        if self.reduction == "none":
            return losses
        return losses.mean() if self.reduction == "mean" else losses.sum()

    def _log_inclusion(self, ids: Tensor, batch: int) -> Tensor:
        """Return log π of items, (n,)."""
        missing = (batch - 1) * torch.log1p(-self.data.probs[ids])
        missing = missing + self.n_samples * torch.log1p(-self.noise.probs[ids])
        return torch.log(-torch.expm1(missing).clamp(max=-1e-30))
