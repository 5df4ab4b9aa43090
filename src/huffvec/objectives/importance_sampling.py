"""Importance sampling (Bengio & Senécal 2003, 2008).

"Quick training of probabilistic neural nets by importance sampling" and "Adaptive importance
sampling to accelerate training of a neural probabilistic language model". The full softmax has the
gradient ::

    ∂(−log p(w | h)) = −∂s_w + Σ_x p(x | h) ∂s_x,    s_x = h·o_x, x over the whole vocabulary

and its second part is an expectation, which K words x_1 … x_K drawn from a proposal q can estimate:
with the weights r_i = exp(s_{x_i}) / q(x_i), whose mean estimates Z = Σ_x exp(s_x), it is about
Σ_i r_i ∂s_{x_i} / Σ_i r_i. Bengio & Senécal take that as it is. Here the target, which is known, is
left out of what is estimated and stands in the sum with its own exp(s_w)::

    Ẑ          = exp(s_w) + (1/K) Σ_{i: x_i ≠ w} r_i              of mean Z
    loss       = log Ẑ − s_w
    ∂loss/∂s_x = (1/K) Σ_{i: x_i = x} r_i / Ẑ                     for x ≠ w
    ∂loss/∂s_w = exp(s_w) / Ẑ − 1
    ∂loss/∂h   = Σ_x ∂loss/∂s_x o_x                               ∂loss/∂o_x = ∂loss/∂s_x h

A word that is drawn twice counts twice; a draw of the target counts in K alone. Without the target
in Ẑ the loss has no lower bound: it falls with every step up of s_w that no draw of w answers.

Words with a large r are what Ẑ mostly consists of. If one of them makes up the sum, the estimate is
as good as one from a single draw, whatever K is. How many draws it is worth tells the effective
sample size (Σ r)² / Σ r² (Kong 1992), between 1 and K: the relative variance of the mean of r is
about 1/ESS − 1/K. So K is no constant: after ``samples`` draws as many again are made, and again,
until ``effective_samples`` are effective for each hidden vector, or there are ``max_samples``.

log Ẑ is on the average less than log Z, by half the relative variance, so the gradient is biased by
about 1/(2 ESS): the loss trains log p(x | h) + a constant of h the better, the more samples are
effective. Sampled softmax and ranking NCE, which take log q from the target's score as well, are
right for any K, but they do not estimate the softmax: their loss is that of an easier choice.

Cost per target: K + 1 rows to train, ``samples`` ≤ K ≤ ``max_samples``; all V rows to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.errors import ConfigError, OptionName
from huffvec.noise import proposal_option, proposal_probs, samples_option
from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundWordRows
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class ImportanceSampling(CountsObjective):
    """Choose the target among all words, whose sum is estimated from as many draws as it takes.

    Attributes
    ----------
    samples
        Words drawn for each center word at first; then as many again, until enough are effective.
    proposal
        What they are drawn by (`huffvec.noise.proposal_probs`).
    effective_samples
        Effective samples that are enough. More is nearer to the full softmax.
    max_samples
        Words drawn for a center word at most.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "importance-sampling"
    cost: ClassVar[str] = "samples + 1 rows, up to max_samples + 1"
    use: ClassVar[str] = "the lowest loss, if it may take four times as long"
    learning_rate_factor: ClassVar[float] = 0.8
    samples: int = samples_option(
        20, "Words drawn for each target at first; then as many again, until enough count."
    )
    proposal: str = proposal_option("unigram^0.75")
    effective_samples: float = option(
        10.0,
        low=0.0,
        high=1e6,
        metavar="WORDS",
        help="Effective samples that are enough; more come nearer to the full softmax.",
    )
    max_samples: int = samples_option(160, "Words drawn for a target at most.")

    def check_together(self) -> None:
        """Raise ConfigError unless max_samples are samples or more."""
        if self.max_samples < self.samples:
            raise ConfigError(
                OptionName("max_samples"),
                " must not be less than ",
                OptionName("samples"),
                f", {self.samples}, not {self.max_samples}",
            )

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundImportanceSampling:
        """Return the objective for words with these counts."""
        return BoundImportanceSampling(self, counts)


@dataclass(frozen=True, eq=False)
class BoundImportanceSampling(BoundWordRows):
    """Importance sampling of a vocabulary."""

    objective: ImportanceSampling

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with an alias table for the proposal."""
        objective = self.objective
        return engine.ImportanceSampling(
            proposal_probs(self.counts, objective.proposal),
            objective.samples,
            objective.effective_samples,
            objective.max_samples,
        )
