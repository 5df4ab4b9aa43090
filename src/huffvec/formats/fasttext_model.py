"""Whole models from and to fastText's ``.bin`` files: vectors, output layer and options.

=================== ============================================================================
fastText            huffvec
=================== ============================================================================
skipgram, cbow      the architecture. fastText's skip-gram takes the center word for the input
                    and the context word for the target, huffvec's the other way round: over a
                    text these are the same pairs.
loss ns             `NegativeSampling` with noise_exponent 0.5; the output rows are the same.
loss hs             `HierarchicalSoftmax`. fastText predicts the bit of a word's code, huffvec its
                    opposite: the output rows change their sign, and one unused row goes. The tree
                    is the Huffman tree, with ties broken as fastText does.
loss softmax        `FullSoftmax`; the output rows are the same.
=================== ============================================================================

Written to ``.bin``: all objectives with an output row a word, those without a counterpart
as ``softmax``; hierarchical softmax with the tree that fastText makes of the same counts. Of other
trees (huffvec breaks ties otherwise, or the tree is no Huffman tree) the output rows mean
nothing to fastText: rows of zeros are written, with which fastText starts (gensim, which can train
such models further, crashes if there are none). Not written are the learning rate, which
fastText does not store, the seed, position weights and whatever else it lacks; vectors do not
depend on them. What a file says and huffvec has no place for is kept in the model's ``training``
record, so that a file that is read and written again is the same to the byte.
"""

from __future__ import annotations

import math
import os
import warnings
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.config import TrainingConfig
from huffvec.errors import ConfigError, FormatError
from huffvec.formats.fasttext_binary import (
    CBOW,
    CLASSIFIER,
    HIERARCHICAL_SOFTMAX,
    LR_UPDATE_RATE,
    NEGATIVE_SAMPLING,
    SKIPGRAM,
    SOFTMAX,
    content_of,
    input_of,
    subword_args,
    vocabulary_of,
)
from huffvec.formats.fasttext_file import (
    FastTextArgs,
    FastTextFile,
    read_fasttext_file,
    write_fasttext_file,
)
from huffvec.model import Model
from huffvec.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling, Objective
from huffvec.objectives.base import Tables
from huffvec.objectives.word_rows import WordRows
from huffvec.search.tables import row_blocks
from huffvec.subwords import Subwords
from huffvec.trees import Tree, tree_from_children

NOISE_EXPONENT = 0.5
ARCHITECTURES = {"cbow": CBOW, "skipgram": SKIPGRAM}
RECORD = "fasttext"


def read_fasttext_model(path: str | os.PathLike[str]) -> Model:
    """Return the model in a ``.bin`` file; its matrices are memory-mapped where they can be.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged, quantized or of another version, or holds a
        classifier, or vectors without an output layer.
    """
    content = read_fasttext_file(path)
    args = content.args
    if args.architecture == CLASSIFIER:
        raise FormatError(
            f"{str(path)!r} is a classifier of fastText; open its vectors with huffvec.load_vectors"
        )
    if not any(content.output_vectors[rows].any() for rows in row_blocks(content.output_vectors)):
        raise FormatError(
            f"{str(path)!r} has vectors, but no output layer; open them with huffvec.load_vectors"
        )
    vocabulary = vocabulary_of(path, content)
    input_vectors, subwords = input_of(path, content)
    try:
        objective, output_vectors = _objective_of(content)
        config = _config_of(args, subwords)
        tables = _tables_of(objective, vocabulary.counts, config)
        objective.check(output_vectors, len(vocabulary), tables)
    except (ConfigError, FormatError) as error:
        raise FormatError(f"{str(path)!r} is damaged or not supported: {error}") from error
    return Model(
        vocabulary=vocabulary,
        input_vectors=input_vectors,
        output_vectors=output_vectors,
        objective=objective,
        config=config,
        tables=tables,
        training={RECORD: {**asdict(args), "n_tokens": content.n_tokens}},
    )


def write_fasttext_model(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model as a ``.bin`` file; warns if the output layer cannot be kept.

    Raises
    ------
    FormatError
        If a word holds a NUL character, or words are hashed (floret's layout).
    OutputError
        If the file cannot be written.
    """
    args = _args_of(model)
    record = model.training.get(RECORD)
    n_tokens = model.training.get("raw_tokens", model.vocabulary.n_tokens)
    if isinstance(record, dict):
        args, n_tokens = _recorded(record, args, n_tokens)
    output_vectors = _output_of(model)
    if output_vectors is None:
        warnings.warn(
            "the output layer is not kept: fastText has none like it, or makes another tree of "
            "these words",
            stacklevel=2,
        )
        output_vectors = np.broadcast_to(np.float32(0), (len(model.vocabulary), args.dim))
    content = content_of(model.vocabulary, args, n_tokens, model.input_vectors, output_vectors)
    write_fasttext_file(path, content)


def fasttext_tree(counts: npt.NDArray[np.int64]) -> Tree:
    """Return the Huffman tree that fastText makes of counts.

    On a tie it takes an inner node before a leaf (huffvec: a leaf), as word2vec.c does. Inner nodes
    have the numbers of fastText's output rows. Counts need not descend.

    Raises
    ------
    FormatError
        If there are fewer than two words.
    """
    n_words = len(counts)
    if n_words < 2:
        raise FormatError("hierarchical softmax needs at least two words")
    weights: list[float] = [*counts.tolist(), *[math.inf] * (n_words - 1)]
    children = np.empty((n_words - 1, 2), np.int32)
    leaf, inner = n_words - 1, n_words
    for node in range(n_words - 1):
        total: float = 0
        for bit in range(2):
            if leaf >= 0 and weights[leaf] < weights[inner]:
                child, children[node, bit] = leaf, -1 - leaf
                leaf -= 1
            else:
                child, children[node, bit] = inner, inner - n_words
                inner += 1
            total += weights[child]
        weights[n_words + node] = total
    return tree_from_children(children, n_words)


def _objective_of(content: FastTextFile) -> tuple[Objective, npt.NDArray[np.float32]]:
    """Return the objective and its output rows."""
    args, output_vectors = content.args, content.output_vectors
    if args.loss == NEGATIVE_SAMPLING:
        return NegativeSampling(args.negatives, NOISE_EXPONENT), output_vectors
    if args.loss == SOFTMAX:
        return FullSoftmax(), output_vectors
    if args.loss == HIERARCHICAL_SOFTMAX:
        if len(output_vectors) != content.n_words:
            raise FormatError(f"{content.n_words:,} words, {len(output_vectors):,} output rows")
        return HierarchicalSoftmax(), -output_vectors[: content.n_words - 1]
    raise FormatError(f"its loss is number {args.loss}, and none of hs, ns and softmax")


def _tables_of(
    objective: Objective, counts: npt.NDArray[np.int64], config: TrainingConfig
) -> Tables:
    """Return the tables of an objective, with fastText's tree: `train_more` grows huffvec's."""
    if isinstance(objective, HierarchicalSoftmax):
        return fasttext_tree(counts).to_arrays()
    return objective.tables(counts, config)


def _config_of(args: FastTextArgs, subwords: Subwords | None) -> TrainingConfig:
    """Return how fastText trained, as far as its file tells."""
    names = {number: name for name, number in ARCHITECTURES.items()}
    if args.architecture not in names:
        raise FormatError(f"its architecture is number {args.architecture}")
    return TrainingConfig().with_options(
        architecture=names[args.architecture],
        dim=args.dim,
        window=args.window,
        epochs=args.epochs,
        subsample_threshold=args.subsample_threshold,
        min_count=args.min_count,
        mean_gradient="word2vec",
        subwords=subwords,
    )


def _args_of(model: Model) -> FastTextArgs:
    """Return the options of a model that huffvec trained, as fastText has them."""
    config, objective = model.config, model.objective
    losses = {
        NegativeSampling.name: NEGATIVE_SAMPLING,
        HierarchicalSoftmax.name: HIERARCHICAL_SOFTMAX,
    }
    return FastTextArgs(
        dim=int(model.input_vectors.shape[1]),
        window=config.window,
        epochs=config.epochs,
        min_count=min(config.min_count, 2**31 - 1),
        negatives=objective.negatives if isinstance(objective, NegativeSampling) else 5,
        word_ngrams=1,
        loss=losses.get(objective.name, SOFTMAX),
        architecture=ARCHITECTURES[config.architecture],
        **subword_args(config.subwords),
        lr_update_rate=LR_UPDATE_RATE,
        subsample_threshold=config.subsample_threshold,
    )


def _recorded(
    record: dict[str, Any], args: FastTextArgs, n_tokens: int
) -> tuple[FastTextArgs, int]:
    """Return options and tokens with what a file said and the model cannot tell."""
    kept = {name: record.get(name) for name in ("word_ngrams", "lr_update_rate")}
    if args.max_n == 0:
        kept["min_n"] = record.get("min_n")
    elif record.get("min_n") == 0 and args.min_n == 1:
        kept["min_n"] = 0
    numbers = {
        name: value
        for name, value in kept.items()
        if isinstance(value, int) and -(2**31) <= value < 2**31
    }
    recorded_tokens = record.get("n_tokens")
    if isinstance(recorded_tokens, int) and abs(recorded_tokens) < 2**63:
        n_tokens = recorded_tokens
    return replace(args, **numbers), n_tokens


def _output_of(model: Model) -> npt.NDArray[np.float32] | None:
    """Return the output rows as fastText has them; None if it would take them for others'."""
    rows = model.output_vectors
    if isinstance(model.objective, (NegativeSampling, WordRows)):
        return rows[: len(model.vocabulary)]  # of NCE's, a learned normaliser is the last one
    if not isinstance(model.objective, HierarchicalSoftmax):
        return None
    ours = Tree.from_arrays(model.tables, len(model.vocabulary))
    theirs = fasttext_tree(model.vocabulary.counts)
    if not (
        np.array_equal(ours.path_ids, theirs.path_ids) and np.array_equal(ours.codes, theirs.codes)
    ):
        return None
    return np.concatenate([-rows, np.zeros((1, rows.shape[1]), np.float32)])
