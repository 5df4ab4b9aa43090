"""A training run: weights, the engine that trains them, and how far it has come."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec._version import __version__
from huffvec.config import TrainingConfig
from huffvec.corpus.contexts import check_contexts, check_two_words
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.engine import engine
from huffvec.evaluation.heldout import evaluate_corpus
from huffvec.learning_rates import learning_rates
from huffvec.model import Model
from huffvec.objectives import Objective
from huffvec.training import waiting
from huffvec.training.callbacks import Callback, Report, StopTraining
from huffvec.training.checks import check_learned, check_loss, check_use
from huffvec.training.plan import engine_plan
from huffvec.training.position import Position
from huffvec.training.weights import allocate, set_start
from huffvec.weights import OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.corpus.file import Corpus
    from huffvec.training.checkpoint_writer import CheckpointWriter

CHUNK_TOKENS = 10_000
_BEFORE = {"progress": "position", "tables": "bound", "objective": "bound.objective"}
_BEFORE |= {f"{side}_table": f"weights['{side}_vectors']" for side in ("input", "output")}


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
        What to go on from: its weights and its bound objective; untrained rows if left out.
    position
        How far the run has come with the model; nowhere if left out.
    frozen
        uint8 (n_words,), not zero for words whose input rows stay as they are; none if left out.
        Not with subwords.

    Attributes
    ----------
    corpus, vocabulary, config, chunk_tokens, frozen
        As given; buckets of subwords and learning rates are fitted to vocabulary and text.
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

    Raises
    ------
    ConfigError
        If the learning rate at the end is greater than that at the start.
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
        position: Position | None = None,
        frozen: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        config = config or TrainingConfig()
        if config.subwords is not None:
            config = config.with_options(subwords=config.subwords.fitted(vocabulary))
        check_two_words(len(vocabulary), "training")
        mean_count = corpus.n_tokens / len(vocabulary)
        self.rates = start, end = learning_rates(config, objective, mean_count)
        self.config = config = config.with_options(learning_rate=start, min_learning_rate=end)
        self.chunk_tokens = chunk_tokens
        self.vocabulary, self.corpus = vocabulary, corpus
        self.position = position or Position()
        self.started = datetime.now(timezone.utc)
        self.stopped = ""
        self._is_between_chunks = True  # all that was begun is complete and counted
        self.facts: dict[str, Any] = {}
        self._reported, self._reported_at = self.position, 0.0  # at the last report
        self.checked = self.position
        check_contexts(corpus, vocabulary)
        native = engine()
        self.frozen = frozen
        self.bound = model.bound if model else objective.bind(vocabulary, config)
        self.padded = allocate(native, config, len(vocabulary), self.bound.n_outputs)
        self.weights = {name: rows[:, : config.dim] for name, rows in self.padded.items()}
        if model:
            for name, rows in self.weights.items():
                rows[:] = model.weights[name]
        else:
            set_start(native, config, self.padded)
            self.bound.start_outputs(self.weights[OUTPUT_VECTORS.name], config.seed)
        self._trainer = native.Trainer(engine_plan(native, self))

    if not TYPE_CHECKING:  # where checkers would take any name for an attribute

        def __getattr__(self, name: str) -> Any:
            now = f": it is run.{_BEFORE[name]} now" if name in _BEFORE else ""
            what = f"'TrainingRun' object has no attribute {name!r}{now}"
            raise AttributeError(what, name=name, obj=self)

    @property
    def n_bytes(self) -> int:
        """Bytes of all weights as a model's file has them, without the words and the like."""
        return 4 * sum(rows.size for rows in self.weights.values())

    @property
    def n_chunks(self) -> int:
        """Chunks of the whole run, all epochs."""
        return int(self._trainer.n_chunks)

    @property
    def epoch(self) -> int:
        """The epoch being trained, from 1; at the end of the run, the last."""
        epochs = self.config.epochs
        return min(epochs, 1 + self.position.chunks * epochs // self.n_chunks)

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
            If training diverges, or a callback stopped before there was a loss.
        CorpusError
            If no target was trained, since subsampling left nothing.
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
        except KeyboardInterrupt as stop:
            worth_it = self._is_between_chunks and self.position.targets > 0
            if writer and isinstance(stop, writer.worth_waiting) and worth_it:
                check_loss(self)
                writer.finish(callback)
                writer.begin(self)
            raise
        finally:
            if writer:
                writer.finish(callback)
        check_learned(self)
        callback.end(self._report(Position()))

    def train_chunks(
        self, first: int, last: int, callback: Callback, writer: CheckpointWriter | None = None
    ) -> None:
        """Train chunks ``first`` to ``last - 1``, or fewer if the writer wants to write.

        On any exception, Ctrl-C among them, the threads leave their chunks at once before it goes
        on. They finish them for `StopTraining`, and where a checkpoint is to follow.

        Raises
        ------
        TrainingError
            If training diverges.
        """
        began, before = time.perf_counter(), self.position
        totals = engine().Totals(before.chunks, before.tokens, before.targets, before.loss)

        def start() -> None:
            self._is_between_chunks = False
            self._trainer.start(first, last, self.config.threads(), totals)

        def tick(finished: bool) -> bool:
            self._update(before, began)
            self._tell(callback, always=finished and last == self.n_chunks)
            return writer is not None and writer.due(self, callback)

        def end(is_whole: bool) -> None:
            self._update(before, began)
            self._is_between_chunks = is_whole

        worth_waiting = writer.worth_waiting if writer else StopTraining
        waiting.run_threads(self._trainer, start, tick, end, worth_waiting)

    def _update(self, before: Position, began: float) -> None:
        self.position = before.at(self._trainer.totals(), time.perf_counter() - began)

    def _tell(self, callback: Callback, *, always: bool) -> None:
        """Report what is new, but not more often than people can see."""
        check_loss(self)
        now = time.perf_counter()
        if always or now - self._reported_at >= waiting.POLL_SECONDS:
            since, self._reported, self._reported_at = self._reported, self.position, now
            callback.report(self._report(since))

    def _end_epoch(self, callback: Callback, heldout: Corpus | None) -> None:
        nats = evaluate_corpus(self.model(), heldout).nats if heldout else None
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
            learning_rate=self._trainer.learning_rate(min(now.chunks, self.n_chunks)),
            seconds_left=(total_tokens - now.tokens) / rate if rate else math.nan,
            objective=self.bound.objective.name,
        )

    def model(self) -> Model:
        """Return the model with the weights as they are now (not copied)."""
        done = self.position
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
