"""The common part of layers that set the targets against words drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from huffvec.errors import ShapeError
from huffvec.noise import proposal_probs
from huffvec.torch.given import check_ranks, check_target, counts_of
from huffvec.torch.noise import Noise, first_of_each
from huffvec.torch.softmax_terms import wide
from huffvec.torch.word_rows import WordRows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from huffvec.torch.given import Counts


class NoiseLayer(WordRows):
    """A layer that trains the targets' rows and those of random words that the batch shares.

    One draw serves the whole batch, so that the scores are a product of two small matrices. Take
    more samples than for the trainer, which draws anew for every center word.

    Parameters
    ----------
    dim, vocabulary_or_counts
        As for `OutputLayer`.
    samples
        Draws for a batch.
    proposal
        What words are drawn by.
    **options
        As for `WordRows`.
    """

    gathers: ClassVar[bool] = True

    def __init__(
        self,
        dim: int,
        vocabulary_or_counts: Counts,
        samples: int,
        proposal: str,
        **options: Any,
    ) -> None:
        super().__init__(dim, vocabulary_or_counts, **options)
        self.n_samples = samples
        probs = proposal_of(self.counts, proposal)
        self.noise = Noise(probs, options.get("device"), options.get("dtype"))

    def draw(self, generator: torch.Generator | None = None) -> Tensor:
        """Return the samples for one batch, int64 (n_samples,), on the layer's device.

        `forward` does this unless it is given ``samples``. Draw before, if it runs twice on the
        same batch (gradient checkpointing with a generator of your own).
        """
        return self.noise.draw(self.n_samples, generator)

    def samples_for(self, samples: Tensor | None, generator: torch.Generator | None) -> Tensor:
        """Return the samples that were given, checked, or drawn ones.

        Raises
        ------
        ShapeError, TargetError
            If samples is not a vector of words.
        """
        if samples is None:
            return self.draw(generator)
        if samples.ndim != 1:
            raise ShapeError(f"expected samples of shape (n,), but got {tuple(samples.shape)}")
        check_target(samples, samples[:, None], self.n_words)
        return samples.long()

    def pair_scores(self, hidden: Tensor, target: Tensor, samples: Tensor) -> tuple[Tensor, Tensor]:
        """Return the scores of the targets, (n,), and of the samples, (n, n_samples).

        All rows are gathered at once, so that backwards there is one gradient of ``weight``.
        """
        rows, bias = self.gather(torch.cat([target, samples]))
        n = len(target)
        scores = (hidden * rows[:n]).sum(dim=1) + bias[:n]
        return wide(scores), wide(hidden @ rows[n:].T) + bias[n:]

    def log_expected(self, words: slice | Tensor) -> Tensor:
        """Return log(K q) of words: how often each is expected among the K = n_samples draws."""
        return torch.log(self.n_samples * self.noise.probs[words])


class DistinctNoiseLayer(NoiseLayer):
    """A layer whose samples count once, against the log of how often they come.

    ``log π_x`` with π_x = 1 − (1 − q(x))^n_samples is taken from the score of word x
    (:mod:`huffvec.objectives.sampled_softmax`).
    """

    def corrected_scores(self, hidden: Tensor, target: Tensor, samples: Tensor) -> Tensor:
        """Return scores − log π of the target (column 0) and the samples, (n, 1 + n_samples).

        They are −inf for samples that are the target, or have been among the samples before.
        """
        scores, noise = self.pair_scores(hidden, target, samples)
        left_out = ~first_of_each(samples) | (samples == target[:, None])
        noise = (noise - self.log_inclusion(samples, noise)).masked_fill(left_out, -torch.inf)
        return torch.cat([(scores - self.log_inclusion(target, scores))[:, None], noise], dim=1)

    def log_inclusion(self, word_ids: Tensor, like: Tensor) -> Tensor:
        """Return log π of words, (n,), in the dtype of like."""
        probs = self.noise.probs[word_ids]
        return torch.log(-torch.expm1(self.n_samples * torch.log1p(-probs))).to(like.dtype)


def proposal_of(vocabulary_or_counts: Counts, name: str) -> npt.NDArray[np.float64]:
    """Return the distribution of `huffvec.noise.proposal_probs`, float64 (V,).

    Raises
    ------
    ConfigError
        If there is none of this name, or it goes by rank and the counts do not fall.
    """
    counts = counts_of(vocabulary_or_counts)
    if name == "log-uniform":
        check_ranks(counts, "proposal 'log-uniform' goes")
    return proposal_probs(counts, name)
