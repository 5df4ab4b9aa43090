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

The price of not correcting: frequent words are targets in nearly every part and so nearly always
candidates, rare ones seldom. A word that is a candidate with probability π_x ends near s_x = log
p(x | h) − log π_x: probabilities of rare words are overestimated until C is nearly the vocabulary.
With V candidates or more it is the full softmax.

Cost per target: |C| rows to train, all V rows to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.config import check_int
from huffvec.objectives.base import Tables
from huffvec.objectives.word_rows import WordRows

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class TargetSampling(WordRows):
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
    candidates: int = 200

    def __post_init__(self) -> None:
        check_int("candidates", self.candidates, 2, 2**31 - 1)

    def output_layer(
        self, engine: Engine, counts: npt.NDArray[np.int64], tables: Tables
    ) -> OutputLayer:
        """Return the engine's side."""
        return engine.CandidateSoftmax(len(counts), self.candidates)
