"""Differentiated softmax: a softmax over all words, of which each band reads a part of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from huffvec.device.columns import Columns, Products, softmax_gradients
from huffvec.device.outputs.bands import bands_of, ranks_of
from huffvec.device.outputs.base import Layer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.device.step import Step, Trained


class DifferentiatedSoftmax(Layer):
    """The bands; the arguments are those of the engine's layer."""

    def __init__(
        self,
        device: torch.device,
        bands: npt.NDArray[np.int32],
        ranks: npt.NDArray[np.int32] | None = None,
    ) -> None:
        super().__init__(device)
        self._bands, self._ranks = bands_of(bands), ranks_of(ranks, device)
        self._n_words = sum(band.n_words for band in self._bands)

    def numbers(self, n_hidden: int, stride: int) -> int:
        """Return the numbers of the scores and gradients, and of the hidden vectors."""
        return n_hidden * (3 * self._n_words + stride)

    def train(self, step: Step) -> Trained:
        """Train the columns."""
        columns, places = Columns.of_step(step), step.targets
        if self._ranks is not None:
            places = self._ranks[places]
        widths = [band.width for band in self._bands]
        parts = columns.hidden[:, : sum(widths)].split(widths, dim=1)
        rows = [band.rows(step.table) for band in self._bands]
        scores = torch.cat([part @ own.mT for part, own in zip(parts, rows, strict=True)], dim=1)
        losses, gradients = softmax_gradients(scores, places[columns.of])
        gradients *= columns.rates[:, None]
        changes = torch.zeros_like(columns.hidden)
        moves = torch.zeros_like(columns.rates)
        by_band = gradients.split([band.n_words for band in self._bands], dim=1)
        begin = 0
        for band, part, own, of_band in zip(self._bands, parts, rows, by_band, strict=True):
            made = Products.of(of_band, part, own)
            changes[:, begin : begin + band.width] = made.hidden
            moves += made.moves
            band.add(step.table, made.rows)
            begin += band.width
        return columns.train(step, losses, changes, moves)
