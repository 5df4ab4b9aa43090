"""From any input to a trained model."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from huffvec.config import TrainingConfig, TrainingOptions
from huffvec.corpus.contexts import check_contexts
from huffvec.corpus.encoding import asked_min_count, is_encoded, open_corpus
from huffvec.corpus.file import CorpusRecord
from huffvec.corpus.given_words import GivenVocabulary, as_vocabulary
from huffvec.corpus.options import RECORDED, InputKeywords, InputOptions
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, CorpusError, FormatError
from huffvec.evaluation.heldout import open_heldout
from huffvec.files.reading import PathLike
from huffvec.model import Model
from huffvec.objectives import as_objective
from huffvec.objectives.naming import AnyObjective
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback
from huffvec.training.checkpoint import Checkpoint, Checkpoints, read_newest
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.run import TrainingRun
from huffvec.training.source import CorpusSource, fingerprint, in_ids_of
from huffvec.training.start import StartVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack


class TrainKeywords(TrainingOptions, InputKeywords, total=False):
    """The keyword arguments of `train` that are fields of its records, for type checkers."""


def train(
    data: Any,
    objective: AnyObjective | None = None,
    *,
    config: TrainingConfig | Mapping[str, Any] | None = None,
    vocabulary: GivenVocabulary | None = None,
    offsets: npt.ArrayLike | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    start_vectors: Any = None,
    freeze: bool = False,
    progress: bool = False,
    **options: Unpack[TrainKeywords],
) -> Model:
    """Train vectors on text, tables, token lists, ids or an encoded corpus.

    Parameters
    ----------
    data
        What `huffvec.encode` takes, or what it has made: file names; an iterable of sentences, gone
        through once; a table or a column; an array of ids.
    objective
        How the output layer is trained: an objective such as ``huffvec.NCE()``, its name
        (``"nce"``), or that with options (``"nce:samples=20"``); `NegativeSampling` with its
        defaults if left out.
    config
        The options, or a dict of them; defaults if left out.
    vocabulary
        Words to use instead of counting them: others are left out, and ids and counts are its own.
        A `huffvec.Vocabulary`, a dict of words and counts, a file that ``huffvec vocab`` wrote, or
        anything that has a vocabulary.
    offsets
        Where each sequence begins in an array of ids and the last ends; one sequence if left out.
    heldout
        A text that is not trained on, in any form that data can have, but with the same options;
        how well it is predicted is measured after every epoch, for logs and
        `huffvec.training.callbacks.EarlyStopping`.
    callbacks
        Told about the work while it goes on: progress on a terminal, logs, early stopping. One or
        several of :mod:`huffvec.training.callbacks`; silent if left out.
    checkpoints
        Where and how often to write checkpoints, from which `resume` continues; none if left out.
    start_vectors
        Word vectors, or a file of them in any format, of the same ``dim``: words that are found
        there begin with their vectors, the others at random. The model's record says how many.
    freeze
        Whether the words that are found there keep their vectors, and only the others and the
        output layer are trained. Not with subwords.
    progress
        Show a bar, in terminals and notebooks; lines elsewhere, on standard error.
    **options
        Fields of `TrainingConfig` that replace those of ``config``, e.g. ``dim=200``, and of
        `huffvec.corpus.InputOptions`, e.g. ``column="text"``.

    Returns
    -------
    Model
        The trained model, in memory.

    Raises
    ------
    ConfigError
        If an option is unknown or out of range, or there are checkpoints of an earlier run.
    CorpusError
        If the input cannot be read, too few words are left, or nothing can be learned: no sentence
        has two tokens, or subsampling leaves none that has.
    OutputError
        If the temporary files of the encoded corpus cannot be written, or no checkpoints can.
    MissingExtraError
        If a package that this kind of input needs is not installed.
    TrainingError
        If the numbers stop being finite, or a callback stops training before anything was learned.
    """
    reading, training = InputOptions.split(options)
    min_count = asked_min_count(config, training)
    config = TrainingConfig.of(config, **training)
    objective = as_objective(objective)
    objective.check_files()
    start = StartVectors.of(start_vectors, freeze, config)
    if vocabulary is not None:
        vocabulary = as_vocabulary(vocabulary)
        _check_counts(vocabulary)
    if checkpoints:
        checkpoints.check_none()
    callback = as_callback(callbacks, progress)
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(callback))
        source = CorpusSource.of(data, reading) if checkpoints else None
        opened = open_corpus(
            data,
            reading,
            min_count=min_count,
            vocabulary=vocabulary,
            offsets=offsets,
            n_threads=config.threads(),
            progress=callback.stage,
        )
        corpus = stack.enter_context(opened)
        record = corpus.record
        config = config.with_options(min_count=record.min_count or config.min_count)
        if start is None:
            run = TrainingRun(corpus, corpus.vocabulary, objective, config)
        else:
            run = start.begin(corpus, objective, config)
        run.facts.update(corpus_facts(record))
        writer = CheckpointWriter(checkpoints, source) if checkpoints else None
        train_watched(run, callback, heldout, reading, writer)
        return run.model()


def train_watched(
    run: TrainingRun,
    callback: Callback,
    heldout: Any,
    reading: InputOptions,
    writer: CheckpointWriter | None = None,
) -> None:
    """Train a run, with a text held out if there is one: what `train` takes as such.

    Raises
    ------
    CorpusError
        If the held-out text has nothing to predict, before the work.
    """
    if heldout is None:
        return run.train(callback, None, writer)
    n_threads = run.config.threads()
    with open_heldout(
        heldout, run.vocabulary, reading, n_threads=n_threads, progress=callback.stage
    ) as corpus:
        check_contexts(corpus, run.vocabulary, "the held-out text")
        return run.train(callback, corpus, writer)


def corpus_facts(record: CorpusRecord) -> dict[str, Any]:
    """Return what a model's record of its training says about the text."""
    return {"raw_tokens": record.n_raw_tokens, **InputOptions.recorded(asdict(record), RECORDED)}


def _check_counts(vocabulary: Vocabulary) -> None:
    """Raise ConfigError at words without a count, which say nothing about how to draw them."""
    if len(vocabulary) and vocabulary.counts.min() == 0:
        word = vocabulary.words[int(vocabulary.counts.argmin())]
        raise ConfigError(
            f"vocabulary: the word {word!r} has count 0. Training needs a count of at least 1 for "
            "each word: huffvec.Vocabulary(words, counts)."
        )


def train_encoded(
    corpus: Sentences,
    vocabulary: Vocabulary,
    objective: AnyObjective | None = None,
    config: TrainingConfig | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    *,
    heldout: Any = None,
) -> Model:
    """Train vectors on a corpus that is encoded already with the vocabulary.

    The parameters and errors are those of `train`.
    """
    run = TrainingRun(corpus, vocabulary, as_objective(objective), config)
    train_watched(run, as_callback(callbacks), heldout, InputOptions())
    return run.model()


def resume(
    checkpoint: PathLike,
    data: Any = None,
    *,
    n_threads: int | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
) -> Model:
    """Continue a run from its newest checkpoint, exactly where it was.

    With one thread, the model is the same to the byte as that of a run without interruption (but
    for its times), as long as the processor has the same vector instructions.

    Parameters
    ----------
    checkpoint
        The file that `train` wrote. If it is damaged, the one before it is used, after a warning.
    data
        The text, if it is in another place now or was no file; it must be the same. See `train`.
    n_threads
        Another number of threads.
    heldout, callbacks
        As for `train`: they are not part of the checkpoint.
    checkpoints
        Where and how often to write checkpoints from here on; if left out, as in the interrupted
        run.
    progress
        As for `train`.

    Returns
    -------
    Model
        The trained model, in memory.

    Raises
    ------
    FormatError
        If there is no whole checkpoint.
    CorpusError
        If the text is missing or has changed.
    ConfigError, OutputError, TrainingError
        As for `train`.
    """
    return resume_from(
        read_newest(checkpoint),
        data,
        n_threads=n_threads,
        heldout=heldout,
        callbacks=callbacks,
        checkpoints=checkpoints,
    )


def resume_from(
    found: Checkpoint,
    data: Any = None,
    *,
    n_threads: int | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
) -> Model:
    """Do the work of `resume` for a checkpoint that is read already."""
    source = found.source
    if data is not None:
        source = source.moved_to(data)
    elif not source.stamps:
        raise CorpusError(
            f"{str(found.path)!r} does not say where the text is, because it was not a file: give "
            "the text again."
        )
    source.check_sizes()
    data = source.paths if data is None else data
    checkpoints = checkpoints or found.checkpoints
    if os.fspath(checkpoints.path) != os.fspath(found.checkpoints.path):
        checkpoints.check_none()
    model = found.model
    if n_threads is not None:
        model.config = model.config.with_options(n_threads=n_threads)
    callback = as_callback(callbacks, progress)
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(callback))
        opened = open_corpus(
            data,
            source.options.without_rules(),
            vocabulary=None if is_encoded(data) else model.vocabulary,
            n_threads=model.config.threads(),
            progress=callback.stage,
        )
        corpus = stack.enter_context(opened)
        encoded = in_ids_of(corpus, model.vocabulary)
        if fingerprint(encoded) != found.fingerprint:
            changed = f": {', '.join(source.changed())}" if source.stamps else ""
            raise CorpusError(
                f"the text is not the one that training began with{changed}. Training can be "
                "resumed on the same text only: bring it back, or train anew."
            )
        run = resumed_run(found, encoded)
        writer = CheckpointWriter(checkpoints, source, found.fingerprint)
        train_watched(run, callback, heldout, source.options, writer)
        return run.model()


def resumed_run(found: Checkpoint, corpus: Sentences) -> TrainingRun:
    """Return the run as it was at a checkpoint.

    Raises
    ------
    FormatError
        If the checkpoint says that more was trained than there is.
    """
    model = _in_memory(found.model)
    run = TrainingRun(
        corpus,
        model.vocabulary,
        model.objective,
        model.config,
        model=model,
        progress=found.progress,
        frozen=found.frozen,
    )
    if found.progress.chunks > run.n_chunks:
        raise FormatError(
            f"{str(found.path)!r} is damaged: it is at part {found.progress.chunks} of "
            f"{run.n_chunks}."
        )
    run.started = found.started
    names = ("raw_tokens", "start_vectors", *RECORDED, "before")
    run.facts = {name: model.training[name] for name in names if name in model.training}
    return run


def _in_memory(model: Model) -> Model:
    """Return the model with nothing but the weights still in its file, which can be deleted."""
    vocabulary = model.vocabulary
    vocabulary = Vocabulary.from_bytes(vocabulary.word_bytes().copy(), vocabulary.counts.copy())
    arrays = {name: array.copy() for name, array in model.bound.arrays().items()}
    bound = model.objective.restore(vocabulary.counts, arrays)
    return replace(model, vocabulary=vocabulary, bound=bound)
