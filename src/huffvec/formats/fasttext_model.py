"""Whole models from and to fastText's ``.bin`` files: vectors, output layer and options.

=================== ============================================================================
fastText            huffvec
=================== ============================================================================
skipgram, cbow      the architecture. fastText's skip-gram takes the center word for the input
                    and the context word for the target, huffvec's the other way round: over a
                    text these are the same pairs.
loss ns             `NegativeSampling` with the proposal unigram^0.5; the output rows are the same.
loss hs             `HierarchicalSoftmax`. fastText predicts the bit of a word's code, huffvec its
                    opposite: the output rows change their sign, and one unused row goes. The tree
                    is the Huffman tree, with ties broken as fastText does. A file that says 0
                    negatives was written by gensim: its tree has ties broken as gensim does, and
                    the bits are predicted as here.
loss softmax        `FullSoftmax`; the output rows are the same.
=================== ============================================================================

Written to ``.bin``: all objectives with an output row a word, those without a counterpart
as ``softmax``; hierarchical softmax with the tree that fastText makes of the same counts. Of other
trees (huffvec breaks ties otherwise, or the tree is no Huffman tree) the output rows mean
nothing to fastText: rows of zeros are written, with which fastText starts (gensim, which can train
such models further, crashes if there are none). Not written are the learning rate, which
fastText does not store, the seed, position weights and whatever else it lacks; vectors do not
depend on them. What a file says and huffvec has no place for is kept in the model's ``training``
record, so that a file that is read and written again is the same to the byte (without the rows
of n-grams that no word has, where min_n is above max_n).
"""

from __future__ import annotations

import os
import warnings
from dataclasses import asdict, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.config import TrainingConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.formats.fasttext_binary import (
    CBOW,
    CLASSIFIER,
    HIERARCHICAL_SOFTMAX,
    LR_UPDATE_RATE,
    NEGATIVE_SAMPLING,
    ONE_VS_ALL,
    SKIPGRAM,
    SOFTMAX,
    content_of,
    input_of,
    subword_args,
    vocabulary_of,
)
from huffvec.formats.fasttext_file import read_fasttext_file, write_fasttext_file
from huffvec.formats.fasttext_layout import VERSION, VERSIONS, FastTextArgs, FastTextFile
from huffvec.formats.fasttext_trees import fasttext_tree, gensim_tree
from huffvec.model import Model
from huffvec.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling, Objective
from huffvec.objectives.bound import BoundObjective, BoundWordRows
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax
from huffvec.subwords import Subwords
from huffvec.trees import Tree
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

PROPOSAL = "unigram^0.5"
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
    if not has_output_layer(content):
        raise FormatError(
            f"{str(path)!r} has vectors, but no output layer; open them with huffvec.load_vectors"
        )
    vocabulary = vocabulary_of(path, content)
    input_vectors, subwords = input_of(path, content)
    try:
        objective, output_vectors = _objective_of(content)
        config = _config_of(args, subwords)
        bound = _bound(objective, vocabulary, config, args)
        bound.check(output_vectors)
    except (ConfigError, FormatError) as error:
        raise FormatError(f"{str(path)!r} is damaged or not supported: {error}") from error
    return Model(
        vocabulary=vocabulary,
        weights={INPUT_VECTORS.name: input_vectors, OUTPUT_VECTORS.name: output_vectors},
        bound=bound,
        config=config,
        training={
            RECORD: {**asdict(args), "n_tokens": content.n_tokens, "version": content.version}
        },
    )


def has_output_layer(content: FastTextFile) -> bool:
    """Return whether a file has an output layer: rows that are not all zeros."""
    rows = content.output_vectors
    return any(rows[block].any() for block in row_blocks(rows))


def write_fasttext_model(path: str | os.PathLike[str], model: Model) -> None:
    """Write a model as a ``.bin`` file; warns if the output layer cannot be kept.

    Raises
    ------
    FormatError
        If a word holds a NUL character, or words are hashed (floret's layout).
    OutputError
        If the file cannot be written.
    """
    subwords, dim = model.config.subwords, int(model.input_vectors.shape[1])
    args = _args_of(model.config, model.objective, subwords, dim)
    n_tokens = model.training.get("raw_tokens", model.vocabulary.n_tokens)
    record, version = model.training.get(RECORD), VERSION
    if isinstance(record, dict):
        args = _recorded(record, args)
        n_tokens = _recorded_number(record, "n_tokens", 63, n_tokens)
        version = record.get("version", VERSION)
        version = version if version in VERSIONS else VERSION
    output_vectors = _output_of(model, args)
    if output_vectors is None:
        warnings.warn(
            "the output layer is not kept: fastText has none like it, or makes another tree of "
            "these words",
            stacklevel=2,
        )
        output_vectors = np.broadcast_to(np.float32(0), (len(model.vocabulary), args.dim))
    content = content_of(model.vocabulary, args, n_tokens, model.input_vectors, output_vectors)
    write_fasttext_file(path, replace(content, version=version))


def _objective_of(content: FastTextFile) -> tuple[Objective, npt.NDArray[np.float32]]:
    """Return the objective and its output rows."""
    args, output_vectors = content.args, content.output_vectors
    if args.loss == NEGATIVE_SAMPLING:
        return NegativeSampling(args.negatives, PROPOSAL), output_vectors
    if args.loss == SOFTMAX:
        return FullSoftmax(), output_vectors
    if args.loss == HIERARCHICAL_SOFTMAX:
        if len(output_vectors) != content.n_words:
            raise FormatError(f"{content.n_words:,} words, {len(output_vectors):,} output rows")
        nodes = output_vectors[: content.n_words - 1]
        return HierarchicalSoftmax(), nodes if is_gensims(args) else -nodes
    what = "one-vs-all (ova)" if args.loss == ONE_VS_ALL else f"number {args.loss}"
    raise FormatError(
        f"its loss is {what}, and none of hs, ns and softmax. Its vectors alone can be opened, "
        "with huffvec.load_vectors."
    )


def is_gensims(args: FastTextArgs) -> bool:
    """Return whether gensim wrote a file of hierarchical softmax: fastText's negatives are never 0.

    The default is 5, though hierarchical softmax draws none.
    """
    return args.loss == HIERARCHICAL_SOFTMAX and args.negatives == 0


def _bound(
    objective: Objective, vocabulary: Vocabulary, config: TrainingConfig, args: FastTextArgs
) -> BoundObjective:
    """Return the objective with its words and the file's tree: `train_more` grows huffvec's."""
    if isinstance(objective, HierarchicalSoftmax):
        tree = _tree_of(args, vocabulary.counts)
        return BoundHierarchicalSoftmax(objective, vocabulary.counts, tree)
    return objective.bind(vocabulary, config)


def _tree_of(args: FastTextArgs, counts: npt.NDArray[np.int64]) -> Tree:
    """Return the tree that the program which wrote a file makes of its counts."""
    if not is_gensims(args):
        return fasttext_tree(counts)
    warnings.warn(
        "the file says 0 negatives, so it is taken for one of gensim, whose tree of words that "
        "occur equally often is another one than fastText's",
        stacklevel=2,
    )
    return gensim_tree(counts)


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
        min_count=max(1, args.min_count),
        mean_gradient="word2vec",
        subwords=subwords,
    )


def _args_of(
    config: TrainingConfig, objective: Objective, subwords: Subwords | None, dim: int
) -> FastTextArgs:
    """Return the options of a model that huffvec trained, as fastText has them."""
    losses = {
        NegativeSampling.name: NEGATIVE_SAMPLING,
        HierarchicalSoftmax.name: HIERARCHICAL_SOFTMAX,
    }
    return FastTextArgs(
        dim=dim,
        window=config.reach,
        epochs=config.epochs,
        min_count=min(config.min_count, 2**31 - 1),
        negatives=objective.samples if isinstance(objective, NegativeSampling) else 5,
        word_ngrams=1,
        loss=losses.get(objective.name, SOFTMAX),
        architecture=ARCHITECTURES[config.architecture],
        **subword_args(subwords),
        lr_update_rate=LR_UPDATE_RATE,
        subsample_threshold=config.subsample_threshold,
    )


def _recorded(record: dict[str, Any], args: FastTextArgs) -> FastTextArgs:
    """Return options with what a file said, where the model is still as it was read from there.

    Options that huffvec knows otherwise or not at all (0 as min_count, the negatives of a
    hierarchical softmax …) are those of the file unless the model's were changed since.
    """
    names = [field.name for field in fields(FastTextArgs) if field.type == "int"]
    said = {name: _recorded_number(record, name, 31, getattr(args, name)) for name in names}
    said["buckets"] = args.buckets  # there must be as many as rows
    read_as = {
        "min_count": max(1, said["min_count"]),
        "negatives": said["negatives"] if args.loss == NEGATIVE_SAMPLING else args.negatives,
        "min_n": max(1, said["min_n"]) if args.max_n else args.min_n,
        "max_n": said["max_n"] if args.max_n else args.max_n,
        "word_ngrams": args.word_ngrams,
        "lr_update_rate": args.lr_update_rate,
    }
    unchanged = {
        name: value
        for name, value in said.items()
        if read_as.get(name, value) == getattr(args, name)
    }
    return replace(args, **unchanged)


def _recorded_number(record: dict[str, Any], name: str, n_bits: int, default: int) -> int:
    """Return a whole number of a record, or the default if it has none that fits in the file."""
    value = record.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return default
    return value if -(2**n_bits) <= value < 2**n_bits else default


def _output_of(model: Model, args: FastTextArgs) -> npt.NDArray[np.float32] | None:
    """Return the output rows as fastText has them; None if it would take them for others'."""
    rows, bound = model.output_vectors, model.bound
    if isinstance(bound, BoundWordRows):
        return rows[: len(model.vocabulary)]  # of NCE's, a learned normaliser is the last one
    if not isinstance(bound, BoundHierarchicalSoftmax):
        return None
    ours = bound.tree
    gensims = is_gensims(args)
    theirs = (gensim_tree if gensims else fasttext_tree)(model.vocabulary.counts)
    if not (
        np.array_equal(ours.path_ids, theirs.path_ids) and np.array_equal(ours.codes, theirs.codes)
    ):
        return None
    last = np.zeros((1, rows.shape[1]), np.float32)
    return np.concatenate([rows if gensims else -rows, last])
