"""Target sampling (Jean, Cho, Memisevic & Bengio 2015, "On using very large target vocabulary").

The corpus is cut into parts, and within a part the softmax runs over one small set C of candidate
words in place of the vocabulary::

    P(x)       = exp(s_x) / Σ_{y in C} exp(s_y),    s_x = h·o_x
    loss       = −log P(w)
    ∂loss/∂s_x = P(x) − [x = w]
    ∂loss/∂h   = Σ_{x in C} (P(x) − [x = w]) o_x         ∂loss/∂o_x = (P(x) − [x = w]) h

That is importance sampling with a proposal that is uniform over C: all words would be corrected by
the same log |C|, which the softmax does not feel. So no offsets are needed, and all targets of the
part share their rows, which the engine trains by products of matrices and keeps in the cache.

A part is a run of consecutive targets, at most a chunk of about 10,000 tokens. As in the paper it
ends when its targets are too many different words; here half of the candidates are their limit, and
the rest of C are words drawn at random, all alike. Without those, small sets would hold nothing but
words of one passage, and what tells its topic from others could not be learned.

The scores are no log-probabilities: frequent words are targets in nearly every part and so nearly
always candidates, rare ones seldom, and a word that is a candidate with probability π_x ends near
s_x = log p(x | h) − log π_x. So probabilities are calibrated: p(x | h) ∝ π_x exp(s_x), normalised
over the vocabulary. If a part has n targets, which are x with probability f_x, and u is the share
of the vocabulary that is drawn besides, then π_x = 1 − (1 − u)(1 − f_x)^n; n is taken to be so
large that half of the candidates are expected to be targets. (Words that come in bursts make it a
little larger.) With V candidates or more all π_x are 1, and it is the full softmax.

Cost per target: |C| rows to train, all V rows to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.corpus.subsampling import keep_probs
from huffvec.errors import FormatError
from huffvec.objectives.base import Objective
from huffvec.objectives.bound import BoundWordRows
from huffvec.objectives.predictor import SoftmaxPredictor
from huffvec.options import option

if TYPE_CHECKING:
    from huffvec.config import TrainingConfig
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Engine, OutputLayer
    from huffvec.objectives.bound import Arrays


@dataclass(frozen=True)
class TargetSampling(Objective):
    """Choose the target among the words of its part of the text and random others.

    Attributes
    ----------
    candidates
        Words to choose among, the same for all of a part. More is nearer to the full softmax.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "target-sampling"
    cost: ClassVar[str] = "candidates rows"
    use: ClassVar[str] = "many samples, shared across a passage"
    learning_rate_factor: ClassVar[float] = 0.8
    candidates: int = option(
        200,
        low=2,
        high=2**31 - 1,
        metavar="WORDS",
        help="Number of candidate words, the same for a whole passage of text; more come nearer "
        "to the full softmax.",
    )

    def bind(self, vocabulary: Vocabulary, config: TrainingConfig) -> BoundTargetSampling:
        """Return the objective for these words, which are skipped as the configuration says."""
        counts = vocabulary.counts
        weights = counts * keep_probs(counts, config.subsample_threshold)
        log_inclusion = log_inclusion_probs(weights / weights.sum(), self.candidates)
        return BoundTargetSampling(self, counts, log_inclusion.astype(np.float32))

    def restore(self, counts: npt.NDArray[np.int64], arrays: Arrays) -> BoundTargetSampling:
        """Return the objective as a file has it; raise FormatError if no π fits."""
        found = arrays.get("log_inclusion")
        if found is None or found.shape != counts.shape or found.dtype != np.float32:
            raise FormatError(f"{self.name} needs log_inclusion of {len(counts)} words, float32")
        return BoundTargetSampling(self, counts, found)


@dataclass(frozen=True, eq=False)
class BoundTargetSampling(BoundWordRows):
    """Target sampling of a vocabulary.

    Attributes
    ----------
    log_inclusion
        log π of every word, float32 (n_words,).
    """

    objective: TargetSampling
    log_inclusion: npt.NDArray[np.float32]

    def arrays(self) -> Arrays:
        """Return ``log_inclusion``."""
        return {"log_inclusion": self.log_inclusion}

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side."""
        return engine.CandidateSoftmax(self.n_words, self.objective.candidates)

    def predictor(self, output_vectors: npt.NDArray[np.float32]) -> SoftmaxPredictor:
        """Return the calibrated probabilities."""
        return SoftmaxPredictor(output_vectors, self.log_inclusion.astype(np.float64))


def log_inclusion_probs(
    target_probs: npt.NDArray[np.float64], candidates: int
) -> npt.NDArray[np.float64]:
    """Return log π: how probable it is for each word to be a candidate, float64 (n_words,)."""
    n_words = len(target_probs)
    if candidates >= n_words:
        return np.zeros(n_words)
    log_misses = _log_misses(target_probs)
    drawn = (candidates - candidates // 2) / n_words
    n_targets = n_passage_targets(target_probs, candidates)
    log_probs: npt.NDArray[np.float64] = np.log1p(-(1 - drawn) * np.exp(n_targets * log_misses))
    return log_probs


def n_passage_targets(target_probs: npt.NDArray[np.float64], candidates: int) -> float:
    """Return with how many targets a passage is expected to have candidates / 2 different ones."""
    log_misses = _log_misses(target_probs)
    low, high = 0.0, 50.0  # of log n; the number of different targets grows with n
    for _ in range(60):
        middle = (low + high) / 2
        too_few = -np.expm1(np.exp(middle) * log_misses).sum() < candidates / 2
        low, high = (middle, high) if too_few else (low, middle)
    return float(np.exp(high))


def _log_misses(target_probs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the log of the probability that a target is not the word, (n_words,)."""
    log_misses: npt.NDArray[np.float64] = np.log1p(-np.minimum(target_probs, 1 - 1e-15))
    return log_misses
