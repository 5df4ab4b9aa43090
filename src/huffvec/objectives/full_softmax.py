"""The full softmax: the exact loss that all other objectives approximate or replace.

::

    p(x | h)   = exp(s_x) / Σ_y exp(s_y),    s_x = h·o_x, y over the whole vocabulary
    loss       = −log p(w | h) = log Σ_y exp(s_y) − s_w
    ∂loss/∂s_x = p(x | h) − [x = w]
    ∂loss/∂h   = Σ_x (p(x | h) − [x = w]) o_x            ∂loss/∂o_x = (p(x | h) − [x = w]) h

It is the yardstick of the others, and a real choice for vocabularies of a few thousand words. The
sum is taken of exp(s_y − max s), which neither overflows nor loses all its terms.

Cost per target: V rows, to train and to ask. The engine trains up to 64 hidden vectors at a time,
as products of matrices (``cpp/engine/batch_worker.hpp``): gradients are those of the values before
the batch, so that a row which occurs in it several times takes several steps at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import numpy.typing as npt

from huffvec.objectives.base import CountsObjective
from huffvec.objectives.bound import BoundWordRows

if TYPE_CHECKING:
    from huffvec.engine import Engine, OutputLayer


@dataclass(frozen=True)
class FullSoftmax(CountsObjective):
    """Choose the target among all words: exact and slow, the yardstick of the others."""

    name: ClassVar[str] = "full-softmax"
    cost: ClassVar[str] = "V rows"
    use: ClassVar[str] = "the exact loss, with a few thousand words"
    learning_rate_factor: ClassVar[float] = 0.7

    def for_counts(self, counts: npt.NDArray[np.int64]) -> BoundFullSoftmax:
        """Return the objective for words with these counts."""
        return BoundFullSoftmax(self, counts)


@dataclass(frozen=True, eq=False)
class BoundFullSoftmax(BoundWordRows):
    """The full softmax of a vocabulary."""

    objective: FullSoftmax

    def output_layer(self, engine: Engine) -> OutputLayer:
        """Return the engine's side, with all words as candidates."""
        return engine.CandidateSoftmax(self.n_words, self.n_words)
