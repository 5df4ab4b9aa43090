"""The search for the options with which texts are classified best."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.defaults import settled
from huffvec.classify.label_weights import (
    LabelWeights,
    check_label_weights,
    weighted,
    weights_of_labels,
)
from huffvec.classify.preparing import shuffled
from huffvec.classify.quantizing import quantize
from huffvec.classify.run import ClassifierRun, check_examples
from huffvec.classify.saving import parts
from huffvec.classify.scoring import DEFAULT_MEASURE, Measured
from huffvec.classify.searchable import SEARCHABLE
from huffvec.classify.training import MANY_LABELS, TrainKeywords
from huffvec.classify.trials import ClassifierTrial, EncodedExamples, check_divided, divided
from huffvec.comparison.candidates import candidates_of
from huffvec.corpus.labelled import read_examples
from huffvec.corpus.labelled.options import ExampleOptions
from huffvec.corpus.sizes import parse_bytes
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, OptionName, TrainingError
from huffvec.extras import require
from huffvec.files.paths import PathLike
from huffvec.files.writing import check_writable
from huffvec.objectives import Objective
from huffvec.objectives.naming import AnyObjective, changed_options, text_of
from huffvec.progress import Progress
from huffvec.tuning.job import Budget, Job
from huffvec.tuning.log import TrialLog, log_of
from huffvec.tuning.models import KeptModels
from huffvec.tuning.options import TuningOptions
from huffvec.tuning.progress import SilentTrials, trials_progress_for
from huffvec.tuning.ranges import Ranges, space_of
from huffvec.tuning.results import Tuning
from huffvec.tuning.runs import TrialRunner
from huffvec.tuning.search_space import Settle
from huffvec.tuning.tuning import name_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Unpack

SUFFIX = ".hvclf"
VALIDATION_SHARE, MOST_VALIDATION = 0.1, 10_000


class ClassifierTuning(Tuning):
    """What a tuning of a classifier has found; its path is the model of the best trial."""

    @property
    def options(self) -> dict[str, Any]:
        """The best options as keyword arguments of `huffvec.classify.train`."""
        objective, config = self.best.trial.setting()
        return {"objective": text_of(objective), **changed_options(config)}

    def to_dict(self) -> dict[str, Any]:
        """Return the results as JSON values; nan is still in them."""
        found = super().to_dict()
        return {**found, "model": found.pop("config")}


def tune(
    data: Any,
    output: PathLike,
    objectives: AnyObjective | Sequence[AnyObjective] | None = None,
    *,
    minutes: float | None = TuningOptions.minutes,
    trials: int | None = TuningOptions.trials,
    seeds: int = TuningOptions.seeds,
    search: Ranges | None = None,
    measure: str = DEFAULT_MEASURE,
    validation: Any = None,
    model_size: int | str | None = None,
    label_weights: LabelWeights | None = None,
    config: ClassifierConfig | Mapping[str, Any] | None = None,
    progress: SilentTrials | bool | None = None,
    **options: Unpack[TrainKeywords],
) -> ClassifierTuning:
    """Search for the options with which texts are classified best; keep the best classifier.

    The first trials have the defaults. Every trial is kept in a log beside the output
    (``topics.trials.jsonl``) at once: calling again with the same arguments goes on from there,
    also with more minutes or trials.

    Parameters
    ----------
    data
        What `huffvec.classify.train` takes; it is read once.
    output
        Where the classifier of the best trial goes (``.hvclf``); it is not trained again.
    objectives
        One, or several to search among. Left out: the full softmax and one versus all, that which
        suits the examples first.
    minutes, trials, seeds
        As in `huffvec.tune`.
    search
        Names of options to search, with ranges if wanted: ``"learning_rate,epochs=2..20"``, a list
        of such texts, or a dict ``{"epochs": (2, 20), "word_ngrams": (1, 2)}``. Left out:
        learning_rate, epochs, dim, samples, word_ngrams, subwords, weighting, min_count and
        min_ngram_count, if they are not given.
    measure
        What is best: ``"p@1"``, ``"r@5"``, ``"ndcg@3"``, with any number, ``"f1-micro"``,
        ``"f1-macro"`` or ``"log-loss"``.
    validation
        Examples to measure by, as data. Left out: a tenth of data, at most 10,000 examples, which
        is then not trained on.
    model_size
        How many bytes the classifier's file may take, a number or text such as ``"2MB"``: what is
        larger is quantized (`huffvec.classify.quantize`), and measured as such.
    label_weights
        How much examples count by their labels in training, as in `huffvec.classify.train`.
    config
        Options, or a dict of them. Those that are given are fixed.
    progress
        Told about the work while it goes on; True shows a bar in terminals, lines elsewhere.
    **options
        Fields of `ClassifierConfig`, which are fixed, and of
        `huffvec.corpus.labelled.options.ExampleOptions`.

    Returns
    -------
    ClassifierTuning
        What was found.

    Raises
    ------
    ConfigError
        If an option cannot be used, nothing is left to search, or the log is that of another
        tuning.
    CorpusError
        If the examples cannot be read, or are too few.
    FormatError
        If the log cannot be read.
    MissingExtraError
        If Optuna is not installed.
    OutputError
        If the classifier or the log cannot be written.
    TrainingError
        If no trial could be finished.
    """
    require("optuna", "tuning")
    asked = TuningOptions(minutes, trials, seeds)
    weighting, max_size = check_label_weights(label_weights), parse_bytes("model_size", model_size)
    scorer = Measured(measure, max_size)
    reading, training = ExampleOptions.split(options)
    config = ClassifierConfig.of(config, **training)
    candidates = None if objectives is None else candidates_of(objectives, for_labels=True)
    some = candidates or candidates_of("full-softmax", for_labels=True)
    space_of(search, SEARCHABLE, some, config, _settle_for(1, Vocabulary(["any"], [1])))
    models = _checked_output(output)
    sink = trials_progress_for(sys.stderr) if progress is True else progress or SilentTrials()
    with contextlib.closing(sink):
        examples = _examples(data, validation, reading, config, sink.stage)
        weights = weights_of_labels(weighting, examples.labels)
        scorer.measure(examples)
        candidates = candidates or candidates_of(_objectives_for(examples), for_labels=True)
        check_examples(examples.of(config).train, examples.labels)
        settle = _settle_for(len(examples.train), examples.labels)
        job = Job(
            TrialRunner(_start_of(examples, reading, weights), scorer, sink, _finish_for(max_size)),
            space_of(search, SEARCHABLE, candidates, config, settle, ClassifierTrial),
            TrialLog(log_of(output)),
            Path(output),
            f"{name_of(data)}, {examples}",
            examples.fingerprint(weights),
            lambda found: None,  # the classifier is all that is written
            models,
            ClassifierTuning,
        )
        found = job.run(Budget(asked.minutes, asked.trials, asked.seeds))
        assert isinstance(found, ClassifierTuning)
        return found


def _checked_output(output: PathLike) -> KeptModels:
    """Return where classifiers are kept, once what is to be written can be."""
    if Path(output).suffix != SUFFIX:
        raise ConfigError(
            OptionName("output"), f" must be a name that ends in {SUFFIX}, not {str(output)!r}"
        )
    check_writable(output)
    return KeptModels(output, Classifier.save)


def _examples(
    data: Any,
    validation: Any,
    reading: ExampleOptions,
    config: ClassifierConfig,
    progress: Progress,
) -> EncodedExamples:
    """Return what is trained on and what measures it."""
    n_threads = config.threads()
    found = read_examples(data, reading, n_threads=n_threads, progress=progress)
    if validation is None:
        parts = divided(found, VALIDATION_SHARE, MOST_VALIDATION, config.seed)
        examples = EncodedExamples(*parts, n_threads)
        check_divided(examples)
        return examples
    held_out = read_examples(validation, reading, n_threads=n_threads, progress=progress)
    return EncodedExamples(found, held_out, n_threads)


def _objectives_for(examples: EncodedExamples) -> list[str]:
    """Return the objectives that are tried: that which examples have by default, and another."""
    has_several = examples.labels.n_tokens > len(examples.train)
    if len(examples.labels) >= MANY_LABELS:
        return ["label-tree" if has_several else "hierarchical-softmax"]
    found = ["full-softmax", "one-vs-all"]
    return found[::-1] if has_several else found


def _start_of(
    examples: EncodedExamples, reading: ExampleOptions, weights: npt.NDArray[np.float32] | None
) -> Callable[[Objective, ClassifierConfig], ClassifierRun]:
    """Return what begins the training of a setting."""
    facts = reading.record()

    def start(objective: Objective, config: ClassifierConfig) -> ClassifierRun:
        encoded = examples.of(config)
        train = shuffled(weighted(encoded.train, weights), config.seed)
        run = ClassifierRun(train, encoded.features, examples.labels, objective, config)
        run.facts.update(facts)
        return run

    return start


def _finish_for(max_size: int | None) -> Callable[[Classifier], Classifier]:
    """Return what makes a classifier small enough."""

    def finish(model: Classifier) -> Classifier:
        n_bytes = sum(array.nbytes for array in parts(model)[0].values())
        if max_size is None or n_bytes <= max_size:
            return model
        try:
            return quantize(model, max_size=max_size)
        except ConfigError as error:  # other trials may be smaller
            raise TrainingError(f"it cannot be made so small: {error}") from None

    return finish


def _settle_for(n_examples: int, labels: Vocabulary) -> Settle:
    """Return what sets defaults by the examples."""
    return lambda config, objective: settled(config, objective, n_examples, labels)
