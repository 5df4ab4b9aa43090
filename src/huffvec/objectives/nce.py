"""Noise-contrastive estimation (Gutmann & Hyvärinen 2010; Mnih & Teh 2012).

The model says p(x | h) = exp(s_x − c) with the scores s_x = h·o_x, and c stands for log Z, the
logarithm of the sum over the vocabulary that nobody wants to compute. For a target w from the text,
K noise words are drawn from a distribution q. A word x of this mixture is the text's with odds
p(x | h) : K q(x), so a logistic regression can tell with::

    z_x      = s_x − c − log(K q(x))
    loss     = −log σ(z_w) − Σ_k log σ(−z_{n_k})
    ∂loss/∂z = σ(z) − label                      (label 1 for w, 0 for noise)
    ∂loss/∂h = Σ_x (σ(z_x) − label_x) o_x        ∂loss/∂o_x = (σ(z_x) − label_x) h
    ∂loss/∂c = −Σ_x (σ(z_x) − label_x)

Given h, word x is the target with probability p(x | h) and noise K q(x) times, so the expected loss
is least where σ(z_x) = p / (p + K q), that is s_x − c = log p(x | h): unlike negative sampling,
which leaves out the offset, this trains log-probabilities, and as K grows its gradient becomes that
of the full softmax (Mnih & Teh 2012). A noise word that is the target itself must count as noise
for that, so it is not left out; one that is drawn twice counts twice.

c is one number for all contexts: fixed (``log_z``; Mnih & Teh found 0 good enough for models that
have biases) or learned. A learned c starts as log V, for which untrained scores of 0 mean 1/V for
every word. log Z really differs from context to context, and what c cannot express the scores must.
So asking does not rely on c: `NCE.log_probs` normalises exp(s) over the vocabulary.

Cost per target: K + 1 rows to train, all V rows to ask (one row if c is trusted).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.noise import floored, proposal_option, proposal_probs, samples_option
from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundObjective, BoundWordRows
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class NCE(CountsObjective):
    """Tell the target from a few random words by what the model says about its probability.

    Attributes
    ----------
    samples
        Noise words K for each center word. More is nearer to the full softmax.
    proposal
        What noise words are drawn by (`huffvec.noise.proposal_probs`).
    log_z
        Logarithm of the scores' normaliser, the same for all contexts; ``None`` learns it.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "nce"
    cost: ClassVar[str] = "samples + 1 rows"
    use: ClassVar[str] = "scores that are log-probabilities"
    samples: int = samples_option(
        10, "Noise words for each target; more come nearer to the full softmax."
    )
    proposal: str = proposal_option("unigram^0.75")
    log_z: float | None = option(
        None,
        low=-1_000.0,
        high=1_000.0,
        metavar="LOG",
        when_none="learned",
        help="Logarithm of the scores' normaliser, the same for all contexts.",
    )

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundNCE:
        """Return the objective for words with these counts."""
        return BoundNCE(self, counts)


@dataclass(frozen=True, eq=False)
class BoundNCE(BoundWordRows):
    """Noise-contrastive estimation of a vocabulary."""

    objective: NCE

    @property
    def n_outputs(self) -> int:
        """Number of words, and one more if c is learned: c − log V is that row's first number."""
        return self.n_words + (self.objective.log_z is None)

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with an alias table for the noise."""
        probs = proposal_probs(self.counts, self.objective.proposal)
        return engine.NoiseSampling(
            "nce",
            probs,
            self.objective.samples,
            offsets=self._start_scores(probs),
            learn_log_z=self.objective.log_z is None,
        )

    def _start_scores(self, probs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return z of every word where h·o is 0; probs: what noise words are drawn by."""
        samples, log_z = self.objective.samples, self.objective.log_z
        start = np.log(self.n_words) if log_z is None else log_z
        scores: npt.NDArray[np.float64] = -start - np.log(samples * floored(probs))
        return scores

    @property
    def untrained_loss(self) -> float:
        """Expected loss of a target and its noise words in nats where h·o is 0."""
        probs = proposal_probs(self.counts, self.objective.proposal)
        scores = self._start_scores(probs)
        target = self.counts @ np.logaddexp(0, -scores) / self.counts.sum()
        return float(target + self.objective.samples * (probs @ np.logaddexp(0, scores)))

    def carry_over(
        self,
        rows: npt.NDArray[np.float32],
        old: BoundObjective,
        old_rows: npt.NDArray[np.float32],
        old_ids: npt.NDArray[np.int64],
    ) -> None:
        """Old words keep their rows, and a learned c its value."""
        super().carry_over(rows, old, old_rows, old_ids)
        if isinstance(old, BoundNCE) and old.objective.log_z is self.objective.log_z is None:
            rows[self.n_words] = old_rows[old.n_words]
            rows[self.n_words, 0] += np.log(old.n_words / self.n_words)

    def log_normaliser(self, output_vectors: npt.NDArray[np.float32]) -> float:
        """Return c, fixed or learned."""
        if self.objective.log_z is not None:
            return self.objective.log_z
        return float(np.log(self.n_words) + output_vectors[self.n_words, 0])
