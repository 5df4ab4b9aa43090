"""The weights of a run: as they begin, in rows of the engine's length; bags of rows (subwords)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES, weights_of
from huffvec.config import TrainingConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.engine import Engine
    from huffvec.weights import Weights


def allocate(native: Engine, config: TrainingConfig, n_words: int, n_outputs: int) -> Weights:
    """Return zeros for all that is trained, float32 (n_rows, stride) each."""
    n_inputs = config.subwords.n_rows(n_words) if config.subwords else n_words
    numbers = {
        INPUT_VECTORS: n_inputs,
        OUTPUT_VECTORS: n_outputs,
        **ARCHITECTURES[config.architecture].weights(config),
    }
    return {
        weight.name: native.allocate_table(n_rows, config.stride)
        for weight, n_rows in numbers.items()
    }


def set_start(native: Engine, config: TrainingConfig, padded: Weights) -> None:
    """Set the values that training begins with, as `huffvec.weights.Weight` has them."""
    half_width = (1.0 if config.subwords else 0.5) / config.dim
    for weight in weights_of(config):
        if weight.start == "uniform":
            native.fill_uniform(padded[weight.name], config.dim, half_width, config.seed)
        elif weight.start == "ones":
            padded[weight.name][:, : config.dim] = 1


def bag_options(
    vocabulary: Vocabulary, config: TrainingConfig, keep_thresholds: npt.NDArray[np.uint32]
) -> dict[str, Any]:
    """Return the arguments of the engine's trainer that say which rows make up an input vector.

    With the corrected gradient of a mean, a row of a bag of n gets c/n of it, where c are the rows
    of a mean bag: the average word then learns as fast as one with a row of its own. No row gets
    more than all of it, since the shortest words would otherwise take steps so large that training
    diverges.
    """
    bags: dict[str, Any] = {}
    mean_size = 1.0
    if config.subwords is not None:
        offsets, row_ids = config.subwords.bags(vocabulary)
        bags = {"bag_offsets": offsets, "bag_row_ids": row_ids}
        tokens = vocabulary.counts * (keep_thresholds / 2**32)
        mean_size = float(np.average(np.diff(offsets), weights=tokens))
    return {**bags, "mean_scale": mean_size if config.mean_gradient == "corrected" else 0.0}
