"""A training run: weights, the engine that trains them, and how far it has come."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec._version import __version__
from huffvec.architectures import ARCHITECTURES, weights_of
from huffvec.config import TrainingConfig
from huffvec.corpus.contexts import check_contexts
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.subsampling import keep_thresholds
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.engine import engine
from huffvec.evaluation.heldout import evaluate_corpus
from huffvec.model import Model
from huffvec.objectives import Objective
from huffvec.training.callbacks import Callback, Report, StopTraining
from huffvec.training.checks import check_learned, check_loss, check_vocabulary
from huffvec.training.position import Progress
from huffvec.training.signals import HeldSignals
from huffvec.training.weights import allocate, bag_options, set_start
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS, Rows

if TYPE_CHECKING:
    from huffvec.corpus.file import Corpus
    from huffvec.engine import Engine, Trainer
    from huffvec.training.checkpoint_writer import CheckpointWriter

CHUNK_TOKENS = 10_000
POLL_SECONDS = 0.1
_logger = logging.getLogger("huffvec")


class TrainingRun:
    """One training run: the weights, the engine that trains them, and how far it has come.

    `train` goes to the end, epoch by epoch; `train_chunks` trains any range of the run's chunks
    (of ``chunk_tokens`` tokens, counted on through the epochs). Draws of random numbers and the
    learning rate depend on the chunk alone, so that chunk by chunk gives the same as all at once.

    Parameters
    ----------
    corpus, vocabulary, objective, config
        What to train, and how.
    chunk_tokens
        Approximate number of tokens in a chunk.
    model
        What to go on from: its weights and the objective's tables; untrained rows if left out.
    progress
        How far the run has come with the model; nowhere if left out.
    frozen
        uint8 (n_words,), not zero for words whose input rows stay as they are; none if left out.
        Not with subwords.

    Attributes
    ----------
    weights
        The trained arrays by name, float32 (n_rows, dim) each, as a model has them.
    padded
        The same arrays with the engine's length of rows, float32 (n_rows, stride).
    bound
        The objective with the vocabulary.
    progress
        How far the run has come.
    started
        When it began, in UTC.
    stopped
        Why it ended before its time; empty if it did not.
    facts
        What else the model's record of training is to say, as JSON values.

    Raises
    ------
    CorpusError
        If the objective needs more words than there are, or nothing can be learned: no sentence has
        two tokens.
    """

    def __init__(
        self,
        corpus: Sentences,
        vocabulary: Vocabulary,
        objective: Objective,
        config: TrainingConfig | None = None,
        *,
        chunk_tokens: int = CHUNK_TOKENS,
        model: Model | None = None,
        progress: Progress | None = None,
        frozen: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        config = config or TrainingConfig()
        if config.subwords is not None:
            config = config.with_options(subwords=config.subwords.fitted(vocabulary))
        self.config = config
        self.chunk_tokens = chunk_tokens
        self.vocabulary = vocabulary
        self.corpus = corpus
        self.progress = progress or Progress()
        self.started = datetime.now(timezone.utc)
        self.stopped = ""
        self._is_between_chunks = True  # all that was begun is complete and counted
        self.facts: dict[str, Any] = {}
        self._reported = self.progress  # the progress at the last report
        self._reported_at = 0.0
        check_vocabulary(vocabulary)
        check_contexts(corpus, vocabulary)
        native = engine()
        self.frozen = frozen
        self.bound = model.bound if model else objective.bind(vocabulary, config)
        self._keep = keep_thresholds(vocabulary.counts, config.subsample_threshold)
        self.padded = allocate(native, config, len(vocabulary), self.bound.n_outputs)
        self.weights = {name: rows[:, : config.dim] for name, rows in self.padded.items()}
        if model:
            for name, rows in self.weights.items():
                rows[:] = model.weights[name]
        else:
            set_start(native, config, self.padded)
            self.bound.start_outputs(self.weights[OUTPUT_VECTORS.name], config.seed)
        self._trainer = self._make_trainer(native)

    def _make_trainer(self, native: Engine) -> Trainer:
        config = self.config
        plan = native.TrainingPlan(
            ids=self.corpus.ids,
            sentence_offsets=self.corpus.sentence_offsets,
            keep_thresholds=self._keep,
            input_rows=self.padded[INPUT_VECTORS.name],
            output_rows=self.padded[OUTPUT_VECTORS.name],
            output_layer=self.bound.output_layer(native),
            frozen=self.frozen,
            window=self._window(),
            fixed_radius=not config.draws_radius,
            epochs=config.epochs,
            start_lr=config.start_learning_rate,
            end_lr=config.min_learning_rate,
            seed=config.seed,
            chunk_tokens=self.chunk_tokens,
            **bag_options(self.vocabulary, config, self._keep),
            **ARCHITECTURES[config.architecture].engine_options(self.padded),
        )
        return native.Trainer(plan)

    def _window(self) -> int:
        """Return the engine's window: no larger than can matter, where no radius is drawn."""
        config = self.config
        by_position = any(weight.rows is Rows.POSITIONS for weight in weights_of(config))
        if config.draws_radius or by_position:
            return config.reach
        return min(config.reach, max(1, self.corpus.longest_sentence - 1))

    @property
    def n_bytes(self) -> int:
        """Bytes of all weights as a model's file has them, without the words and the like."""
        return 4 * sum(rows.size for rows in self.weights.values())

    @property
    def n_chunks(self) -> int:
        """Chunks of the whole run, all epochs."""
        n: int = self._trainer.n_chunks
        return n

    @property
    def epoch(self) -> int:
        """The epoch being trained, from 1; at the end of the run, the last."""
        epochs = self.config.epochs
        return min(epochs, 1 + self.progress.chunks * epochs // self.n_chunks)

    def train(
        self,
        callback: Callback,
        heldout: Corpus | None = None,
        writer: CheckpointWriter | None = None,
    ) -> None:
        """Train from where the run is to its end, or to a callback's `StopTraining`.

        Parameters
        ----------
        callback
            Told about the work.
        heldout
            A text in the run's ids; how well it is predicted is measured after every epoch.
        writer
            Writes checkpoints, at intervals and when the run is interrupted.

        Raises
        ------
        TrainingError
            If the loss is not finite any more, or a callback stopped before there was one.
        CorpusError
            If no target was trained, since subsampling left nothing.
        """
        callback.start(self)
        try:
            while self.progress.epochs_ended < self.config.epochs:
                end = (self.progress.epochs_ended + 1) * self.n_chunks // self.config.epochs
                if self.progress.chunks < end:
                    self.train_chunks(self.progress.chunks, end, callback, writer)
                if self.progress.chunks == end:
                    self._end_epoch(callback, heldout)
                if writer and writer.due(self, callback):
                    check_loss(self)
                    writer.begin(self)
        except StopTraining as stop:
            self.stopped = str(stop)
        except KeyboardInterrupt as stop:
            worth_it = self._is_between_chunks and self.progress.targets > 0
            if writer and isinstance(stop, writer.worth_waiting) and worth_it:
                check_loss(self)
                writer.finish(callback)
                writer.begin(self)
            raise
        finally:
            if writer:
                writer.finish(callback)
        check_learned(self)
        callback.end(self._report(Progress()))

    def train_chunks(
        self, first: int, last: int, callback: Callback, writer: CheckpointWriter | None = None
    ) -> None:
        """Train chunks ``first`` to ``last - 1``, or fewer if the writer wants to write.

        On any exception, Ctrl-C among them, the threads leave their chunks at once before it goes
        on. They finish them for `StopTraining`, and where a checkpoint is to follow.

        Raises
        ------
        TrainingError
            If the loss is not finite any more.
        """
        start = time.perf_counter()
        before = self.progress
        totals = engine().Totals(before.chunks, before.tokens, before.targets, before.loss)
        with HeldSignals() as signals:
            is_whole, self._is_between_chunks = True, False
            try:
                self._trainer.start(first, last, self.config.threads(), totals)
                finished = False
                while not finished:
                    finished = self._trainer.wait(POLL_SECONDS)
                    self._update(before, start)
                    self._tell(callback, always=finished and last == self.n_chunks)
                    if writer and writer.due(self, callback):
                        self._trainer.stop()
                    signals.deliver()
            except BaseException as error:
                if isinstance(error, writer.worth_waiting if writer else StopTraining):
                    self._trainer.stop()
                else:
                    self._trainer.abandon()
                    is_whole = False
                raise
            finally:
                is_whole = self._wait_for_threads(signals) and is_whole
                self._update(before, start)
                self._is_between_chunks = is_whole

    def _wait_for_threads(self, signals: HeldSignals) -> bool:
        """Wait until no thread trains, and tell if none was made to leave its chunk.

        Ctrl-C (another one, maybe) makes it short.
        """
        finished, is_whole, patience = False, True, time.perf_counter() + 2.0
        while not finished:
            try:
                if time.perf_counter() > patience:
                    patience = math.inf
                    _logger.warning(
                        "Waiting for the threads to finish their parts, for a checkpoint. "
                        "Ctrl-C: stop at once without it."
                    )
                finished = self._trainer.wait(POLL_SECONDS)
                if not finished:
                    signals.deliver()
            except KeyboardInterrupt:
                self._trainer.abandon()
                is_whole = False
        return is_whole

    def _update(self, before: Progress, start: float) -> None:
        self.progress = before.at(self._trainer.totals(), time.perf_counter() - start)

    def _tell(self, callback: Callback, *, always: bool) -> None:
        """Report what is new, but not more often than people can see."""
        check_loss(self)
        now = time.perf_counter()
        if always or now - self._reported_at >= POLL_SECONDS:
            since, self._reported, self._reported_at = self._reported, self.progress, now
            callback.report(self._report(since))

    def _end_epoch(self, callback: Callback, heldout: Corpus | None) -> None:
        nats = evaluate_corpus(self.model(), heldout).nats if heldout else None
        before = self.progress
        self.progress = before.with_epoch_ended(nats)
        report = self._report(Progress(targets=before.epoch_targets, loss=before.epoch_loss))
        ended = self.progress.epochs_ended
        callback.epoch(replace(report, epoch=ended, heldout=math.nan if nats is None else nats))

    def _report(self, since: Progress) -> Report:
        """Return where training is, with the mean loss since then."""
        now, epochs = self.progress, self.config.epochs
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
            learning_rate=self._trainer.learning_rate(min(now.chunks, self.n_chunks)),
            seconds_left=(total_tokens - now.tokens) / rate if rate else math.nan,
            objective=self.bound.objective.name,
        )

    def model(self) -> Model:
        """Return the model with the weights as they are now (not copied)."""
        done = self.progress
        return Model(
            vocabulary=self.vocabulary,
            weights=dict(self.weights),
            bound=self.bound,
            config=self.config,
            training={
                "started": self.started.isoformat(timespec="seconds"),
                "seconds": done.seconds,
                "tokens": done.tokens,
                "targets": done.targets,
                "loss": done.loss / done.targets if done.targets else None,
                "corpus_tokens": self.corpus.n_tokens,
                "corpus_sentences": self.corpus.n_sentences,
                "huffvec": __version__,
                **self.facts,
                **({"heldout": list(done.heldout)} if done.heldout else {}),
                **({"stopped": self.stopped} if self.stopped else {}),
            },
        )
