"""Hierarchical softmax and negative sampling at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from huffvec.device.links import Outputs
from huffvec.device.outputs.base import TileLayer

if TYPE_CHECKING:
    from huffvec.device.outputs.hierarchical_softmax import HierarchicalSoftmax
    from huffvec.device.outputs.noise_sampling import NoiseSampling
    from huffvec.device.step import Step


class TreeAndNoise(TileLayer):
    """Both layers; the rows of the output table are those of the tree, then those of the words."""

    def __init__(
        self, device: torch.device, tree: HierarchicalSoftmax, noise: NoiseSampling
    ) -> None:
        super().__init__(device)
        self._tree, self._noise = tree, noise
        self.link, self.width = tree.link, tree.width + noise.width

    def outputs(self, step: Step) -> Outputs:
        """Return the outputs of both."""
        tree, noise = self._tree.outputs(step), self._noise.outputs(step)
        noise = replace(noise, rows=noise.rows + self._tree.n_outputs)
        rows, signs, weights = (
            torch.cat([getattr(tree, name), getattr(noise, name)], dim=1)
            for name in ("rows", "signs", "weights")
        )
        return Outputs(rows, signs, weights, top_rows=tree.top_rows, n_top=tree.n_top)
