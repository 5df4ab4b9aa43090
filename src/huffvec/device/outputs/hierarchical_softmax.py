"""Hierarchical softmax: the inner nodes on the target's path, label 1 - bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from huffvec.device.links import Outputs, logistic
from huffvec.device.outputs.base import TileLayer

if TYPE_CHECKING:
    import numpy.typing as npt

    from huffvec.device.step import Step

TOP_DEPTH = 5  # nodes above it are on the paths of many targets: at most 31


class HierarchicalSoftmax(TileLayer):
    """The paths of all words; the arguments are the arrays of `huffvec.trees.Tree`."""

    def __init__(
        self,
        device: torch.device,
        path_offsets: npt.NDArray[np.int64],
        path_ids: npt.NDArray[np.int32],
        codes: npt.NDArray[np.uint8],
    ) -> None:
        super().__init__(device)
        self.link, self.n_outputs = logistic, len(path_offsets) - 2
        self.width = int(np.diff(path_offsets).max())
        self._offsets = torch.from_numpy(path_offsets.copy()).to(device)
        self._nodes = torch.from_numpy(path_ids.copy()).to(device)
        self._signs = torch.from_numpy(1 - 2 * codes.astype(np.float32)).to(device)
        depths = np.arange(len(path_ids)) - np.repeat(path_offsets[:-1], np.diff(path_offsets))
        top = np.unique(path_ids[depths < TOP_DEPTH]).astype(np.int64)
        self._top_rows = torch.from_numpy(top).to(device)

    def outputs(self, step: Step) -> Outputs:
        """Return the nodes on the targets' paths."""
        starts = self._offsets[step.targets, None]
        places = starts + torch.arange(self.width, device=self.device)
        on_path = places < self._offsets[step.targets + 1, None]
        places = torch.where(on_path, places, starts)
        return Outputs(
            self._nodes[places].long(),
            self._signs[places],
            on_path.float(),
            top_rows=self._top_rows,
            n_top=min(TOP_DEPTH, self.width),
        )
