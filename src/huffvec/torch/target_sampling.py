"""Target sampling (Jean et al. 2015), as :mod:`huffvec.objectives.target_sampling` has it.

The targets of a batch are chosen among one set of candidates: the batch's own targets and words
drawn at random, all alike. Nothing is corrected for in training, so that scores end near log p(x |
h) − log π_x, where π_x is the probability that x is a candidate; `log_prob` adds it::

    π_x = 1 − (1 − 1/V)^K (1 − f_x)^n       K draws, n targets, which are x with probability f_x
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from huffvec.checks import check_int
from huffvec.noise import floored
from huffvec.objectives import TargetSampling as Objective
from huffvec.objectives.target_sampling import BoundTargetSampling
from huffvec.torch.given import counts_of
from huffvec.torch.noise import first_of_each
from huffvec.torch.noise_layer import NoiseLayer
from huffvec.torch.softmax_terms import compute_dtype, softmax_terms, wide
from huffvec.torch.tables import floats

if TYPE_CHECKING:
    import numpy.typing as npt

    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.objectives.bound import BoundObjective
    from huffvec.torch.given import Counts


class TargetSampling(NoiseLayer):
    """Choose the target among the words of its batch and random others.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    candidates
        Words drawn at random to join the batch's own targets. (The trainer counts the targets
        among them; here their number depends on the batch.) With V or more it is the full softmax.
    batch_targets
        Targets n of a batch, by which `log_prob` is calibrated; None takes as many as candidates.
    **options
        As for `WordRows`.
    """

    objective: ClassVar[str] = "target-sampling"
    record: Objective

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        candidates: int = 1024,
        batch_targets: int | None = None,
        **options: Any,
    ) -> None:
        self.record = Objective(candidates)
        n_samples = min(self.record.candidates, len(counts_of(vocabulary_or_counts)))
        super().__init__(dim, vocabulary_or_counts, n_samples, "uniform", **options)
        n_targets = n_samples if batch_targets is None else batch_targets
        n_targets = check_int("batch_targets", n_targets, 1, 2**31 - 1)
        shares = floored(self.counts / max(1, self.counts.sum()))
        all_drawn = n_samples == self.n_words
        missing = -np.inf if all_drawn else n_samples * np.log1p(-1 / self.n_words)
        self.keep(
            persistent=True,
            device=options.get("device"),
            dtype=options.get("dtype"),
            log_inclusion=np.log(-np.expm1(missing + n_targets * np.log1p(-shares))),
        )

    def draw(self, generator: torch.Generator | None = None) -> Tensor:
        """Return the random words for one batch, int64 (n_samples,): all words if it is V."""
        if self.n_samples == self.n_words:
            return torch.arange(self.n_words, device=self.weight.device)
        return super().draw(generator)

    def losses(
        self,
        hidden: Tensor,
        target: Tensor,
        samples: Tensor | None = None,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """Return −log P(target) among the targets of the batch and the samples, (n,)."""
        candidates = torch.cat([target, self.samples_for(samples, generator)])
        scores, others = self.pair_scores(hidden, target, candidates)
        # Each candidate counts once; a target is in its own choice with its own score.
        left_out = ~first_of_each(candidates) | (candidates == target[:, None])
        others = others.masked_fill(left_out, -torch.inf)
        return torch.logsumexp(torch.cat([scores[:, None], others], dim=1), dim=1) - scores

    def log_probs(self, hidden: Tensor) -> Tensor:
        """Return the calibrated log-probabilities, normalised, (n, V)."""
        scores = wide(F.linear(hidden, self.weight))
        return torch.log_softmax(scores + self._offsets().to(scores.dtype), dim=1)

    def target_log_probs(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Return the calibrated log p(target | hidden), (n,), a block of words at a time."""
        log_z, score = softmax_terms(
            hidden, self.weight, self._offsets(), target, compute_dtype(hidden)
        )
        return score - log_z

    def _offsets(self) -> Tensor:
        """Return biases and log π of all words, (V,)."""
        log_inclusion: Tensor = self.log_inclusion
        return log_inclusion if self.bias is None else self.bias + log_inclusion

    def set_rows(self, output_vectors: npt.NDArray[np.float32], bound: BoundObjective) -> None:
        """Copy a model's rows into ``weight``, and its π."""
        assert isinstance(bound, BoundTargetSampling)
        super().set_rows(output_vectors, bound)
        self.log_inclusion.copy_(torch.as_tensor(bound.log_inclusion.copy()))

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundObjective:
        """Return the trainer's objective with the layer's π of these words."""
        return BoundTargetSampling(self.record, vocabulary.counts, floats(self.log_inclusion))
