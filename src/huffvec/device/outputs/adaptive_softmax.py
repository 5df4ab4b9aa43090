"""Adaptive softmax: frequent words and clusters, then the words of the target's cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from huffvec.device.columns import Columns, Products, softmax_gradients
from huffvec.device.outputs.bands import Band, bands_of, ranks_of
from huffvec.device.outputs.base import Layer
from huffvec.device.updates import shares_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.device.step import Step, Trained

PROJECTION_RATE = 0.01  # as in the engine: projections move all words of a cluster


class AdaptiveSoftmax(Layer):
    """The clusters; the arguments are those of the engine's layer."""

    def __init__(
        self,
        device: torch.device,
        clusters: npt.NDArray[np.int32],
        ranks: npt.NDArray[np.int32] | None = None,
    ) -> None:
        super().__init__(device)
        self._clusters, self._ranks = bands_of(clusters), ranks_of(ranks, device)
        self._n_frequent = self._clusters[0].first_word
        self._n_head = self._n_frequent + len(self._clusters)

    def numbers(self, n_hidden: int, stride: int) -> int:
        """Return the numbers of the scores and gradients, and of the hidden vectors."""
        most = max(self._n_head, *(cluster.n_words for cluster in self._clusters))
        return n_hidden * (3 * most + 2 * stride)

    def train(self, step: Step) -> Trained:
        """Train the columns."""
        columns, targets = Columns.of_step(step), step.targets
        if self._ranks is not None:
            targets = self._ranks[targets]
        targets = targets[columns.of]
        places = targets
        for k, cluster in enumerate(self._clusters):
            places = torch.where(targets >= cluster.first_word, self._n_frequent + k, places)
        head = step.table[: self._n_head]
        losses, gradients = softmax_gradients(columns.hidden @ head.mT, places)
        made = Products.of(gradients * columns.rates[:, None], columns.hidden, head)
        head += made.rows
        for k, cluster in enumerate(self._clusters):
            at = (places == self._n_frequent + k).nonzero()[:, 0]
            if len(at):
                found = _train_cluster(
                    step.table,
                    cluster,
                    columns.hidden[at],
                    columns.rates[at],
                    targets[at] - cluster.first_word,
                )
                for total, part in zip((losses, made.hidden, made.moves), found, strict=True):
                    total.index_add_(0, at, part)
        return columns.train(step, losses, made.hidden, made.moves)


def _train_cluster(
    table: Tensor, cluster: Band, hidden: Tensor, rates: Tensor, places: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Train the words of a cluster and its projection.

    Parameters
    ----------
    table
        The output rows, changed in place.
    cluster
        Its rows follow those of the projection, as many as it is wide.
    hidden, rates, places
        Of the columns whose target is in the cluster: the hidden vectors, (c, stride), the rates,
        (c,), and the targets in the cluster, int64 (c,).

    Returns
    -------
    tuple
        The losses, (c,), the changes of the hidden vectors, and by how many nats these move scores,
        (c,), the rows of the projection taken to be of one length and at right angles.
    """
    projection = table[cluster.first_row - cluster.width : cluster.first_row]
    words = cluster.rows(table)
    projected = hidden @ projection.mT
    losses, gradients = softmax_gradients(projected @ words.mT, places)
    gradients *= rates[:, None]
    made = Products.of(gradients, projected, words)
    changes = made.hidden @ projection
    moves = made.moves * projection.square().sum(dim=1).mean()
    by_row = (gradients.abs() @ words.square()).mT @ hidden.square().sum(dim=1)
    shares = shares_of(PROJECTION_RATE * by_row)
    projection += PROJECTION_RATE * shares[:, None] * (made.hidden.mT @ hidden)
    cluster.add(table, made.rows)
    return losses, changes, moves
