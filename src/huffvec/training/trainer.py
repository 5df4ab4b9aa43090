"""From files or an encoded corpus to a trained model."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from huffvec.config import TrainingConfig, TrainingOptions
from huffvec.corpus.encoded import EncodedCorpus, encode
from huffvec.corpus.sources import PathLike, expand_paths
from huffvec.corpus.vocabulary import Vocabulary, count_words
from huffvec.errors import CorpusError, FormatError
from huffvec.model import Model
from huffvec.objectives import NegativeSampling, Objective
from huffvec.training.callbacks import Callback, as_callback
from huffvec.training.checkpoint import Checkpoint, Checkpoints, read_newest
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.run import TrainingRun, check_vocabulary
from huffvec.training.source import CorpusSource, fingerprint

if TYPE_CHECKING:
    from typing_extensions import Unpack


def train(
    files: PathLike | Sequence[PathLike],
    objective: Objective | None = None,
    *,
    config: TrainingConfig | None = None,
    errors: str = "strict",
    heldout: PathLike | Sequence[PathLike] | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
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
    heldout
        Text files that are not trained on, as ``files``; how well they are predicted is measured
        after every epoch, for logs and `huffvec.training.callbacks.EarlyStopping`.
    callbacks
        Told about the work while it goes on: progress on a terminal, logs, early stopping. One or
        several of :mod:`huffvec.training.callbacks`; silent if left out.
    checkpoints
        Where and how often to write checkpoints, from which `resume` continues; none if left out.
    **options
        Fields of `TrainingConfig` that replace those of ``config``, e.g. ``dim=200``.

    Returns
    -------
    Model
        The trained model, in memory.

    Raises
    ------
    ConfigError
        If an option is unknown or out of range, or there are checkpoints of an earlier run.
    CorpusError
        If a file cannot be read as text, or too few words are left.
    OutputError
        If the temporary files of the encoded corpus cannot be written, or no checkpoints can.
    TrainingError
        If the numbers stop being finite.
    """
    config = (config or TrainingConfig()).with_options(**options)
    objective = objective or NegativeSampling()
    objective.check_files()
    if checkpoints:
        checkpoints.check_none()
    callback = as_callback(callbacks)
    paths = expand_paths(files)
    threads = config.threads()
    with contextlib.closing(callback):
        counted = count_words(
            paths,
            min_count=config.min_count,
            n_threads=threads,
            errors=errors,
            progress=callback.stage,
        )
        check_vocabulary(counted.vocabulary)
        source = CorpusSource.of(paths, errors)
        with encode(
            paths,
            counted.vocabulary,
            n_threads=threads,
            errors=errors,
            progress=callback.stage,
            stamps=counted.stamps,
        ) as corpus:
            run = TrainingRun(corpus, counted.vocabulary, objective, config)
            run.facts["raw_tokens"] = counted.n_raw_tokens
            writer = CheckpointWriter(checkpoints, source) if checkpoints else None
            run.train(callback, heldout, writer)
            return run.model()


def train_encoded(
    corpus: EncodedCorpus,
    vocabulary: Vocabulary,
    objective: Objective | None = None,
    config: TrainingConfig | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    *,
    heldout: PathLike | Sequence[PathLike] | None = None,
) -> Model:
    """Train vectors on a corpus that is encoded already with the vocabulary.

    The parameters and errors are those of `train`.
    """
    run = TrainingRun(corpus, vocabulary, objective or NegativeSampling(), config)
    run.train(as_callback(callbacks), heldout)
    return run.model()


def resume(
    checkpoint: PathLike,
    files: PathLike | Sequence[PathLike] | None = None,
    *,
    n_threads: int | None = None,
    heldout: PathLike | Sequence[PathLike] | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Model:
    """Continue a run from its newest checkpoint, exactly where it was.

    With one thread, the model is the same to the byte as that of a run without interruption (but
    for its times), as long as the processor has the same vector instructions.

    Parameters
    ----------
    checkpoint
        The file that `train` wrote. If it is damaged, the one before it is used, after a warning.
    files
        The text, if it is in another place now; it must be the same.
    n_threads
        Another number of threads.
    heldout, callbacks
        As for `train`: they are not part of the checkpoint.
    checkpoints
        Where and how often to go on writing checkpoints; as before if left out.

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
        files,
        n_threads=n_threads,
        heldout=heldout,
        callbacks=callbacks,
        checkpoints=checkpoints,
    )


def resume_from(
    found: Checkpoint,
    files: PathLike | Sequence[PathLike] | None = None,
    *,
    n_threads: int | None = None,
    heldout: PathLike | Sequence[PathLike] | None = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Model:
    """Do the work of `resume` for a checkpoint that is read already."""
    source = found.source
    if files is not None and source is not None:
        source = source.moved_to(expand_paths(files))
    if source is None:
        raise CorpusError(f"{str(found.path)!r} does not say where the text is: give it again.")
    source.check_sizes()
    checkpoints = checkpoints or found.checkpoints
    if os.fspath(checkpoints.path) != os.fspath(found.checkpoints.path):
        checkpoints.check_none()
    model = found.model
    if n_threads is not None:
        model.config = model.config.with_options(n_threads=n_threads)
    callback = as_callback(callbacks)
    with (
        contextlib.closing(callback),
        source.encode(
            model.vocabulary, n_threads=model.config.threads(), progress=callback.stage
        ) as corpus,
    ):
        if fingerprint(corpus) != found.fingerprint:
            raise CorpusError(
                f"the text is not the one that training began with: {', '.join(source.changed())}. "
                "Training can be resumed on the same text only: bring it back, or train anew."
            )
        run = resumed_run(found, corpus)
        writer = CheckpointWriter(checkpoints, source, found.fingerprint)
        run.train(callback, heldout, writer)
        return run.model()


def resumed_run(found: Checkpoint, corpus: EncodedCorpus) -> TrainingRun:
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
        weights=model,
        progress=found.progress,
    )
    if found.progress.chunks > run.n_chunks:
        raise FormatError(
            f"{str(found.path)!r} is damaged: it is at part {found.progress.chunks} of "
            f"{run.n_chunks}."
        )
    run.started = found.started
    run.facts = {name: model.training[name] for name in ("raw_tokens",) if name in model.training}
    return run


def _in_memory(model: Model) -> Model:
    """Return the model with nothing but the weights still in its file, which can be deleted."""
    vocabulary = model.vocabulary
    return replace(
        model,
        vocabulary=Vocabulary.from_bytes(vocabulary.word_bytes().copy(), vocabulary.counts.copy()),
        tables={name: array.copy() for name, array in model.tables.items()},
    )
