"""Models from fastText's ``.bin`` files: :mod:`huffvec.model.fasttext` says how they compare."""

from __future__ import annotations

import warnings
from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from huffvec.arrays import row_blocks
from huffvec.config import TrainingConfig
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.paths import PathLike
from huffvec.formats.fasttext_binary import (
    CLASSIFIER,
    HIERARCHICAL_SOFTMAX,
    NEGATIVE_SAMPLING,
    ONE_VS_ALL,
    SOFTMAX,
    input_of,
    vocabulary_of,
)
from huffvec.formats.fasttext_file import read_fasttext_file
from huffvec.formats.fasttext_layout import FastTextArgs, FastTextFile
from huffvec.formats.fasttext_trees import fasttext_tree, gensim_tree
from huffvec.model.fasttext import ARCHITECTURES, RECORD, is_gensims
from huffvec.model.model import Model
from huffvec.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling, Objective
from huffvec.objectives.bound import BoundObjective
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax
from huffvec.subwords import Subwords
from huffvec.trees import Tree
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

PROPOSAL = "unigram^0.5"


def read_fasttext_model(path: PathLike) -> Model:
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
            f"{str(path)!r} is a classifier of fastText; open it with huffvec.classify.load, or "
            "its vectors with huffvec.load_vectors"
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
