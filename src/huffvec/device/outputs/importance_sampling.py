"""Importance sampling: the target and as many draws as it takes until enough are effective.

As ``cpp/engine/outputs/importance_sampling.hpp``. The first draws of a target are the engine's; the
more that some take come from the same stream, but from places of the target's own, so that they
do not depend on how many the targets before took.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from huffvec.device.draws import numbers, split
from huffvec.device.links import Outputs, softmax
from huffvec.device.outputs.drawn import DrawnLayer, signs_of
from huffvec.noise import floored

if TYPE_CHECKING:
    import numpy.typing as npt

    from huffvec.device.step import Step


class ImportanceSampling(DrawnLayer):
    """The proposal; the arguments are those of the engine's layer."""

    first_draw = 1  # the number before decides the stream of further draws

    def __init__(
        self,
        device: torch.device,
        proposal_probs: npt.NDArray[np.float64],
        samples: int,
        effective_samples: float,
        max_samples: int,
    ) -> None:
        super().__init__(device, proposal_probs, samples)
        self.link, self.width = softmax, 1 + max_samples
        self._enough, self._most = effective_samples, max_samples
        log_probs = np.log(floored(proposal_probs)).astype(np.float32)
        self._log_probs = torch.from_numpy(log_probs).to(device)

    def outputs(self, step: Step) -> Outputs:
        """Return the targets and their draws, which are set against how often they are expected."""
        target, (drawn, n_drawn) = step.targets[:, None], self._drawn_enough(step)
        places = torch.arange(drawn.shape[1], device=self.device)
        counts = (places < n_drawn[:, None]) & (drawn != target)
        rows = torch.cat([target, drawn], dim=1)
        weights = torch.cat([torch.ones_like(target, dtype=torch.bool), counts], dim=1).float()
        expected = torch.log(n_drawn.float())[:, None] + self._log_probs[drawn]
        offsets = torch.cat([torch.zeros_like(expected[:, :1]), -expected], dim=1)
        return Outputs(rows, signs_of(rows), weights, offsets)

    def _drawn_enough(self, step: Step) -> tuple[Tensor, Tensor]:
        """Return the draws of all targets, int64 (n, k), and how many of them each has, (n,)."""
        drawn = self.drawn(step)
        n_drawn = torch.full_like(step.at, self.samples)
        asking = torch.arange(len(step.at), device=self.device)
        while (n := drawn.shape[1]) < self._most:
            asking = asking[self._effective(step, asking, drawn[asking]) < self._enough]
            if not len(asking):
                break
            n_more = min(n, self._most - n)
            more = drawn.new_zeros(len(drawn), n_more)
            more[asking] = self._more(step, asking, n - self.samples, n_more)
            drawn = torch.cat([drawn, more], dim=1)
            n_drawn[asking] += n_more
        return drawn, n_drawn

    def _more(self, step: Step, asking: Tensor, first: int, n: int) -> Tensor:
        """Return further draws of targets, int64 (n_asking, n), after so many that they had."""
        at = step.at[asking]
        keys = split(step.block.noise_keys)[step.block.chunks[at], None]
        places = torch.arange(first, first + n, device=self.device)
        return self.noise.draw(numbers(keys, step.block.ranks[at, None] * self._most + places))

    def _effective(self, step: Step, asking: Tensor, drawn: Tensor) -> Tensor:
        """Return how many of their draws are effective for all hidden vectors of targets, (n,)."""
        hidden, counts = (part[asking] for part in step.hidden)
        scores = hidden @ step.table[drawn].mT - self._log_probs[drawn][:, None]
        is_target = (drawn == step.targets[asking, None])[:, None]
        weights = torch.softmax(scores.masked_fill(is_target, -torch.inf), dim=2)
        effective = (1 / weights.square().sum(dim=2)).nan_to_num(nan=0.0)
        return torch.where(counts > 0, effective, torch.inf).amin(dim=1)
