"""Checks that training can begin and has learned something; the errors name the reason."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from huffvec.corpus.subsampling import keep_probs
from huffvec.errors import CorpusError, OptionName, TrainingError

if TYPE_CHECKING:
    from huffvec.training.run import TrainingRun

MAX_LOSS = 1e6  # nats per target on average: training has diverged long before


def check_loss(run: TrainingRun) -> None:
    """Raise TrainingError if the loss of a run is no number any more, or beyond all reason."""
    loss, targets = run.position.loss, run.position.targets
    if loss <= MAX_LOSS * max(1, targets):  # no NaN is
        return
    what = "not a finite number any more"
    if loss < math.inf:
        what = f"{loss / targets:.1e} nats per target, far from what any text has"
    raise TrainingError(
        f"training stopped in epoch {run.epoch}: the loss is {what}. "
        f"The learning rate {run.rates.start:g} is probably too high; try a tenth "
        "of it."
    )


def check_learned(run: TrainingRun) -> None:
    """Raise an error if no target was trained, so that the weights are random.

    Raises
    ------
    CorpusError
        If subsampling left no two tokens of a sentence.
    TrainingError
        If a callback stopped training before.
    """
    if run.position.targets:
        return
    if run.stopped:
        raise TrainingError(
            f"training was stopped before anything was learned ({run.stopped}), so there is no "
            "model. Stop later."
        )
    counts, threshold = run.vocabulary.counts, run.config.subsample_threshold
    kept = float(counts @ keep_probs(counts, threshold))
    raise CorpusError(
        "nothing was learned: subsampling (",
        OptionName("subsample_threshold", threshold),
        f") keeps about {kept:.2g} of {run.corpus.n_tokens:,} tokens an epoch, and never two of "
        "one sentence. Skip fewer with a higher threshold, or none with 0, or give more text.",
    )
