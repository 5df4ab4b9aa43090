"""A run of the engine on the tables of a gensim model, as its attributes say."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.config import TrainingConfig
from huffvec.corpus.sentences import Sentences
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError
from huffvec.gensim.tables import architecture_of, tables_of
from huffvec.gensim.tree_and_noise import TreeAndNoise
from huffvec.model import Model
from huffvec.objectives import HierarchicalSoftmax, NegativeSampling, Objective
from huffvec.subwords import Subwords
from huffvec.training.run import TrainingRun
from huffvec.trees import Tree


def run_for(model: Any, sentences: Sentences, first_epoch: int, n_epochs: int) -> TrainingRun:
    """Return a run that trains some of a model's epochs, its rows still to be set.

    Parameters
    ----------
    model
        A model of gensim's with its vocabulary and tables.
    sentences
        The text in its indexes.
    first_epoch, n_epochs
        The epochs, of those that the model's rate falls over.

    Raises
    ------
    ConfigError, CorpusError, FormatError
        If the engine cannot train what the model's attributes say.
    """
    return TrainingRun(
        sentences,
        _vocabulary(model.wv),
        _objective(model),
        _config(model, sentences.longest_sentence, first_epoch, n_epochs),
        chunk_tokens=model.batch_words,
        frozen=_frozen(model),
        keep_probs=keep_probs(model.wv),
        set_rows=False,  # gensim has
    )


def check(model: Any) -> None:
    """Raise what `run_for` raises because of a model, before there are sentences."""
    _objective(model)
    _vocabulary(model.wv)
    _frozen(model)
    _config(model, 2, 0, model.epochs)


def trained_model(model: Any) -> Model:
    """Return a model of gensim's as one of huffvec's, with the same tables.

    They are copied only where two make one. Words are called by their numbers.

    Raises
    ------
    ConfigError
        If the engine cannot do what the model's attributes say.
    """
    vocabulary = _vocabulary(model.wv)
    config = _architecture(model).with_options(seed=model.seed % 2**31)
    weights = {
        name: arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
        for name, arrays in tables_of(model).items()
    }
    return Model(vocabulary, weights, _objective(model).bind(vocabulary, config), config)


def keep_probs(wv: Any) -> npt.NDArray[np.float64]:
    """Return how likely a token of each word is trained, as gensim has worked it out."""
    probs: npt.NDArray[np.float64] = wv.expandos["sample_int"] / (2**32 - 1)
    return probs


def _vocabulary(wv: Any) -> Vocabulary:
    """Return the counts, with the words where n-grams are of them: keys need not be text."""
    counts = wv.expandos["count"]
    if getattr(wv, "bucket", 0):
        return Vocabulary(wv.index_to_key, counts)
    numbers = "\n".join(map(str, range(len(counts))))
    return Vocabulary.from_bytes(np.frombuffer(numbers.encode(), np.uint8), counts)


def _objective(model: Any) -> Objective:
    noise = None
    if model.negative:
        noise = NegativeSampling(samples=model.negative, proposal=f"unigram^{model.ns_exponent}")
        if not model.hs:
            return noise
    paths, codes = model.wv.expandos["point"], model.wv.expandos["code"]
    offsets = np.concatenate([[0], np.cumsum([len(path) for path in paths])]).astype(np.int64)
    path_ids = np.concatenate(list(paths)).astype(np.int32)
    tree = Tree(offsets, path_ids, np.concatenate(list(codes)).astype(np.uint8))
    return TreeAndNoise(tree=tree, noise=noise) if noise else HierarchicalSoftmax(tree=tree)


def _config(model: Any, longest_sentence: int, first_epoch: int, n_epochs: int) -> TrainingConfig:
    """Return the options: the gradients are shared out as in gensim, whose rates these are."""
    start = model._get_next_alpha(0.0, first_epoch)
    end = model._get_next_alpha(1.0, first_epoch + n_epochs - 1)
    return _architecture(model, longest_sentence).with_options(
        epochs=n_epochs,
        learning_rate=start,
        min_learning_rate=min(start, end),
        n_threads=model.workers,
        seed=int(model.random.randint(0, 2**31 - 1)),
    )


def _architecture(model: Any, longest_sentence: int | None = None) -> TrainingConfig:
    """Return the options that say what predicts."""
    architecture = architecture_of(model)
    window = 1 if architecture == "dbow" else model.window  # of which dbow makes no use
    if longest_sentence is not None and not model.shrink_windows:
        window = min(window, max(1, longest_sentence - 1))
    return TrainingConfig(
        architecture=architecture,
        dim=model.layer1_size,
        window=window,
        window_draw="uniform" if model.shrink_windows else "fixed",
        mean_gradient="word2vec",
        subwords=_subwords(model.wv),
    )


def _subwords(wv: Any) -> Subwords | None:
    if not getattr(wv, "bucket", 0):
        return None
    return Subwords(min_n=wv.min_n, max_n=wv.max_n, buckets=wv.bucket)


def _frozen(model: Any) -> npt.NDArray[np.uint8] | None:
    """Return which words keep their vectors.

    Raises
    ------
    ConfigError
        If some are trained by a part only, or n-grams or tags are not all trained.
    """
    wv = model.wv
    if hasattr(model, "dv"):
        if (model.dv.vectors_lockf != 1).any():
            raise ConfigError("dv.vectors_lockf locks vectors of tags")
        if architecture_of(model) == "dbow":  # words have no vectors that are trained
            return None
    names = ["vectors_lockf"]
    if hasattr(wv, "vectors_vocab"):
        names = ["vectors_vocab_lockf", "vectors_ngrams_lockf"]
    locks = [getattr(wv, name) for name in names]
    if all((lock == 1).all() for lock in locks):
        return None
    if len(locks) > 1 or not np.isin(locks[0], (0, 1)).all():
        raise ConfigError(f"{' or '.join(names)} lock rows by a part, or n-grams")
    frozen: npt.NDArray[np.uint8] = np.resize(locks[0] == 0, len(wv)).astype(np.uint8)
    return frozen
