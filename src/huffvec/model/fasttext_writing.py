"""Models to fastText's ``.bin`` files: :mod:`huffvec.model.fasttext` says how they compare."""

from __future__ import annotations

import warnings
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from huffvec.config import TrainingConfig
from huffvec.errors import FormatError
from huffvec.files.paths import PathLike
from huffvec.formats.fasttext_binary import (
    HIERARCHICAL_SOFTMAX,
    LR_UPDATE_RATE,
    NEGATIVE_SAMPLING,
    SOFTMAX,
    content_of,
    subword_args,
)
from huffvec.formats.fasttext_layout import VERSION, VERSIONS, FastTextArgs
from huffvec.formats.fasttext_output import write_fasttext_file
from huffvec.formats.fasttext_trees import fasttext_tree, gensim_tree
from huffvec.model.fasttext import ARCHITECTURES, RECORD, is_gensims
from huffvec.objectives import HierarchicalSoftmax, NegativeSampling, Objective
from huffvec.objectives.bound import BoundWordRows
from huffvec.objectives.hierarchical_softmax import BoundHierarchicalSoftmax
from huffvec.subwords import Subwords

if TYPE_CHECKING:
    from huffvec.model.model import Model


def write_fasttext_model(path: PathLike, model: Model) -> None:
    """Write a model as a ``.bin`` file; warns if the output layer cannot be kept.

    Raises
    ------
    FormatError
        If a word holds a NUL character, words are hashed (floret's layout), or the model is of
        documents, which fastText has not.
    OutputError
        If the file cannot be written.
    """
    if model.config.architecture not in ARCHITECTURES:
        raise FormatError(
            f"fastText's files have no documents, and {model.config.architecture} trains them: "
            "save the model as .hv, or vectors alone by model.documents.save"
        )
    subwords, dim = model.config.subwords, int(model.input_vectors.shape[1])
    args = _args_of(model.config, model.objective, subwords, dim)
    n_tokens = model.training.get("raw_tokens", model.vocabulary.n_tokens)
    record, version = model.training.get(RECORD), VERSION
    if isinstance(record, dict):
        args = _recorded(record, args)
        n_tokens = recorded_number(record, "n_tokens", 63, n_tokens)
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
    said = {name: recorded_number(record, name, 31, getattr(args, name)) for name in names}
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


def recorded_number(record: dict[str, Any], name: str, n_bits: int, default: int) -> int:
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
