"""The course of a training run, whatever is trained: epochs, reports, checkpoints, the end."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from huffvec.engine import engine
from huffvec.training import waiting
from huffvec.training.callbacks import Callback, Report, StopTraining
from huffvec.training.checks import check_learned, check_loss, check_use
from huffvec.training.position import Position
from huffvec.training.tables import read_at_random
from huffvec.training.trainable import LoopConfig, LoopCorpus

if TYPE_CHECKING:
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.engine import Trainer
    from huffvec.files.paths import PathLike
    from huffvec.files.writing import Place
    from huffvec.learning_rates import LearningRates
    from huffvec.objectives.bound import BoundObjective
    from huffvec.training.checkpoint_writer import CheckpointWriter
    from huffvec.weights import Weights

HeldoutT = TypeVar("HeldoutT")


class TrainingLoop(ABC, Generic[HeldoutT]):
    """The course of a run: `train` goes to the end, epoch by epoch.

    Members say what is trained: they set the attributes and the engine's trainer (``trainer``).
    Random draws and rates depend on the chunk alone: `train_chunks`, one by one, gives the same.

    Attributes
    ----------
    config, corpus, vocabulary
        The options, what is trained on, and what is predicted: words or labels.
    rates
        The learning rates at the start and at the end.
    weights
        The trained arrays by name, float32 (n_rows, dim) each, as a model has them.
    padded
        The same arrays with the engine's length of rows, float32 (n_rows, stride).
    bound
        The objective with the vocabulary.
    position, checked
        How far the run has come, and how far its loss was looked at.
    started
        When it began, in UTC.
    stopped
        Why it ended before its time; empty if it did not.
    facts
        What else the model's record of training is to say, as JSON values.
    counted
        What the tokens of a position are called.
    shown
        What people are told the speed in.
    raises_rate
        What the learning rate is multiplied by, for messages; empty if it is not.
    """

    counted: ClassVar[str] = "tokens"
    shown: ClassVar[str] = "words"
    raises_rate: str = ""
    config: LoopConfig
    corpus: LoopCorpus
    vocabulary: Vocabulary
    rates: LearningRates
    weights: Weights
    padded: Weights
    bound: BoundObjective
    trainer: Trainer

    def __init__(self, position: Position | None = None) -> None:
        self.position = position or Position()
        self.started = datetime.now(timezone.utc)
        self.stopped = ""
        self._is_between_chunks = True  # all that was begun is complete and counted
        self.facts: dict[str, Any] = {}
        self._reported, self._reported_at = self.position, 0.0  # at the last report
        self.checked = self.position

    @abstractmethod
    def plan(self) -> dict[str, Any]:
        """Return the fields of the engine's plan, but for the output layer."""

    @abstractmethod
    def model(self) -> Any:
        """Return the model with the weights as they are now (not copied)."""

    @abstractmethod
    def measure(self, heldout: HeldoutT) -> float:
        """Return how well what is held out is predicted: nats per target."""

    @abstractmethod
    def describe(self) -> str:
        """Return what is trained, in a few words."""

    @abstractmethod
    def nothing_learned(self) -> Exception:
        """Return the error that says why no target was trained."""

    def finish(self, callback: Callback) -> None:
        """Do what is left to do after the last epoch."""

    @abstractmethod
    def fingerprint(self) -> str:
        """Return a hash of what is trained on: equal for equal ones only."""

    @abstractmethod
    def write(self, path: PathLike, model: Any, checkpoint: dict[str, Any], place: Place) -> None:
        """Write a checkpoint: a model of this run, with a record of how to continue it.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """

    def record(self) -> dict[str, Any]:
        """Return the record of training as JSON values, without what was trained on."""
        done = self.position
        return {
            "started": self.started.isoformat(timespec="seconds"),
            "seconds": done.seconds,
            "tokens": done.tokens,
            "targets": done.targets,
            "loss": done.loss / done.targets if done.targets else None,
            **self.facts,
            **({"heldout": list(done.heldout)} if done.heldout else {}),
            **({"stopped": self.stopped} if self.stopped else {}),
        }

    @property
    def n_bytes(self) -> int:
        """Bytes of all weights as a model's file has them, without the words and the like."""
        return 4 * sum(rows.size for rows in self.weights.values())

    @property
    def shown_share(self) -> float:
        """How many of what is ``shown`` there are to each token."""
        return 1.0

    @property
    def n_chunks(self) -> int:
        """Chunks of the whole run, all epochs."""
        return int(self.trainer.n_chunks)

    @property
    def epoch(self) -> int:
        """The epoch being trained, from 1; at the end of the run, the last."""
        epochs = self.config.epochs
        return min(epochs, 1 + self.position.chunks * epochs // self.n_chunks)

    def train(
        self,
        callback: Callback,
        heldout: HeldoutT | None = None,
        writer: CheckpointWriter | None = None,
    ) -> None:
        """Train from where the run is to its end, or to a callback's `StopTraining`.

        Parameters
        ----------
        callback
            Told about the work.
        heldout
            What is not trained on; how well it is predicted is measured after every epoch
            (`measure`).
        writer
            Writes checkpoints, at intervals and when the run is interrupted.

        Raises
        ------
        TrainingError
            If training diverges, or a callback stopped before there was a loss.
        CorpusError
            If no target was trained (`nothing_learned`).
        """
        callback.start(self)
        try:
            while self.position.epochs_ended < self.config.epochs:
                end = (self.position.epochs_ended + 1) * self.n_chunks // self.config.epochs
                if self.position.chunks < end:
                    self.train_chunks(self.position.chunks, end, callback, writer)
                if self.position.chunks == end:
                    self._end_epoch(callback, heldout)
                if writer and writer.due(self, callback):
                    check_loss(self)
                    writer.begin(self)
        except StopTraining as stop:
            self.stopped = str(stop)
        except KeyboardInterrupt:
            if writer and self._is_between_chunks and self.position.targets > 0:
                check_loss(self)
                writer.finish(callback)
                writer.begin(self)
            raise
        finally:
            if writer:
                writer.finish(callback)
        check_learned(self)
        self.finish(callback)
        callback.end(self._report(Position()))

    def train_chunks(
        self, first: int, last: int, callback: Callback, writer: CheckpointWriter | None = None
    ) -> None:
        """Train chunks ``first`` to ``last - 1``, or fewer if the writer wants to write.

        On any exception the threads leave their chunks at once before it goes on. They finish them
        for `StopTraining`, and for Ctrl-C if there is a writer, since a checkpoint follows.

        Raises
        ------
        TrainingError
            If training diverges.
        """
        began, before = time.perf_counter(), self.position
        totals = engine().Totals(before.chunks, before.tokens, before.targets, before.loss)
        worth_waiting = (StopTraining, KeyboardInterrupt) if writer else (StopTraining,)

        def start() -> None:
            self._is_between_chunks = False
            self.trainer.start(first, last, self.config.threads(), totals)

        def tick(finished: bool) -> bool:
            self._update(before, began)
            self._tell(callback, always=finished and last == self.n_chunks)
            return writer is not None and writer.due(self, callback)

        def end(is_whole: bool) -> None:
            self._update(before, began)
            self._is_between_chunks = is_whole

        with read_at_random(self.padded):
            waiting.run_threads(self.trainer, start, tick, end, worth_waiting)

    def _update(self, before: Position, began: float) -> None:
        self.position = before.at(self.trainer.totals(), time.perf_counter() - began)

    def _tell(self, callback: Callback, *, always: bool) -> None:
        """Report what is new, but not more often than people can see."""
        check_loss(self)
        now = time.perf_counter()
        if always or now - self._reported_at >= waiting.POLL_SECONDS:
            since, self._reported, self._reported_at = self._reported, self.position, now
            callback.report(self._report(since))

    def _end_epoch(self, callback: Callback, heldout: HeldoutT | None) -> None:
        nats = None if heldout is None else self.measure(heldout)
        before = self.position
        self.position = before.with_epoch_ended(nats)
        report = self._report(Position(targets=before.epoch_targets, loss=before.epoch_loss))
        ended = self.position.epochs_ended
        check_use(self, report.loss)
        callback.epoch(replace(report, epoch=ended, heldout=math.nan if nats is None else nats))

    def _report(self, since: Position) -> Report:
        """Return where training is, with the mean loss since then."""
        now, epochs = self.position, self.config.epochs
        total_tokens = self.corpus.n_tokens * epochs
        targets = now.targets - since.targets
        rate = now.tokens / now.seconds if now.seconds > 0 else 0.0
        return Report(
            epoch=self.epoch,
            epochs=epochs,
            tokens=now.tokens,
            targets=now.targets,
            total_tokens=total_tokens,
            seconds=now.seconds,
            words_per_second=rate,
            loss=(now.loss - since.loss) / targets if targets else math.nan,
            learning_rate=self.trainer.learning_rate(min(now.chunks, self.n_chunks)),
            seconds_left=(total_tokens - now.tokens) / rate if rate else math.nan,
            objective=self.bound.objective.name,
        )
