"""Continuing a model on new text, with a vocabulary that grows.

What becomes of the parts of a model, so that old words stay comparable with what they were:

words
    All old words stay. New ones come in that occur at least ``min_count`` times in the new text,
    by the rules of `huffvec.corpus.word_rules.WordRules`; ``max_words`` holds for both together.
counts
    Those of both texts are added. Words are sorted by them again, so that ids change.
input rows
    Old words (and n-grams, and the positions of the window) keep theirs. New words' start at
    random, as in a first training. All are trained, those too that were frozen.
output rows
    As the objective says (`huffvec.objectives.Objective.carry_over`): where each word has a row,
    old words keep theirs and new ones start from 0. In hierarchical softmax the tree is built anew;
    its inner nodes decide between old words as the old tree did, as far as one row can
    (:mod:`huffvec.trees.transfer`), and those that have old words on one side only start from 0.
documents
    Those that there are keep their vectors; where their tags occur in the new text as well, they
    are trained on from these. Others are added, and inferred in the end
    (:mod:`huffvec.training.trained_documents`). Numbers that are positions go on behind the largest
    that is a tag already.
noise, subsampling
    From the added counts.
learning rate
    Falls anew from its start to its end, over the new text. With another kind of objective, both
    are those by default, and with another start, the end is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.architectures import ARCHITECTURES, weights_of
from huffvec.cluster.encoding import encoders
from huffvec.cluster.options import Ray
from huffvec.config import TrainingConfig
from huffvec.corpus.encoding import is_encoded, open_corpus
from huffvec.corpus.options import RECORDED, InputOptions
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.tags import Tags, next_position
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.corpus.word_rules import RULES, WordRules
from huffvec.errors import ConfigError, OptionName
from huffvec.model import Model
from huffvec.objectives.naming import AnyObjective, as_objective, check_none_of_objectives
from huffvec.options import options_of
from huffvec.training.callback_list import as_callback
from huffvec.training.callbacks import Callback
from huffvec.training.checkpoint import Checkpoints
from huffvec.training.checkpoint_writer import CheckpointWriter
from huffvec.training.elsewhere import reached, replicas_of, trained_by
from huffvec.training.run import FIRST_POSITION, TrainingRun
from huffvec.training.source import CorpusSource, in_ids_of
from huffvec.training.train import corpus_facts, train_watched, with_tags
from huffvec.training.trained_documents import OLD_TAGS
from huffvec.weights import Rows

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from huffvec.objectives import Objective
    from huffvec.training.train import TrainKeywords
    from huffvec.weights import FloatTable

# What the rows of a model are decides these, and those of its architecture.
FIXED = ("architecture", "dim", "subwords")


def train_more(
    model: Model,
    data: Any,
    objective: AnyObjective | None = None,
    *,
    heldout: Any = None,
    callbacks: Callback | Sequence[Callback] | None = None,
    checkpoints: Checkpoints | None = None,
    progress: bool = False,
    cluster: Ray | None = None,
    device: str | None = None,
    **options: Unpack[TrainKeywords],
) -> Model:
    """Continue a model on new text; the model itself stays as it is.

    Parameters
    ----------
    model
        What to go on from.
    data
        The new text, as for `huffvec.train`.
    objective
        Objective to train with; the model's own if left out. Another kind starts with new output
        rows.
    heldout, callbacks, checkpoints, progress, cluster, device
        As for `huffvec.train`.
    **options
        Fields of `TrainingConfig` and `huffvec.corpus.InputOptions` that replace those that the
        model was trained with.

    Returns
    -------
    Model
        The model with both texts' words.

    Raises
    ------
    ConfigError
        If an option is unknown, out of range, or decided by the model, its tree was made for its
        own words only, or documents have tags, but the model has no vectors for them.
    CorpusError, OutputError, MissingExtraError, TrainingError
        As for `huffvec.train`.
    """
    _check_fixed(model.config, options)
    as_before = InputOptions.recorded(model.training, RECORDED)
    reading, training = InputOptions.split({**as_before, **options})
    check_none_of_objectives(training)
    reading = _with_tags(model, reading, data)
    objective = model.objective if objective is None else as_objective(objective)
    config = model.config.with_options(**{**_anew(model, objective, training), **training})
    objective.check_files()
    if checkpoints:
        checkpoints.check_none()
    source = CorpusSource.of(data, reading) if checkpoints else None
    callback = as_callback(callbacks, progress)
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.closing(callback))
        stack.enter_context(reached(cluster, device, config))
        opened = open_corpus(
            data,
            reading.without_rules(),
            min_count=None if is_encoded(data) else 1,
            n_threads=config.threads(),
            progress=callback.stage,
            spread=encoders(cluster),
        )
        corpus = stack.enter_context(opened)
        vocabulary, old_ids = grow(
            model.vocabulary, corpus.vocabulary, config.min_count, reading.rules
        )
        encoded = in_ids_of(corpus, vocabulary)
        first, tags = _tags(model, encoded, reading)
        replicas = replicas_of(cluster)
        run = TrainingRun(encoded, vocabulary, objective, config, tags=tags, replicas=replicas)
        carry_over(model, run, old_ids)
        rules = InputOptions.recorded(asdict(reading), RULES)
        tagged = _facts_of_tags(model, first)
        run.facts = {**corpus_facts(corpus.record), **rules, **tagged, "before": model.training}
        writer = CheckpointWriter(checkpoints, source) if checkpoints else None
        with trained_by(run, cluster, device):
            train_watched(run, callback, heldout, reading, writer)
        return run.model()


def _with_tags(model: Model, reading: InputOptions, data: Any) -> InputOptions:
    """Return how to read the text: as documents, if the model has documents.

    Raises
    ------
    ConfigError
        If the text has tags, and the model no documents.
    """
    if reading.has_documents and model.tags is None:
        raise ConfigError(
            "the text has tags of documents, but the model has no documents: it was trained by "
            f"{model.config.architecture}; leave tags and tag columns out"
        )
    return with_tags(model.config, reading, data)


def _tags(model: Model, corpus: Sentences, reading: InputOptions) -> tuple[int | None, Tags | None]:
    """Return the first new document's number, if its tag is one, and all documents' tags."""
    if model.tags is None:
        return None, None
    tags, first = corpus.tags, None
    if tags is None or (tags.are_positions and not reading.has_given_tags):
        first = next_position(model.tags)
        tags = Tags.by_position(corpus.sentence_offsets, first)
    return first, tags.added_to(model.tags)


def _facts_of_tags(model: Model, first: int | None) -> dict[str, int]:
    """Return what the record of training says of documents, where there are any."""
    facts = {} if first is None else {FIRST_POSITION: first}
    return facts if model.tags is None else {**facts, OLD_TAGS: len(model.tags)}


def _anew(model: Model, objective: Objective, given: Mapping[str, Any]) -> dict[str, None]:
    """Return the options that are not the model's, but as by default: the folder, maybe rates."""
    names = ["offload_folder"]
    if type(objective) is not type(model.objective):
        names += ["learning_rate", "min_learning_rate"]
    elif "learning_rate" in given:
        names.append("min_learning_rate")
    return dict.fromkeys(names)


def _check_fixed(config: TrainingConfig, options: Mapping[str, Any]) -> None:
    """Raise ConfigError if an option is another one than the model's weights decide."""
    for name in _fixed(config):
        before = getattr(config, name)
        if options.get(name, before) != before:
            raise ConfigError(
                OptionName(name), f" is {before!r} in the model and cannot be changed: leave it out"
            )


def _fixed(config: TrainingConfig) -> tuple[str, ...]:
    """Return the options that a model's weights decide."""
    own = ARCHITECTURES[config.architecture]
    only_for = ("architecture", config.architecture)
    names = [name for name, o in options_of(TrainingConfig).items() if o.only_for == only_for]
    by_position = any(weight.rows is Rows.POSITIONS for weight in own.weights(config, n_tags=0))
    return (*FIXED, *names, *(("window",) if by_position else ()))


def grow(
    old: Vocabulary, new: Vocabulary, min_count: int, rules: WordRules | None = None
) -> tuple[Vocabulary, npt.NDArray[np.int64]]:
    """Return the old words and those of the new that the rules let in, with added counts.

    Returns
    -------
    tuple
        The vocabulary, sorted by count and then by UTF-8 bytes, and the id that each of its words
        has in the old one, int64 (n_words,), -1 for new words.
    """
    ids = dict(zip(old.words, range(len(old)), strict=True))
    known = np.array([ids.get(word, -1) for word in new.words], np.int64)
    counts = old.counts.copy()
    counts[known[known >= 0]] += new.counts[known >= 0]
    added = np.flatnonzero(known < 0)
    unseen = [new.words[k] for k in added.tolist()]
    added = added[
        (rules or WordRules()).admitted(unseen, new.counts[added].tolist(), min_count, len(old))
    ]
    words = old.words + [new.words[k] for k in added.tolist()]
    counts = np.concatenate([counts, new.counts[added]])
    order = sorted(range(len(words)), key=lambda k: (-counts[k], words[k].encode()))
    old_ids = np.array(order, np.int64)
    old_ids[old_ids >= len(old)] = -1
    return Vocabulary([words[k] for k in order], counts[order]), old_ids


def carry_over(model: Model, run: TrainingRun, old_ids: npt.NDArray[np.int64]) -> None:
    """Put a model's weights into those of a run that has not begun.

    Parameters
    ----------
    model
        Where the weights come from.
    run
        Its weights are as at the start, and are changed.
    old_ids
        The id in the model of every word of the run, -1 for new words.
    """
    for weight in weights_of(run.config):
        new, old = run.weights[weight.name], model.weights[weight.name]
        if weight.rows is Rows.INPUTS:
            _carry_inputs(new, old, run.config, len(model.vocabulary), old_ids)
        elif weight.rows is Rows.OUTPUTS:
            run.bound.carry_over(new, model.bound, old, old_ids)
        else:
            ARCHITECTURES[run.config.architecture].carry_over(weight, new, old)


def _carry_inputs(
    new: FloatTable,
    old: FloatTable,
    config: TrainingConfig,
    n_old_words: int,
    old_ids: npt.NDArray[np.int64],
) -> None:
    """Put the rows of old words, and those of n-grams, into their places."""
    if not ARCHITECTURES[config.architecture].has_word_vectors:
        return
    if config.subwords is not None and config.subwords.hash_words:
        new[:] = old  # words have no rows of their own
        return
    known = np.flatnonzero(old_ids >= 0)
    new[known] = old[old_ids[known]]
    new[len(old_ids) :] = old[n_old_words:]  # of n-grams
