"""Continuing the interrupted run of a classifier from its checkpoint, exactly where it was."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from huffvec.classify.classifier import Classifier
from huffvec.classify.file import classifier_of, read_classifier
from huffvec.classify.label_weights import weighted
from huffvec.classify.preparing import encode, shuffled
from huffvec.classify.run import ClassifierRun
from huffvec.classify.training import heldout_examples, train_run
from huffvec.cluster.joined import joined
from huffvec.cluster.options import Ray
from huffvec.cluster.rounds import RECORDED as ROUNDS
from huffvec.corpus.labelled import read_examples
from huffvec.corpus.labelled.options import REMEMBERED, ExampleOptions
from huffvec.files.paths import PathLike
from huffvec.files.safetensors_file import verify
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback
from huffvec.training.checkpoint import (
    Checkpoint,
    Checkpoints,
    check_unfinished,
    checkpoint_of,
    newest,
)
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.resume import (
    check_same,
    checkpoints_now,
    of_this_run,
    source_now,
    take_up,
)
from huffvec.training.source import CorpusSource

ClassifierCheckpoint: TypeAlias = Checkpoint[Classifier, ExampleOptions]
_KEPT = (*REMEMBERED, "start_vectors", "label_weights", "heldout_precision", ROUNDS)


def resume(
    checkpoint: PathLike,
    data: Any = None,
    *,
    labels: Any = None,
    example_weights: Any = None,
    n_threads: int | None = None,
    offload_folder: str | os.PathLike[str] | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
    cluster: Ray | None = None,
) -> Classifier:
    """Continue a run from its newest checkpoint, exactly where it was.

    With one thread, the classifier is the same to the byte as that of a run without interruption
    (but for its times), as long as the processor has the same vector instructions.

    Parameters
    ----------
    checkpoint
        The file that `huffvec.classify.train` wrote. If it is damaged, the one before it is used,
        after a warning.
    data
        The examples, if they are in another place now or were no file; they must be the same.
    labels, example_weights
        If data has the texts alone: as for `huffvec.classify.train`.
    n_threads
        Another number of threads.
    offload_folder
        Another folder for the tables (`huffvec.classify.ClassifierConfig`); that of the interrupted
        run if left out.
    heldout, callbacks
        As for `huffvec.classify.train`: they are not part of the checkpoint.
    checkpoints
        Where and how often to write checkpoints from here on; if left out, as in the interrupted
        run.
    progress, cluster
        As for `huffvec.classify.train`; the number of workers may be another one.

    Returns
    -------
    Classifier
        The trained classifier, in memory.

    Raises
    ------
    FormatError
        If there is no whole checkpoint.
    CorpusError
        If the examples are missing or have changed.
    ConfigError, OutputError, TrainingError
        As for `huffvec.classify.train`.
    """
    return resume_from(
        read_newest(checkpoint),
        data,
        labels=labels,
        example_weights=example_weights,
        n_threads=n_threads,
        offload_folder=offload_folder,
        heldout=heldout,
        callbacks=callbacks,
        checkpoints=checkpoints,
        progress=progress,
        cluster=cluster,
    )


def resume_from(
    found: ClassifierCheckpoint,
    data: Any = None,
    *,
    labels: Any = None,
    example_weights: Any = None,
    n_threads: int | None = None,
    offload_folder: str | os.PathLike[str] | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
    cluster: Ray | None = None,
) -> Classifier:
    """Do the work of `resume` for a checkpoint that is read already."""
    source = source_now(found, data) if labels is None else CorpusSource(found.source.options)
    data = source.paths if data is None else data
    checkpoints = checkpoints_now(found, checkpoints)
    model = found.model
    config = model.config.but(**of_this_run(n_threads, offload_folder))
    callback = as_callback(callbacks, progress)
    with contextlib.closing(callback), joined(cluster, config):
        weights = found.arrays.get("label_weights")
        reading = source.options
        texts = read_examples(
            data,
            reading,
            labels=labels,
            weights=example_weights,
            n_threads=config.threads(),
            progress=callback.stage,
        )
        examples = encode(texts, model.features, model.labels)
        run = ClassifierRun(
            shuffled(weighted(examples, weights), config.seed),
            model.features,
            model.labels,
            model.bound.objective,
            config,
            label_weights=weights,
            model=model,
            position=found.position,
        )
        check_same(found, source, run.fingerprint())
        take_up(run, found, model.training, _KEPT)
        writer = CheckpointWriter(checkpoints, source, found.fingerprint)
        watched = heldout_examples(run, callback, heldout, reading)
        train_run(run, cluster, callback, watched, writer)
        return run.model()


def read_newest(path: PathLike) -> ClassifierCheckpoint:
    """Return the newest checkpoint of a classifier that is whole; if others are newer, warn.

    Raises
    ------
    FormatError
        If there is no whole one.
    """
    return newest(path, _read_checkpoint)


def _read_checkpoint(path: Path, checkpoints: Checkpoints) -> ClassifierCheckpoint:
    """Return one checkpoint, once its checksums are found right.

    Nothing but the weights is still in its file, which can be deleted.
    """
    verify(path)
    info, tensors = read_classifier(path)
    check_unfinished(path, info.checkpoint)
    tensors = {name: rows if rows.ndim == 2 else rows.copy() for name, rows in tensors.items()}
    model = classifier_of(path, info, tensors)
    arrays = {name: tensors[name] for name in ("label_weights",) if name in tensors}
    return checkpoint_of(path, model, info.checkpoint, checkpoints, ExampleOptions, arrays)
