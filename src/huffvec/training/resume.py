"""Continuing an interrupted run from its checkpoint, exactly where it was."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from huffvec.cluster.encoding import encoders
from huffvec.cluster.options import Ray
from huffvec.cluster.rounds import RECORDED as ROUNDS
from huffvec.corpus.encoding import is_encoded, open_corpus
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.tags import Tags
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import CorpusError, FormatError
from huffvec.files.paths import PathLike
from huffvec.model import Model
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback
from huffvec.training.checkpoint import (
    Checkpoint,
    Checkpoints,
    ModelT,
    WordsCheckpoint,
    read_newest,
)
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.elsewhere import reached, trained_by
from huffvec.training.run import FIRST_POSITION, TrainingRun
from huffvec.training.source import CorpusSource, ReadingT, fingerprint, in_ids_of
from huffvec.training.train import train_watched
from huffvec.training.trained_documents import OLD_TAGS

if TYPE_CHECKING:
    from huffvec.training.loop import TrainingLoop


def resume(
    checkpoint: PathLike,
    data: Any = None,
    *,
    n_threads: int | None = None,
    offload_folder: str | os.PathLike[str] | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
    cluster: Ray | None = None,
    device: str | None = None,
) -> Model:
    """Continue a run from its newest checkpoint, exactly where it was.

    With one thread, or ``deterministic``, the model is the same to the byte as that of a run
    without interruption (but for its times), as long as the processor has the same vector
    instructions.

    Parameters
    ----------
    checkpoint
        The file that `train` wrote. If it is damaged, the one before it is used, after a warning.
    data
        The text, if it is in another place now or was no file; it must be the same. See `train`.
    n_threads
        Another number of threads.
    offload_folder
        Another folder for the tables (`huffvec.TrainingConfig`); that of the interrupted run if
        left out.
    heldout, callbacks
        As for `train`: they are not part of the checkpoint.
    checkpoints
        Where and how often to write checkpoints from here on; if left out, as in the interrupted
        run.
    progress, cluster, device
        As for `train`; the number of workers or the device may be another one.

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
        offload_folder=offload_folder,
        heldout=heldout,
        callbacks=callbacks,
        checkpoints=checkpoints,
        progress=progress,
        cluster=cluster,
        device=device,
    )


def resume_from(
    found: WordsCheckpoint,
    data: Any = None,
    *,
    n_threads: int | None = None,
    offload_folder: str | os.PathLike[str] | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
    cluster: Ray | None = None,
    device: str | None = None,
) -> Model:
    """Do the work of `resume` for a checkpoint that is read already."""
    source = source_now(found, data)
    data = source.paths if data is None else data
    checkpoints = checkpoints_now(found, checkpoints)
    model = found.model
    model.config = model.config.but(**of_this_run(n_threads, offload_folder))
    callback = as_callback(callbacks, progress)
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(callback))
        stack.enter_context(reached(cluster, device, model.config))
        opened = open_corpus(
            data,
            InputOptions() if is_encoded(data) else source.options.without_rules(),
            vocabulary=None if is_encoded(data) else model.vocabulary,
            n_threads=model.config.threads(),
            progress=callback.stage,
            spread=encoders(cluster),
        )
        corpus = stack.enter_context(opened)
        encoded = in_ids_of(corpus, model.vocabulary)
        tags = _tags(model, encoded)
        check_same(found, source, fingerprint(encoded, tags))
        run = resumed_run(found, encoded, tags)
        writer = CheckpointWriter(checkpoints, source, found.fingerprint)
        with trained_by(run, cluster, device):
            train_watched(run, callback, heldout, source.options, writer)
        return run.model()


def of_this_run(
    n_threads: int | None, offload_folder: str | os.PathLike[str] | None
) -> dict[str, Any]:
    """Return the options that a run goes on with where others are given: they change no result."""
    options = {"n_threads": n_threads, "offload_folder": offload_folder}
    return {name: value for name, value in options.items() if value is not None}


def source_now(found: Checkpoint[ModelT, ReadingT], data: Any) -> CorpusSource[ReadingT]:
    """Return where the text of a run is: as it was, or where data is.

    Raises
    ------
    CorpusError
        If it is nowhere, or a file is missing or has another size.
    """
    source = found.source
    if data is not None:
        source = source.moved_to(data)
    elif not source.stamps:
        raise CorpusError(
            f"{str(found.path)!r} does not say where the text is, because it was not a file: give "
            "the text again."
        )
    source.check_sizes()
    return source


def checkpoints_now(
    found: Checkpoint[ModelT, ReadingT], checkpoints: Checkpoints | None
) -> Checkpoints:
    """Return where checkpoints are written from here on.

    Raises
    ------
    ConfigError
        If that is another place, and there are some of another run.
    """
    checkpoints = checkpoints or found.checkpoints
    if os.fspath(checkpoints.path) != os.fspath(found.checkpoints.path):
        checkpoints.check_none()
    return checkpoints


def check_same(
    found: Checkpoint[ModelT, ReadingT], source: CorpusSource[ReadingT], digest: str
) -> None:
    """Raise CorpusError unless what was read now is what the run began with."""
    if digest != found.fingerprint:
        changed = f": {', '.join(source.changed())}" if source.stamps else ""
        raise CorpusError(
            f"the text is not the one that training began with{changed}. Training can be "
            "resumed on the same text only: bring it back, or train anew."
        )


def _tags(model: Model, corpus: Sentences) -> Tags | None:
    """Return the tags of a run's documents, in the ids of the model's tags."""
    if model.tags is None:
        return None
    first = model.training.get(FIRST_POSITION)
    tags = corpus.tags if first is None else None
    tags = tags or Tags.by_position(corpus.sentence_offsets, first or 0)
    return tags.within(_copied(model.tags))


def _copied(vocabulary: Vocabulary) -> Vocabulary:
    """Return a vocabulary in memory."""
    return Vocabulary.from_bytes(vocabulary.word_bytes().copy(), vocabulary.counts.copy())


def resumed_run(found: WordsCheckpoint, corpus: Sentences, tags: Tags | None = None) -> TrainingRun:
    """Return the run as it was at a checkpoint; tags are those of its documents, if it has any.

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
        position=found.position,
        frozen=found.arrays.get("frozen"),
        tags=tags,
    )
    names = ("raw_tokens", "start_vectors", *RECORDED, FIRST_POSITION, OLD_TAGS, "before", ROUNDS)
    take_up(run, found, found.model.training, names)
    return run


def take_up(
    run: TrainingLoop[Any],
    found: Checkpoint[ModelT, ReadingT],
    training: Mapping[str, Any],
    names: Iterable[str],
) -> None:
    """Give a run that goes on its start, and what the record of training says under some names.

    Raises
    ------
    FormatError
        If the checkpoint says that more was trained than there is, or is where a deterministic
        run makes none.
    """
    at = found.position.chunks
    if at > run.n_chunks:
        raise FormatError(f"{str(found.path)!r} is damaged: it is at part {at} of {run.n_chunks}.")
    if not run.trainer.begins_at(at):
        raise FormatError(f"{str(found.path)!r} is damaged: no round of chunks begins at {at}.")
    run.started = found.started
    run.facts = {name: training[name] for name in names if name in training}


def _in_memory(model: Model) -> Model:
    """Return the model with nothing but the weights still in its file, which can be deleted."""
    vocabulary = _copied(model.vocabulary)
    arrays = {name: array.copy() for name, array in model.bound.arrays().items()}
    bound = model.objective.restore(vocabulary.counts, arrays)
    return replace(model, vocabulary=vocabulary, bound=bound)
