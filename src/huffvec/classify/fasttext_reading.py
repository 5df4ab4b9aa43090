"""Classifiers from fastText's files: :mod:`huffvec.classify.fasttext` says how they compare."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from huffvec.classify.classifier import Classifier
from huffvec.classify.config import ClassifierConfig
from huffvec.classify.fasttext import LINE_END, RECORD
from huffvec.classify.feature_arrays import rows_of_buckets
from huffvec.classify.features import Features
from huffvec.corpus.labelled.options import LABEL_PREFIX
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, FormatError
from huffvec.files.opening import open_content
from huffvec.files.paths import PathLike
from huffvec.formats.fasttext_binary import (
    CLASSIFIER,
    HIERARCHICAL_SOFTMAX,
    NEGATIVE_SAMPLING,
    ONE_VS_ALL,
    SOFTMAX,
    vocabulary_of,
)
from huffvec.formats.fasttext_file import is_fasttext_file, read_fasttext_file
from huffvec.formats.fasttext_layout import ARGS, FastTextArgs, FastTextFile
from huffvec.formats.fasttext_trees import fasttext_tree
from huffvec.objectives import FullSoftmax, HierarchicalSoftmax
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax
from huffvec.objectives.one_vs_all import OneVsAll
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.objectives.bound import BoundObjective
    from huffvec.product_codes import ProductCodes
    from huffvec.weights import Weights


def is_fasttext_classifier(path: Path) -> bool:
    """Return whether a file is a classifier of fastText, by its first bytes."""
    with open_content(path) as content:
        start = content.file.read(8 + ARGS.size)
    if len(start) < 8 + ARGS.size or not is_fasttext_file(path):
        return False
    return FastTextArgs(*ARGS.unpack_from(start, 8)).architecture == CLASSIFIER


def read_fasttext_classifier(path: PathLike) -> Classifier:
    """Return the classifier in a ``.bin`` or ``.ftz`` file; its matrices are memory-mapped.

    Raises
    ------
    FormatError
        If the file cannot be read, is damaged or of another version, or holds no classifier.
    """
    content = read_fasttext_file(path, quantized=True)
    if content.args.architecture != CLASSIFIER:
        raise FormatError(
            f"{str(path)!r} is a model of word vectors, no classifier; open it with huffvec.load "
            "or huffvec.load_vectors"
        )
    labels, prefix = _labels_of(path, content)
    words = vocabulary_of(path, content)
    try:
        config = _config_of(content)
        features = _features_of(content, words, config)
        bound = _bound(content.args, labels)
        weights, codes = _tables_of(content, features.n_rows, bound)
    except (ConfigError, FormatError) as error:
        raise FormatError(f"{str(path)!r} is damaged or not supported: {error}") from error
    record = {**asdict(content.args), "n_tokens": content.n_tokens, "version": content.version}
    return Classifier(
        features=features,
        labels=labels,
        weights=weights,
        bound=bound,
        config=config,
        training={RECORD: {**record, "label_prefix": prefix}},
        codes=codes,
    )


def _labels_of(path: PathLike, content: FastTextFile) -> tuple[Vocabulary, str]:
    """Return the labels without their prefix, and the prefix."""
    names = content.words[:-1].split(b"\n")[content.n_words :]
    prefix = LABEL_PREFIX.encode()
    if not all(name.startswith(prefix) and name != prefix for name in names):
        prefix = b""
    joined = b"\n".join(name[len(prefix) :] for name in names)
    counts = content.counts[content.n_words :]
    try:
        labels = Vocabulary.from_bytes(np.frombuffer(joined, np.uint8), counts)
        labels.words  # noqa: B018  (checks that they are UTF-8)
    except FormatError as error:
        raise FormatError(f"{str(path)!r} is damaged: its labels: {error}") from None
    return labels, prefix.decode()


def _config_of(content: FastTextFile) -> ClassifierConfig:
    """Return how fastText trained, as far as its file tells."""
    args = content.args
    has_chars = args.max_n > 0 and content.version >= 12 and args.max_n >= args.min_n
    return ClassifierConfig(
        dim=args.dim,
        epochs=max(1, args.epochs),
        word_ngrams=max(1, args.word_ngrams),
        subwords=(max(1, args.min_n), args.max_n) if has_chars else None,
        min_count=max(1, args.min_count),
        buckets=max(1, args.buckets),
        weighting="mean",
    )


def _features_of(content: FastTextFile, words: Vocabulary, config: ClassifierConfig) -> Features:
    """Return the words, and which buckets have which rows."""
    codes, pruned, n_buckets = content.input_codes, content.pruned, content.args.buckets
    n_rows = len(content.input_vectors if codes is None else codes)
    if n_rows != len(words) + (n_buckets if pruned is None else len(pruned)):
        raise FormatError(f"{len(words):,} words, {n_buckets:,} buckets, but {n_rows:,} input rows")
    bucket_rows = None if pruned is None else rows_of_buckets(pruned, config.buckets, len(words))
    features = Features(config, words, bucket_rows, end_token=LINE_END)
    if features.has_ngrams and n_buckets == 0:
        raise FormatError("it has n-grams, but no buckets for them")
    return features


def _bound(args: FastTextArgs, labels: Vocabulary) -> BoundObjective:
    """Return the objective that gives fastText's probabilities."""
    if args.loss == HIERARCHICAL_SOFTMAX:
        tree = fasttext_tree(labels.counts)
        return BoundHierarchicalSoftmax(HierarchicalSoftmax(), labels.counts, tree)
    if args.loss in (NEGATIVE_SAMPLING, ONE_VS_ALL):
        return OneVsAll(link="logistic").for_counts(labels.counts)
    if args.loss == SOFTMAX:
        return FullSoftmax().for_counts(labels.counts)
    raise FormatError(f"its loss is number {args.loss}, and none of hs, ns, softmax and ova")


def _tables_of(
    content: FastTextFile, n_rows: int, bound: BoundObjective
) -> tuple[Weights, dict[str, ProductCodes]]:
    """Return the tables that are arrays and those that are codes."""
    output_vectors, output_codes = content.output_vectors, content.output_codes
    n_outputs = len(output_vectors if output_codes is None else output_codes)
    if n_outputs != content.n_labels:
        raise FormatError(f"{content.n_labels:,} labels, but {n_outputs:,} output rows")
    if isinstance(bound, BoundHierarchicalSoftmax):
        if output_codes is None:
            output_vectors = -output_vectors[: bound.n_outputs]
        else:
            output_codes = output_codes.scaled(-1).select(slice(bound.n_outputs))
    # Rows of buckets that no n-gram is in are left out.
    input_vectors, input_codes = content.input_vectors[:n_rows], content.input_codes
    input_codes = None if input_codes is None else input_codes.select(slice(n_rows))
    arrays = {INPUT_VECTORS: input_vectors, OUTPUT_VECTORS: output_vectors}
    codes = {INPUT_VECTORS: input_codes, OUTPUT_VECTORS: output_codes}
    return (
        {weight.name: table for weight, table in arrays.items() if codes[weight] is None},
        {weight.name: table for weight, table in codes.items() if table is not None},
    )
