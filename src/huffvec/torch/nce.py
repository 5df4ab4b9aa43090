"""Noise-contrastive estimation (Gutmann & Hyvärinen 2010), as :mod:`huffvec.objectives.nce` has it.

Logistic regressions on s_x − c − log(K q(x)) tell the target from K noise words, which trains s_x −
c to be log p(x | h). A noise word that is the target stays noise: that is what makes it right.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from huffvec import objectives
from huffvec.torch.noise_layer import NoiseLayer

if TYPE_CHECKING:
    import numpy.typing as npt

    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts


class NCE(NoiseLayer):
    """Tell the target from random words by what the model says about its probability.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    samples
        Noise words K, drawn once for the batch.
    proposal
        What noise words are drawn by, as for `SampledSoftmax`.
    log_z
        Logarithm of the scores' normaliser, the same for all contexts; None learns it.
    **options
        As for `WordRows`.

    Attributes
    ----------
    log_z
        Parameter (), starting at log V; or the number that was given.
    """

    objective: ClassVar[str] = "nce"
    record: objectives.NCE

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        samples: int = 1024,
        proposal: str = "unigram^0.75",
        log_z: float | None = None,
        **options: Any,
    ) -> None:
        self.record = objectives.NCE(samples, proposal, log_z)
        super().__init__(dim, vocabulary_or_counts, self.record.samples, proposal, **options)
        self.log_z: float | nn.Parameter
        if self.record.log_z is None:
            start = torch.full((), math.log(self.n_words))
            self.log_z = nn.Parameter(start.to(self.weight.device, self.weight.dtype))
        else:
            self.log_z = self.record.log_z

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        samples: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return −log σ(z of the target) − Σ log σ(−z of the noise), (n,)."""
        samples = self.samples_for(samples, generator)
        scores, noise = self.pair_scores(hidden, target, samples)
        scores = scores - self.log_z - self.log_expected(target).to(scores.dtype)
        noise = noise - self.log_z - self.log_expected(samples).to(noise.dtype)
        return F.softplus(-scores) + F.softplus(noise).sum(dim=1)

    def unnormalised_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the target's score − c, (n,): log p(target | hidden) where c is log Z."""
        return self.target_scores(hidden, target) - self.log_z

    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's rows, and c, which is log V more than the extra row's first number."""
        super().set_rows(output_vectors, bound)
        if isinstance(self.log_z, nn.Parameter):
            nn.init.constant_(self.log_z, math.log(self.n_words) + float(output_vectors[-1, 0]))

    def model_rows(self, bound: BoundObjective) -> npt.NDArray[np.float32]:
        """Return ``weight`` and, if c is learned, the row that a model keeps it in."""
        rows = super().model_rows(bound)
        if not isinstance(self.log_z, nn.Parameter):
            return rows
        extra = np.zeros((1, self.dim), np.float32)
        extra[0, 0] = self.log_z.item() - math.log(self.n_words)
        return np.concatenate([rows, extra])
