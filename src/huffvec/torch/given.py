"""What layers are given: checked, before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from huffvec.classify.classifier import Classifier
from huffvec.corpus.vocabulary import Vocabulary
from huffvec.errors import ConfigError, ShapeError, TargetError
from huffvec.weights import OUTPUT_VECTORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from huffvec.model import Model

    Counts: TypeAlias = "Vocabulary | Sequence[int] | npt.NDArray[np.integer[Any]] | Tensor"


def counts_of(vocabulary_or_counts: Counts) -> npt.NDArray[np.int64]:
    """Return the counts as int64 (V,).

    Raises
    ------
    ConfigError
        If they are not one or more whole numbers from 0.
    """
    if isinstance(vocabulary_or_counts, Vocabulary):
        return vocabulary_or_counts.counts
    if isinstance(vocabulary_or_counts, Tensor):
        vocabulary_or_counts = vocabulary_or_counts.cpu().numpy()
    counts = np.asarray(vocabulary_or_counts)
    if counts.ndim != 1 or not len(counts) or counts.dtype.kind not in "iu" or counts.min() < 0:
        raise ConfigError(
            "vocabulary_or_counts must be a Vocabulary or one or more whole numbers from 0, one a "
            f"word; got {type(vocabulary_or_counts).__name__} of shape {counts.shape}, "
            f"{counts.dtype}"
        )
    return counts.astype(np.int64)


def words_and_rows(model: Model | Classifier) -> tuple[Vocabulary, npt.NDArray[np.float32]]:
    """Return what a model predicts, words or labels, and its output vectors."""
    if isinstance(model, Classifier):
        return model.labels, model.weights[OUTPUT_VECTORS.name]
    return model.vocabulary, model.output_vectors


def check_ranks(counts: npt.NDArray[np.int64], what: str) -> None:
    """Raise ConfigError unless the counts fall, so that a word's id is its rank."""
    if (counts[1:] > counts[:-1]).any():
        raise ConfigError(f"{what} by rank, so the counts must not rise; sort the classes by them")


def check_target(
    target: Tensor, hidden: Tensor, n_words: int, ignore_index: int | None = None
) -> None:
    """Raise ShapeError or TargetError unless there is a word for each hidden vector."""
    if target.shape != hidden.shape[:-1]:
        raise ShapeError(
            f"expected target of shape {tuple(hidden.shape[:-1])} for hidden of shape "
            f"{tuple(hidden.shape)}, but got {tuple(target.shape)}"
        )
    if target.dtype not in (torch.int64, torch.int32, torch.int16, torch.uint8, torch.int8):
        raise ShapeError(f"expected target of an integer dtype, but got {target.dtype}")
    if target.device.type != "cpu" or torch.compiler.is_compiling() or not target.numel():
        return  # to look at values would make the device wait, or break the graph
    outside = (target < 0) | (target >= n_words)
    if ignore_index is not None:
        outside &= target != ignore_index
    if outside.any():
        raise TargetError(
            f"target {int(target[outside][0])} is out of range: the layer has {n_words} words, "
            f"0 to {n_words - 1}"
        )
