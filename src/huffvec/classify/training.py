"""From examples in any form to a classifier."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig, ClassifierOptions
from huffvec.classify.config_file import read_config
from huffvec.classify.examples import Examples
from huffvec.classify.label_weights import (
    LabelWeights,
    check_label_weights,
    weighted,
    weights_of_labels,
)
from huffvec.classify.preparing import encode_heldout, prepare, shuffled
from huffvec.classify.run import ClassifierRun
from huffvec.cluster.joined import joined
from huffvec.cluster.options import Ray
from huffvec.cluster.trainer import spread
from huffvec.corpus.labelled import read_examples
from huffvec.corpus.labelled.options import ExampleKeywords, ExampleOptions
from huffvec.errors import DivergedError
from huffvec.files.paths import PathLike
from huffvec.objectives import FullSoftmax, LabelTree, Objective, OneVsAll, as_objective
from huffvec.objectives.naming import AnyObjective
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback
from huffvec.training.checkpoint import Checkpoints
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.config_file import with_config_file
from huffvec.training.source import CorpusSource
from huffvec.training.start import found_in, put_into, vectors_of
from huffvec.weights import INPUT_VECTORS

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.vectors.word_vectors import WordVectors


MANY_LABELS = 2_000  # from which on a row for each of several is slow
LOWERED, LOWERINGS = 3.0, 3  # what a default rate is divided by where it is too high; how often

_logger = logging.getLogger("huffvec")


class TrainKeywords(ClassifierOptions, ExampleKeywords, total=False):
    """The keyword arguments of `train` that are fields of its records, for type checkers."""


def train(
    data: Any,
    objective: AnyObjective | None = None,
    *,
    labels: Any = None,
    example_weights: Any = None,
    config: ClassifierConfig | Mapping[str, Any] | PathLike | None = None,
    heldout: Any = None,
    label_weights: LabelWeights | None = None,
    start_vectors: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
    cluster: Ray | None = None,
    **options: Unpack[TrainKeywords],
) -> Classifier:
    """Train a classifier on examples.

    With one thread the same seed gives the same classifier, byte for byte.

    Parameters
    ----------
    data
        Examples in any form, as `huffvec.classify.read_examples` takes them.
    objective
        How labels are predicted: an objective such as ``huffvec.NCE()``, its name (``"nce"``), or
        that with options (``"nce:samples=20"``). If left out, the full softmax where every example
        has one label; where some have several, one-vs-all, or with thousands of labels the label
        tree.
    labels, example_weights
        If data has the texts alone: the label, or the list of labels, of each, and how much each
        counts (1 if left out).
    config
        The options, or a dict of them; or a configuration file, which may say the objective and
        how to read as well (:mod:`huffvec.classify.config_file`). Defaults if left out.
    heldout
        Examples that are not trained on, in any form that data can have. Their loss, and the share
        of them whose most probable label is right, are measured after every epoch
        (`huffvec.classify.loss`), for logs and `huffvec.training.callbacks.EarlyStopping`.
    label_weights
        How much examples count by their labels: ``"balanced"``, so that all labels count the same;
        a dict, or a file with a label, a tab and a weight a line, where other labels have 1. An
        example with several labels has the mean of theirs.
    start_vectors
        Word vectors, or a file of them in any format, of the same ``dim``: words that are found
        there begin with their vectors.
    callbacks
        Told about the work while it goes on: progress on a terminal, logs, early stopping. One or
        several of :mod:`huffvec.training.callbacks`; silent if left out.
    checkpoints
        Where and how often to write checkpoints, from which `huffvec.classify.resume` continues;
        none if left out.
    progress
        Show a bar, in terminals and notebooks; lines elsewhere, on standard error.
    cluster
        Many machines to train on: `huffvec.Ray`; this process alone if left out.
    **options
        Fields of `ClassifierConfig` that replace those of ``config``, e.g. ``dim=50``, and of
        `ExampleOptions`, e.g. ``lowercase=True``.

    Returns
    -------
    Classifier
        The trained classifier, in memory.

    Raises
    ------
    ConfigError
        If an option is unknown or out of range, or there are checkpoints of an earlier run.
    CorpusError
        If the input cannot be read, there are fewer than two labels, all texts are empty, or all
        examples have the weight 0.
    OutputError
        If no checkpoints can be written.
    FormatError
        If a configuration file, or one of start vectors or of label weights, cannot be read.
    MissingExtraError
        If a package that this kind of input needs is not installed, or Ray.
    TrainingError
        If the numbers stop being finite, a callback stops training before anything was learned, or
        workers of a cluster die again and again.
    """
    config, objective, given = with_config_file(config, objective, options, read_config)
    reading, keywords = ExampleOptions.split(given)
    config = ClassifierConfig.of(config, **keywords)
    chosen = None if objective is None else as_objective(objective, for_labels=True)
    if chosen is not None:
        chosen.check_files()
    weighting = check_label_weights(label_weights)
    start = None if start_vectors is None else vectors_of(start_vectors, config.dim)
    if start is not None:
        config = config.but(dim=start.dim)
    if checkpoints:
        checkpoints.check_none()
    callback = as_callback(callbacks, progress)
    with contextlib.closing(callback), joined(cluster, config):
        source = source_of(data, reading, labels) if checkpoints else None
        found = read_examples(
            data,
            reading,
            labels=labels,
            weights=example_weights,
            n_threads=config.threads(),
            progress=callback.stage,
        )
        features, known, examples = prepare(found, config)
        weights = weights_of_labels(weighting, known)
        examples = shuffled(weighted(examples, weights), config.seed)
        chosen = chosen or default_objective(examples, len(known))
        run = ClassifierRun(examples, features, known, chosen, config, label_weights=weights)
        run.facts.update(reading.record())
        if start is not None:
            set_start(run, start)
        if label_weights is not None:
            run.facts["label_weights"] = weighting if isinstance(weighting, str) else "given"
        watched = heldout_examples(run, callback, heldout, reading)
        writer = CheckpointWriter(checkpoints, source) if checkpoints else None
        is_given = config.learning_rate is not None or config.min_learning_rate is not None
        lowerings = 0 if is_given else LOWERINGS
        work = partial(train_run, callback=callback, heldout=watched, writer=writer)
        return trained(run, start, lowerings, partial(work, cluster=cluster))


def source_of(data: Any, reading: ExampleOptions, labels: Any) -> CorpusSource[ExampleOptions]:
    """Return where examples are; texts whose labels are given apart are in no file."""
    return CorpusSource.of(data, reading) if labels is None else CorpusSource(reading)


def default_objective(examples: Examples, n_labels: int) -> Objective:
    """Return the objective that suits examples by how many labels there are and each has."""
    if examples.is_single_label:
        return FullSoftmax()
    return OneVsAll() if n_labels < MANY_LABELS else LabelTree()


def heldout_examples(
    run: ClassifierRun, callback: Callback, heldout: Any, reading: ExampleOptions
) -> Examples | None:
    """Return examples held out, of what `train` takes as such; ``None`` if there are none.

    Raises
    ------
    CorpusError
        If they have no label that is trained.
    """
    if heldout is None:
        return None
    found = read_examples(heldout, reading, n_threads=run.config.threads(), progress=callback.stage)
    return weighted(encode_heldout(found, run.features, run.vocabulary), run.label_weights)


def train_run(
    run: ClassifierRun,
    cluster: Ray | None,
    callback: Callback,
    heldout: Examples | None,
    writer: CheckpointWriter | None,
) -> None:
    """Train a run, on a cluster if there is one; the others as for `ClassifierRun.train`."""
    with spread(run, cluster):
        run.train(callback, heldout, writer)


def trained(
    run: ClassifierRun,
    start: WordVectors | None,
    lowerings: int,
    work: Callable[[ClassifierRun], None],
) -> Classifier:
    """Return the classifier of a run, begun anew at a lower rate as often as it diverges.

    Texts that are hardly different, with different labels, add up their steps, as no rule of
    defaults foresees.

    Parameters
    ----------
    run, start
        What to train, and the vectors that it starts with.
    lowerings
        How often the rate may be lowered.
    work
        Trains a run.
    """
    facts = dict(run.facts)
    for _ in range(lowerings):
        try:
            work(run)
            return run.model()
        except DivergedError:
            before = run.rates.start
        lower = float(f"{before / LOWERED:.3g}")
        _logger.warning(
            "Training diverged at the learning rate %g; it begins anew at %g.", before, lower
        )
        run = run.anew(lower)
        if start is not None:
            set_start(run, start)
        run.facts = dict(facts)
    work(run)
    return run.model()


def set_start(run: ClassifierRun, vectors: WordVectors) -> None:
    """Begin with the vectors of words that are found there, and record how many these are.

    Raises
    ------
    ConfigError
        If none is.
    """
    words = run.features.words.words
    n_found = put_into(run.weights[INPUT_VECTORS.name], vectors, words, found_in(vectors, words))
    run.facts["start_vectors"] = {"found": n_found, "words": len(words)}
