"""Checks that training can begin and has learned something; the errors name the reason."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from huffvec.errors import DivergedError, TrainingError

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop

# How many times the loss of an untrained model is too much: at any time, where a run diverges, and
# on the average over the last epoch.
DIVERGED, USELESS = 4.0, 2.0
ENOUGH_TARGETS = 1_000  # whose mean loss says something


def check_loss(run: TrainingLoop[Any]) -> None:
    """Raise DivergedError if what a run has trained since the last check has no sensible loss."""
    since, now = run.checked, run.position
    targets, loss = now.targets - since.targets, now.loss - since.loss
    if math.isfinite(loss) and since.targets and targets < ENOUGH_TARGETS:
        return
    run.checked = now
    if not loss <= DIVERGED * run.bound.untrained_loss * targets:  # no NaN is
        raise _diverged(run, loss / targets if targets else math.nan)


def check_use(run: TrainingLoop[Any], epoch_loss: float) -> None:
    """Raise DivergedError if the last epoch ends with a loss far above that without training."""
    ended = run.position.epochs_ended == run.config.epochs
    if ended and epoch_loss > USELESS * run.bound.untrained_loss:
        raise _diverged(run, epoch_loss)


def _diverged(run: TrainingLoop[Any], loss: float) -> DivergedError:
    what = "not a finite number any more"
    if math.isfinite(loss):
        untrained = f"where an untrained model has {run.bound.untrained_loss:.3g} at most"
        what = f"{loss:.3g} nats per target, {untrained}"
    total = run.corpus.n_tokens * run.config.epochs
    return DivergedError(
        f"training stopped in epoch {run.epoch}, after {run.position.tokens:,} of {total:,} "
        f"{run.counted}: the loss is {what}. The learning rate {run.rates.start:g}"
        f"{run.raises_rate} is probably too high; try a tenth of it."
    )


def check_learned(run: TrainingLoop[Any]) -> None:
    """Raise an error if no target was trained, so that the weights are random.

    Raises
    ------
    CorpusError
        If nothing was there to be trained (`TrainingLoop.nothing_learned`).
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
    raise run.nothing_learned()
