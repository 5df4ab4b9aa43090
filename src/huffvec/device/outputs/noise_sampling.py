"""The target and K noise words: as ``cpp/engine/outputs/noise_sampling.hpp``, draw by draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from huffvec.device.links import Link, Outputs, blackout, logistic, softmax
from huffvec.device.outputs.drawn import DrawnLayer, first_in_row, signs_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.device.step import Step


class Rule(NamedTuple):
    """How an objective tells a target from noise words (``cpp/engine/outputs/noise_rule.hpp``).

    Attributes
    ----------
    link
        How scores and labels make gradients.
    counts_repeats
        Whether a word that is drawn several times counts as often; otherwise once.
    keeps_target
        Whether a draw of the target counts as noise; otherwise it is left out.
    """

    link: Link
    counts_repeats: bool
    keeps_target: bool


RULES = {
    "negative-sampling": Rule(logistic, counts_repeats=True, keeps_target=False),
    "nce": Rule(logistic, counts_repeats=True, keeps_target=True),
    "ranking-nce": Rule(softmax, counts_repeats=True, keeps_target=True),
    "sampled-softmax": Rule(softmax, counts_repeats=False, keeps_target=False),
    "blackout": Rule(blackout, counts_repeats=False, keeps_target=False),
}


class NoiseSampling(DrawnLayer):
    """The noise distribution and a rule; the arguments are those of the engine's layer."""

    def __init__(
        self,
        device: torch.device,
        rule: str,
        noise_probs: npt.NDArray[np.float64],
        samples: int,
        *,
        share: int = 1,
        offsets: npt.NDArray[np.float64] | None = None,
        learn_log_z: bool = False,
    ) -> None:
        super().__init__(device, noise_probs, samples, share)
        self._rule = RULES[rule]
        self.link = self._rule.link
        self._offsets = None
        if offsets is not None:
            self._offsets = torch.from_numpy(offsets.astype("float32")).to(device)
        self._log_z_row = len(noise_probs) if learn_log_z else None

    def outputs(self, step: Step) -> Outputs:
        """Return the targets and their noise words."""
        target, drawn = step.targets[:, None], self.drawn(step)
        counts = torch.ones_like(drawn, dtype=torch.float32)
        if not self._rule.keeps_target:
            counts = counts * (drawn != target)
        if not self._rule.counts_repeats:
            counts = counts * first_in_row(drawn)
        rows = torch.cat([target, drawn], dim=1)
        weights = torch.cat([torch.ones_like(target, dtype=torch.float32), counts], dim=1)
        offsets = None if self._offsets is None else self._offsets[rows]
        return Outputs(rows, signs_of(rows), weights, offsets, self._log_z_row)
