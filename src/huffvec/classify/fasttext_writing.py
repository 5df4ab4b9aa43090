"""Classifiers to fastText's files: :mod:`huffvec.classify.fasttext` says how they compare."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.classify.fasttext import LINE_END, RECORD
from huffvec.corpus.labelled.options import LABEL_PREFIX
from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.formats.fasttext_binary import (
    CLASSIFIER,
    HIERARCHICAL_SOFTMAX,
    LR_UPDATE_RATE,
    NEGATIVE_SAMPLING,
    ONE_VS_ALL,
    SOFTMAX,
)
from huffvec.formats.fasttext_layout import FastTextArgs, FastTextFile
from huffvec.formats.fasttext_output import write_fasttext_file
from huffvec.formats.fasttext_trees import fasttext_tree
from huffvec.model.fasttext_writing import recorded_number
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax
from huffvec.objectives.one_vs_all import BoundOneVsAll
from huffvec.objectives.predictor import SoftmaxPredictor
from huffvec.product_codes import encode_rows
from huffvec.weights import INPUT_VECTORS, OUTPUT_VECTORS

if TYPE_CHECKING:
    from huffvec.classify.classifier import Classifier
    from huffvec.trees import Tree

SUB_DIM = 2  # of what is written as .ftz and was not quantized before, as in fastText


def write_fasttext_classifier(
    path: PathLike, classifier: Classifier, *, approximate: bool = False
) -> None:
    """Write a classifier as fastText's ``.ftz`` file if path ends so, otherwise as ``.bin``.

    Parameters
    ----------
    path
        The file.
    classifier
        What to write.
    approximate
        Whether to write what fastText predicts other probabilities from: with other scales of
        texts, so that the order of labels stays but for ``</s>``.

    Raises
    ------
    FormatError
        If fastText has nothing like it, or would predict other probabilities; or a word or label
        holds a NUL character.
    OutputError
        If the file cannot be written.
    """
    is_quantized = Path(path).suffix.lower() == ".ftz"
    loss, label_counts = _loss_of(classifier)
    differences = [] if approximate else _differences(classifier, loss, is_quantized)
    if differences:
        raise FormatError(
            f"fastText would predict other probabilities: {'; '.join(differences)}. Ask for an "
            "approximate file if the order of labels is enough"
        )
    content = FastTextFile(
        _args_of(classifier, loss),
        _n_tokens(classifier),
        _entries(classifier),
        np.concatenate([np.maximum(classifier.features.words.counts, 1), label_counts]),
        len(classifier.labels),
        _no_rows(classifier) if is_quantized else _input_of(classifier),
        _output_of(classifier, loss),
    )
    write_fasttext_file(path, _quantized(content, classifier) if is_quantized else content)


def _differences(classifier: Classifier, loss: int, is_quantized: bool) -> list[str]:
    """Return why fastText would predict other probabilities, in words."""
    features, found = classifier.features, []
    if features.idf is not None:
        found.append("its texts have tfidf weights, and fastText's none (train with mean)")
    if features.has_ngrams and features.end_token != LINE_END:
        found.append(f"fastText ends every text with the word {LINE_END}, which is in n-grams")
    if features.has_ngrams and features.bucket_rows is not None and not is_quantized:
        n_lacking = int(np.count_nonzero(features.bucket_rows < 0))
        if n_lacking:
            found.append(
                f"{n_lacking:,} buckets of n-grams have no row, which only .ftz files can say (or "
                "train with a min_ngram_count of 0)"
            )
    if classifier.calibration is not None and _slope(classifier, loss) is None:
        found.append("its probabilities are calibrated")
    return found


def _slope(classifier: Classifier, loss: int) -> float | None:
    """Return what a calibration multiplies the scores by; None if there is no such."""
    calibration = classifier.calibration
    if loss != SOFTMAX or calibration is None or calibration.top is not None:
        return None
    return calibration.curve.slope


def _loss_of(classifier: Classifier) -> tuple[int, npt.NDArray[np.int64]]:
    """Return the loss by fastText's number, and the counts of labels to write.

    Raises
    ------
    FormatError
        If fastText has no such objective.
    """
    bound, counts = classifier.bound, np.maximum(classifier.labels.counts, 1)
    if isinstance(bound, BoundOneVsAll):
        if bound.objective.link != "logistic":
            raise FormatError(
                "fastText knows one-vs-all with a logistic link only: train with the objective "
                "one-vs-all:link=logistic"
            )
        was = classifier.training.get(RECORD, {}).get("loss")
        return NEGATIVE_SAMPLING if was == NEGATIVE_SAMPLING else ONE_VS_ALL, counts
    if isinstance(bound, BoundHierarchicalSoftmax):
        return HIERARCHICAL_SOFTMAX, _counts_of(bound.tree, counts)
    predictor = classifier.predictor
    if type(predictor) is SoftmaxPredictor and not predictor.offsets.any():
        return SOFTMAX, counts
    raise FormatError(f"fastText has no objective that predicts like {bound.objective.name}")


def _counts_of(tree: Tree, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return counts of labels that fastText makes this tree of: their own, if they will do.

    fastText takes an inner node before a leaf of the same count, huffvec the leaf. Large multiples
    of all counts with 1 more for every leaf make inner nodes heavier than leaves they tie with.

    Raises
    ------
    FormatError
        If it is no Huffman tree.
    """
    for tried in (counts, counts * (len(counts) + 1) + 1):
        theirs = fasttext_tree(tried)
        if np.array_equal(tree.path_ids, theirs.path_ids) and np.array_equal(
            tree.codes, theirs.codes
        ):
            return tried
    raise FormatError("fastText has Huffman trees only, and this classifier has another one")


def _args_of(classifier: Classifier, loss: int) -> FastTextArgs:
    """Return the options, with what a file said where nothing else is known."""
    config, features = classifier.config, classifier.features
    shortest, longest = config.subwords or (0, 0)
    args = FastTextArgs(
        dim=config.dim,
        window=5,
        epochs=config.epochs,
        min_count=min(config.min_count, 2**31 - 1),
        negatives=5,
        word_ngrams=config.word_ngrams,
        loss=loss,
        architecture=CLASSIFIER,
        buckets=config.buckets if features.has_ngrams else 0,
        min_n=shortest,
        max_n=longest,
        lr_update_rate=LR_UPDATE_RATE,
        subsample_threshold=1e-4,
    )
    record = classifier.training.get(RECORD)
    if not isinstance(record, dict):
        return args
    names = ("window", "epochs", "min_count", "negatives", "min_n", "lr_update_rate")
    said = {name: recorded_number(record, name, 31, getattr(args, name)) for name in names}
    if longest and max(1, said["min_n"]) != shortest:
        said["min_n"] = shortest
    return replace(args, **said)


def _n_tokens(classifier: Classifier) -> int:
    """Return how many tokens there were in training, labels too."""
    counted = classifier.features.words.n_tokens + classifier.labels.n_tokens
    record: Any = classifier.training.get(RECORD)
    if not isinstance(record, dict):
        return max(1, counted)
    return recorded_number(record, "n_tokens", 63, max(1, counted))


def _entries(classifier: Classifier) -> bytes:
    """Return the words, then the labels, each with a line feed."""
    record = classifier.training.get(RECORD)
    prefix = LABEL_PREFIX
    if isinstance(record, dict) and isinstance(record.get("label_prefix"), str):
        prefix = record["label_prefix"]
    words = classifier.features.words.word_bytes().tobytes()
    labels = [prefix + label for label in classifier.labels.words]
    entries = b"\n".join([*([words] if words else []), *(label.encode() for label in labels)])
    if b"\0" in entries:
        raise FormatError(
            "fastText's files cannot hold words or labels with a NUL character, which ends them "
            "there"
        )
    return entries + b"\n"


def _input_of(classifier: Classifier) -> npt.NDArray[np.float32]:
    """Return the input rows, with the features' weights in them: words, then all buckets."""
    features, table = classifier.features, classifier.table(INPUT_VECTORS.name)
    if features.idf is not None:
        table = table * features.idf[:, None]
    n_words, of_buckets = len(features.words), features.bucket_rows
    if not features.has_ngrams:
        return table[:n_words]
    if of_buckets is None:
        return table
    rows = np.zeros((n_words + len(of_buckets), table.shape[1]), np.float32)
    rows[:n_words] = table[:n_words]
    kept = np.flatnonzero(of_buckets >= 0)
    rows[n_words + kept] = table[of_buckets[kept]]
    return rows


def _no_rows(classifier: Classifier) -> npt.NDArray[np.float32]:
    return np.empty((0, classifier.config.dim), np.float32)


def _output_of(classifier: Classifier, loss: int) -> npt.NDArray[np.float32]:
    """Return the output rows; those of a tree change their sign, and one is added."""
    rows = classifier.table(OUTPUT_VECTORS.name)
    if not isinstance(classifier.bound, BoundHierarchicalSoftmax):
        slope = _slope(classifier, loss)
        return rows if slope is None else rows * np.float32(slope)
    return np.concatenate([-rows, np.zeros((1, rows.shape[1]), np.float32)])


def _quantized(content: FastTextFile, classifier: Classifier) -> FastTextFile:
    """Return what to write with codes in place of the matrices, and the buckets that have rows."""
    features, codes = classifier.features, classifier.codes
    input_codes, output_codes = (codes.get(rows.name) for rows in (INPUT_VECTORS, OUTPUT_VECTORS))
    if input_codes is None or features.idf is not None:
        weights = 1 if features.idf is None else features.idf[:, None]
        input_codes = encode_rows(classifier.table(INPUT_VECTORS.name) * weights, SUB_DIM)
    if output_codes is not None and isinstance(classifier.bound, BoundHierarchicalSoftmax):
        n_nodes = len(output_codes)
        output_codes = output_codes.scaled(-1).select(np.append(np.arange(n_nodes), n_nodes - 1))
    slope = _slope(classifier, content.args.loss)
    if output_codes is not None and slope is not None:
        output_codes = output_codes.scaled(slope)
    return replace(
        content,
        output_vectors=content.output_vectors if output_codes is None else _no_rows(classifier),
        pruned=features.to_arrays().get("buckets"),
        input_codes=input_codes,
        output_codes=output_codes,
    )
