"""The trained tables on the input side: word rows, or the rows of subwords; position vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.config import TrainingConfig
from huffvec.corpus.vocabulary import Vocabulary

if TYPE_CHECKING:
    from huffvec.engine import Engine
    from huffvec.model import Model


class InputSide:
    """The input rows of a run, and how the engine makes input vectors of them.

    Rows start uniformly at random between -0.5/dim and 0.5/dim, as word2vec.c's, with subwords
    between -1/dim and 1/dim, as fastText's; position vectors start with ones. A run that goes on
    from a model takes over what it has.

    Attributes
    ----------
    table
        float32 (n_rows, stride): a row a word, or those that `huffvec.subwords` lays out.
    position_table
        float32 (2 · window, stride) of position-weighted CBOW, left of the center first, the
        farthest first; ``None`` without it.
    frozen
        uint8 (n_words,), not zero for words whose rows stay as they are; ``None`` without any.
    """

    def __init__(
        self,
        native: Engine,
        vocabulary: Vocabulary,
        config: TrainingConfig,
        keep_thresholds: npt.NDArray[np.uint32],
        weights: Model | None = None,
        frozen: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        self.frozen = frozen
        self._bags: dict[str, Any] = {}
        self._row_scale = 1.0
        n_rows, half_width = len(vocabulary), 0.5 / config.dim
        if config.subwords is not None:
            n_rows, half_width = config.subwords.n_rows(len(vocabulary)), 1.0 / config.dim
            offsets, row_ids = config.subwords.bags(vocabulary)
            self._bags = {"bag_offsets": offsets, "bag_row_ids": row_ids}
            tokens = vocabulary.counts * (keep_thresholds / 2**32)
            self._row_scale = float(np.average(np.diff(offsets), weights=tokens))
        self._corrected = config.mean_gradient == "corrected"
        self.table: npt.NDArray[np.float32] = native.allocate_table(n_rows, config.stride)
        self.position_table: npt.NDArray[np.float32] | None = None
        if config.position_weights:
            self.position_table = native.allocate_table(2 * config.reach, config.stride)
            start = weights.position_vectors if weights else None
            self.position_table[:, : config.dim] = 1 if start is None else start
        if weights:
            self.table[:, : config.dim] = weights.input_vectors
        else:
            native.fill_uniform(self.table, config.dim, half_width, config.seed)

    def engine_options(self) -> dict[str, Any]:
        """Return the arguments of the engine's trainer that concern the input side.

        With the corrected gradient of a mean, a row of a bag of n gets c/n of it, where c are the
        rows of a mean bag: the average word then learns as fast as one with a row of its own. No
        row gets more than all of it, since the shortest words would otherwise take steps so large
        that training diverges.
        """
        return {
            "input_rows": self.table,
            "mean_scale": self._row_scale if self._corrected else 0.0,
            "position_rows": self.position_table,
            "frozen": self.frozen,
            **self._bags,
        }
