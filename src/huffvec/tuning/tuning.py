"""The whole tuning: read the text, try settings, train the best again, write the best."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffvec.comparison.candidates import candidates_of
from huffvec.comparison.split import split_corpus
from huffvec.config import TrainingConfig
from huffvec.corpus.encoding import open_corpus
from huffvec.corpus.options import InputOptions
from huffvec.corpus.readers.sources import expand, is_names
from huffvec.errors import ConfigError, OptionName
from huffvec.extras import require
from huffvec.files.paths import PathLike, as_paths
from huffvec.files.suffixes import check_suffix
from huffvec.files.writing import check_writable
from huffvec.learning_rates import default_learning_rate
from huffvec.objectives.naming import AnyObjective, check_none_of_objectives
from huffvec.training.run import TrainingRun
from huffvec.training.source import fingerprint
from huffvec.training.train import TrainKeywords, check_words_alone, corpus_facts
from huffvec.tuning.choices import WORDS
from huffvec.tuning.job import Budget, Job
from huffvec.tuning.log import TrialLog, log_of
from huffvec.tuning.models import KeptModels
from huffvec.tuning.options import TuningOptions
from huffvec.tuning.progress import SilentTrials, trials_progress_for
from huffvec.tuning.ranges import Ranges, space_of, with_if_asked
from huffvec.tuning.results import Tuning
from huffvec.tuning.runs import TrialRunner
from huffvec.tuning.scoring import HeldOut, Scorer, scorer_of
from huffvec.tuning.search_space import Settle

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.corpus.file import Corpus
    from huffvec.corpus.sentences import Sentences
    from huffvec.corpus.vocabulary import Vocabulary
    from huffvec.model import Model
    from huffvec.objectives import Objective


def tune(
    data: Any,
    objectives: AnyObjective | Sequence[AnyObjective] = "negative-sampling",
    output: PathLike = "best.toml",
    *,
    minutes: float | None = TuningOptions.minutes,
    trials: int | None = TuningOptions.trials,
    seeds: int = TuningOptions.seeds,
    search: Ranges | None = None,
    score: str | Callable[[Model], float] | None = None,
    pairs: PathLike | Sequence[PathLike] = (),
    analogies: PathLike | Sequence[PathLike] = (),
    config: TrainingConfig | Mapping[str, Any] | None = None,
    save_model: PathLike | None = None,
    progress: SilentTrials | bool | None = None,
    **options: Unpack[TrainKeywords],
) -> Tuning:
    """Search for the options with which a text is learned best.

    The first trial has the defaults. Every trial is kept in a log beside the output
    (``best.trials.jsonl``) at once: calling again with the same arguments goes on from there, also
    with more minutes or trials. The output is written whenever a better one is found.

    Parameters
    ----------
    data
        What `huffvec.train` takes; it is read once.
    objectives
        One, or several to search among (:mod:`huffvec.comparison.candidates`).
    output
        The configuration file to write (:mod:`huffvec.training.config_file`).
    minutes
        The time for all of it, from when the text is read; 10 if the trials are not given.
    trials
        The number of trials, at most.
    seeds
        With how many other seeds the best are trained again, as far as the time goes.
    search
        Names of options to search, with ranges if wanted: ``"learning_rate,epochs=2..20"``, a list
        of such texts, or a dict ``{"epochs": (2, 20), "dim": None}``. Left out: learning_rate,
        epochs, window, dim, samples and subsample_threshold (that one only with pairs, analogies or
        a function), if they are not given. ``architecture`` can be searched as well.
    score
        ``"held-out"``: the loss of a part of the text that is held out. ``"pairs"``,
        ``"analogies"``: the mean score in these files. ``"FILE.py:FUNCTION"`` or a function of a
        model: what it returns, more being better. Left out: the mean over all files that are
        given, or the held-out loss if there are none.
    pairs, analogies
        Files of word pairs and of analogies, as `huffvec.WordVectors.evaluate` takes them.
    config
        Options, or a dict of them. Those that are given are fixed.
    save_model
        Where to write the model of the best trial; it is not trained again.
    progress
        Told about the work while it goes on; True shows a bar in terminals, lines elsewhere.
    **options
        Fields of `TrainingConfig`, which are fixed, and of `huffvec.corpus.InputOptions`.

    Returns
    -------
    Tuning
        What was found.

    Raises
    ------
    ConfigError
        If an option cannot be used, nothing is left to search, the log is that of another tuning,
        or a function for scores fails.
    CorpusError
        If the input cannot be read, or has too few words.
    FormatError
        If a file of pairs or analogies, or the log, cannot be read.
    MissingExtraError
        If Optuna is not installed.
    OutputError
        If the output, the log or the model cannot be written.
    TrainingError
        If no trial could be finished.
    """
    require("optuna", "tuning")
    candidates = candidates_of(objectives)
    reading, training = InputOptions.split(options)
    check_none_of_objectives(training)
    config = TrainingConfig.of(config, **training)
    check_words_alone(config, reading, "tuning")
    asked = TuningOptions(minutes, trials, seeds)
    scorer = scorer_of(score, as_paths(pairs), as_paths(analogies))
    left_out = ("subsample_threshold",) if scorer.needs_split else ()
    searchable = with_if_asked(WORDS, *left_out)
    space_of(search, searchable, candidates, config, _settle_for(1.0))
    models = _checked_outputs(output, save_model)
    sink = trials_progress_for(sys.stderr) if progress is True else progress or SilentTrials()
    with (
        contextlib.closing(sink),
        open_corpus(
            data,
            reading,
            min_count=config.asked("min_count"),
            n_threads=config.threads(),
            progress=sink.stage,
        ) as corpus,
    ):
        config = config.but(min_count=corpus.record.min_count or config.min_count)
        train, vocabulary = _parts(corpus, scorer, config.min_count)
        if config.subwords is not None:
            config = config.but(subwords=config.subwords.fitted(vocabulary))
        settle = _settle_for(train.n_tokens / len(vocabulary))
        job = Job(
            TrialRunner(_start_of(train, vocabulary, corpus), scorer, sink),
            space_of(search, searchable, candidates, config, settle),
            TrialLog(log_of(output)),
            Path(output),
            f"{name_of(data)}, {train.n_tokens:,} tokens, {len(vocabulary):,} words",
            fingerprint(train),
            lambda found: found.write(reading),
            models,
        )
        return job.run(Budget(asked.minutes, asked.trials, asked.seeds))


def _checked_outputs(output: PathLike, save_model: PathLike | None) -> KeptModels | None:
    """Return where models are kept, once what is to be written can be."""
    if Path(output).suffix != ".toml":
        raise ConfigError(
            OptionName("output"), f" must be a name that ends in .toml, not {str(output)!r}"
        )
    check_writable(output)
    if save_model is None:
        return None
    check_suffix(save_model, "huffvec")
    check_writable(save_model)
    return KeptModels(save_model, lambda model, path: model.save(path, "huffvec"))


def _parts(corpus: Corpus, scorer: Scorer, min_count: int) -> tuple[Sentences, Vocabulary]:
    """Return what is trained on: a text, or all but what is held out."""
    if not isinstance(scorer, HeldOut):
        return corpus, corpus.vocabulary
    split = split_corpus(corpus, corpus.vocabulary, min_count, corpus.record.keep_words)
    scorer.split = split
    return split.train, split.vocabulary


def _start_of(
    train: Sentences, vocabulary: Vocabulary, corpus: Corpus
) -> Callable[[Objective, TrainingConfig], TrainingRun]:
    """Return what begins the training of a setting."""
    facts = corpus_facts(corpus.record)

    def start(objective: Objective, config: TrainingConfig) -> TrainingRun:
        run = TrainingRun(train, vocabulary, objective, config)
        run.facts.update(facts)
        return run

    return start


def _settle_for(mean_count: float) -> Settle:
    """Return what sets learning rates where a word occurs so often on the average."""

    def settle(config: TrainingConfig, objective: Objective) -> TrainingConfig:
        if config.learning_rate is not None:
            return config
        return config.but(learning_rate=default_learning_rate(config, objective, mean_count))

    return settle


def name_of(data: Any) -> str:
    """Return what the input is called."""
    names = [path.name for path in expand(data)] if is_names(data) else [type(data).__name__]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
