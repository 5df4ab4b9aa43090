"""From files or an encoded corpus to a trained model."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec._version import __version__
from huffvec.config import TrainingConfig, TrainingOptions
from huffvec.corpus.encoded import EncodedCorpus, encode
from huffvec.corpus.sources import expand_paths
from huffvec.corpus.vocabulary import Vocabulary, count_words
from huffvec.engine import engine
from huffvec.errors import ConfigError, CorpusError, TrainingError
from huffvec.model import Model
from huffvec.objectives import NegativeSampling, Objective
from huffvec.training.progress import ProgressSink, Report, Silent

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec._engine_base import Totals
    from huffvec.engine import Engine

CHUNK_TOKENS = 10_000
POLL_SECONDS = 0.1


def train(
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    objective: Objective | None = None,
    *,
    config: TrainingConfig | None = None,
    errors: str = "strict",
    progress: ProgressSink | None = None,
    **options: Unpack[TrainingOptions],
) -> Model:
    """Train vectors on text files: whitespace-separated tokens, a sentence a line, UTF-8.

    Parameters
    ----------
    files
        A file or glob pattern, or several.
    objective
        How the output layer is trained; `NegativeSampling` with its defaults if left out.
    config
        The options; defaults if left out.
    errors
        What to do with bytes that are not UTF-8: ``"strict"`` or ``"replace"`` (by U+FFFD).
    progress
        Told about the work while it goes on; silent if left out.
    **options
        Fields of `TrainingConfig` that replace those of ``config``, e.g. ``dim=200``.

    Returns
    -------
    Model
        The trained model, in memory.

    Raises
    ------
    ConfigError
        If an option is unknown or out of range.
    CorpusError
        If a file cannot be read as text, or too few words are left.
    OutputError
        If the temporary files of the encoded corpus cannot be written.
    TrainingError
        If the numbers stop being finite.
    """
    config = (config or TrainingConfig()).with_options(**options)
    objective = objective or NegativeSampling()
    objective.check_files()
    sink = progress or Silent()
    patterns = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    paths = expand_paths(patterns)
    threads = config.threads()
    with contextlib.closing(sink):
        counted = count_words(
            paths,
            min_count=config.min_count,
            n_threads=threads,
            errors=errors,
            progress=sink.stage,
        )
        _check_vocabulary(counted.vocabulary)
        with encode(
            paths,
            counted.vocabulary,
            n_threads=threads,
            errors=errors,
            progress=sink.stage,
            stamps=counted.stamps,
        ) as corpus:
            model = train_encoded(corpus, counted.vocabulary, objective, config, sink)
    model.training["raw_tokens"] = counted.n_raw_tokens
    return model


def train_encoded(
    corpus: EncodedCorpus,
    vocabulary: Vocabulary,
    objective: Objective | None = None,
    config: TrainingConfig | None = None,
    progress: ProgressSink | None = None,
) -> Model:
    """Train vectors on a corpus that is encoded already with the vocabulary.

    The parameters and errors are those of `train`.
    """
    run = TrainingRun(corpus, vocabulary, objective or NegativeSampling(), config)
    started = datetime.now(timezone.utc)
    run.train_chunks(0, run.n_chunks, progress or Silent())
    return run.model(started)


def _check_vocabulary(vocabulary: Vocabulary) -> None:
    """Raise CorpusError unless there are two words: with one there is nothing to tell it from."""
    if len(vocabulary) < 2:
        raise CorpusError(
            f"training needs at least 2 different words, found {len(vocabulary)}: give more text "
            "or lower --min-count"
        )


@dataclass
class Progress:
    """How far a run has come: what the engine counted since its start, and in what time."""

    chunks: int = 0
    tokens: int = 0
    targets: float = 0.0
    loss: float = 0.0
    seconds: float = 0.0

    def plus(self, totals: Totals, seconds: float) -> Progress:
        """Return the sum with what the engine counted in one call."""
        return Progress(
            self.chunks + totals.chunks,
            self.tokens + totals.tokens,
            self.targets + totals.targets,
            self.loss + totals.loss,
            self.seconds + seconds,
        )


class TrainingRun:
    """One training run: the weights, the engine that trains them, and how far it has come.

    `train_chunks` trains any range of the run's chunks (about 10,000 tokens each, counted on
    through the epochs), so that checkpoints and callbacks can come between two calls.

    Raises
    ------
    CorpusError
        If the objective needs more words than there are, or nothing can be learned.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        vocabulary: Vocabulary,
        objective: Objective,
        config: TrainingConfig | None = None,
    ) -> None:
        self.config = config = config or TrainingConfig()
        self.vocabulary = vocabulary
        self.objective = objective
        self.corpus = corpus
        self.progress = Progress()
        _check_vocabulary(vocabulary)
        if config.subwords is not None:
            raise ConfigError("subwords cannot be trained yet")
        native = engine()
        self.tables = objective.tables_for(vocabulary)
        self.input_table = native.allocate_table(len(vocabulary), config.stride)
        n_outputs = objective.n_outputs(len(vocabulary))
        self.output_table = native.allocate_table(n_outputs, config.stride)
        native.fill_uniform(self.input_table, config.dim, 0.5 / config.dim, config.seed)
        self._trainer = self._make_trainer(native)

    def _make_trainer(self, native: Engine) -> Any:
        config, counts = self.config, self.vocabulary.counts
        return native.Trainer(
            ids=self.corpus.ids,
            sentence_offsets=self.corpus.sentence_offsets,
            keep_thresholds=keep_thresholds(counts, config.subsample_threshold),
            input_rows=self.input_table,
            output_rows=self.output_table,
            output_layer=self.objective.output_layer(native, counts, self.tables),
            architecture=config.architecture,
            corrected_mean=config.mean_gradient == "corrected",
            window=config.window,
            epochs=config.epochs,
            start_lr=config.start_learning_rate,
            end_lr=config.min_learning_rate,
            seed=config.seed,
            chunk_tokens=CHUNK_TOKENS,
        )

    @property
    def n_chunks(self) -> int:
        """Chunks of the whole run, all epochs."""
        n: int = self._trainer.n_chunks
        return n

    def train_chunks(self, first: int, last: int, sink: ProgressSink) -> None:
        """Train chunks ``first`` to ``last - 1`` and tell the sink about it.

        On any exception, Ctrl-C among them, the threads finish their chunks and stop before it goes
        on.

        Raises
        ------
        TrainingError
            If the loss is not finite any more.
        """
        start = time.perf_counter()
        before = now = self.progress
        self._trainer.start(first, last, self.config.threads())
        try:
            finished = False
            while not finished:
                finished = self._trainer.wait(POLL_SECONDS)
                seconds = time.perf_counter() - start
                previous, now = now, before.plus(self._trainer.totals(), seconds)
                self._check_finite(now)
                sink.report(self._report(previous, now))
        finally:
            self._trainer.stop()
            while not self._trainer.wait(1.0):
                pass
            self.progress = before.plus(self._trainer.totals(), time.perf_counter() - start)

    def _report(self, previous: Progress, now: Progress) -> Report:
        epochs, n_chunks = self.config.epochs, self.n_chunks
        total_tokens = self.corpus.n_tokens * epochs
        targets = now.targets - previous.targets
        rate = now.tokens / now.seconds if now.seconds > 0 else 0.0
        return Report(
            epoch=self._epoch(now),
            epochs=epochs,
            tokens=now.tokens,
            total_tokens=total_tokens,
            seconds=now.seconds,
            words_per_second=rate,
            loss=(now.loss - previous.loss) / targets if targets else math.nan,
            learning_rate=self._trainer.learning_rate(min(now.chunks, n_chunks)),
            seconds_left=(total_tokens - now.tokens) / rate if rate else math.nan,
        )

    def _epoch(self, now: Progress) -> int:
        """Return the epoch being trained, from 1."""
        epochs = self.config.epochs
        return min(epochs, 1 + now.chunks * epochs // self.n_chunks)

    def _check_finite(self, now: Progress) -> None:
        if math.isfinite(now.loss):
            return
        raise TrainingError(
            f"training stopped in epoch {self._epoch(now)}: "
            f"the loss is not a finite number any more. The "
            f"learning rate {self.config.start_learning_rate:g} is probably too high; try a tenth "
            "of it."
        )

    def model(self, started: datetime) -> Model:
        """Return the model with the weights as they are now (not copied)."""
        done = self.progress
        return Model(
            vocabulary=self.vocabulary,
            input_vectors=self.input_table[:, : self.config.dim],
            output_vectors=self.output_table[:, : self.config.dim],
            objective=self.objective,
            tables=self.tables,
            config=self.config,
            training={
                "started": started.isoformat(timespec="seconds"),
                "seconds": done.seconds,
                "tokens": done.tokens,
                "targets": done.targets,
                "loss": done.loss / done.targets if done.targets else None,
                "corpus_tokens": self.corpus.n_tokens,
                "corpus_sentences": self.corpus.n_sentences,
                "huffvec": __version__,
            },
        )


def keep_thresholds(counts: npt.NDArray[np.int64], threshold: float) -> npt.NDArray[np.uint32]:
    """Return what 32 random bits must not exceed for a token to be kept, uint32 (n_words,).

    A word that makes up a share f of all tokens is kept with probability sqrt(t/f) + t/f, as in
    word2vec.c; with threshold 0 always.
    """
    ratios = threshold * counts.sum() / counts if threshold else np.ones(len(counts))
    keep_probs = np.minimum(1.0, np.sqrt(ratios) + ratios)
    thresholds: npt.NDArray[np.uint32] = (keep_probs * (2**32 - 1)).astype(np.uint32)
    return thresholds
