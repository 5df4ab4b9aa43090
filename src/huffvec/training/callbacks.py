"""Callbacks: how a training run reports to observers, and how they can stop it.

The code that works (on the corpus or the run) calls a :class:`Callback` and knows nothing of
terminals, files or plots. Progress on a terminal (:mod:`huffvec.training.progress`), logs
(:mod:`huffvec.training.logs`) and early stopping are callbacks.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huffvec.checks import check_float, check_int
from huffvec.errors import OutputError

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop
    from huffvec.training.weights_copy import WeightsCopy

_logger = logging.getLogger("huffvec")


@dataclass(frozen=True)
class Report:
    """Where training is.

    Attributes
    ----------
    epoch
        Epoch being trained, from 1; at its end, the one that has ended.
    epochs
        Epochs planned.
    tokens
        In-vocabulary tokens trained so far, over all epochs.
    total_tokens
        In-vocabulary tokens planned, over all epochs.
    seconds
        Wall time spent on training so far, also before the run was resumed.
    words_per_second
        ``tokens / seconds``.
    loss
        Nats per target, the objective's own loss: the mean over all targets of all threads since
        the last report; at the end of an epoch, of the epoch, and at the end of training, of all of
        it. nan while there is none.
    learning_rate
        The present learning rate.
    seconds_left
        Estimate of the wall time still needed; nan while there is none.
    targets
        Targets trained so far: what the loss is a mean over.
    objective
        The name of the objective. Losses of different objectives cannot be compared.
    heldout
        Nats per target of the held-out text after this epoch, exact and comparable between
        objectives (:mod:`huffvec.evaluation.heldout`); nan while there is none.
    """

    epoch: int
    epochs: int
    tokens: int
    total_tokens: int
    seconds: float
    words_per_second: float
    loss: float
    learning_rate: float
    seconds_left: float
    targets: float = 0.0
    objective: str = ""
    heldout: float = math.nan


@dataclass(frozen=True)
class CheckpointReport:
    """A checkpoint that was written, or could not be.

    Attributes
    ----------
    path
        Its file.
    tokens
        In-vocabulary tokens trained before it.
    n_bytes
        Size of the file; 0 if it could not be written.
    pause_seconds
        How long no thread trained for it: the time that copying the weights takes.
    seconds
        Wall time until it was on the disk.
    error
        Why it could not be written; empty if it was. The checkpoints before it are as they were.
    """

    path: str
    tokens: int
    n_bytes: int = 0
    pause_seconds: float = 0.0
    seconds: float = 0.0
    error: str = ""


class StopTraining(Exception):  # noqa: N818  (no error: an end like any other)
    """Raised by a callback to end training here, as if it were complete.

    The message says why; it becomes ``model.training["stopped"]``.
    """


class Callback:
    """Base class of callbacks; every method does nothing here.

    All calls come from the thread that called `huffvec.train`. A callback that raises
    `StopTraining` in `report` or `epoch` ends training early with a model; any other exception ends
    it with an error.
    """

    def stage(self, name: str, done: int, total: int) -> None:
        """Handle progress in preparing the text, e.g. "counting words": done of total bytes."""

    def start(self, run: TrainingLoop[Any]) -> None:
        """Handle the start of training, or its continuation from ``run.position``."""

    def report(self, report: Report) -> None:
        """Handle a report on training, about ten times a second."""

    def epoch(self, report: Report) -> None:
        """Handle the end of an epoch; no thread trains then, so ``run.model()`` can be read."""

    def checkpoint(self, report: CheckpointReport) -> None:
        """Handle a checkpoint that was written, or could not be."""

    def end(self, report: Report) -> None:
        """Handle the end of training, as planned or by `StopTraining`."""

    def close(self) -> None:
        """Clean up after the run, however it ended; may be called twice."""


class EarlyStopping(Callback):
    """Ends training when the loss on held-out text no longer falls.

    Needs ``huffvec.train(..., heldout=FILES)``. It looks at the losses after all epochs, those
    before the run was resumed among them, so that an interrupted run stops where the whole one
    would have.

    Parameters
    ----------
    patience
        Stop after this many epochs in a row without a new best loss.
    min_improvement
        How many nats below the best so far a loss must be to be a new best one.
    keep_best
        End with the weights of the best epoch in place of the last one's. They are copied after
        each new best one, so that the weights take twice the memory, or twice the room in the
        folder where they lie. What was best before the run was resumed is lost; a warning says so.

    Raises
    ------
    ConfigError
        If a value is out of its range.
    """

    def __init__(
        self, patience: int = 1, min_improvement: float = 0.0, *, keep_best: bool = True
    ) -> None:
        self.patience = check_int("patience", patience, 1, 1_000_000)
        self.min_improvement = check_float("min_improvement", min_improvement, 0.0, 1e6)
        self.keep_best = keep_best
        self._run: TrainingLoop[Any] | None = None
        self._copy: WeightsCopy[Any] | None = None
        self._copied_epoch = 0

    def start(self, run: TrainingLoop[Any]) -> None:
        """Remember the run, which has the losses."""
        self._run, self._copied_epoch = run, 0

    def epoch(self, report: Report) -> None:
        """End training if there was no new best loss for long enough."""
        losses = self._run.position.heldout if self._run else ()
        best, best_epoch = self._best(losses)
        if self._run and self.keep_best and best_epoch == len(losses) > 0:
            self._remember(self._run.model(), best_epoch)
        if losses and len(losses) - best_epoch >= self.patience:
            raise StopTraining(
                f"the loss on held-out text was least after epoch {best_epoch} ({best:.4f} nats "
                f"per target) and is {losses[-1]:.4f} after epoch {len(losses)}"
            )

    def end(self, report: Report) -> None:
        """Bring the weights of the best epoch back."""
        if self._run is None or not self.keep_best:
            return
        losses = self._run.position.heldout
        best, best_epoch = self._best(losses)
        if best_epoch in (0, len(losses)):
            return
        if self._copy is None or self._copied_epoch != best_epoch:
            _logger.warning(
                "The model is that of epoch %d: the weights of epoch %d, which was best, were not "
                "kept.",
                len(losses),
                best_epoch,
            )
            return
        self._copy.give_back(self._run.model())
        self._run.facts |= {"kept_epoch": best_epoch, "kept_heldout": best}

    def close(self) -> None:
        """Give the memory of the copy back."""
        self._run = self._copy = None

    def _best(self, losses: Sequence[float]) -> tuple[float, int]:
        """Return the best loss and its epoch, from 1."""
        best, best_epoch = math.inf, 0
        for epoch, loss in enumerate(losses, 1):
            if loss < best - self.min_improvement:
                best, best_epoch = loss, epoch
        return best, best_epoch

    def _remember(self, model: Any, epoch: int) -> None:
        from huffvec.training.weights_copy import WeightsCopy

        self._copied_epoch = 0
        try:
            self._copy = self._copy or WeightsCopy(model)
            self._copy.of(model)
        except (MemoryError, OutputError):
            self._copy = None
            _logger.warning("No room for a copy of the weights of epoch %d, the best.", epoch)
        else:
            self._copied_epoch = epoch
