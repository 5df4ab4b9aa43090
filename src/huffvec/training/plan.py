"""What the engine is told to train: the plan of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES, weights_of
from huffvec.config import MeanGradient, TrainingConfig
from huffvec.corpus.subsampling import thresholds_of
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.weights import DOCUMENT_VECTORS, INPUT_VECTORS, OUTPUT_VECTORS, Rows

if TYPE_CHECKING:
    from huffvec.training.run import TrainingRun

MEAN_EXPONENTS: dict[MeanGradient, float] = {"root": 0.5, "corrected": 1.0, "word2vec": 0.0}


def plan_of(run: TrainingRun) -> dict[str, Any]:
    """Return the fields of the engine's plan of a run, but for the output layer."""
    config = run.config
    keep = thresholds_of(run.keep_probs)
    return {
        "ids": run.corpus.ids,
        "sentence_offsets": run.corpus.sentence_offsets,
        "keep_thresholds": keep,
        "input_rows": run.padded[INPUT_VECTORS.name],
        "output_rows": run.padded[OUTPUT_VECTORS.name],
        "frozen": run.frozen,
        "window": engine_window(config, run.corpus.longest_sentence),
        "fixed_radius": not config.draws_radius,
        "epochs": config.epochs,
        "start_lr": run.rates.start,
        "end_lr": run.rates.end,
        "seed": config.seed,
        "deterministic": config.deterministic,
        "chunk_tokens": run.chunk_tokens,
        **mean_options(run.vocabulary, config, keep),
        **ARCHITECTURES[config.architecture].engine_options(run.padded),
        **_tags(run),
    }


def _tags(run: TrainingRun) -> dict[str, Any]:
    """Return the fields that say which documents have which tags, if they have any."""
    if run.tags is None:
        return {}
    return {
        "tag_rows": run.padded[DOCUMENT_VECTORS.name],
        "tag_offsets": run.tags.offsets,
        "tag_ids": run.tags.ids,
    }


def engine_window(config: TrainingConfig, longest_sentence: int) -> int:
    """Return the engine's window: no larger than can matter, where no radius is drawn."""
    by_position = any(weight.rows is Rows.POSITIONS for weight in weights_of(config))
    if config.draws_radius or by_position:
        return config.reach
    return min(config.reach, max(1, longest_sentence - 1))


def mean_options(
    vocabulary: Vocabulary, config: TrainingConfig, keep: npt.NDArray[np.uint32]
) -> dict[str, Any]:
    """Return the fields that say which rows make up an input vector.

    Of the gradient of a mean, a row of a bag of n gets (c/n)^p, where c are the rows of a mean bag:
    the average word then learns as fast as one with a row of its own. No row gets more than all of
    it, since the shortest words would otherwise take steps so large that training diverges.
    """
    bags: dict[str, Any] = {}
    mean_size = 1.0
    if config.subwords is not None:
        offsets, row_ids = config.subwords.bags(vocabulary)
        bags = {"bag_offsets": offsets, "bag_row_ids": row_ids}
        mean_size = float(np.average(np.diff(offsets), weights=vocabulary.counts * (keep / 2**32)))
    exponent = MEAN_EXPONENTS[config.mean_gradient]
    return {**bags, "mean_scale": mean_size, "mean_exponent": exponent}
