"""Negative sampling (Mikolov et al. 2013, "Distributed representations of words and phrases").

A target w and K noise words n_1 … n_K, drawn from q(n) ∝ count(n)^a, are told apart by logistic
regressions on the scores s_x = h·o_x of the hidden vector h with their output rows o_x::

    loss     = −log σ(s_w) − Σ_k log σ(−s_{n_k})
    ∂loss/∂s = σ(s) − label                      (label 1 for w, 0 for noise)
    ∂loss/∂h = Σ_x (σ(s_x) − label_x) o_x        ∂loss/∂o_x = (σ(s_x) − label_x) h

Cost per target: K + 1 rows, whatever the vocabulary's size. A noise word that is the target itself
is left out, as in word2vec.c; a noise word drawn twice counts twice. One draw of K words serves all
context words of a center word (of ``share`` consecutive centers, to save memory traffic).

The scores are no likelihood. At the optimum s_x = log p(x | h) − log(K q(x)) (Levy & Goldberg 2014,
"Neural word embedding as implicit matrix factorization"), so the calibrated probability of x is
proportional to q(x)·exp(s_x): `log_probs` adds log q and normalises over the vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.config import check_float, check_int
from huffvec.noise import noise_probs
from huffvec.objectives.base import Objective, Tables
from huffvec.objectives.predictor import SoftmaxPredictor

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class NegativeSampling(Objective):
    """Tell the target from a few random words.

    Attributes
    ----------
    negatives
        Noise words K for each center word: 5 to 20 for small texts, 2 to 5 for large ones.
    noise_exponent
        Power a of the counts that noise words are drawn by: 1 as in the text, 0 all alike.
    share
        Consecutive center words that share one draw of noise words.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    name: ClassVar[str] = "negative-sampling"
    negatives: int = 5
    noise_exponent: float = 0.75
    share: int = 1

    def __post_init__(self) -> None:
        check_int("negatives", self.negatives, 1, 1_000)
        check_float("noise_exponent", self.noise_exponent, -10.0, 10.0)
        check_int("share", self.share, 1, 64)

    def n_outputs(self, n_words: int) -> int:
        """Return n_words: every word has an output row."""
        return n_words

    def tables(self, counts: npt.NDArray[np.int64]) -> Tables:
        """Return nothing: the noise distribution follows from the counts."""
        return {}

    def output_layer(
        self, engine: Engine, counts: npt.NDArray[np.int64], tables: Tables
    ) -> OutputLayer:
        """Return the engine's side, with an alias table for the noise."""
        probs = noise_probs(counts, self.noise_exponent)
        return engine.NoiseSampling(probs, self.negatives, self.share)

    def log_probs(
        self,
        hidden: npt.NDArray[np.floating[Any]],
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> npt.NDArray[np.float64]:
        """Return the calibrated log-probabilities: scores plus log noise, normalised."""
        probs = noise_probs(counts, self.noise_exponent)
        scores = output_vectors @ hidden.astype(np.float32) + np.log(probs)
        top = scores.max()
        log_probs: npt.NDArray[np.float64] = scores - top - np.log(np.exp(scores - top).sum())
        return log_probs

    def predictor(
        self,
        output_vectors: npt.NDArray[np.float32],
        counts: npt.NDArray[np.int64],
        tables: Tables,
    ) -> SoftmaxPredictor:
        """Return the scores plus log noise, normalised, in blocked matrix products."""
        offsets = np.log(noise_probs(counts, self.noise_exponent))
        return SoftmaxPredictor(self, output_vectors, counts, tables, offsets)
