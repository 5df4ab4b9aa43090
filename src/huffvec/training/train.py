"""From any input to a trained model."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES
from huffvec.cluster.encoding import encoders
from huffvec.cluster.options import Ray
from huffvec.config import TrainingConfig, TrainingOptions
from huffvec.corpus.contexts import check_contexts
from huffvec.corpus.encoding import is_encoded, open_corpus
from huffvec.corpus.file import CorpusRecord
from huffvec.corpus.given_words import GivenVocabulary, as_vocabulary
from huffvec.corpus.options import RECORDED, InputKeywords, InputOptions
from huffvec.corpus.tag_sources import as_documents
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, OptionName
from huffvec.evaluation.heldout import open_heldout
from huffvec.files.paths import PathLike
from huffvec.model import Model
from huffvec.objectives import as_objective
from huffvec.objectives.naming import AnyObjective, check_none_of_objectives
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback
from huffvec.training.checkpoint import Checkpoints
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.config_file import with_config_file
from huffvec.training.elsewhere import reached, replicas_of, trained_by
from huffvec.training.run import TrainingRun
from huffvec.training.source import CorpusSource
from huffvec.training.start import StartVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack


class TrainKeywords(TrainingOptions, InputKeywords, total=False):
    """The keyword arguments of `train` that are fields of its records, for type checkers."""


def train(
    data: Any,
    objective: AnyObjective | None = None,
    *,
    config: TrainingConfig | Mapping[str, Any] | PathLike | None = None,
    vocabulary: GivenVocabulary | None = None,
    offsets: npt.ArrayLike | None = None,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    start_vectors: Any = None,
    freeze: bool = False,
    progress: bool = False,
    cluster: Ray | None = None,
    device: str | None = None,
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
        The options, or a dict of them; or a configuration file, which may say the objective and
        how to read as well (:mod:`huffvec.training.config_file`). Defaults if left out.
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
    cluster
        Many machines to train on: `huffvec.Ray`; this process alone if left out.
    device
        What PyTorch is to train on (extra ``torch``): ``"cuda"``, ``"cuda:1"``, ``"mps"``,
        ``"xpu"``, or ``"cpu"``; the engine trains if left out.
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
        If an option is unknown or out of range, there are checkpoints of an earlier run, or there
        is no such device.
    CorpusError
        If the input cannot be read, too few words are left, or nothing can be learned: no sentence
        has two tokens, or subsampling leaves none that has.
    OutputError
        If the temporary files of the encoded corpus cannot be written, or no checkpoints can.
    FormatError
        If a configuration file, or one of start vectors, cannot be read.
    MissingExtraError
        If a package that this kind of input needs is not installed, or Ray, or PyTorch.
    TrainingError
        If the numbers stop being finite, a callback stops training before anything was learned, or
        workers of a cluster die again and again.
    """
    config, objective, keywords = with_config_file(config, objective, options)
    reading, training = InputOptions.split(keywords)
    check_none_of_objectives(training)
    config = TrainingConfig.of(config, **training)
    reading = with_tags(config, reading, data)
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
        stack.enter_context(reached(cluster, device, config))
        opened = open_corpus(
            data,
            reading,
            min_count=config.asked("min_count"),
            vocabulary=vocabulary,
            offsets=offsets,
            n_threads=config.threads(),
            progress=callback.stage,
            spread=encoders(cluster),
        )
        corpus = stack.enter_context(opened)
        record, replicas = corpus.record, replicas_of(cluster)
        config = config.with_options(min_count=record.min_count or config.min_count)
        if start is None:
            run = TrainingRun(corpus, corpus.vocabulary, objective, config, replicas=replicas)
        else:
            run = start.begin(corpus, objective, config, replicas)
        run.facts.update(corpus_facts(record))
        writer = CheckpointWriter(checkpoints, source) if checkpoints else None
        with trained_by(run, cluster, device):
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


def with_tags(config: TrainingConfig, reading: InputOptions, data: Any) -> InputOptions:
    """Return how to read the text: as documents, where they are.

    An encoded corpus has tags already, or is of sentences, which are documents by position as well.

    Raises
    ------
    ConfigError
        If documents have tags, but the architecture no vectors for them.
    """
    if not ARCHITECTURES[config.architecture].has_documents:
        for name in ("tags", "tag_column"):
            if getattr(reading, name) is not None:
                raise ConfigError(
                    OptionName(name),
                    " is for vectors of documents: choose how they are trained (",
                    OptionName("architecture", "dbow"),
                    ", dbow-words or dm), or leave it out",
                )
        return reading
    return reading if is_encoded(data) else as_documents(reading)


def check_words_alone(config: TrainingConfig, reading: InputOptions, what: str) -> None:
    """Raise ConfigError if texts are documents, for which something is not made."""
    for name in ("tags", "tag_column"):
        if getattr(reading, name) is not None:
            raise ConfigError(
                OptionName(name), f" is for vectors of documents, but {what} is for those of words"
            )
    if ARCHITECTURES[config.architecture].has_documents:
        raise ConfigError(
            f"{what} is for vectors of words, not for those of documents (",
            OptionName("architecture", config.architecture),
            "): train models of these one by one, and compare them by how well they predict other "
            "documents (huffvec perplexity)",
        )


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
